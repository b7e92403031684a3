"""The system's `ssh`, which asks for nothing and connects to nothing but the one host.

Source: ssh_config(5). The first key that a host shows is kept, and no other is taken later.
"""

import subprocess
import threading
from collections.abc import Iterable
from pathlib import Path

from dulwich.client import SubprocessSSHVendor, SubprocessWrapper

from dutydesk.adapters.egress import allowed

LONGEST = 120.0


class SystemSsh(SubprocessSSHVendor):
    """Runs `ssh` for one repository."""

    def __init__(self, known: Path, key: Path | None, inside: Iterable[str]) -> None:
        """Keep where hosts' keys are known, the key to show, and which inner hosts are allowed."""
        self._known, self._key, self._inside = known, key, tuple(inside)
        self._running: list[tuple[subprocess.Popen[bytes], threading.Timer]] = []

    def run_command(
        self,
        host: str,
        command: bytes,
        username: str | None = None,
        port: int | None = None,
        *_: object,
        **__: object,
    ) -> SubprocessWrapper:
        """Run one of Git's commands there. The host's number is looked up once, and checked."""
        number = allowed(host, port or 22, inside=self._inside)
        options = {
            "BatchMode": "yes",
            "ConnectTimeout": "10",
            "HostKeyAlias": host,
            "IdentitiesOnly": "yes",
            "StrictHostKeyChecking": "accept-new",
            "UserKnownHostsFile": str(self._known),
            "ServerAliveInterval": "15",
        }
        process = subprocess.Popen(
            [
                *("ssh", "-x", "-F", "none", "-p", str(port or 22), "-l", username or "git"),
                *(part for name, value in options.items() for part in ("-o", f"{name}={value}")),
                *(("-i", str(self._key)) if self._key else ()),
                *("--", number),
                command.decode(),
            ],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        late = threading.Timer(LONGEST, process.kill)
        late.daemon = True
        late.start()
        self._running.append((process, late))
        return SubprocessWrapper(process)

    def close(self) -> None:
        """End what still runs."""
        for process, late in self._running:
            late.cancel()
            process.kill()
            for pipe in (process.stdin, process.stdout, process.stderr):
                if pipe is not None:
                    pipe.close()
            process.wait()
