"""Whether anything can be stored, found out by storing something, and how much room is left."""

import os
import shutil
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.db import DatabaseError, connection, transaction

from dutydesk.database.trouble import state_of

EVERY = timedelta(seconds=30)
LOW, LEAST = 0.1, 500_000_000
# More than a table keeps beside its rows, and nothing that gets smaller by being packed.
_SIZE = 64 * 1024
# Source: https://www.postgresql.org/docs/current/errcodes-appendix.html.
_FULL, _LOCKED, _AWAY = "53100", "55P03", ("08", "57P")


@dataclass(frozen=True)
class DiskRoom:
    """How much room a disk has, in bytes."""

    free: int
    size: int

    @property
    def low(self) -> bool:
        """Say whether it is time to make room."""
        return self.free < max(LOW * self.size, LEAST)

    def __str__(self) -> str:
        """Say it in gigabytes, and in per cent."""
        return f"{self.free / 1e9:.1f} GB ({100 * self.free // max(self.size, 1)} %) are free"


def room(folder: Path) -> DiskRoom | None:
    """Give the room on the disk that a folder is on; None if it can't be told."""
    try:
        found = shutil.disk_usage(folder)
    except OSError:
        return None
    return DiskRoom(found.free, found.total)


@dataclass
class Trials:
    """Writes to the database now and then; `trouble` is why that failed the last time, or ""."""

    every: timedelta = EVERY
    _at: datetime | None = field(default=None)
    _trouble: str = field(default="")

    def trouble(self, at: datetime) -> str:
        """Give why nothing can be stored; "" if something could be, at most `every` ago.

        Raises DatabaseError if the database can't be reached.
        """
        if self._at is None or not timedelta() <= at - self._at < self.every:
            self._trouble, self._at = self._try(), at
        return self._trouble

    def _try(self) -> str:
        try:
            write()
        except DatabaseError as error:
            state = state_of(error)
            if not state or state.startswith(_AWAY):
                raise
            if state == _LOCKED:  # Somebody else is at it, such as a backup that takes its time.
                return self._trouble
            return "its disk is full" if state == _FULL else f"it answers {state}"
        return ""


def write() -> None:
    """Store something that needs room of its own: a new file, then its commit.

    What fits into a table's own gaps could be stored on a full disk too, and would prove nothing.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '200ms'")
        cursor.execute("TRUNCATE site_trial")
        cursor.execute("INSERT INTO site_trial (content) VALUES (%s)", [os.urandom(_SIZE)])


TRIALS = Trials()
