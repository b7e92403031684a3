"""When what failed is tried again, and how long a thing waits for somebody who knows it."""

from datetime import datetime, timedelta

LONGEST = timedelta(minutes=10)
_SHORTEST = timedelta(seconds=1)
_PATIENCE = timedelta(minutes=10)


def next_try(
    *,
    attempts: int,
    at: datetime,
    retry_after: timedelta | None = None,
    longest: timedelta = LONGEST,
) -> datetime:
    """Give when to try again: when the other side said, else 2 s, 4 s … at most the `longest`."""
    if retry_after is not None:
        return at + max(retry_after, _SHORTEST)
    return at + min(timedelta(seconds=2 ** min(attempts, 20)), longest)


def patient(*, since: datetime, at: datetime) -> bool:
    """Say whether what has waited `since` for a name that is not known here waits on.

    While programs of two versions run, one may leave what only the other knows.
    """
    return at - since < _PATIENCE
