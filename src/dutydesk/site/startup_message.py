"""What `serve` says on its standard output: that it starts, and where it is once it answers."""

import http.client
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

from dutydesk.kernel.addresses import path_to

_LOOK = 0.05
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def say(text: str) -> None:
    """Write it at once, also where the output goes into a file."""
    sys.stdout.write(text.rstrip("\n") + "\n")
    sys.stdout.flush()


def say_once_it_answers(
    text: str,
    *,
    host: str,
    port: int,
    address: str,
    stopping: threading.Event,
    say: Callable[[str], None] = say,
) -> threading.Thread:
    """Say it as soon as the web answers there, so that a link in it can be opened; meanwhile go on.

    It is asked by the name that `address` gives it. Ends unsaid when `stopping` is set.
    """

    def wait() -> None:
        while not stopping.is_set():
            if _answers(_ANY.get(host, host), port, urlsplit(address).netloc):
                return say(text)
            stopping.wait(_LOOK)

    thread = threading.Thread(target=wait, name="announcement", daemon=True)
    thread.start()
    return thread


def _answers(host: str, port: int, name: str) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    with suppress(OSError, http.client.HTTPException):
        try:
            connection.request("GET", path_to("now"), headers={"Host": name})
            return connection.getresponse().status > 0
        finally:
            connection.close()
    return False
