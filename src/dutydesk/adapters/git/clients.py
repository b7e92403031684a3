"""A client for each kind of address, and what may open it."""

import os
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dulwich.client import GitClient, HttpGitClient, SSHGitClient, TCPGitClient
from urllib3 import BaseHTTPResponse, PoolManager, Retry, Timeout

from dutydesk.adapters.git.ssh import SystemSsh
from dutydesk.ports.repositories import Origin, RepositoryTrouble

SECRETS = "DUTYDESK_HANDBOOK_SECRETS"
LOCAL = "DUTYDESK_HANDBOOK_LOCAL"
LONGEST_SECRET = 20_000
_WHO = "x-access-token"
"""Whom GitHub and GitLab take a token of; who needs another name writes it before the token."""


@dataclass(frozen=True)
class Opened:
    """A client, the path to ask it for, and a folder if the repository is one of this machine."""

    client: GitClient | None
    path: bytes = b""
    folder: Path | None = None
    close: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class Clients:
    """Makes a client for a repository. `keys`: where a key lies while it is used."""

    keys: Path
    secrets: Mapping[str, Path] = field(default_factory=dict)
    inside: Iterable[str] = ()
    local: bool = False

    def open(self, origin: Origin) -> Opened:
        """Give what asks for this repository."""
        secret = self._secret(origin.secret) if origin.secret else ""
        parts = urlsplit(origin.url)
        if parts.scheme in ("http", "https"):
            return _by_http(origin.url, secret)
        if parts.scheme in ("file", "git") and not self.local:
            raise RepositoryTrouble(
                f"Repositories at {parts.scheme}:// are not read.",
                f"Use https:// or SSH; or whoever runs the desk sets {LOCAL}.",
                lasting=True,
            )
        if parts.scheme == "file":
            return Opened(None, folder=Path(parts.path))
        if parts.scheme == "git":
            return Opened(TCPGitClient(parts.hostname or "", parts.port), os.fsencode(parts.path))
        return self._by_ssh(origin, secret)

    def _by_ssh(self, origin: Origin, key: str) -> Opened:
        parts = urlsplit(origin.url)
        if parts.scheme == "ssh":
            host, user, port, path = parts.hostname, parts.username, parts.port, parts.path
        else:
            who, _, path = origin.url.partition(":")
            user, _, host = who.rpartition("@")
            port = None
        file = self._key_file(origin.name, key) if key else None
        vendor = SystemSsh(self.keys / "known_hosts", file, tuple(self.inside))
        client = SSHGitClient(host or "", port, user or "git", vendor=vendor)
        return Opened(client, os.fsencode(path), close=vendor.close)

    def _key_file(self, name: str, key: str) -> Path:
        """Give a file that nobody else may read, as `ssh` wants it, however the secret lies."""
        file = self.keys / f"{name}.key"
        file.unlink(missing_ok=True)
        with os.fdopen(os.open(file, os.O_CREAT | os.O_WRONLY, stat.S_IRUSR), "w") as opened:
            opened.write(key if key.endswith("\n") else f"{key}\n")
        return file

    def _secret(self, name: str) -> str:
        remedy = (
            f"Whoever runs the desk names its file in {SECRETS}, like {name}=/run/secrets/{name}."
        )
        file = self.secrets.get(name)
        if file is None:
            raise RepositoryTrouble(f"The secret “{name}” is not known here.", remedy, lasting=True)
        try:
            text = file.read_bytes()[:LONGEST_SECRET].decode().strip()
        except (OSError, UnicodeDecodeError) as error:
            why = f"The file of the secret “{name}” can't be read ({type(error).__name__})."
            raise RepositoryTrouble(why, remedy, lasting=True) from None
        if not text:
            raise RepositoryTrouble(
                f"The file of the secret “{name}” is empty.", remedy, lasting=True
            )
        return text


class _Pool(PoolManager):
    """Connections, which are closed with all that was answered on them."""

    def __init__(self) -> None:
        super().__init__(
            headers={"User-Agent": "git/dutydesk"},
            timeout=Timeout(connect=10, read=30),
            retries=Retry(None, connect=0, read=0, redirect=3, status=0, other=0),
        )
        self._answers: list[BaseHTTPResponse] = []

    def urlopen(self, *asked: Any, **how: Any) -> BaseHTTPResponse:
        answer = super().urlopen(*asked, **how)
        self._answers.append(answer)
        return answer

    def close(self) -> None:
        for answer in self._answers:
            answer.close()
        self.clear()


def _by_http(url: str, secret: str) -> Opened:
    user, _, token = secret.rpartition(":")
    pool = _Pool()
    client = HttpGitClient(
        url,
        pool_manager=pool,
        username=(user or _WHO) if secret else None,
        password=token or None,
    )
    return Opened(client, os.fsencode(urlsplit(url).path), close=pool.close)
