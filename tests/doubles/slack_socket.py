"""Slack's end of Socket Mode: a WebSocket server that tells, and hears what is acknowledged.

The little of RFC 6455 that it takes: the handshake, text, ping and close in one frame each.
"""

import base64
import hashlib
import json
import socket
import struct
import threading
from typing import Any

_MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


class SocketServer:
    """Serves one connection after another."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"ws://127.0.0.1:{self._server.getsockname()[1]}/link/?ticket=secret"
        self.answers: list[dict[str, Any]] = []
        self.connections = 0
        self._open: socket.socket | None = None
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def connected(self) -> bool:
        return self._open is not None

    def tell(self, kind: str, payload: dict[str, Any], envelope: str) -> None:
        told = {"type": kind, "envelope_id": envelope, "payload": payload}
        self._send(TEXT, json.dumps({**told, "accepts_response_payload": True}).encode())

    def move(self) -> None:
        """Ask the other side to connect anew, as Slack does every few hours."""
        self._send(TEXT, json.dumps({"type": "disconnect", "reason": "refresh_requested"}).encode())

    def drop(self) -> None:
        """Break the connection without a word."""
        if self._open is not None:
            self._open.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.drop()
        self._server.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as reading:
            key = ""
            while (line := reading.readline().strip()) != b"":
                name, _, value = line.decode().partition(":")
                if name.lower() == "sec-websocket-key":
                    key = value.strip()
            accept = base64.b64encode(hashlib.sha1((key + _MAGIC).encode()).digest()).decode()
            connection.sendall(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode()
            )
            self._open = connection
            self.connections += 1
            try:
                self._send(TEXT, json.dumps({"type": "hello", "num_connections": 1}).encode())
                while self._hear(reading):
                    pass
            except OSError:
                pass
            if self._open is connection:
                self._open = None

    def _hear(self, reading: Any) -> bool:
        head = reading.read(2)
        if len(head) < 2:
            return False
        size = head[1] & 127
        if size == 126:
            size = struct.unpack("!H", reading.read(2))[0]
        elif size == 127:
            size = struct.unpack("!Q", reading.read(8))[0]
        mask = reading.read(4) if head[1] & 128 else b"\0" * 4
        data = bytes(b ^ mask[i % 4] for i, b in enumerate(reading.read(size)))
        kind = head[0] & 15
        if kind == PING:
            self._send(PONG, data)
        elif kind == TEXT:
            self.answers.append(json.loads(data))
        return bool(kind != CLOSE)

    def _send(self, kind: int, data: bytes) -> None:
        size = len(data)
        head = bytes([128 | kind])
        head += bytes([size]) if size < 126 else bytes([126]) + struct.pack("!H", size)
        if self._open is not None:
            self._open.sendall(head + data)
