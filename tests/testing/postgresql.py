"""A real PostgreSQL for the tests, as the desk brings it.

A process of its own starts it, ends it and removes its folder once whoever asked for it is gone,
however they went.
"""

import atexit
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from dutydesk.site.embedded.server import Server

# What is kept here need not outlive the machine; nothing else is different.
_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def start() -> tuple[str, str]:
    """Start it; give its address, and a folder that goes with it."""
    keeper = subprocess.Popen(
        [sys.executable, __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    with keeper.stdout as says:
        address, folder = says.readline().strip(), says.readline().strip()
    assert folder, "PostgreSQL did not start"
    atexit.register(keeper.wait, 60)
    atexit.register(keeper.stdin.close)
    return address, folder


def keep() -> None:
    """Keep it until nobody holds the other end of the standard input any more."""
    home = Path(tempfile.mkdtemp(prefix="dutydesk-postgresql-"))
    server = Server(home / "postgresql", log=home / "postgresql.log", options=_QUICK)
    try:
        sys.stdout.write(f"{server.address}\n{home}\n")
        sys.stdout.flush()
        sys.stdin.read()
    finally:
        server.stop()
        shutil.rmtree(home)


if __name__ == "__main__":
    keep()
