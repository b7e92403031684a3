"""Promises: kept, late and missed, by kind; gatherings, routines, handovers and postmortems."""

from dataclasses import replace
from datetime import datetime

from dutydesk.handovers.models import Handover
from dutydesk.measures.flows import (
    promise_counts,
    promise_rows,
    promise_things,
    review_counts,
    reviews,
)
from dutydesk.measures.flows.day_tallies import DayTallies
from dutydesk.measures.rules.charts import Stacks
from dutydesk.measures.rules.choices import PeriodChoice
from dutydesk.measures.rules.comparisons import beside, periods_of, trend_of
from dutydesk.measures.rules.figures import Figure, LeftOut, Subject, SubjectFigures
from dutydesk.measures.rules.promise_outcomes import Gathered, PromiseOutcomes, together
from dutydesk.measures.rules.tables import FigureColumn, FigureLine, FigureTable, table

_GATHERED: tuple[Gathered, ...] = ("held", "late", "skipped", "missed")
_NOTE = (
    "A promise counts in the time in which it was settled: kept, missed or withdrawn. What only "
    "the desk itself owes, such as to look again after a while, is nobody's and is left out."
)


def figures(choice: PeriodChoice, *, at: datetime) -> SubjectFigures:
    """Give what became of promises in a period."""
    found = beside(choice, promise_counts.settled(DayTallies(at), periods_of(choice)))
    by_kind = _by_kind(found.now, promise_counts.overdue(choice.period, at))
    ended = [together(one.values()) for one in found.trend]
    review = review_counts.sessions(choice.period, at)
    return SubjectFigures(
        figures=(
            _in_time(choice, by_kind, together(found.before.values()), ended, at),
            _gatherings(choice, at),
            _routines(choice),
            _handovers(choice, at),
            reviews.sessions(choice, review, at),
            reviews.publications(choice, review, at),
            reviews.improvements(choice, at),
        ),
        charts=(_endings(choice, ended),),
        tables=(_kinds(by_kind), _routine_table(choice), _handover_table(choice, at)),
        notes=(_NOTE,),
    )


def _by_kind(
    parts: tuple[dict[str, PromiseOutcomes], ...], overdue: dict[str, int]
) -> dict[str, PromiseOutcomes]:
    kinds = sorted({kind for part in parts for kind in part} | set(overdue))
    return {
        kind: replace(
            together(part[kind] for part in parts if kind in part), overdue=overdue.get(kind, 0)
        )
        for kind in kinds
    }


def _in_time(
    choice: PeriodChoice,
    by_kind: dict[str, PromiseOutcomes],
    before: PromiseOutcomes,
    ended: list[PromiseOutcomes],
    at: datetime,
) -> Figure:
    now, span = together(by_kind.values()), choice.period
    settled = promise_rows.promises(
        "in-time", "Promises", span, ("kept", "late", "missed"), now.settled
    )
    withdrawn = promise_rows.promises("withdrawn", "Withdrawn", span, ("withdrawn",), now.withdrawn)
    left = (
        LeftOut("withdrawn: no longer owed, or another took their place", now.withdrawn, withdrawn),
        LeftOut(
            "still open, though overdue", now.overdue, promise_rows.overdue(span, at, now.overdue)
        ),
    )
    return Figure(
        "in-time",
        "Promises kept in time",
        now.in_time,
        "share",
        f"of {now.settled}: {now.kept} in time, {now.late} late, {now.missed} missed",
        before.in_time,
        better="higher",
        says="Those kept by their time, of all that people owed and kept, kept late or missed.",
        made_of=settled,
        left_out=_any(left),
        trend=trend_of(
            choice,
            "in-time-trend",
            "Promises kept in time",
            "share",
            [(one.in_time, f"of {one.settled}") for one in ended],
        ),
    )


def _any(left: tuple[LeftOut, ...]) -> tuple[LeftOut, ...]:
    return tuple(one for one in left if one.count)


def _gatherings(choice: PeriodChoice, at: datetime) -> Figure:
    span = choice.period
    now = promise_things.gatherings(span, at)
    before = promise_things.gatherings(choice.previous.period, at)
    made_of = promise_rows.gatherings("gatherings", "Gatherings", span, at, _GATHERED, now.owed)

    def left(what: Gathered, reason: str, count: int) -> LeftOut:
        title = promise_rows.WORDS[what].capitalize()
        rows = promise_rows.gatherings(f"gatherings-{what}", title, span, at, (what,), count)
        return LeftOut(reason, count, rows)

    return Figure(
        "gatherings",
        "Hourly gatherings",
        now.answered,
        "share",
        f"of {now.owed}: {now.held} held in time, {now.late} late, {now.skipped} left out by "
        f"saying so, {now.missed} missed",
        before.answered,
        better="higher",
        says="The support team's gatherings in high-priority incidents that were held, or left "
        "out for a reason that somebody gave. One is missed if its time was past when the incident "
        "ended, or was no longer of high priority.",
        made_of=made_of,
        left_out=_any(
            (
                left("over", "no longer needed before their time came", now.over),
                left("due", "due now, in an incident that goes on", now.due),
                left(
                    "practised",
                    "of an exercise, or of an incident declared by mistake",
                    now.practised,
                ),
            )
        ),
    )


