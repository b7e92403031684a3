"""What stands in a backup: when and by which version it was made, and how much is in it."""

import json
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from dutydesk.kernel.refusals import Refused

FORMAT = 1
DATABASE, PROCESS, MANIFEST = "database.dump", "process.yaml", "manifest.json"
SECRETS = ("secret-key", "metrics-token")
_MANY = 10_000_000  # Bytes; no manifest or process file has so many.

# What reading a ZIP file raises if it is damaged, or of a kind that the desk doesn't write.
_DAMAGED = (OSError, EOFError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error)


class BrokenBackup(Refused):
    """A file is no backup, or is damaged. Nothing was changed."""

    def __init__(self, file: Path, why: str) -> None:
        """Name the file, and say what is wrong with it."""
        super().__init__(
            f"{file} is no whole backup: {why}.",
            "Nothing was changed. Take another backup, or copy this one again.",
        )


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself.

    `rows` is how many each table had; `migrations` are names as `app.name`.
    """

    made_at: datetime
    desk: str
    postgresql: int
    rows: dict[str, int]
    migrations: Sequence[str]

    def written(self) -> str:
        """Give it as it stands in the file."""
        kept = {"format": FORMAT, **asdict(self), "made_at": self.made_at.isoformat()}
        return json.dumps(kept, indent=1, ensure_ascii=False)


class Backup:
    """A backup that is opened for reading. It is closed by whoever opened it."""

    def __init__(self, file: Path) -> None:
        """Open it. Raises BrokenBackup with the reason."""
        self.file = file
        try:
            self._archive = zipfile.ZipFile(file)
        except OSError as error:
            raise BrokenBackup(file, f"it can't be read ({error.strerror})") from error
        except _DAMAGED as error:
            raise BrokenBackup(file, "it is cut off, or of another kind") from error
        try:
            self.manifest = _read(json.loads(self.content(MANIFEST) or b"null"))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            raise BrokenBackup(file, "its manifest can't be read") from error
        if DATABASE not in self._archive.namelist():
            raise BrokenBackup(file, "the database is not in it")

    def __enter__(self) -> "Backup":
        """Give it."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._archive.close()

    def content(self, name: str) -> bytes | None:
        """Give a small file that is in it, whatever it holds, or None if it isn't."""
        if name not in self._archive.namelist():
            return None
        try:
            with self._archive.open(name) as member:
                return member.read(_MANY)
        except _DAMAGED as error:
            raise BrokenBackup(self.file, f"{name} in it is damaged") from error

    def block(self, dump: IO[bytes], size: int) -> bytes:
        """Give the next bytes of the dump. Raises BrokenBackup."""
        try:
            return dump.read(size)
        except _DAMAGED as error:
            raise BrokenBackup(self.file, f"{DATABASE} in it is damaged") from error

    def database(self) -> IO[bytes]:
        """Open the dump that is in it."""
        return self._archive.open(DATABASE)


def _read(kept: dict[str, object]) -> Manifest:
    if kept["format"] != FORMAT:
        raise ValueError(kept["format"])
    rows, names = kept["rows"], kept["migrations"]
    if not isinstance(rows, dict) or not isinstance(names, list):
        raise TypeError("rows")
    return Manifest(
        datetime.fromisoformat(str(kept["made_at"])),
        str(kept["desk"]),
        int(str(kept["postgresql"])),
        {str(table): int(many) for table, many in rows.items()},
        tuple(map(str, names)),
    )
