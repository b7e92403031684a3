"""Ending the embedded PostgreSQL's processes: the one that runs, and what a killed desk left."""

import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from dutydesk.site.embedded.access import SOCKET

# How it is asked to end, ever less kindly, and how long it has: fast, immediate, at once.
_ENDING = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))


def end(process: subprocess.Popen[bytes]) -> None:
    """End the server cleanly if it can, and surely."""
    for how, patience in _ENDING:
        if process.poll() is not None:
            return
        process.send_signal(how)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)


def end_left_behind(folder: Path) -> None:
    """End a server that a killed desk left behind, so that the new one's rules hold.

    Its lock files are removed only when none of its processes is left: their numbers may belong
    to others by now, and PostgreSQL takes every living one for its own.
    """
    left = list(_servers(folder))
    for how, patience in _ENDING:
        for process in left:
            # To the others SIGINT means something else; they end with the first.
            if how is not signal.SIGINT or process.pid == _first_of(folder):
                with suppress(psutil.NoSuchProcess):
                    process.send_signal(how)
        if left:
            psutil.wait_procs(left, patience)
            left = list(_servers(folder))
    for name in ("postmaster.pid", f"{SOCKET}.lock"):
        (folder / name).unlink(missing_ok=True)


def _first_of(folder: Path) -> int:
    try:
        return int((folder / "postmaster.pid").read_text().split("\n")[0])
    except (OSError, ValueError):
        return 0


def _servers(folder: Path) -> Iterator[psutil.Process]:
    """Give PostgreSQL's processes that work in the folder."""
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.name().startswith("postgres") and _works_in(process, folder):
                yield process


def _works_in(process: psutil.Process, folder: Path) -> bool:
    place = Path(f"/proc/{process.pid}/cwd")  # Which also tells apart what containers call alike.
    return (place if place.exists() else Path(process.cwd())).samefile(folder)
