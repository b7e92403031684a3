"""When a reaction that failed is tried again, and how long one waits for who can run it."""

from datetime import datetime, timedelta

_LONGEST = timedelta(minutes=10)
_PATIENCE = timedelta(minutes=10)


def retry_at(*, attempts: int, at: datetime) -> datetime:
    """Give when to try again after `attempts` failures: 2 s, 4 s, 8 s … at most 10 minutes."""
    return at + min(timedelta(seconds=2 ** min(attempts, 20)), _LONGEST)


def patient(*, since: datetime, at: datetime) -> bool:
    """Say whether what has waited `since` for a name that is not known here waits on.

    While programs of two versions run, one may leave what only the other knows.
    """
    return at - since < _PATIENCE
