"""Who carries how much: shares, and limits."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import Q, QuerySet

from dutydesk.kernel.periods import Period, subtract, union
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.process.rules.hours import Calendar
from dutydesk.process.rules.model import Duty
from dutydesk.rota.flows import roster, shift_corrections
from dutydesk.rota.models import Shift, ShiftCorrection
from dutydesk.rota.rules.duty import open_clock
from dutydesk.rota.rules.shares import Quality, quality
from dutydesk.rota.rules.tallies import Tally, tally

ON_CALL = ("primary", "secondary")
HOUR = timedelta(hours=1)
_Key = TypeVar("_Key")
_EVEN_OUT = timedelta(weeks=26)


@dataclass(frozen=True)
class Share:
    """One person's load in a time: hours on call and on support, and the share of on call.

    `left`: they are not on the team any more, so that no limit is theirs.
    """

    engineer: int
    name: str
    on_call: Tally
    support: Tally
    percent: float
    left: bool = False


@dataclass(frozen=True)
class RotaHealth:
    """How a team carries its on-call rota, and what is beyond the process's limits.

    `quality`: how alike everybody's hours are, and how much of the promised hours have a primary.
    """

    shares: Sequence[Share]
    planned_until: datetime | None
    wrong: Sequence[str]
    hints: Sequence[str]
    quality: Quality


@dataclass(frozen=True)
class _Hours:
    """The hours that count in a part of a time: promised ones of a duty, and working hours."""

    part: Period
    promised: Sequence[Period]
    working: Sequence[Period]
    calendar: Calendar


def _hours(span: Period, duty: Duty) -> list[_Hours]:
    """Give them by the process that was in force at each time: what was is not judged anew."""
    return [
        _Hours(
            part,
            list(rules.clock(open_clock(duty)).periods(part.start, part.end)),
            list(rules.clock("working").periods(part.start, part.end)),
            rules.calendar,
        )
        for part, rules in process.over(span)
    ]


def tallies(periods: Sequence[Period], duty: Duty) -> list[Tally]:
    """Count each period's promised hours of a duty."""
    if not periods:
        return []
    span = Period(min(one.start for one in periods), max(one.end for one in periods))
    hours = _hours(span, duty)
    return [_tally([period], hours) for period in periods]


def count(
    mine: Mapping[_Key, Sequence[Period]], span: Period, duty: str = "primary"
) -> dict[_Key, Tally]:
    """Count the promised hours of a duty in each of these, all of them within `span`."""
    hours = _hours(span, duty) if mine else []  # type: ignore[arg-type]
    return {key: _tally(periods, hours) for key, periods in mine.items()}


def _tally(mine: Sequence[Period], hours: Sequence[_Hours]) -> Tally:
    total = Tally()
    for one in hours:
        total += tally(
            [shared for period in mine if (shared := period.overlap(one.part)) is not None],
            promised=one.promised,
            working=one.working,
            calendar=one.calendar,
        )
    return total


def promised(span: Period, duty: Duty) -> list[Period]:
    """Give when a duty was and is promised in `span`, by the process of each time."""
    return union(
        period
        for part, rules in process.over(span)
        for period in rules.clock(open_clock(duty)).periods(part.start, part.end)
    )


def served(*, at: datetime, people: Iterable[int]) -> dict[int, float]:
    """Give everybody's promised hours on call in the half year before `at`, to even out."""
    span = Period(at - _EVEN_OUT, at)
    mine, hours = _periods(span), _hours(span, "primary")
    return {person: _tally(mine.get((person, True), []), hours).total / HOUR for person in people}


def _periods(span: Period) -> dict[tuple[int, bool], list[Period]]:
    """Give everybody's time in `span`: on call (True) and on support (False)."""
    found: dict[tuple[int, bool], list[Period]] = {}
    for one in shift_corrections.had(span):
        found.setdefault((one.engineer, one.duty in ON_CALL), []).append(one.period)
    return found


def hours_had(span: Period, duty: str) -> dict[int, float]:
    """Give everybody's promised hours of a duty in `span`, as they were had."""
    mine: dict[int, list[Period]] = {}
    for one in shift_corrections.had(span):
        if one.duty == duty:
            mine.setdefault(one.engineer, []).append(one.period)
    return {who: found.total / HOUR for who, found in count(mine, span, duty).items()}


def had_shifts(span: Period, *, besides: Q | None = None) -> QuerySet[Engineer]:
    """Give who has a shift in `span`, whether or not they left since; and who else, if asked."""
    put_right = ShiftCorrection.objects.filter(
        undone_at=None, start__lt=span.end, end__gt=span.start
    )
    theirs = Q(pk__in=roster.between(span).order_by().values("engineer"))
    theirs |= Q(pk__in=put_right.exclude(add=None).values("add"))
    return Engineer.objects.filter(theirs | besides if besides else theirs)


def health(*, span: Period, at: datetime) -> RotaHealth:
    """Judge the on-call rota in `span` by the process's limits. Clause oncall.rota."""
    mine = _periods(span)
    on_call_hours, support_hours = _hours(span, "primary"), _hours(span, "support")
    hours = union(period for one in on_call_hours for period in one.promised)
    declared = sum((period.length for period in hours), timedelta())
    missing = subtract(hours, [shift.period for shift in roster.between(span, duty="primary")])
    shares = []
    for engineer in had_shifts(span, besides=Q(active=True)):
        on_call = _tally(mine.get((engineer.pk, True), []), on_call_hours)
        support = _tally(mine.get((engineer.pk, False), []), support_hours)
        percent = 100 * (on_call.total / declared) if declared else 0.0
        left = not engineer.active
        shares.append(Share(engineer.pk, engineer.name, on_call, support, percent, left))
    last = Shift.objects.filter(duty="primary", cancelled_at=None).order_by("-end").first()
    until = last.end if last and last.end > at else None
    here = [share for share in shares if not share.left]
    wrong, hints = _judge(here, until, at)
    found = quality(
        hours={share.engineer: share.on_call.total / HOUR for share in here},
        covered=declared - sum((period.length for period in missing), timedelta()),
        declared=declared,
    )
    return RotaHealth(shares, until, wrong, hints, found)


def _judge(
    shares: Sequence[Share], until: datetime | None, at: datetime
) -> tuple[list[str], list[str]]:
    limits = process.in_force().on_call.health
    wrong: list[str] = []
    hints: list[str] = []
    for share in shares:
        said = f"{share.name} is on call for {share.percent:.0f}% of the promised hours"
        if share.percent >= limits.share_below:
            wrong.append(f"{said}; the limit is below {limits.share_below}%.")
        elif share.percent > limits.share_ideally:
            hints.append(f"{said}; ideally it is at most {limits.share_ideally}%.")
    people = sum(1 for share in shares if share.on_call.total)
    if people < limits.people:
        wrong.append(f"{_people(people)} on call; it takes at least {limits.people}.")
    elif people < limits.people_ideally:
        hints.append(f"{_people(people)} on call; ideally there are {limits.people_ideally}.")
    if until is None or until < at + limits.planned_ahead:
        weeks = limits.planned_ahead.days // 7
        wrong.append(f"On call is not planned {weeks} weeks ahead.")
    return wrong, hints


def _people(count: int) -> str:
    return "Only 1 person is" if count == 1 else f"Only {count} people are"
