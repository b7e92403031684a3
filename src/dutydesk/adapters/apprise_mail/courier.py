"""Hands e-mail to a mail server. Source: https://github.com/caronc/apprise/wiki/Notify_email."""

import logging
from urllib.parse import quote

from apprise import Apprise, NotifyFormat
from apprise.plugins.email.base import NotifyEmail

from dutydesk.ports.delivery import Parcel, Undelivered

logging.getLogger("apprise").setLevel(logging.CRITICAL)


class MailCourier:
    """Delivers errands whose payload is {"to", "subject", "body"}; the server is an Apprise URL."""

    def __init__(self, url: str) -> None:
        """Send by the server of `url`, as in `mailto://user:secret@host:587?from=desk@host`."""
        self._url = url

    def deliver(self, parcel: Parcel) -> str:
        """Hand one e-mail to the server; its message id is the errand's key."""
        separator = "&" if "?" in self._url else "?"
        address = f"{self._url}{separator}to={quote(parcel.payload['to'])}"
        sender = Apprise.instantiate(address)
        if not isinstance(sender, NotifyEmail):
            raise Undelivered("DUTYDESK_MAIL_URL is not an Apprise e-mail address", permanent=True)
        body = parcel.payload["body"]
        late = parcel.at - parcel.owed_since
        if late.total_seconds() > 120:
            body = f"(This is {int(late.total_seconds() // 60)} minutes late.)\n\n{body}"
        if parcel.uncertain:
            body = f"(You may have had this message before.)\n\n{body}"
        subject = parcel.payload["subject"]
        if not sender.notify(body=body, title=subject, body_format=NotifyFormat.TEXT):
            raise Undelivered("the mail server did not take it")
        return parcel.key
