"""The one place that reads the clock."""

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dutydesk.kernel.refusals import Refused

logger = logging.getLogger(__name__)


class TooFar(Refused):
    """A rehearsal's clock can't be moved there."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Give the present instant in UTC."""
        return datetime.now(UTC)  # noqa: TID251 -- this is the adapter that may


class RehearsalClock:
    """The machine's clock, moved forward by what a file says: for rehearsing the process.

    All processes that share the file move together. Without the file, or with one that can't be
    read, it is the machine's clock.
    """

    furthest = timedelta(days=3660)

    def __init__(self, file: Path) -> None:
        """Read the offset from `file`, again whenever it changes."""
        self._file = file
        self._system = SystemClock()
        # One value, since threads share this clock: an offset is never kept with another's mark.
        self._seen: tuple[tuple[int, int] | None, timedelta] = None, timedelta(0)

    def now(self) -> datetime:
        """Give the moved instant in UTC."""
        return self._system.now() + self.offset()

    def offset(self) -> timedelta:
        """Give by how much this clock is ahead of the machine's."""
        try:
            stat = self._file.stat()
        except OSError:
            return timedelta(0)
        mark = (stat.st_mtime_ns, stat.st_ino)
        seen, offset = self._seen
        if mark != seen:
            offset = self._read()
            self._seen = mark, offset
        return offset

    def _read(self) -> timedelta:
        try:
            offset = timedelta(seconds=float(self._file.read_text().strip() or 0))
            if abs(offset) <= self.furthest:
                return offset
            problem = f"it is more than {self.furthest.days} days"
        except (OSError, ValueError, OverflowError) as error:
            problem = str(error)
        logger.warning("%s is left aside, so this is real time: %s", self._file, problem)
        return timedelta(0)

    def forward(self, by: timedelta) -> datetime:
        """Move everybody who shares the file forward; give the new present, or raise TooFar."""
        offset = self.offset() + by if by <= self.furthest else by
        if offset > self.furthest:
            raise TooFar(
                f"A rehearsal's clock can be at most {self.furthest.days} days ahead.",
                "Move it by less; to begin anew, remove the file "
                f"{self._file} and start the desk again.",
            )
        seconds = offset.total_seconds()
        draft = self._file.with_suffix(".new")
        draft.write_text(f"{seconds}\n")
        draft.replace(self._file)
        return self.now()
