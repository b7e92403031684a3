"""Handing something owed to the outside world over to it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol


@dataclass(frozen=True)
class Parcel:
    """One errand on its way. `uncertain`: an earlier try may have arrived after all."""

    key: str
    payload: dict[str, Any]
    attempt: int
    uncertain: bool
    owed_since: datetime
    at: datetime


class Undelivered(Exception):
    """It did not arrive. `reason` has no secret in it; `permanent` means that no retry helps."""

    def __init__(
        self, reason: str, *, permanent: bool = False, retry_after: timedelta | None = None
    ) -> None:
        """Keep why, and when to try again if the other side said so."""
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.retry_after = retry_after


class Courier(Protocol):
    """Delivers one kind of errand. It may block on the network; no transaction is open."""

    def deliver(self, parcel: Parcel) -> str:
        """Deliver and give the other side's reference, or raise Undelivered."""
        ...
