"""Handing something owed to the outside world over to it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from dutydesk.kernel.kinds import MessageKind

MAIL = MessageKind("email", "a mail server", setting="DUTYDESK_MAIL_URL")


@dataclass(frozen=True)
class Delivery:
    """One outbox message on its way. `uncertain`: an earlier try may have arrived after all."""

    key: str
    payload: dict[str, Any]
    attempt: int
    uncertain: bool
    owed_since: datetime
    at: datetime


def told(parcel: Delivery) -> str:
    """Give the body of a message, with a word before it if it is late or may be a second one."""
    body: str = parcel.payload["body"]
    late = int((parcel.at - parcel.owed_since).total_seconds())
    if late > 120:
        body = f"(This is {late // 60} minutes late.)\n\n{body}"
    if parcel.uncertain:
        body = f"(You may have had this message before.)\n\n{body}"
    return body


class Undelivered(Exception):
    """It did not arrive. `reason` has no secret in it; `permanent` means that no retry helps.

    `uncertain`: it may have arrived after all, since the other side never said.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        retry_after: timedelta | None = None,
        uncertain: bool = False,
    ) -> None:
        """Keep why, and when to try again if the other side said so."""
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.retry_after = retry_after
        self.uncertain = uncertain


class Sender(Protocol):
    """Delivers one kind of outbox message. It may block on the network; no transaction is open."""

    def deliver(self, parcel: Delivery) -> str:
        """Deliver and give the other side's reference, or raise Undelivered."""
        ...
