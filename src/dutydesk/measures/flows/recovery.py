"""Time to recovery: from when users first were without until they had it back, explained.

Clause `measure.recovery`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from dutydesk.measures.flows.day_tallies import DayTallies
from dutydesk.measures.flows.incident_lengths import dots, over_time
from dutydesk.measures.flows.incident_rows import (
    measured_rows,
    not_counted,
    not_timed,
    unit_of,
    unmeasured,
)
from dutydesk.measures.flows.incident_times import Counted
from dutydesk.measures.flows.incidents import dots_of, left_notes, timing
from dutydesk.measures.flows.targets import target_of
from dutydesk.measures.rules.charts import Point, Trend
from dutydesk.measures.rules.choices import PeriodChoice
from dutydesk.measures.rules.figures import Figure, Subject, SubjectFigures
from dutydesk.measures.rules.steps import RECOVERY
from dutydesk.process.flows import process


def figures(choice: PeriodChoice, *, at: datetime) -> SubjectFigures:
    """Give the time to recovery of a period, on the clock that was chosen."""
    clock = process.in_force().clock(choice.clock)
    tallies = DayTallies(at)
    main, before, now = first(choice, tallies)
    left = unmeasured(choice, clock, RECOVERY, now.count - _known(now))
    every = dots(tallies, choice.period, clock, (RECOVERY,), _known(now))[RECOVERY.name]
    rows = measured_rows(choice, clock, RECOVERY, _known(now))
    guessed = not_timed(tallies, choice, clock)
    tables = (rows, *((left.rows,) if left.count and left.rows else ()))
    return SubjectFigures(
        figures=(main, *_others(main, before, now)),
        charts=(
            *((main.trend,) if main.trend else ()),
            dots_of(choice, clock, RECOVERY, now.spread(RECOVERY), every),
        ),
        tables=tables,
        notes=(
            f"{RECOVERY.says} Counted in {clock.title.lower()}.",
            *left_notes(not_counted(tallies, choice, clock), guessed),
        ),
    )


def first(choice: PeriodChoice, tallies: DayTallies) -> tuple[Figure, Counted, Counted]:
    """Give the median time to recovery, with its target and trend; and what was counted."""
    clock = process.in_force().clock(choice.clock)
    before, now, trend = over_time(tallies, choice, clock, (RECOVERY,))
    target = target_of("recovery", choice)
    points = tuple(_point(one, each) for one, each in zip(choice.trend, trend, strict=True))
    title = f"Median time to recovery, in {clock.title.lower()}"
    wanted = target.value if target else None
    figure = replace(
        timing(choice, clock, RECOVERY, before, now),
        target=target,
        trend=Trend("recovery-trend", title, unit_of(clock), points, wanted),
    )
    return figure, before, now


def _others(main: Figure, before: Counted, now: Counted) -> Sequence[Figure]:
    """Give the mean and the 90th percentile beside the median."""
    found, earlier = now.spread(RECOVERY), before.spread(RECOVERY)
    of = f"of {_known(now)} of {now.count} incidents" if now.count else ""
    same = replace(main, target=None, trend=None, of=of)
    return (
        replace(
            same,
            name="recovery-mean",
            title="Mean time to recovery",
            value=found.mean if found else None,
            before=earlier.mean if earlier else None,
            says=main.says.replace("The median", "The mean"),
        ),
        replace(
            same,
            name="recovery-p90",
            title="90% recovered within",
            value=found.p90 if found else None,
            before=earlier.p90 if earlier else None,
            says=main.says.replace("The median", "The 90th percentile, between two in proportion"),
        ),
    )


def _point(choice: PeriodChoice, found: Counted) -> Point:
    spread = found.spread(RECOVERY)
    value = spread.median if spread else None
    return Point(choice.label, value, f"{_known(found)} of {found.count}", choice.query)


def _known(found: Counted) -> int:
    spread = found.spread(RECOVERY)
    return spread.count if spread else 0


RECOVERIES = Subject(
    "recovery",
    "Recovery",
    "How long users were without, as early as is known, until they had it back.",
    figures,
    clocks=True,
)
