"""What a message may connect to while it is sent, and for how long, whoever sends it.

Every connection that Python's sockets make in the sending thread passes here, whatever library
makes it, after names were looked up: so neither a redirect nor a name that changes its address
leads anywhere else. Source: https://docs.python.org/3/library/audit_events.html (socket.connect).
"""

import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from os import dup
from socket import SHUT_RDWR, gaierror, getaddrinfo, socket
from typing import Any

_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address.
INNER = "its host is an inner one, which is not allowed here"


class NotAllowed(OSError):
    """A connection was refused before it was made."""


class Leash:
    """What one message may reach. `inside`: inner hosts, addresses or networks; None is all."""

    def __init__(self, inside: Iterable[str] | None) -> None:
        """Begin without a connection."""
        self._inside = None if inside is None else tuple(inside)
        self._lock = threading.Lock()
        self._open: list[socket] = []
        self.refused = False
        self.over = False

    def connect(self, connection: socket, address: Any) -> None:
        """Let a connection be made, or raise NotAllowed."""
        if not self.may_reach(address[0] if isinstance(address, tuple) else address):
            self.refused = True
            raise NotAllowed("this host may not be reached")
        self.take(connection)

    def take(self, connection: socket) -> None:
        """Hold a connection that was made before, too; raise NotAllowed if there is no time."""
        with self._lock:
            if self.over:
                raise NotAllowed("there is no time left")
            # A second handle of the same connection: TLS takes the first one over.
            self._open.append(socket(fileno=dup(connection.fileno())))

    def may_reach(self, address: Any) -> bool:
        """Say whether what has this number may be reached."""
        if self._inside is None:
            return True
        try:
            number = ip_address(str(address).partition("%")[0])
        except ValueError:  # A name that nobody looked up, or no address of the internet at all.
            return False
        number = _led_to(number)
        return _is_public(number) or any(
            number in network for entry in self._inside for network in _networks(entry)
        )

    def end(self) -> None:
        """End every connection, and let none be made any more."""
        with self._lock:
            self.over = True
            for connection in self._open:
                with suppress(OSError):  # It is closed already.
                    connection.shutdown(SHUT_RDWR)

    def close(self) -> None:
        """Give the handles back."""
        with self._lock:
            for connection in self._open:
                connection.close()
            self._open.clear()


def _led_to(number: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Give the IPv4 address that an IPv6 one stands for, if it stands for one."""
    if isinstance(number, IPv4Address):
        return number
    if number in _NAT64:
        return IPv4Address(int(number) & 0xFFFFFFFF)
    return number.ipv4_mapped or number.sixtofour or (number.teredo or (None, None))[1] or number


def _is_public(number: IPv4Address | IPv6Address) -> bool:
    unfit = number.is_multicast or number.is_reserved or getattr(number, "is_site_local", False)
    return number.is_global and not unfit


def _networks(entry: str) -> list[Any]:
    """Give an entry of the setting as networks: a network, an address, or a host's addresses."""
    try:
        return [ip_network(entry, strict=False)]
    except ValueError:
        pass
    try:
        return [
            ip_network(str(found[4][0]).partition("%")[0]) for found in getaddrinfo(entry, None)
        ]
    except (gaierror, UnicodeError):
        return []


_here = threading.local()
_installing = threading.Lock()
_installed = False


def _install() -> None:
    """Begin to hear of connections; for good, since a hook can't be taken away again."""
    global _installed
    with _installing:
        if not _installed:
            sys.addaudithook(_hear)
            _installed = True


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect":
        leash: Leash | None = getattr(_here, "leash", None)
        if leash is not None:
            leash.connect(*arguments)


@contextmanager
def held(*, inside: Iterable[str] | None, seconds: float) -> Iterator[Leash]:
    """Hold this thread's connections to what is allowed, and end them after so many seconds."""
    _install()
    leash = Leash(inside)
    timer = threading.Timer(seconds, leash.end)
    timer.daemon = True
    timer.start()
    _here.leash = leash
    try:
        yield leash
    finally:
        _here.leash = None
        timer.cancel()
        leash.close()


def allowed(host: str, port: int, *, inside: Iterable[str]) -> str:
    """Give the number of a host that may be reached, for a program that connects by itself.

    Raises NotAllowed, and OSError if the host has no address.
    """
    leash = Leash(inside)
    numbers = [str(found[4][0]) for found in getaddrinfo(host, port)]
    for number in numbers:
        if leash.may_reach(number):
            return number
    raise NotAllowed("this host may not be reached")
