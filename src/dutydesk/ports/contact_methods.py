"""Judging the addresses by which people are reached."""

from collections.abc import Callable
from typing import Literal, Protocol

from dutydesk.kernel.kinds import MessageKind
from dutydesk.kernel.refusals import Refused

Kind = Literal["phone or SMS", "SMS", "push", "chat", "webhook"]
AddressOf = Callable[[int], str | None]
"""Gives the address of a person's contact method; None if it was removed."""
CONTACT_METHOD = MessageKind(
    "contact-method", "what carries messages to people's own contact methods"
)


class BadAddress(Refused):
    """The address can't be used. Neither sentence repeats what is secret in it."""


class Addresses(Protocol):
    """Knows which services there are, and how their addresses are written."""

    def check(self, address: str) -> Kind:
        """Give the kind of service that an address is of, or raise BadAddress."""
        ...
