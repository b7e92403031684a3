"""A real web server on the loopback that takes webhooks, and fails when it is told to."""

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Received:
    headers: dict[str, str]
    body: bytes
    path: str

    @property
    def told(self) -> Any:
        return json.loads(self.body)


@dataclass
class Receiver:
    """Keeps what is posted to it; answers with `statuses` first, then with 200.

    With each answer it names `elsewhere`, which a redirect leads to; itself, if that is empty.
    """

    statuses: list[int] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    elsewhere: str = ""

    def __post_init__(self) -> None:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.take(self.rfile.read(int(self.headers.get("Content-Length", 0))))

            def do_GET(self) -> None:
                self.take(b"")

            def take(self, body: bytes) -> None:
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.received.append(Received(headers, body, self.path))
                self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
                leads_to = receiver.elsewhere or f"{receiver.url}/elsewhere"
                self.send_header("Location", leads_to)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/secret-path"
        threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
