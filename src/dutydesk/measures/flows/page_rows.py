"""What stands behind the figures about on call: each page, turn, person and alert."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import Period
from dutydesk.kernel.subjects import screen_of, subject
from dutydesk.measures.flows import page_figures
from dutydesk.measures.flows.call_loads import Work, worked_in
from dutydesk.measures.flows.reading import CLOCK, clock_values, stream
from dutydesk.measures.rules.call_turns import CallTurn, PageCounts, PersonLoad
from dutydesk.measures.rules.noise import AlertNoise, FlappingAlarm
from dutydesk.measures.rules.tables import Column, Line, Table, table
from dutydesk.measures.rules.values import write
from dutydesk.process.rules.hours import Clock

_PAGE = (Column("page", "Page"), Column("raised_at", "Raised", "moment"))
_COLUMNS = (
    *_PAGE,
    Column("called_at", "First call", "moment"),
    Column("acknowledged_at", "Acknowledged", "moment"),
    Column("taken", "From the call to that", "elapsed"),
    Column("people", "People called", "count"),
)


def address(number: int) -> str:
    """Give a page's screen."""
    return screen_of(subject("page", number))


def pages(
    name: str, title: str, only: str, span: Period, working: Clock, at: datetime, count: int
) -> Table:
    """Give the pages that called somebody, the last first; `only` is one of `page_figures`."""
    statement = f"""WITH {CLOCK}, {page_figures.PAGED}
        SELECT id, title, raised_at, called_at, had_at, people FROM known CROSS JOIN clock
        WHERE called_at IS NOT NULL AND {only} ORDER BY raised_at DESC, id DESC"""

    def read() -> Iterator[Line]:
        values = page_figures.page_values(span, working.calendar.zone.key, at)
        values |= clock_values(working, Period(span.start, max(span.end, at)))
        for number, text, raised, called, had, people in stream(statement, values):
            taken = had - called if had else None
            yield Line((text, raised, called, had, taken, people), address(number))

    return Table(name, title, _COLUMNS, read, count, "No such page in this time.")


_UNCALLED = """
SELECT p.id, p.title, p.raised_at, p.only_id IS NOT NULL FROM oncall_page p
WHERE p.raised_at >= %(start)s AND p.raised_at < %(end)s AND (
  (p.only_id IS NOT NULL) = %(rehearsals)s AND (p.only_id IS NOT NULL OR NOT EXISTS (
    SELECT FROM oncall_call c WHERE c.page_id = p.id AND NOT c.skipped)))
ORDER BY p.raised_at DESC, p.id DESC
"""


def uncounted(name: str, title: str, span: Period, count: int, *, rehearsals: bool) -> Table:
    """Give the rehearsals, or else the pages that called nobody, the last first."""

    def read() -> Iterator[Line]:
        values = {"start": span.start, "end": span.end, "rehearsals": rehearsals}
        for number, text, raised, _ in stream(_UNCALLED, values):
            yield Line((text, raised), address(number))

    return Table(name, title, _PAGE, read, count)


def turns(
    found: Sequence[CallTurn],
    counts: Sequence[PageCounts],
    work: Sequence[Work],
    names: dict[int, str],
    zone: ZoneInfo,
) -> Table:
    """Give each turn: who had it, its pages, and the hours that were worked in it."""
    columns = (
        Column("turn", "Turn from"),
        Column("until", "Until", "moment"),
        Column("people", "Who had any of it"),
        Column("pages", "Pages", "count"),
        Column("out_of_hours", "Out of hours", "count"),
        Column("night", "In the night", "count"),
        Column("passed_on", "Passed on", "count"),
        Column("worked", "Hours worked", "elapsed"),
        Column("worked_out_of_hours", "Out of hours worked", "elapsed"),
    )
    spent = worked_in(work)
    lines = [
        Line(
            (
                write(turn.period.start, "moment", zone),
                turn.period.end,
                ", ".join(names.get(who, "somebody") for who in turn.engineers),
                *_counted(counts[number]),
                *spent.get(number, (None, None)),
            )
        )
        for number, turn in enumerate(found)
    ]
    if counts[-1].pages:
        none = ("No turn was on record", None, None, *_counted(counts[-1]), None, None)
        lines.append(Line(none))
    return Table(
        "turns",
        "Turns",
        columns,
        lambda: lines,
        len(lines),
        "Nobody was primary on call in this time.",
        "A turn is shown whole; its figures are those of the time that was chosen.",
        "engineer",
    )


def _counted(counts: PageCounts) -> tuple[int, int, int, int]:
    return counts.pages, counts.out_of_hours, counts.night, counts.passed_on


def people(loads: Sequence[PersonLoad]) -> Table:
    """Give what each person carried, in the order of their names. Only the team reads it."""
    columns = (
        Column("person", "Person"),
        Column("on_call", "Time on call", "elapsed"),
        Column("pages", "Pages", "count"),
        Column("per_day", "Pages for each day on call", "count"),
        Column("out_of_hours", "Out of hours", "count"),
        Column("night", "In the night", "count"),
        Column("worked", "Hours worked", "elapsed"),
        Column("worked_out_of_hours", "Out of hours worked", "elapsed"),
    )
    lines = [
        Line(
            (
                one.name,
                one.on_call or None,
                one.pages,
                one.per_day,
                one.out_of_hours,
                one.night,
                one.worked or None,
                one.worked_out_of_hours or None,
            )
        )
        for one in loads
    ]
    nothing = "Nobody was on call in this time, or called."
    note = "Primary and secondary on call count alike. Sorted by name; this is no ranking."
    return Table(
        "people",
        "What each person carried",
        columns,
        lambda: lines,
        len(lines),
        nothing,
        note,
        "engineer",
    )


def noise(found: Sequence[AlertNoise], name: str = "alerts", title: str = "Alerts") -> Table:
    """Give alerts by name: how often they called somebody, what came of it, and what may help."""
    columns = (
        Column("alert", "Alert"),
        Column("pages", "Pages", "count"),
        Column("acknowledged", "Acknowledged", "count"),
        Column("led", "Led to an incident or a ticket", "count"),
        Column("for_nothing", "To nothing", "count"),
        Column("gone", "Over before anybody had it", "count"),
        Column("night", "In the night", "count"),
        Column("suggestion", "What may help"),
    )
    lines = [
        Line(
            (
                one.name,
                one.pages,
                one.acknowledged,
                one.led,
                one.for_nothing,
                one.gone,
                one.night,
                one.suggestion,
            ),
            screen_of(subject("alarm", one.last_alarm)),
        )
        for one in found
    ]
    return table(name, title, columns, lines, "No alarm called anybody in this time.")


def flapping(found: Sequence[FlappingAlarm]) -> Table:
    """Give the alarms that came back within the hour, those that did most often first."""
    columns = (
        Column("alarm", "Alarm"),
        Column("times", "Fired", "count"),
        Column("returned", "Back within the hour", "count"),
    )
    lines = [
        Line((one.title, one.times, one.returned), screen_of(subject("alarm", one.last_alarm)))
        for one in found
    ]
    note = "Let such an alert stay on for longer before it counts as over."
    return table("flapping", "Flapping", columns, lines, "No alarm came back more than once.", note)
