"""What the handbook promises: that pages are looked through again when they said they would be."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from dutydesk.kernel.kinds import PromiseKind
from dutydesk.kernel.periods import instant

REVIEW = PromiseKind(
    "handbook.review",
    "Look through the handbook's pages whose review is overdue",
    short="a look through overdue pages",
    clause="docs.repo",
)
EVERY = timedelta(weeks=1)
_MONDAY, _AT = 0, time(10)


def next_reminder(at: datetime, zone: ZoneInfo) -> datetime:
    """Give when the team is asked next: on Mondays at ten, by their clock."""
    local = at.astimezone(zone)
    day = local.date() + timedelta(days=(_MONDAY - local.weekday()) % 7)
    first = instant(datetime.combine(day, _AT), zone)
    if first > at:
        return first
    return instant(datetime.combine(day + timedelta(weeks=1), _AT), zone)
