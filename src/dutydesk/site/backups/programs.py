"""PostgreSQL's own programs, run so that no password is seen in the list of processes."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from dutydesk.kernel.refusals import Refused
from dutydesk.site.embedded.owner import VERSION, program


class Failed(Refused):
    """A program of PostgreSQL's ended without doing its work; what it said is in the reason."""


def path_of(name: str, version: int = VERSION) -> Path:
    """Give the program for a server of that version: our own, or one that is installed here."""
    if version <= VERSION:
        return program(name)
    found = shutil.which(name)
    if found is None:
        raise Failed(
            f"The server is PostgreSQL {version}, and {name} of the desk is {VERSION}.",
            f"Install PostgreSQL's client programs of version {version}, so that {name} is found.",
        )
    return Path(found)


def connected(address: str) -> tuple[str, dict[str, str]]:
    """Give how a program reaches a database: its words for it, and an environment with the rest."""
    parts = conninfo_to_dict(address)
    password = parts.pop("password", None)
    hidden = {"PGPASSWORD": str(password)} if password else {}
    said = {name: str(value) for name, value in parts.items() if value is not None}
    return make_conninfo(**said), {**os.environ, **hidden, "PGCONNECT_TIMEOUT": "10"}


@contextmanager
def running(words: list[str], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program while the caller reads or writes; raise Failed if it fails, with its words.

    Whatever happens, it has ended afterwards.
    """
    with tempfile.TemporaryFile() as says:
        with subprocess.Popen(words, stderr=says, **options) as process:
            try:
                yield process
            except BrokenPipeError:  # It ended before it had read everything, and says why.
                process.wait()
            except BaseException:
                process.kill()
                raise
            close(process.stdin)
        if process.returncode:
            raise _failure(words[0], says)


def close(pipe: IO[bytes] | None) -> None:
    """Close a pipe to a program, if there is one; the program may have ended."""
    if pipe is not None:
        with suppress(BrokenPipeError):
            pipe.close()


def _failure(name: str, says: IO[bytes]) -> Failed:
    says.seek(0)
    lines = says.read().decode(errors="replace").strip().splitlines() or ["it said nothing"]
    telling = [line for line in lines if "error:" in line or "ERROR:" in line]
    said = (telling or lines)[0]
    return Failed(f"{Path(name).name} did not succeed: {said[:300]}.", "Nothing was kept of it.")
