"""The embedded PostgreSQL's folder and process."""

import logging
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from dutydesk.site.embedded.access import (
    SETTINGS,
    SUPERUSER,
    forget_way,
    keep_way,
    short_way,
    write_rules,
)
from dutydesk.site.embedded.owner import (
    VERSION,
    CannotStart,
    check_programs,
    hand_over,
    owner_of,
    program,
)
from dutydesk.site.embedded.shutdown import end, end_left_behind

logger = logging.getLogger(__name__)
RECOVERY = 300.0
_LOOK = 0.05


class Server:
    """PostgreSQL on a folder of its own. Only one may be made for a folder at a time."""

    def __init__(self, folder: Path, *, log: Path, options: Sequence[str] = ()) -> None:
        """Start it, making its folder if there is none. Raises CannotStart with the reason.

        `options` are settings as `name=value`; whatever it says goes to `log`.
        """
        self._folder, self._log = folder.resolve(), log
        self._options = (*SETTINGS, *options)
        self._owner = owner_of(self._folder)
        self._before = log.stat().st_size if log.exists() else 0
        self._deaths = self._pause = 0
        try:
            self._prepare()
            self._door = short_way(self._folder)
            self._process = self._start()
        except OSError as error:
            raise CannotStart(
                f"PostgreSQL can't start on the folder {folder}: {error.strerror}"
                f"{f' ({error.filename})' if error.filename else ''}.",
                "Mend that; the data is as it was.",
            ) from error
        try:
            self._wait_until_ready()
        except CannotStart:
            forget_way(self._door, self._folder)
            raise

    @property
    def address(self) -> str:
        """Give its address, for those whom it lets in."""
        return f"postgresql://{SUPERUSER}@:5432/{SUPERUSER}?host={quote(str(self._door), safe='/')}"

    def revive(self) -> None:
        """Start it again if it died: at once, then after a little longer each time."""
        keep_way(self._door, self._folder)
        if self._process.poll() is None:
            if self._deaths and self._is_ready():
                self._deaths = 0
            return
        if self._pause > 0:
            self._pause -= 1
            return
        self._pause, self._deaths = min(self._deaths, 20), self._deaths + 1
        logger.warning("PostgreSQL is gone; starting it again")
        try:
            self._process = self._start()
        except OSError as error:
            logger.warning("PostgreSQL did not start (%s); trying again", error.strerror)

    def stop(self) -> None:
        """Stop it cleanly; what it can't finish it finishes at the next start."""
        end(self._process)
        forget_way(self._door, self._folder)

    def _prepare(self) -> None:
        """Leave a folder that is made, ours, closed to others, and that no server is using."""
        check_programs(self._owner)
        end_left_behind(self._folder)
        if not (self._folder / "PG_VERSION").exists():
            self._make()
        version = (self._folder / "PG_VERSION").read_text().strip()
        if version != str(VERSION):
            raise CannotStart(
                f"PostgreSQL {version} made the folder {self._folder}, and this is {VERSION}.",
                "Restore a dump of it into a new data folder.",
            )
        hand_over(self._folder, self._owner)
        write_rules(self._folder, self._owner)

    def _make(self) -> None:
        """Make the folder; where there was none it is there whole or not at all."""
        fresh = not self._folder.exists()
        place = self._folder.with_name(f"{self._folder.name}.new") if fresh else self._folder
        if fresh and place.exists():  # Somebody ended the desk while it made one.
            shutil.rmtree(place)
        place.mkdir(mode=0o700, exist_ok=not fresh)
        hand_over(place, self._owner)
        how = ["--username", SUPERUSER, "--encoding", "utf8", "--auth", "peer", "--no-instructions"]
        with self._writing() as log:
            made = subprocess.run(
                [program("initdb"), *how, "-D", self._named(place)],
                cwd=place,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                check=False,
                **self._as_owner(),
            )
        if made.returncode:
            raise self._failure()
        if fresh:
            place.rename(self._folder)

    def _start(self) -> subprocess.Popen[bytes]:
        settings = [word for option in self._options for word in ("-c", option)]
        # So that whoever lists the processes sees whose it is.
        settings += ["-c", f"dutydesk.folder={self._folder}"]
        with self._writing() as log:
            return subprocess.Popen(
                [program("postgres"), "-D", self._named(self._folder), *settings],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._as_owner(),
            )

    def _named(self, folder: Path) -> str:
        """Give the folder's name for the server.

        One that isn't ours perhaps may not enter the folders above, which is nobody's to change
        for it. It needn't: it is started in its folder, and Linux has a name for that.
        """
        elsewhere = self._owner.pw_uid != os.geteuid() and sys.platform == "linux"
        return "/proc/self/cwd" if elsewhere else str(folder)

    def _as_owner(self) -> dict[str, Any]:
        """Give how to start a program as the server's user, with none of the desk's secrets."""
        unwanted = ("DUTYDESK_", "DATABASE_URL", "DJANGO_", "PG")
        kept = {name: v for name, v in os.environ.items() if not name.startswith(unwanted)}
        if self._owner.pw_uid == os.geteuid():
            return {"env": kept}
        user = {"user": self._owner.pw_uid, "group": self._owner.pw_gid, "extra_groups": []}
        return {"env": kept, **user}

    def _writing(self) -> IO[bytes]:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
        return os.fdopen(os.open(self._log, flags, 0o600), "ab")

    def _is_ready(self) -> bool:
        """Say whether it takes connections, as the last line of its own file says."""
        try:
            lines = (self._folder / "postmaster.pid").read_text().split("\n")
        except OSError:
            return False
        return lines[0] == str(self._process.pid) and lines[7:8] == ["ready   "]

    def _wait_until_ready(self) -> None:
        pause = threading.Event()
        for look in range(int(RECOVERY / _LOOK)):
            if self._process.poll() is not None:
                raise self._failure()
            if self._is_ready():
                return
            if look == int(5 / _LOOK):
                logger.warning("PostgreSQL is reading back what it had not finished; waiting")
            pause.wait(_LOOK)
        end(self._process)
        raise self._failure()

    def _failure(self) -> CannotStart:
        """Give the refusal, with what it said last."""
        with self._log.open("rb") as log:
            log.seek(self._before)
            lines = log.read().decode(errors="replace").strip().splitlines()
        telling = [line for line in lines if "FATAL" in line or "PANIC" in line or "error:" in line]
        says = (telling or lines or ["it said nothing"])[-1]
        return CannotStart(
            f"PostgreSQL can't start on the folder {self._folder}: {says}",
            f"Mend that; all that it said is in {self._log}.",
        )
