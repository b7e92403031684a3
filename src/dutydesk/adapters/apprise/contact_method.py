"""Reaches people by addresses of their own. Source: https://github.com/caronc/apprise/wiki."""

from collections.abc import Callable, Iterable

from dutydesk.adapters.apprise.delivery import PATIENCE, send
from dutydesk.adapters.apprise.library import service
from dutydesk.adapters.apprise.services import service_of
from dutydesk.ports.delivery import Delivery, Undelivered, told


class ContactMethodSender:
    """Delivers messages whose payload is {"contact_method": its number, "subject", "body"}.

    Its address is asked for, so that none lies in the outbox. `inside` are the inner hosts,
    addresses and networks that contact methods may lead to; every public host is allowed.
    """

    def __init__(
        self,
        address_of: Callable[[int], str | None],
        inside: Iterable[str],
        patience: float = PATIENCE,
    ) -> None:
        """Ask `address_of` for the address of a contact method; None if it was removed.

        A message is given up after `patience` seconds.
        """
        self._address_of = address_of
        self._inside = tuple(inside)
        self._patience = patience

    def deliver(self, parcel: Delivery) -> str:
        """Send one message. That the other side took it is all that is known of its arrival."""
        address = self._address_of(parcel.payload["contact_method"])
        if address is None:
            raise Undelivered("this contact method was removed", permanent=True)
        sender = service(address) if service_of(address) else None
        if sender is None:
            raise Undelivered("Apprise can't read this address any more", permanent=True)
        send(
            sender,
            title=parcel.payload["subject"],
            body=told(parcel),
            inside=self._inside,
            patience=self._patience,
        )
        return parcel.key
