"""What may be put right about an incident, and what is different then."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from dutydesk.kernel.refusals import Refused


class CorrectionRefused(Refused):
    """The incident can't be put right as told."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an incident. `services` are their names, in order.

    `estimated`: nobody knows its times better than about.
    """

    title: str
    services: tuple[str, ...]
    user_impact: bool
    began: datetime | None
    repaired: datetime | None
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is otherwise than was thought: `what` names the field of `Facts`."""

    what: str
    was: Any
    now: Any


def differences(was: Facts, now: Facts) -> Sequence[Difference]:
    """Give what is different, in the order in which the facts are told."""
    pairs = [(one.name, getattr(was, one.name), getattr(now, one.name)) for one in fields(Facts)]
    return [Difference(name, old, new) for name, old, new in pairs if old != new]


def check_times(
    *, began: datetime | None, repaired: datetime | None, ended: datetime | None, at: datetime
) -> None:
    """Refuse times in an order in which they can't have been. `ended`: when it was resolved."""
    for moment in (began, repaired):
        if moment is not None and moment > at:
            raise CorrectionRefused("That time is still to come.", "Correct the time.")
    if began is not None and repaired is not None and repaired < began:
        raise CorrectionRefused("It can't be repaired before it began.", "Correct the times.")
    if ended is None:
        return
    if began is not None and began > ended:
        raise CorrectionRefused("It can't begin after it was resolved.", "Correct when it began.")
    if repaired is not None and repaired > ended:
        raise CorrectionRefused(
            "It can't be repaired after it was resolved.",
            "Reopen it if it was resolved too early, or correct the time.",
        )


def heard(
    began: datetime | None, detected: datetime | None, declared: datetime | None
) -> datetime | None:
    """Give when it was noticed before anybody declared it; None if nobody is known to have.

    What was declared without a word of when it `began` was `detected` as it was `declared`.
    """
    if detected is None or declared is None or detected < declared:
        return detected
    return detected if began is not None and detected == declared else None


def same_minute(one: datetime | None, other: datetime | None) -> bool:
    """Say whether a form, whose times have no seconds, shows the two alike."""
    if one is None or other is None:
        return one is other
    return _minute(one) == _minute(other)


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def may_reopen(*, resolved: datetime, within: timedelta, at: datetime) -> bool:
    """Say whether an incident that was over then may still go on; the last moment counts."""
    return at <= resolved + within
