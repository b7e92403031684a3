"""Incidents as rows of tables: those behind a figure, and those left out, with reasons."""

from collections.abc import Iterator

from dutydesk.kernel.addresses import path_to
from dutydesk.measures.flows.day_tallies import DayTallies
from dutydesk.measures.flows.incident_groups import estimated, excluded
from dutydesk.measures.flows.incident_times import COUNTED, MeasuredIncident, incidents
from dutydesk.measures.rules.choices import PeriodChoice
from dutydesk.measures.rules.figures import LeftOut
from dutydesk.measures.rules.steps import SPANS, STEPS, MeasuredSpan
from dutydesk.measures.rules.tables import FigureColumn, FigureLine, FigureTable
from dutydesk.measures.rules.values import Unit
from dutydesk.process.rules.hours import Clock

REASONS = {
    "exercise": "exercises",
    "mistake": "declared by mistake",
    "merged": "part of another incident, and counted with it",
}
_TIMES = tuple(
    FigureColumn(step, words[0].upper() + words[1:], "moment") for step, words in STEPS.items()
)
_INCIDENT = FigureColumn("incident", "Incident")
_WHEN = FigureColumn("counted_at", "Counted at", "moment")


def unit_of(clock: Clock) -> Unit:
    """Say how lengths on this clock are written."""
    return "elapsed" if clock.hours is None else "clocked"


def all_rows(choice: PeriodChoice, clock: Clock, count: int) -> FigureTable:
    """Give every incident that counts, with all its times and lengths."""
    spans = tuple(FigureColumn(s.name.replace("-", "_"), s.title, unit_of(clock)) for s in SPANS)
    priority, guessed = FigureColumn("priority", "Priority"), FigureColumn("estimated", "Estimated")
    columns = (_INCIDENT, _WHEN, priority, *spans, *_TIMES, guessed)

    def read() -> Iterator[FigureLine]:
        for one in incidents(choice.period, clock):
            lengths = (one.lengths[span.name] for span in SPANS)
            times = (*lengths, *one.times.values(), "yes" if one.estimated else None)
            cells = (one.title, one.counted_at, one.priority or None, *times)
            yield FigureLine(cells, explained_at(one, choice))

    return FigureTable(
        "incidents", "Every incident", columns, read, count, "No incident in this time."
    )


def measured_rows(
    choice: PeriodChoice, clock: Clock, span: MeasuredSpan, count: int
) -> FigureTable:
    """Give the incidents that a length was measured of, from when to when, and how long."""
    columns = (
        _INCIDENT,
        FigureColumn("began", "From", "moment"),
        FigureColumn("ended", "To", "moment"),
        FigureColumn(span.name.replace("-", "_"), span.title, unit_of(clock)),
    )

    def read() -> Iterator[FigureLine]:
        for one in incidents(choice.period, clock, (span,)):
            length = one.lengths[span.name]
            if length is not None:
                begun, ended = span.ends(one.times)
                yield FigureLine((one.title, begun, ended, length), explained_at(one, choice))

    nothing = "No incident of this time has both times known."
    return FigureTable(span.name, span.title, columns, read, count, nothing)


def unmeasured(choice: PeriodChoice, clock: Clock, span: MeasuredSpan, count: int) -> LeftOut:
    """Give the incidents that count and whose length isn't measured, with the reason."""
    columns = (_INCIDENT, _WHEN, FigureColumn("why", "Why"))

    def read() -> Iterator[FigureLine]:
        for one in incidents(choice.period, clock, (span,)):
            if one.lengths[span.name] is None:
                cells = (one.title, one.counted_at, _why(one, span))
                yield FigureLine(cells, explained_at(one, choice))

    rows = FigureTable(f"{span.name}-left-out", "Not measured", columns, read, count)
    return LeftOut("a time isn't known, or only estimated", count, rows)


def not_counted(tallies: DayTallies, choice: PeriodChoice, clock: Clock) -> tuple[LeftOut, ...]:
    """Give what is no incident of this time's although it is on record, by reason."""
    return tuple(
        LeftOut(REASONS.get(why, why), count, _excluded_rows(choice, clock, why, count))
        for why, count in sorted(excluded(tallies, choice.period).items())
    )


def not_timed(tallies: DayTallies, choice: PeriodChoice, clock: Clock) -> tuple[LeftOut, ...]:
    """Give the incidents that count and are in no length, since somebody estimated their times."""
    count = estimated(tallies, choice.period)
    if not count:
        return ()

    def read() -> Iterator[FigureLine]:
        for one in incidents(choice.period, clock, (), f"{COUNTED} AND i.estimated"):
            cells = (one.title, one.counted_at, one.times["fault_occurs"], one.times["repaired"])
            yield FigureLine(cells, path_to("incident", one.number))

    times = tuple(one for one in _TIMES if one.name in ("fault_occurs", "repaired"))
    columns = (_INCIDENT, _WHEN, *times)
    title = "Counted, but in no length of time: their times are estimates"
    return (
        LeftOut("estimated times", count, FigureTable("estimated", title, columns, read, count)),
    )


def _excluded_rows(choice: PeriodChoice, clock: Clock, why: str, count: int) -> FigureTable:
    found = "i.exercise" if why == "exercise" else f"NOT i.exercise AND i.state = '{why}'"
    assert why in REASONS, why

    def read() -> Iterator[FigureLine]:
        for one in incidents(choice.period, clock, (), f"NOT ({COUNTED}) AND {found}"):
            yield FigureLine((one.title, one.counted_at), path_to("incident", one.number))

    return FigureTable(f"left-out-{why}", REASONS[why], (_INCIDENT, _WHEN), read, count)


def explained_at(one: MeasuredIncident, choice: PeriodChoice) -> str:
    """Give the screen that explains how one incident was measured."""
    return path_to("measured-incident", one.number) + choice.query


def _why(one: MeasuredIncident, span: MeasuredSpan) -> str:
    if one.state == "open" and span.ends(one.times)[1] is None:
        return "It goes on"
    return span.missing(one.times, estimated=one.estimated)
