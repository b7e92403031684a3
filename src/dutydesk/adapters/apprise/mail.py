"""Hands e-mail to a mail server. Source: https://github.com/caronc/apprise/wiki/Notify_email."""

from urllib.parse import quote

from apprise import Apprise
from apprise.plugins.email.base import NotifyEmail

from dutydesk.adapters.apprise.sending import asset, send
from dutydesk.ports.delivery import Parcel, Undelivered, told


class MailCourier:
    """Delivers errands whose payload is {"to", "subject", "body"}; the server is an Apprise URL."""

    def __init__(self, url: str) -> None:
        """Send by the server of `url`, as in `mailto://user:secret@host:587?from=desk@host`."""
        self._url = url

    def deliver(self, parcel: Parcel) -> str:
        """Hand one e-mail to the server; a refused recipient is permanent, a busy server is not."""
        separator = "&" if "?" in self._url else "?"
        address = f"{self._url}{separator}to={quote(parcel.payload['to'])}"
        sender = Apprise.instantiate(address, asset=asset())
        if not isinstance(sender, NotifyEmail):
            raise Undelivered("DUTYDESK_MAIL_URL is not an Apprise e-mail address", permanent=True)
        send(sender, title=parcel.payload["subject"], body=told(parcel))
        return parcel.key
