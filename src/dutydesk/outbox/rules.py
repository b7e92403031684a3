"""How long one try may take, and when the next one is."""

from datetime import datetime, timedelta

LEASE = timedelta(seconds=6)
"""How long a try is another worker's to take over after its own worker was last heard of."""
_LONGEST = timedelta(minutes=10)


def next_try(*, attempts: int, at: datetime, retry_after: timedelta | None) -> datetime:
    """Give when to try again: when the other side said, else 2 s, 4 s … at most 10 minutes."""
    if retry_after is not None:
        return at + max(retry_after, timedelta(seconds=1))
    return at + min(timedelta(seconds=2 ** min(attempts, 20)), _LONGEST)
