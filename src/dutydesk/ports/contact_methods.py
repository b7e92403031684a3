"""Judging the addresses by which people are reached."""

from typing import Literal, Protocol

from dutydesk.kernel.refusals import Refused

Kind = Literal["phone or SMS", "SMS", "push", "chat", "webhook"]


class BadAddress(Refused):
    """The address can't be used. Neither sentence repeats what is secret in it."""


class Addresses(Protocol):
    """Knows which services there are, and how their addresses are written."""

    def check(self, address: str) -> Kind:
        """Give the kind of service that an address is of, or raise BadAddress."""
        ...
