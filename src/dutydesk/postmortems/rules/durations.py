"""How long the steps of an incident took, on every clock of the process, each named."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from dutydesk.process.rules.hours import Clock


@dataclass(frozen=True, slots=True)
class StepTimes:
    """When an incident's steps were; None where nobody knows."""

    began: datetime | None
    noticed: datetime | None
    declared: datetime | None
    told: datetime | None
    repaired: datetime | None
    resolved: datetime | None


@dataclass(frozen=True, slots=True)
class StepLength:
    """How long one step took, by the title of each clock."""

    title: str
    on: tuple[tuple[str, timedelta], ...]


def lengths(times: StepTimes, clocks: Sequence[Clock]) -> list[StepLength]:
    """Give how long each step took whose two ends are known; none for one that ran backwards."""
    steps = (
        ("From its beginning until it was noticed", times.began, times.noticed),
        ("From its beginning until it was declared", times.began, times.declared),
        ("From its declaration to the first update", times.declared, times.told),
        ("From its beginning until users had it back", times.began, times.repaired),
        ("From its beginning until it was resolved", times.began, times.resolved),
    )
    return list(_known(steps, clocks))


def _known(
    steps: Iterable[tuple[str, datetime | None, datetime | None]], clocks: Sequence[Clock]
) -> Iterable[StepLength]:
    for title, start, end in steps:
        if start is not None and end is not None and start < end:
            on = tuple((clock.title, clock.between(start, end)) for clock in clocks)
            yield StepLength(title, on)
