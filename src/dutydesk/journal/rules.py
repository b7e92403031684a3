"""When a reaction that failed is tried again."""

from datetime import datetime, timedelta

_LONGEST = timedelta(minutes=10)


def retry_at(*, attempts: int, at: datetime) -> datetime:
    """Give when to try again after `attempts` failures: 2 s, 4 s, 8 s … at most 10 minutes."""
    return at + min(timedelta(seconds=2 ** min(attempts, 20)), _LONGEST)
