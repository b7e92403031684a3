"""For how long a message that nobody here delivers is waited for."""

from datetime import datetime, timedelta

from dutydesk.kernel.kinds import MessageKind
from dutydesk.kernel.retries import patient
from dutydesk.ports.delivery import Undelivered

_WAITED_FOR = timedelta(days=1)


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
