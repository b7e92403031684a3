"""Sending one message by one Apprise service, and saying what became of it.

Apprise answers yes or no and tells the rest to its log. That log is read here for the numbers in
it and for nothing else, since addresses and answers in it can hold secrets; it goes nowhere else.
What cannot be had this way is the other side's Retry-After: after a 429 the desk waits a while.
"""

import logging
import re
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from dutydesk.adapters.apprise.library import apprise
from dutydesk.adapters.egress import INNER, held
from dutydesk.ports.delivery import Undelivered

# Seconds in all, and which parts of them to reach the other side and to hear from it.
PATIENCE = 7.0
CONNECT, READ = 3 / 7, 4 / 7
_BUSY = timedelta(seconds=30)
_LATER = {408, 425, 429}
_HTTP = re.compile(r"error=(\d{3})\b")
# As the system says that no connection came about, so that nothing can have arrived.
_UNREACHED = re.compile(
    r"Connection refused|No route to host|Network is unreachable|Name or service not known"
    r"|Temporary failure in name resolution|Failed to establish a new connection"
)


@dataclass
class _Heard:
    """The numbers that one sending had for an answer."""

    http: list[int] = field(default_factory=list)
    unreached: bool = False


_here = threading.local()


class _Listener(logging.Handler):
    """Keeps the numbers for the thread that sends; everything else is dropped."""

    def emit(self, record: logging.LogRecord) -> None:
        heard: _Heard | None = getattr(_here, "heard", None)
        if heard is None:
            return
        text = record.getMessage()
        heard.unreached |= _UNREACHED.search(text) is not None
        if record.levelno >= logging.WARNING:
            heard.http.extend(int(number) for number in _HTTP.findall(text))


_log = logging.getLogger("apprise")
_log.setLevel(logging.DEBUG)
_log.propagate = False
_log.addHandler(_Listener())
logging.getLogger("urllib3").setLevel(logging.CRITICAL)  # It logs addresses, which are secrets.


def send(sender: Any, *, title: str, body: str, inside: Iterable[str], patience: float) -> None:
    """Send a message within `patience` seconds, or raise Undelivered. `inside`: see guard."""
    sender.socket_connect_timeout = CONNECT * patience
    sender.socket_read_timeout = READ * patience
    heard = _here.heard = _Heard()
    try:
        with held(inside=inside, seconds=patience) as leash:
            sent = sender.notify(title=title, body=body, body_format=apprise().NotifyFormat.TEXT)
    finally:
        _here.heard = None
    if leash.refused:
        raise Undelivered(INNER, permanent=True)
    if not sent:
        raise _why(heard, f"there was no answer within {patience:g} seconds" if leash.over else "")


def _why(heard: _Heard, late: str) -> Undelivered:
    if late:
        return Undelivered(late, uncertain=not heard.unreached)
    if not heard.http:
        reason = "it could not be reached" if heard.unreached else "it gave no proper answer"
        return Undelivered(reason, uncertain=not heard.unreached)
    code = heard.http[-1]
    lasting = all(400 <= each < 500 and each not in _LATER for each in heard.http)
    return Undelivered(
        f"it answered {code}", permanent=lasting, retry_after=_BUSY if code == 429 else None
    )
