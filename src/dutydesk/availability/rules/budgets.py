"""Targets: how much a service may be down, how much of that is left, and how fast it goes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from dutydesk.availability.rules.timeline import TimeTally
from dutydesk.kernel.periods import Period

BURN_WINDOWS: Mapping[str, timedelta] = {
    "1 hour": timedelta(hours=1),
    "6 hours": timedelta(hours=6),
    "3 days": timedelta(days=3),
}
"""Over which last stretches of time it is said how fast a budget burns; the longest comes last."""
LONGEST = timedelta(days=3)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True)
class AvailabilityTarget:
    """How much of the known time a service is to be up, in percent as written, and over what."""

    percent: str
    per: str
    period: Period

    @property
    def share(self) -> Fraction:
        """Give it as a part of one."""
        return Fraction(self.percent) / 100


@dataclass(frozen=True)
class ErrorBudget:
    """What may be down in a target's period, and what became of it.

    `left` is below nothing once the target can't be met. `burn`: by window, how many times faster
    than evenly it goes; None where nothing is known. `runs_out`: when nothing of it is left if it
    goes on as in the longest window; None if it doesn't within the period.
    """

    target: AvailabilityTarget
    tally: TimeTally
    allowed: timedelta
    burn: Mapping[str, Fraction | None]
    runs_out: datetime | None

    @property
    def left(self) -> timedelta:
        """Give how much longer it may be down."""
        return self.allowed - self.tally.down

    @property
    def left_share(self) -> Fraction | None:
        """Give what is left as a part of what is allowed; None if nothing is."""
        return Fraction(self.left // _TICK, self.allowed // _TICK) if self.allowed else None

    @property
    def met(self) -> bool | None:
        """Say whether the service is at its target, by what is known; None if nothing is."""
        share = self.tally.share
        return None if share is None else share >= self.target.share


def burn_rate(tally: TimeTally, target: Fraction) -> Fraction | None:
    """Give how many times faster than evenly the budget went; None if nothing is known.

    None too for a target of 100 %, which allows nothing.
    """
    if tally.share is None or target == 1:
        return None
    return (1 - tally.share) / (1 - target)


def error_budget(
    target: AvailabilityTarget,
    *,
    whole: timedelta,
    so_far: TimeTally,
    lately: Mapping[str, TimeTally],
    at: datetime,
    after: Callable[[datetime, timedelta], datetime | None],
    many: int = 1,
) -> ErrorBudget:
    """Give what is left of what may be down.

    `whole`: the time of the target's period that counts, to come or past, without what is left
    out. `lately`: by window, what the last time was. `after`: when so much of the time that counts
    will have gone since a moment. `many`: of how many services together it is the time.
    """
    missing = 1 - target.share
    allowed = _part(whole, missing)
    burn = {window: burn_rate(tally, target.share) for window, tally in lately.items()}
    left = allowed - so_far.down
    longest = list(burn.values())[-1] if burn else None
    runs_out = None
    if so_far.down or left > timedelta():
        horizon = _horizon(target.period, at)
        runs_out = _runs_out(left, (longest or 0) * missing * many, horizon, at, after, many)
    return ErrorBudget(target, so_far, allowed, burn, runs_out)


def _runs_out(
    left: timedelta,
    rate: Fraction,
    horizon: datetime,
    at: datetime,
    after: Callable[[datetime, timedelta], datetime | None],
    many: int,
) -> datetime | None:
    """Give when nothing is left; `rate` is how much all services together are down in a moment."""
    if left <= timedelta():
        return at
    if left >= _part(horizon - at, Fraction(rate)):
        return None
    found = after(at, _part(left, many / Fraction(rate)))
    return found if found is not None and found <= horizon else None


def _horizon(period: Period, at: datetime) -> datetime:
    """Give up to when it is told: the end of the period; of the last days, as many days on."""
    return period.end if period.end > at else at + period.length


def _part(whole: timedelta, share: Fraction) -> timedelta:
    return timedelta(microseconds=int(whole // _TICK * share))
