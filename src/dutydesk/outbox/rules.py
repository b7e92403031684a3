"""How long one try may take, and when the next one is."""

from datetime import datetime, timedelta

from dutydesk.journal.rules import patient
from dutydesk.kernel.kinds import MessageKind
from dutydesk.ports.delivery import Undelivered

LEASE = timedelta(seconds=6)
"""How long a try is another worker's to take over after its own worker was last heard of."""
_LONGEST = timedelta(minutes=10)
_WAITED_FOR = timedelta(days=1)


def next_try(*, attempts: int, at: datetime, retry_after: timedelta | None) -> datetime:
    """Give when to try again: when the other side said, else 2 s, 4 s … at most 10 minutes."""
    if retry_after is not None:
        return at + max(retry_after, timedelta(seconds=1))
    return at + min(timedelta(seconds=2 ** min(attempts, 20)), _LONGEST)


def explain_undelivered(
    word: str, kind: MessageKind | None, *, since: datetime, at: datetime
) -> Undelivered:
    """Say why an outbox message that nobody here delivers did not arrive.

    What could be set up is waited for, a day and no longer: later it would only mislead. A kind
    that this program doesn't know is waited for as long as two versions of it may run.
    """
    if kind is None:
        reason = f"nothing in this program delivers “{word}”"
        return Undelivered(reason, permanent=not patient(since=since, at=at))
    remedy = f" ({kind.setting})" if kind.setting else ""
    reason = f"{kind.taker} is not set up here{remedy}"
    return Undelivered(reason, permanent=at - since >= _WAITED_FOR)
