"""The connections to one mail server, kept for a moment after a mail for what goes out next.

A burst of mails then opens few connections and signs in once on each. Source: RFC 5321, 3.1 and
4.1.1.5; what a server may do to one that it finds idle: 4.5.3.2.7.
"""

import smtplib
import threading
import time
from contextlib import suppress

MOST = 4
IDLE = 5.0
"""Seconds for which a connection that nobody uses is kept."""
TURN = 1.0
"""Seconds that a mail waits for one of them, before it goes by one of its own: others may hang."""


class MailConnections:
    """Keeps signed-in connections, each for one thread at a time."""

    def __init__(self, idle: float = IDLE) -> None:
        """Begin without one; what is idle for so many seconds is closed."""
        self._idle = idle
        self._lock = threading.Lock()
        self._kept: list[tuple[float, smtplib.SMTP]] = []
        self._turns = threading.BoundedSemaphore(MOST)
        self._closing: threading.Timer | None = None

    def wait(self) -> bool:
        """Wait a moment for a turn; give whether it came. One that came is to be passed on."""
        return self._turns.acquire(timeout=TURN)

    def pass_on(self) -> None:
        """End a turn."""
        self._turns.release()

    def kept(self) -> smtplib.SMTP | None:
        """Give the connection that was used last, if one is kept; it is the caller's now."""
        with self._lock:
            return self._kept.pop()[1] if self._kept else None

    def keep(self, connection: smtplib.SMTP) -> None:
        """Keep one that is ready for another mail; one too many is closed."""
        with self._lock:
            if room := len(self._kept) < MOST:
                self._kept.append((time.monotonic(), connection))
                self._close_later()
        if not room:
            _quit(connection)

    def _close_later(self) -> None:
        """Look after what is idle once the first may be; the lock is held."""
        if self._closing is None and self._kept:
            wait = self._kept[0][0] + self._idle - time.monotonic()
            self._closing = threading.Timer(max(0.0, wait), self._close_idle)
            self._closing.daemon = True
            self._closing.start()

    def _close_idle(self) -> None:
        with self._lock:
            since = time.monotonic() - self._idle
            idle = [one for at, one in self._kept if at <= since]
            self._kept = [(at, one) for at, one in self._kept if at > since]
            self._closing = None
            self._close_later()
        for one in idle:
            _quit(one)


def _quit(connection: smtplib.SMTP) -> None:
    with suppress(OSError, smtplib.SMTPException):
        connection.quit()
    connection.close()
