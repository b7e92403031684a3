"""Losing the database of a whole desk: it is frozen, or killed, and comes back."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from testing.whole_desk import Desk


def servers(desk: Desk) -> list[int]:
    """Give PostgreSQL's first process and all that it started."""
    (first,) = desk.children("postgres")
    found = [first]
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                parent = (entry / "stat").read_text().rpartition(")")[2].split()[1]
            except OSError:
                continue
            if int(parent) == first:
                found.append(int(entry.name))
    return found


@contextmanager
def frozen(desk: Desk) -> Iterator[None]:
    """Stop every process of PostgreSQL: it takes connections, and says nothing any more."""
    stopped = servers(desk)
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in stopped:
            os.kill(pid, signal.SIGCONT)


@contextmanager
def killed(desk: Desk) -> Iterator[None]:
    """Kill PostgreSQL, and hold whoever would start it again."""
    desk.process.send_signal(signal.SIGSTOP)
    try:
        for pid in servers(desk):
            os.kill(pid, signal.SIGKILL)
        yield
    finally:
        desk.process.send_signal(signal.SIGCONT)


def is_back(desk: Desk) -> bool:
    try:
        with psycopg.connect((desk.home / "database-url").read_text().strip()) as database:
            return bool(database.execute("SELECT 1").fetchone())
    except psycopg.OperationalError:
        return False
