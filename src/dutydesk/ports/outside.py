"""Hearing what people do in a chat outside, and answering them there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

Payload = Mapping[str, Any]


class Ear(Protocol):
    """Understands what came in from one chat outside."""

    def prepare(self, payload: Payload, *, at: datetime) -> None:
        """Find out what must be known first. Uses the network; raises ports.delivery.Undelivered.

        May be called any number of times for the same payload.
        """
        ...

    def take(self, payload: Payload, *, at: datetime) -> None:
        """Do what it says, inside a transaction, with whatever is known. May raise Refused."""
        ...
