"""A server on loopback that behaves as it is told: well, badly, or not at all.

It speaks HTTP or SMTP. Each behaviour is what one connection meets; what was asked is kept.
"""

import json
import socket
import struct
import threading
from contextlib import suppress
from typing import Any, BinaryIO, Literal

Mood = Literal["success", "refusal", "busy", "broken", "silence", "trickle", "garbage", "reset"]
Protocol = Literal["http", "smtp"]
MOODS: tuple[Mood, ...] = (
    "success", "refusal", "busy", "broken", "silence", "trickle", "garbage", "reset",
)  # fmt: skip
RETRY_AFTER = 90
# Seconds after which a server that hangs answers after all: far more than anybody waits for one,
# however slow the machine. `tired` says that somebody did.
HANGS = 600.0
# Seconds between two bytes of one that trickles: each comes long before anybody's patience ends.
TRICKLE = 0.25
_STATUS = {"success": "200 OK", "refusal": "403 No", "busy": "429 Wait", "broken": "503 Oh"}
_SMTP = {"refusal": "550 no such box", "busy": "451 later", "broken": "421 later"}


class MoodyServer:
    """Answers every connection in its mood. `asked` holds each request's text."""

    def __init__(self, mood: Mood, protocol: Protocol = "http", says: str = "") -> None:
        self.mood, self.protocol, self.says = mood, protocol, says
        self.asked: list[str] = []
        self.over, self.tired = threading.Event(), False
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self.address = f"127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self.over.set()
        with suppress(OSError):  # It was closed before.
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def json(self) -> list[Any]:
        """Give the bodies of the HTTP requests that were asked."""
        return [json.loads(text.partition("\r\n\r\n")[2]) for text in self.asked]

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                self._answer(connection)
            except OSError:
                return

    def _answer(self, connection: socket.socket) -> None:
        if self.protocol == "smtp":
            self._mail(connection)
        elif self.mood == "silence":
            self._hang()
        else:
            self.asked.append(_request(connection))
            self._http(connection)

    def _hang(self) -> None:
        self.tired = not self.over.wait(HANGS)

    def _http(self, connection: socket.socket) -> None:
        if self._misbehaves(connection, b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"):
            return
        body = self.says.encode()
        more = f"Retry-After: {RETRY_AFTER}\r\n" if self.mood == "busy" else ""
        head = f"HTTP/1.1 {_STATUS[self.mood]}\r\n{more}Content-Length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)

    def _misbehaves(self, connection: socket.socket, start: bytes) -> bool:
        match self.mood:
            case "garbage":
                connection.sendall(b"\0\xff nonsense " + self.says.encode() + b"\r\n" * 9)
            case "reset":
                linger = struct.pack("ii", 1, 0)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            case "trickle":
                connection.sendall(start)
                for _ in range(int(HANGS / TRICKLE)):
                    if self.over.wait(TRICKLE):
                        return True
                    connection.sendall(b".")
                self.tired = True
            case _:
                return False
        return True

    def _mail(self, connection: socket.socket) -> None:
        """Answer a mail server's way; one that is silent or resets does so once it has the mail."""
        if self.mood != "reset" and self._misbehaves(connection, b"2"):
            return
        connection.sendall(b"220 here\r\n")
        lines = connection.makefile("rb")
        for line in lines:
            word = line[:4].strip().upper()
            if word == b"DATA":
                if not self._take(connection, lines):
                    return
            elif word == b"RCPT" and self.mood in _SMTP:
                connection.sendall(f"{_SMTP[self.mood]} {self.says}\r\n".encode())
            elif word == b"QUIT":
                connection.sendall(b"221 bye\r\n")
                return
            else:
                connection.sendall(b"250 fine\r\n")

    def _take(self, connection: socket.socket, lines: BinaryIO) -> bool:
        """Take a mail's text; give whether the server goes on talking after that."""
        connection.sendall(b"354 go on\r\n")
        text = b"\r\n"
        while not text.endswith(b"\r\n.\r\n"):
            text += lines.readline()
        text = text.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n.")
        self.asked.append(text.removeprefix(b"\r\n").decode())
        if self.mood == "silence":
            self._hang()
        if self._misbehaves(connection, b""):
            return False
        connection.sendall(b"250 taken\r\n")
        return True


def _request(connection: socket.socket) -> str:
    """Read one HTTP request whole."""
    text = b""
    while b"\r\n\r\n" not in text:
        text += connection.recv(65536) or b"\r\n\r\n"
    head, _, body = text.partition(b"\r\n\r\n")
    length = next(
        (
            int(line.split(b":")[1])
            for line in head.lower().split(b"\r\n")
            if line.startswith(b"content-length:")
        ),
        0,
    )
    while len(body) < length:
        body += connection.recv(65536)
    return (head + b"\r\n\r\n" + body).decode()
