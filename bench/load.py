"""A client that costs as little as it can, so that the desk is what is measured."""

import re
import selectors
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@dataclass
class Load:
    """What was measured: requests a second, and how long each took, in seconds."""

    seconds: float = 0.0
    taken: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return len(self.taken) / self.seconds


class _Client:
    """One connection that has one request under way."""

    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.create_connection((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.begun = 0.0

    def send(self, request: bytes) -> None:
        self.begun = time.perf_counter()
        self.socket.sendall(request)

    def done(self, status: bytes) -> float:
        """Read the answer, whose head is short; give how long it took."""
        answer = self.socket.recv(65536)
        assert answer.startswith(b"HTTP/1.1 " + status), answer[:200]
        head, _, body = answer.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        left = int(length[1]) - len(body) if length else 0
        while left > 0:
            left -= len(self.socket.recv(left))
        return time.perf_counter() - self.begun


def post(address: str, body: Callable[[int], bytes], numbers: range, clients: int) -> Load:
    """Post a body for each number, each client its next as soon as it is answered."""
    parts = urlsplit(address)
    host, port = parts.hostname or "", parts.port or 80
    head = f"POST {parts.path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
    requests = (
        f"{head}Content-Length: {len(text)}\r\n\r\n".encode() + text
        for text in (body(number) for number in numbers)
    )
    return _drive(requests, [_Client(host, port) for _ in range(clients)], b"200")


def get(address: str, cookies: str, times: int, clients: int = 1) -> Load:
    """Get an address so often with these cookies, each client over one connection."""
    parts = urlsplit(address)
    head = f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nCookie: {cookies}\r\n\r\n"
    requests = (head.encode() for _ in range(times))
    host, port = parts.hostname or "", parts.port or 80
    return _drive(requests, [_Client(host, port) for _ in range(clients)], b"200")


def _drive(requests: Iterator[bytes], clients: list[_Client], status: bytes) -> Load:
    load = Load()
    with selectors.DefaultSelector() as selector:
        begun = time.perf_counter()
        for client in clients:
            request = next(requests, None)
            if request is not None:
                client.send(request)
                selector.register(client.socket, selectors.EVENT_READ, client)
        while selector.get_map():
            for key, _ in selector.select():
                load.taken.append(key.data.done(status))
                request = next(requests, None)
                if request is None:
                    selector.unregister(key.fileobj)
                else:
                    key.data.send(request)
        load.seconds = time.perf_counter() - begun
    for client in clients:
        client.socket.close()
    return load
