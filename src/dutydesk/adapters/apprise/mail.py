"""Hands e-mail to a mail server that is named by an Apprise address.

Apprise reads the address, with what it knows of each provider; the standard library talks to the
server. Apprise's own sending reads all certificates of the machine for every mail, which takes
longer than the mail, and tells what went wrong only to its log.
Sources: https://github.com/caronc/apprise/wiki/Notify_email, RFC 5321, RFC 5322.
"""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from functools import cached_property
from hashlib import sha256
from importlib import import_module
from typing import TYPE_CHECKING, cast

from dutydesk.adapters.apprise.delivery import CONNECT, PATIENCE
from dutydesk.adapters.apprise.library import service
from dutydesk.adapters.apprise.mail_connections import IDLE, MailConnections
from dutydesk.adapters.egress import Leash, held
from dutydesk.kernel.late import library
from dutydesk.ports.delivery import Delivery, Undelivered, told

if TYPE_CHECKING:
    import icalendar
    from apprise.plugins.email.base import NotifyEmail
else:
    icalendar = library("icalendar")

_SIGN_IN = {530, 534, 535, 538}


class MailSender:
    """Delivers messages whose payload is {"to", "subject", "body"}, by an Apprise URL.

    With `unsubscribe`, an address, mail programs offer to end such mails by a post there; with
    `calendar`, {"method", "text"}, they take what is in it into their owner's calendar.
    """

    def __init__(self, url: str, patience: float = PATIENCE, idle: float = IDLE) -> None:
        """Send by the server of `url`, as in `mailto://user:secret@host:587?from=desk@host`.

        A mail is given up after `patience` seconds; a connection is kept for `idle` seconds.
        """
        self._connections = MailConnections(idle)
        self._url = url
        self._patience = patience

    def deliver(self, parcel: Delivery) -> str:
        """Hand one e-mail to the server; a refused recipient is permanent, a busy server is not."""
        server = self._server
        if server is None:
            raise Undelivered("DUTYDESK_MAIL_URL is not an Apprise e-mail address", permanent=True)
        name, sender = (str(part or "") for part in server.from_addr)
        to, message = parcel.payload["to"], _message(parcel, formataddr((name, sender)), sender)
        turn = self._connections.wait()
        try:
            with held(inside=None, seconds=self._patience) as leash:
                connection = self._hand_over(leash, sender, to, message)
            self._connections.keep(connection)
        except smtplib.SMTPResponseException as refusal:
            raise _refused(refusal.smtp_code) from None
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise _unreached(error, self._late(error, leash)) from None
        finally:
            if turn:
                self._connections.pass_on()
        return parcel.key

    def _hand_over(self, leash: Leash, sender: str, to: str, message: bytes) -> smtplib.SMTP:
        """Hand one mail over by a kept connection or a new one; give the one it went by.

        Where a kept one is found closed before it has the mail, a new one takes it at once.
        """
        kept = self._connections.kept()
        if kept is not None and kept.sock is not None:
            try:
                leash.take(kept.sock)
                _hand_over(kept, sender, to, message)
                return kept
            except BaseException as error:
                kept.close()
                if not _stale(error):
                    raise
        connection = self._signed_in()
        try:
            _hand_over(connection, sender, to, message)
        except BaseException:
            connection.close()
            raise
        return connection

    def _late(self, error: Exception, leash: Leash) -> str:
        over = leash.over or isinstance(error, TimeoutError)
        return f"there was no answer within {self._patience:g} seconds" if over else ""

    @cached_property
    def _server(self) -> "NotifyEmail | None":
        separator = "&" if "?" in self._url else "?"
        named = service(f"{self._url}{separator}to=desk@example.org")
        email = import_module("apprise.plugins.email.base").NotifyEmail
        return cast("NotifyEmail", named) if isinstance(named, email) else None

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        """Give whom to trust, read once: that takes longer than to send a mail."""
        context = ssl.create_default_context()
        if self._server is not None and not self._server.verify_certificate:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context

    def _signed_in(self) -> smtplib.SMTP:
        """Open a connection by which mails can be handed over."""
        server = self._server
        if server is None:
            raise ValueError("there is no mail server")
        where, wait = (server.smtp_host, int(server.port or 0)), CONNECT * self._patience
        if server.secure_mode == "ssl":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=wait, context=self._trust)
        else:
            connection = smtplib.SMTP(*where, timeout=wait)
        try:
            if server.secure_mode == "starttls":
                connection.starttls(context=self._trust)
            if server.user and server.password:
                connection.login(server.user, server.password)
        except BaseException:
            connection.close()
            raise
        return connection


def _message(parcel: Delivery, author: str, sender: str) -> bytes:
    """Give the mail. Each try at one message has the same Message-ID, by which readers drop one."""
    message = EmailMessage()
    message["From"], message["To"] = author, parcel.payload["to"]
    message["Subject"] = " ".join(parcel.payload["subject"].split())
    message["Date"] = format_datetime(parcel.at)
    # A desk that was made again from a backup may give a key twice, and means another mail by it.
    name = sha256(f"{parcel.key} {parcel.owed_since.timestamp()}".encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{name}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    if end := parcel.payload.get("unsubscribe"):  # https://www.rfc-editor.org/rfc/rfc8058
        message["List-Unsubscribe"] = f"<{end}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(told(parcel))
    if calendar := parcel.payload.get("calendar"):  # https://www.rfc-editor.org/rfc/rfc6047
        text = _with_organiser(calendar["text"], sender)
        message.add_alternative(text, subtype="calendar", params={"method": calendar["method"]})
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


def _with_organiser(calendar: str, sender: str) -> str:
    """Give a calendar whose events come from whoever the mail is from: answers go back there."""
    found = icalendar.Calendar.from_ical(calendar)
    for event in found.walk("VEVENT"):
        event["ORGANIZER"] = icalendar.vCalAddress(f"mailto:{sender}")
    return str(found.to_ical(), "utf-8")


class _Uncertain(OSError):
    """The connection was lost after the mail was sent, and before the server said a word."""


def _stale(error: BaseException) -> bool:
    """Say whether the server was done with a connection that was kept, and has nothing of a mail.

    It may have hung up, or say so by code 421 at any time (RFC 5321, 3.8); some say another passing
    code once they had enough mails by one connection.
    """
    if isinstance(error, smtplib.SMTPResponseException):
        return 400 <= error.smtp_code < 500
    return isinstance(error, OSError | smtplib.SMTPException) and not isinstance(error, _Uncertain)


def _hand_over(connection: smtplib.SMTP, sender: str, to: str, message: bytes) -> None:
    """Hand one mail over. Raises SMTPResponseException for what the server refuses."""
    connection.ehlo_or_helo_if_needed()
    for code, text in (connection.mail(sender), connection.rcpt(to)):
        if code not in (250, 251):
            raise smtplib.SMTPResponseException(code, text)
    try:
        code, text = connection.data(message)
    except (OSError, smtplib.SMTPServerDisconnected) as error:
        raise _Uncertain from error
    if code != 250:
        raise smtplib.SMTPResponseException(code, text)


def _refused(code: int) -> Undelivered:
    if code in _SIGN_IN:
        return Undelivered(f"the mail server did not let the desk sign in ({code})")
    return Undelivered(f"the mail server refused it ({code})", permanent=code >= 500)


def _unreached(error: Exception, late: str) -> Undelivered:
    if late:
        reason = late
    elif isinstance(error, ValueError | smtplib.SMTPException | _Uncertain):
        reason = "the mail server gave no proper answer"
    else:
        reason = "the mail server could not be reached"
    return Undelivered(reason, uncertain=isinstance(error, _Uncertain))