def _routines(choice: PeriodChoice) -> Figure:
    found = promise_things.routines(choice.period)
    before = promise_things.routines(choice.previous.period)
    lists, done = sum(one.lists for one in found), sum(one.done for one in found)
    late, left = sum(one.late for one in found), sum(one.left for one in found)
    earlier = sum(one.lists for one in before)
    undone = sum(one.undone for one in found)
    return Figure(
        "routines",
        "Routines done in time",
        done / lists if lists else None,
        "share",
        f"of {lists} checklists: {done} in time, {late} late, {left} with something left undone "
        f"({undone} {'item' if undone == 1 else 'items'})",
        sum(one.done for one in before) / earlier if earlier else None,
        better="higher",
        says="Checklists of which nothing was left when they were due. A checklist counts on the "
        "day that it came, once that day is over.",
        made_of=promise_rows.checklists(choice.period, lists),
    )


def _handovers(choice: PeriodChoice, at: datetime) -> Figure:
    span = choice.period
    found = promise_things.handovers(span, at)
    before = promise_things.handovers(choice.previous.period, at)
    accepted, asked = sum(one.accepted for one in found), sum(one.asked for one in found)
    earlier = sum(one.asked for one in before)

    def left(reason: str, count: int, *states: str) -> LeftOut:
        rows = promise_rows.handovers(
            f"handovers-{states[0]}", reason.capitalize(), span, at, states, count
        )
        return LeftOut(reason, count, rows)

    return Figure(
        "handovers",
        "Handovers accepted",
        accepted / asked if asked else None,
        "share",
        f"of {asked}: {accepted} accepted, {asked - accepted} missed",
        sum(one.accepted for one in before) / earlier if earlier else None,
        better="higher",
        says="Handovers that somebody accepted before the next one took their place.",
        made_of=promise_rows.handovers(
            "handovers", "Handovers", span, at, ("accepted", "missed"), asked
        ),
        left_out=_any(
            (
                left("nothing to hand over", sum(one.nothing for one in found), "nothing"),
                left("one person had both duties", sum(one.same for one in found), "same"),
                left("still to be accepted", sum(one.waiting for one in found), "draft", "given"),
            )
        ),
    )


def _endings(choice: PeriodChoice, ended: list[PromiseOutcomes]) -> Stacks:
    return Stacks(
        "endings",
        "How promises ended",
        tuple(one.label for one in choice.trend),
        (
            ("kept in time", tuple(one.kept for one in ended)),
            ("late", tuple(one.late for one in ended)),
            ("missed", tuple(one.missed for one in ended)),
        ),
        colours=("s0", "s1", "broken"),
    )


def _kinds(by_kind: dict[str, PromiseOutcomes]) -> FigureTable:
    columns = (
        FigureColumn("kind", "Kind"),
        FigureColumn("in_time", "In time", "share"),
        FigureColumn("kept", "Kept", "count"),
        FigureColumn("late", "Late", "count"),
        FigureColumn("missed", "Missed", "count"),
        FigureColumn("withdrawn", "Withdrawn", "count"),
        FigureColumn("given_up", "of these, past their time", "count"),
        FigureColumn("overdue", "Overdue now", "count"),
    )
    lines = [
        FigureLine(
            (
                promise_rows.words_of(kind),
                one.in_time,
                one.kept,
                one.late,
                one.missed,
                one.withdrawn,
                one.given_up,
                one.overdue,
            )
        )
        for kind, one in by_kind.items()
    ]
    return table("kinds", "By kind", columns, lines, "No promise was settled in this time.")


def _routine_table(choice: PeriodChoice) -> FigureTable:
    columns = (
        FigureColumn("routine", "Routine"),
        FigureColumn("done", "In time", "count"),
        FigureColumn("late", "Late", "count"),
        FigureColumn("left", "Something left", "count"),
        FigureColumn("items", "Items", "count"),
        FigureColumn("by_press", "Done by a press", "count"),
        FigureColumn("by_facts", "Done by the facts", "count"),
        FigureColumn("undone", "Left undone", "count"),
        FigureColumn("people", "Pressed by"),
    )
    lines = [
        FigureLine(
            (
                one.title,
                one.done,
                one.late,
                one.left,
                one.items,
                one.by_press,
                one.by_facts,
                one.undone,
                ", ".join(one.people),
            )
        )
        for one in promise_things.routines(choice.period)
    ]
    return table("routines", "Routines", columns, lines, "No checklist ended in this time.")


def _handover_table(choice: PeriodChoice, at: datetime) -> FigureTable:
    titles = dict(Handover.Kind.choices)
    columns = (
        FigureColumn("kind", "Handover"),
        FigureColumn("accepted", "Accepted", "count"),
        FigureColumn("missed", "Missed", "count"),
        FigureColumn("median", "Accepted after (median)", "elapsed"),
        FigureColumn("by_itself", "Given by nobody, as drafted", "count"),
        FigureColumn("nothing", "Nothing to hand over", "count"),
    )
    lines = [
        FigureLine(
            (
                titles.get(one.kind, one.kind),
                one.accepted,
                one.missed,
                one.median,
                one.by_itself,
                one.nothing,
            )
        )
        for one in promise_things.handovers(choice.period, at)
    ]
    return table("handover-kinds", "Handovers", columns, lines, "No handover was due in this time.")


PROMISES = Subject(
    "promises",
    "Promises",
    "What was promised and what became of it: kept, late or missed.",
    figures,
)
