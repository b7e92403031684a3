"""Git repositories on this machine, and a server that gives them out as Git's own does."""

import base64
import os
import subprocess
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import SHUT_RDWR

Files = Mapping[str, str | bytes | None]
"""What is in each file, by its path; None if it is to be gone."""
_ALONE = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "Ada",
    "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.org",
}


class GitRepository:
    """A repository that people commit to."""

    def __init__(self, folder: Path, branch: str = "main") -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self.git("init", "--quiet", "--initial-branch", branch)

    def git(self, *words: str) -> str:
        done = subprocess.run(
            ["git", *words], cwd=self.folder, env=self._dated(), capture_output=True, check=True
        )
        return done.stdout.decode().strip()

    def _dated(self) -> dict[str, str]:
        when = "2026-11-20T10:00:00+0000"
        return {**_ALONE, "GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}

    def write(self, files: Files) -> str:
        """Commit these files, and without those that are None; give the commit."""
        for name, content in files.items():
            file = self.folder / name
            if content is None:
                file.unlink()
                continue
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content.encode() if isinstance(content, str) else content)
        return self.commit()

    def commit(self, *more: str) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "Change it", *more)
        return self.git("rev-parse", "HEAD")


def _body(asker: BaseHTTPRequestHandler) -> bytes:
    """Read what was sent, whole or in chunks."""
    if asker.headers.get("Transfer-Encoding", "").lower() != "chunked":
        return asker.rfile.read(int(asker.headers.get("Content-Length") or 0))
    body = b""
    while size := int(asker.rfile.readline().split(b";")[0], 16):
        body += asker.rfile.read(size)
        asker.rfile.readline()
    asker.rfile.readline()
    return body


class GitServer:
    """Gives the repositories below a folder out over HTTP, with a password if one is said.

    It `forgets`: what was pushed is kept, and the answer is lost. `before` is called before each.
    """

    def __init__(self, root: Path, password: str = "") -> None:
        self.asked: list[str] = []
        self.password, self.forgets = password, False
        self.before: Callable[[str], None] = lambda asked: None
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.0"

            def log_message(self, *_: object) -> None:
                pass

            def do_GET(self) -> None:
                server.answer(self, root)

            do_POST = do_GET  # noqa: N815 -- the name that the library calls

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=[0.02], daemon=True).start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, asker: BaseHTTPRequestHandler, root: Path) -> None:
        self.asked.append(f"{asker.command} {asker.path}")
        if self.password and not self._opens(asker.headers.get("Authorization", "")):
            asker.send_response(401)
            asker.end_headers()
            return
        self.before(f"{asker.command} {asker.path}")
        path, _, query = asker.path.partition("?")
        body = _body(asker)
        given = {
            "GIT_PROJECT_ROOT": str(root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "REQUEST_METHOD": asker.command,
            "CONTENT_TYPE": asker.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": asker.headers.get("Content-Encoding", ""),
            "GIT_PROTOCOL": asker.headers.get("Git-Protocol", ""),
            "REMOTE_ADDR": "127.0.0.1",
            "REMOTE_USER": "desk" if self.password else "",
        }
        backend = subprocess.run(
            ["git", "-c", "safe.directory=*", "http-backend"],
            input=body,
            env={**_ALONE, **given},
            capture_output=True,
        )
        if self.forgets and path.endswith("/git-receive-pack") and asker.command == "POST":
            asker.connection.shutdown(SHUT_RDWR)
            return
        self._pass_on(asker, backend.stdout)

    def _opens(self, shown: str) -> bool:
        word = base64.b64encode(f"x-access-token:{self.password}".encode()).decode()
        return shown == f"Basic {word}"

    @staticmethod
    def _pass_on(asker: BaseHTTPRequestHandler, said: bytes) -> None:
        head, _, body = said.partition(b"\r\n\r\n")
        headers = dict(line.decode().split(": ", 1) for line in head.split(b"\r\n") if line)
        asker.send_response(int(headers.pop("Status", "200").split()[0]))
        for name, value in headers.items():
            asker.send_header(name, value)
        asker.end_headers()
        asker.wfile.write(body)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
