"""What stands behind the figures about on call: each page, turn, person and alert."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import Period
from dutydesk.kernel.subjects import screen_of, subject
from dutydesk.measures.flows import page_figures
from dutydesk.measures.flows.call_loads import CallWork, worked_in
from dutydesk.measures.flows.statements import CLOCK, clock_values, stream
from dutydesk.measures.rules.call_turns import DutyTurn, PageCounts, PersonLoad
from dutydesk.measures.rules.day_spans import parts_back
from dutydesk.measures.rules.noise import AlertNoise, FlappingAlarm
from dutydesk.measures.rules.tables import FigureColumn, FigureLine, FigureTable, table
from dutydesk.measures.rules.values import write
from dutydesk.process.rules.hours import Clock

_PAGE = (FigureColumn("page", "Page"), FigureColumn("raised_at", "Raised", "moment"))
_COLUMNS = (
    *_PAGE,
    FigureColumn("called_at", "First call", "moment"),
    FigureColumn("acknowledged_at", "Acknowledged", "moment"),
    FigureColumn("taken", "From the call to that", "elapsed"),
    FigureColumn("people", "People called", "count"),
)


def address(number: int) -> str:
    """Give a page's screen."""
    return screen_of(subject("page", number))


def pages(
    name: str, title: str, only: str, span: Period, working: Clock, at: datetime, count: int
) -> FigureTable:
    """Give the pages that called somebody, the last first; `only` is one of `page_figures`."""
    statement = f"""WITH {CLOCK}, {page_figures.PAGED}
        SELECT id, title, raised_at, called_at, had_at, people FROM known CROSS JOIN clock
        WHERE called_at IS NOT NULL AND {only} ORDER BY raised_at DESC, id DESC"""

    def read() -> Iterator[FigureLine]:
        for part in parts_back(span):
            values = page_figures.page_values(part, working.calendar.zone, at)
            values |= clock_values(working, Period(part.start, max(part.end, at)))
            for number, text, raised, called, had, people in stream(statement, values):
                taken = had - called if had else None
                yield FigureLine((text, raised, called, had, taken, people), address(number))

    return FigureTable(name, title, _COLUMNS, read, count, "No such page in this time.")


_UNCALLED = """
SELECT p.id, p.title, p.raised_at, p.only_id IS NOT NULL FROM oncall_page p
WHERE p.raised_at >= %(start)s AND p.raised_at < %(end)s AND (
  (p.only_id IS NOT NULL) = %(rehearsals)s AND (p.only_id IS NOT NULL OR NOT EXISTS (
    SELECT FROM oncall_call c WHERE c.page_id = p.id AND NOT c.skipped)))
ORDER BY p.raised_at DESC, p.id DESC
"""


def uncounted(name: str, title: str, span: Period, count: int, *, rehearsals: bool) -> FigureTable:
    """Give the rehearsals, or else the pages that called nobody, the last first."""

    def read() -> Iterator[FigureLine]:
        values = {"start": span.start, "end": span.end, "rehearsals": rehearsals}
        for number, text, raised, _ in stream(_UNCALLED, values):
            yield FigureLine((text, raised), address(number))

    return FigureTable(name, title, _PAGE, read, count)


def turns(
    found: Sequence[DutyTurn],
    counts: Sequence[PageCounts],
    work: Sequence[CallWork],
    names: dict[int, str],
    zone: ZoneInfo,
) -> FigureTable:
    """Give each turn: who had it, its pages, and the hours that were worked in it."""
    columns = (
        FigureColumn("turn", "Turn from"),
        FigureColumn("until", "Until", "moment"),
        FigureColumn("people", "Who had any of it"),
        FigureColumn("pages", "Pages", "count"),
        FigureColumn("out_of_hours", "Out of hours", "count"),
        FigureColumn("night", "In the night", "count"),
        FigureColumn("passed_on", "Passed on", "count"),
        FigureColumn("worked", "Hours worked", "clocked"),
        FigureColumn("worked_out_of_hours", "of these, out of hours", "clocked"),
    )
    spent = worked_in(work)
    lines = [
        FigureLine(
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
        lines.append(FigureLine(none))
    return FigureTable(
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


def people(loads: Sequence[PersonLoad]) -> FigureTable:
    """Give what each person carried, in the order of their names. Only the team reads it."""
    columns = (
        FigureColumn("person", "Person"),
        FigureColumn("on_call", "Time on call", "elapsed"),
        FigureColumn("pages", "Pages", "count"),
        FigureColumn("per_day", "Pages for each day on call", "count"),
        FigureColumn("out_of_hours", "Out of hours", "count"),
        FigureColumn("night", "In the night", "count"),
        FigureColumn("worked", "Hours worked", "clocked"),
        FigureColumn("worked_out_of_hours", "of these, out of hours", "clocked"),
    )
    lines = [
        FigureLine(
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
    return FigureTable(
        "people",
        "What each person carried",
        columns,
        lambda: lines,
        len(lines),
        nothing,
        note,
        "engineer",
    )


def noise(found: Sequence[AlertNoise], name: str = "alerts", title: str = "Alerts") -> FigureTable:
    """Give alerts by name: how often they called somebody, what came of it, and what may help."""
    columns = (
        FigureColumn("alert", "Alert"),
        FigureColumn("pages", "Pages", "count"),
        FigureColumn("acknowledged", "Acknowledged", "count"),
        FigureColumn("led", "Led to an incident or a ticket", "count"),
        FigureColumn("for_nothing", "To nothing", "count"),
        FigureColumn("gone", "Over before anybody had it", "count"),
        FigureColumn("night", "In the night", "count"),
        FigureColumn("suggestion", "What may help"),
    )
    lines = [
        FigureLine(
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


def flapping(found: Sequence[FlappingAlarm]) -> FigureTable:
    """Give the alarms that came back within the hour, those that did most often first."""
    columns = (
        FigureColumn("alarm", "Alarm"),
        FigureColumn("times", "Fired", "count"),
        FigureColumn("returned", "Back within the hour", "count"),
    )
    lines = [
        FigureLine(
            (one.title, one.times, one.returned), screen_of(subject("alarm", one.last_alarm))
        )
        for one in found
    ]
    note = "Let such an alert stay on for longer before it counts as over."
    return table("flapping", "Flapping", columns, lines, "No alarm came back more than once.", note)
