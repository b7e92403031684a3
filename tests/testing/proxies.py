"""Debian's nginx before a site, and a small site that says what it is asked."""

import os
import re
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx

from testing.machine import eventually, free_port, needs

DOCS = Path(__file__).parents[2] / "docs" / "operating.md"


def documented() -> str:
    """Give the nginx configuration that the operator's guide shows."""
    found = re.search(r"```nginx\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert found, "the guide shows no nginx configuration"
    return found[1]


STATUSES = {"/forbidden": 403, "/broken": 500, "/gate/prison-visits": 500}


class Site:
    """A web application that somebody put behind nginx, with faults of its own.

    Asked as if it were the gate, it fails.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                asked.append(f"{self.command} {self.path}")
                said = b"the site says " + body
                self.send_response(STATUSES.get(self.path, 200))
                self.send_header("Content-Length", str(len(said)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(said)

            do_POST = do_HEAD = do_GET  # noqa: N815 -- the library's names

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = int(self.server.server_address[1])
        threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


class Nginx:
    """nginx with the documented configuration, but for where things listen."""

    def __init__(self, folder: Path, desk: int, site: int) -> None:
        binary = needs("nginx")
        self.port = free_port()
        snippet = documented()
        for written, here in (("8000", desk), ("9000", site), ("8080", self.port)):
            assert f"127.0.0.1:{written};" in snippet
            snippet = snippet.replace(f"127.0.0.1:{written};", f"127.0.0.1:{here};")
        file = folder / "nginx.conf"
        paths = "".join(
            f"{kind}_temp_path {folder / kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        # Its workers would be somebody else, who may not write here.
        user = "user root; " if os.getuid() == 0 else ""
        file.write_text(
            f"{user}daemon off; pid {folder / 'pid'}; error_log {folder / 'error.log'} warn;\n"
            f"events {{}}\nhttp {{\naccess_log off;\n{paths}{snippet}}}\n"
        )
        self.process = subprocess.Popen([binary, "-c", str(file), "-p", str(folder)])
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=60)
        eventually(self._listens)

    def _listens(self) -> bool:
        assert self.process.poll() is None, "nginx did not start"
        return self.client.get("/").status_code > 0

    def close(self) -> None:
        self.client.close()
        self.process.terminate()
        self.process.wait(60)
