"""On call: pages by turn and person, how soon somebody had them, and which were for nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dutydesk.measures.flows import call_figures, call_loads, page_figures, page_rows
from dutydesk.measures.flows.call_loads import CallWork, worked_in
from dutydesk.measures.flows.call_times import CallTime, CallTurns
from dutydesk.measures.rules.charts import Dots, Stacks
from dutydesk.measures.rules.choices import PeriodChoice
from dutydesk.measures.rules.distributions import Distribution, described
from dutydesk.measures.rules.figures import (
    Figure,
    FiguresByName,
    LeftOut,
    Subject,
    SubjectFigures,
)
from dutydesk.measures.rules.noise import OFTEN, AlertNoise
from dutydesk.measures.rules.tables import FigureTable
from dutydesk.measures.rules.values import write

_NOTES = (
    "A page counts in the time in which it was raised, rehearsals never. Whether it was out of "
    "hours or in the night (from 23:00 to 07:00, in the process's zone) goes by when it first "
    "called somebody.",
)


def figures(choice: PeriodChoice, *, at: datetime) -> SubjectFigures:
    """Give what on call carried in a period."""
    asked = CallTime(choice, at)
    called = call_figures.called(asked.tallies, choice.period)
    loads = call_loads.loads(choice.period, at, asked.work, called)
    pages = asked.now.whole.pages
    return SubjectFigures(
        figures=tuple(give() for give in _each(asked, pictured=True).values()),
        charts=(_chart(asked.now, choice), _dots(choice, asked.dots)) if pages else (),
        tables=(
            asked.turns,
            page_rows.people(loads),
            page_rows.noise(asked.alerts),
            page_rows.flapping(call_figures.flapping(asked.tallies, choice.period)),
        ),
        notes=_NOTES,
    )


def each(choice: PeriodChoice, *, at: datetime) -> FiguresByName:
    """Give each of these figures by its name, which looks for no more than it says."""
    return _each(CallTime(choice, at))


def _each(asked: CallTime, *, pictured: bool = False) -> dict[str, Callable[[], Figure]]:
    """Give what works out each figure, by its name."""
    return {
        "pages": lambda: _pages(asked),
        "per-turn": lambda: _per_turn(asked.now, asked.before, asked.turns),
        "out-of-hours": lambda: _part(asked, "out-of-hours"),
        "night": lambda: _part(asked, "night"),
        "to-acknowledge": lambda: _acknowledged(
            asked, asked.dots if pictured else asked.taken(asked.choice)
        ),
        "passed-on": lambda: _part(asked, "passed-on"),
        "held": lambda: _part(asked, "held"),
        "worked": lambda: _worked(asked.work, asked.turns),
        "noisy": lambda: _noisy(asked.alerts),
    }


def _pages(asked: CallTime) -> Figure:
    span, whole, working, at = asked.choice.period, asked.now.whole, asked.working, asked.at
    left = call_figures.uncounted(asked.tallies, span)
    rehearsals = page_rows.uncounted(
        "rehearsals", "Rehearsals", span, left.rehearsals, rehearsals=True
    )
    uncalled = page_rows.uncounted(
        "uncalled", "Pages that called nobody", span, left.uncalled, rehearsals=False
    )
    return Figure(
        "pages",
        "Pages",
        whole.pages,
        "count",
        f"{whole.out_of_hours} out of hours, {whole.night} in the night" if whole.pages else "",
        asked.before.whole.pages,
        better="lower",
        says="Pages that called somebody, each once, however many people it called.",
        made_of=page_rows.pages("pages", "Pages", "true", span, working, at, whole.pages),
        left_out=(
            *_left("rehearsals", left.rehearsals, rehearsals),
            *_left(
                "called nobody: over before their time, or nobody to call", left.uncalled, uncalled
            ),
        ),
    )


def _left(reason: str, count: int, rows: FigureTable) -> tuple[LeftOut, ...]:
    return (LeftOut(reason, count, rows),) if count else ()


def _per_turn(now: CallTurns, before: CallTurns, turns: FigureTable) -> Figure:
    pages = [one.pages for one in now.counts[:-1]]
    of = "no turn on record"
    if pages:
        of = f"of {len(pages)} turns: from {min(pages)} to {max(pages)}"
    return Figure(
        "per-turn",
        "Pages for each turn",
        now.per_turn,
        "count",
        of,
        before.per_turn,
        better="lower",
        says="The mean over the turns at primary on call that had any of this time. What somebody "
        "took over of another's turn belongs to that turn.",
        made_of=turns,
        readers="engineer",
    )


@dataclass(frozen=True)
class _Part:
    """A part of the pages: its title, how it is worked out, and which pages it is."""

    title: str
    says: str
    only: str


_PARTS = {
    "out-of-hours": _Part(
        "Pages out of hours",
        "Pages whose first call was outside working hours.",
        page_figures.OUT_OF_HOURS,
    ),
    "night": _Part(
        "Pages in the night",
        "Pages whose first call was from 23:00 to 07:00, in the process's zone.",
        page_figures.NIGHT,
    ),
    "passed-on": _Part(
        "Passed on to another person",
        "Pages that called a second person, since the first did not answer, could not be reached "
        "or did nothing about it.",
        page_figures.PASSED_ON,
    ),
    "held": _Part(
        "Held until somebody was on",
        "Pages that waited before they called anybody: of normal priority out of hours, or while "
        "nobody could be called.",
        page_figures.HELD,
    ),
}


def _part(asked: CallTime, name: str) -> Figure:
    part, whole, earlier = _PARTS[name], asked.now.whole, asked.before.whole
    attribute = name.replace("-", "_")
    count: int = getattr(whole, attribute)
    rows = page_rows.pages(
        name, part.title, part.only, asked.choice.period, asked.working, asked.at, count
    )
    return Figure(
        name,
        part.title,
        whole.share(count),
        "share",
        f"{count} of {whole.pages}" if whole.pages else "",
        earlier.share(getattr(earlier, attribute)),
        better="" if name == "held" else "lower",
        says=part.says,
        made_of=rows,
    )


def _acknowledged(asked: CallTime, found: Distribution | None) -> Figure:
    pages, before = asked.now.whole.pages, asked.before.whole.pages
    earlier = asked.taken(asked.choice.previous) if before else None
    known = found.count if found else 0
    missing = pages - known
    of = described(found, pages, "elapsed")

    def rows(name: str, title: str, only: str, count: int) -> FigureTable:
        span = asked.choice.period
        return page_rows.pages(name, title, only, span, asked.working, asked.at, count)

    return Figure(
        "to-acknowledge",
        "Time to acknowledge",
        found.median if found else None,
        "elapsed",
        of,
        earlier.median if earlier else None,
        better="lower",
        says="From the first call until somebody first acknowledged the page, in elapsed time. "
        "The median.",
        made_of=rows("to-acknowledge", "Acknowledged pages", "had_at IS NOT NULL", known),
        left_out=_left(
            "acknowledged by nobody: over before, or still calling",
            missing,
            rows("unacknowledged", "Acknowledged by nobody", "had_at IS NULL", missing),
        ),
    )


def _worked(work: Sequence[CallWork], turns: FigureTable) -> Figure:
    total = sum((one.worked for one in work), timedelta())
    out = sum((one.out_of_hours for one in work), timedelta())
    spent = len(worked_in(work))
    return Figure(
        "worked",
        "Hours worked out of hours",
        out if work else None,
        "clocked",
        f"of {write(total, 'clocked')} in {spent} turn{'' if spent == 1 else 's'}" if work else "",
        better="lower",
        says="From the acknowledgement of a page, and from taking an incident's lead, until it is "
        "over or somebody else has it: of people on call then, each moment once, outside working "
        "hours. It counts in the time in which it was worked.",
        made_of=turns,
        readers="engineer",
    )


def _noisy(alerts: Sequence[AlertNoise]) -> Figure:
    noisy = [one for one in alerts if one.noisy]
    pages = sum(one.pages for one in noisy)
    return Figure(
        "noisy",
        "Noisy alerts",
        len(noisy) if alerts else None,
        "count",
        f"of {len(alerts)} that called somebody; {pages} pages for nothing" if alerts else "",
        better="lower",
        says=f"Alerts that called somebody {OFTEN} times or more, of which no alarm belongs to an "
        "incident and none has a ticket.",
        made_of=page_rows.noise(noisy, "noisy", "Noisy alerts"),
    )


def _chart(now: CallTurns, choice: PeriodChoice) -> Stacks:
    counts = now.counts[:-1]
    labels = tuple(
        f"{local.day} {local:%b}"
        for turn in now.turns
        for local in [turn.period.start.astimezone(choice.zone)]
    )
    night = tuple(one.night for one in counts)
    evening = tuple(max(one.out_of_hours - one.night, 0) for one in counts)
    day = tuple(one.pages - n - e for one, n, e in zip(counts, night, evening, strict=True))
    return Stacks(
        "pages-by-turn",
        "Pages by turn",
        labels,
        (("in hours", day), ("out of hours by day", evening), ("in the night", night)),
        colours=("s0", "s1", "s4"),
    )


def _dots(choice: PeriodChoice, found: Distribution | None) -> Dots:
    return Dots("acknowledge-dots", "Time to acknowledge", "elapsed", choice.period, found)


ON_CALL = Subject(
    "on-call",
    "On call",
    "What called people, how soon somebody had it, and what it cost them.",
    figures,
    each=each,
)
