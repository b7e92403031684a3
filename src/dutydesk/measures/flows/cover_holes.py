"""Hours of support with nobody on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Min

from dutydesk.kernel.periods import Period, subtract, union
from dutydesk.process.flows import process
from dutydesk.rota.models import CoverNomination, Duty, Shift


@dataclass(frozen=True, slots=True)
class SupportCover:
    """The hours of support in a time: when they are, and which of them nobody had."""

    declared: timedelta
    holes: tuple[Period, ...]

    @property
    def missing(self) -> timedelta:
        """Give how much of the hours nobody had."""
        return sum((hole.length for hole in self.holes), timedelta())

    @property
    def share(self) -> float | None:
        """Give the share of the hours that somebody had, from 0 to 1; None of none."""
        return 1 - self.missing / self.declared if self.declared else None


def begun() -> datetime | None:
    """Give when the first shift on support began that is on record; None if there is none."""
    shifts = Shift.objects.filter(duty=Duty.SUPPORT, cancelled_at=None)
    first: datetime | None = shifts.aggregate(first=Min("start"))["first"]
    return first


def cover(span: Period, at: datetime) -> SupportCover | None:
    """Give when support was open in `span` so far, and had nobody; None if there were no hours.

    By the process that was in force then; whoever was named to answer was on, too. What was before
    the first shift on record is not judged.
    """
    first = begun()
    if first is None:
        return None
    asked = span.overlap(Period(first, max(first, at)))
    if asked is None:
        return None
    open_ = [
        period
        for part, rules in process.over(asked)
        for period in rules.clock("support").periods(part.start, part.end)
    ]
    declared = sum((period.length for period in open_), timedelta())
    holes = subtract(open_, _had(asked))
    return SupportCover(declared, tuple(holes)) if declared else None


def _had(span: Period) -> Sequence[Period]:
    """Give when somebody was on support, or named to answer."""
    there = {"cancelled_at": None, "end__gt": span.start, "start__lt": span.end}
    shifts = Shift.objects.filter(duty=Duty.SUPPORT, **there).values_list("start", "end")
    named = CoverNomination.objects.filter(**there).values_list("start", "end")
    return union(Period(start, end) for start, end in [*shifts, *named])
