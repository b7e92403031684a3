"""Alerts that flap: they begin again and again, and people are called for that once.

One that began more often within a time than the process says is taken for going on until it has
been quiet for a while, so that its alarm and its page last over the pauses.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from dutydesk.process.rules.model import Flapping

MOST_KEPT = 50
"""Beginnings that are remembered of one alert."""


def beginnings(begun: Sequence[str], within: timedelta, at: datetime) -> list[str]:
    """Give when it began lately, with `at`; `begun` and what is given are ISO 8601 in UTC."""
    return [*lately(begun, within, at)[1 - MOST_KEPT :], at.astimezone(UTC).isoformat()]


def lately(begun: Sequence[str], within: timedelta, at: datetime) -> list[str]:
    """Give those beginnings that lie less than `within` before `at`."""
    return [each for each in begun if datetime.fromisoformat(each) > at - within]


def rests_until(begun: Sequence[str], rule: Flapping, at: datetime) -> datetime | None:
    """Give until when one that ends at `at` counts as going on; None if it doesn't flap."""
    flaps = len(lately(begun, rule.within, at)) > rule.more_than
    return at + rule.quiet_for if flaps else None
