"""The one place that reads the clock."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

FURTHEST = timedelta(days=3660)


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Give the present instant in UTC."""
        return datetime.now(UTC)  # noqa: TID251 -- this is the adapter that may


class RehearsalClock:
    """The machine's clock, moved forward by what a file says: for rehearsing the process.

    All processes that share the file move together. Without the file it is the machine's clock.
    """

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
        except FileNotFoundError:
            return timedelta(0)
        mark = (stat.st_mtime_ns, stat.st_ino)
        seen, offset = self._seen
        if mark != seen:
            offset = timedelta(seconds=float(self._file.read_text().strip() or 0))
            self._seen = mark, offset
        return offset

    def forward(self, by: timedelta) -> datetime:
        """Move everybody who shares the file forward; give the new present.

        ValueError if that were further than a rehearsal goes.
        """
        seconds = (self.offset() + by).total_seconds()
        if seconds > FURTHEST.total_seconds():
            raise ValueError(
                f"A rehearsal goes no further than {FURTHEST.days} days ahead of the machine's "
                "clock. Move it less."
            )
        draft = self._file.with_suffix(".new")
        draft.write_text(f"{seconds}\n")
        draft.replace(self._file)
        return self.now()
