"""The whole desk in one command: database, web and worker, watched and restarted."""

import fcntl
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import IO
from urllib.parse import parse_qs, urlsplit

from dutydesk.kernel.refusals import Refused
from dutydesk.site import preparation, sign_of_life, supervised
from dutydesk.site.embedded.access import forget_way
from dutydesk.site.embedded.server import Server
from dutydesk.site.startup_message import say, say_once_it_answers

logger = logging.getLogger(__name__)
GRACE = 12.0
LOOK = 1.0
# So many looks must a part outlive to count as well again.
WELL = 20
# After so many without a sign of life it is asked to end, and after so many more it is killed.
FROZEN = 15
LAST_WORDS = 3


class CannotServe(Refused):
    """The desk can't start here."""


def serve(*, home: Path, host: str, port: int, url: str, database_elsewhere: bool) -> None:
    """Run everything until SIGTERM or Ctrl-C. Raises CannotServe with one clear reason.

    `url` is the public address, if it is set. Without a database elsewhere the embedded one is run.
    """
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    says = f"Duty Desk is starting with its data in {home}; its address follows once it answers."
    with only_one(home), database_of(home, database_elsewhere, says) as database:
        _check_port(host, port)
        where = url or address(host, port)
        environment, note = _handed_on(home, where), home / "preparation"
        preparation.begin(note)
        web = supervised.web(host, port)
        environment |= {preparation.FILE: str(note)}
        parts = [Part(web, environment, home / "web.alive")]
        try:
            parts.append(worker := Part(supervised.WORKER, environment, home / "worker.alive"))
            told = _prepared(worker, note)
            say_once_it_answers(told, host=host, port=port, address=where, stopping=stopping)
            while not stopping.wait(LOOK):
                database.revive()
                for part in parts:
                    part.revive()
        finally:
            for part in parts:
                part.end()
            for part in parts:
                part.wait()


def _handed_on(home: Path, where: str) -> dict[str, str]:
    """Give the parts what this process was given, with where they are instead of what says so."""
    told = {"DUTYDESK_HOME": str(home), "DUTYDESK_URL": where}
    kept = {name: v for name, v in os.environ.items() if name.removesuffix("_FILE") not in told}
    return {"MALLOC_ARENA_MAX": "2"} | kept | told  # Of memory that is free, less is held.


def _prepared(worker: "Part", note: Path) -> str:
    """Wait until the worker made the desk ready; give what is to be said once it can be used."""
    pause = threading.Event()
    while True:
        died = worker.is_dead()
        if (told := preparation.told(note)) is not None:
            return told
        if died:
            raise CannotServe("The desk could not be prepared.", "The lines above say why.")
        pause.wait(preparation.LOOK)


def address(host: str, port: int) -> str:
    """Give the address to open in a browser on this machine."""
    shown = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::", "::1"} else host
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


@contextmanager
def only_one(home: Path) -> Iterator[None]:
    """Hold a data folder, made if need be, for one desk alone. Raises CannotServe."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Whoever can open the lock can take it.
        lock = os.fdopen(os.open(home / "lock", os.O_RDWR | os.O_CREAT, 0o600), "w")
        os.fchmod(lock.fileno(), 0o600)
    except OSError as error:
        raise CannotServe(
            f"The data folder {home} can't be written: {error.strerror}.",
            "Give another with DUTYDESK_HOME, or mend its permissions.",
        ) from error
    with lock:
        _take(lock, home)
        yield


def _take(lock: IO[str], home: Path) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise CannotServe(
            f"Another desk is running on the data folder {home}.",
            "Stop it, or give this one its own folder with DUTYDESK_HOME.",
        ) from error


def _check_port(host: str, port: int) -> None:
    """Refuse a port that is taken; one that a killed desk held is free within moments."""
    pause = threading.Event()
    for _ in range(15):
        try:
            return _try_port(host, port)
        except OSError as error:
            problem = error.strerror
        pause.wait(0.2)
    raise CannotServe(
        f"Port {port} on {host} can't be used: {problem}.", "Give another with --port or PORT."
    )


def _try_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))


class Database:
    """The embedded PostgreSQL, or an external one that others look after."""

    def __init__(self, home: Path, elsewhere: bool) -> None:
        """Start it, unless it is elsewhere."""
        self._server: Server | None = None
        if elsewhere:
            return
        note, folder = home / "database-url", home / "postgresql"
        _forget_way_of(note, folder)
        self._server = Server(folder, log=home / "postgresql.log")
        draft = home / "database-url.new"
        draft.touch(mode=0o600)
        draft.write_text(self._server.address + "\n")
        draft.replace(note)

    def revive(self) -> None:
        """Start it again if it was killed."""
        if self._server is not None:
            self._server.revive()

    def stop(self) -> None:
        """Stop it cleanly."""
        if self._server is not None:
            self._server.stop()


def _forget_way_of(note: Path, folder: Path) -> None:
    """Remove the short way to the database that a killed desk has left, if it had one."""
    if note.exists():
        for door in parse_qs(urlsplit(note.read_text().strip()).query).get("host", []):
            forget_way(Path(door), folder.resolve())


@contextmanager
def database_of(home: Path, elsewhere: bool, says: str = "") -> Iterator[Database]:
    """Let the embedded database run meanwhile, unless there is one elsewhere; say so first."""
    if says:
        say(says)
    database = Database(home, elsewhere)
    try:
        yield database
    finally:
        database.stop()


class Part:
    """One process of the desk, with its own children: started again when it dies or is frozen."""

    def __init__(
        self, command: Sequence[str], environment: dict[str, str], alive: Path | None = None
    ) -> None:
        """Start it; it touches the file `alive` again and again, if that is given."""
        self._command = command
        self._environment = environment
        self._alive = alive
        if alive is not None:
            alive.touch(mode=0o600)
            self._environment = environment | {sign_of_life.FILE: str(alive)}
        self._deaths = 0
        self._wait = 0
        self._seen = 0
        self._process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        self._silence = sign_of_life.MissedSigns(self._sign())
        return subprocess.Popen(
            [sys.executable, "-m", "dutydesk", *self._command],
            env=self._environment,
            start_new_session=True,
        )

    def is_dead(self) -> bool:
        """Say whether it has ended."""
        return self._process.poll() is not None

    def revive(self) -> None:
        """Start it again if it died: at once, then after a little longer each time."""
        if not self.is_dead():
            self._seen += 1
            if self._seen >= WELL:
                self._deaths = self._wait = 0
            return self._thaw()
        if self._wait > 0:
            self._wait -= 1
            return
        self._deaths += 1
        self._wait, self._seen = min(self._deaths, 10), 0
        logger.warning("the %s process died; starting it again", self._command[0])
        try:
            self._process = self._start()
        except OSError as error:  # No memory for it, say: the others live on meanwhile.
            logger.warning("the %s process can't be started: %s", self._command[0], error)

    def _thaw(self) -> None:
        """End it if it is frozen, so that it is started again."""
        sign = self._sign()
        if sign is None:
            return
        looks = self._silence.look(sign)
        if looks == FROZEN:
            silent = f"has given no sign of life for {FROZEN * LOOK:.0f} s"
            logger.warning("the %s process %s; ending it", self._command[0], silent)
            self.end()
        elif looks == FROZEN + LAST_WORDS:
            self._kill()

    def _sign(self) -> int | None:
        """Give its newest sign of life; None if there is no file, without which nothing is told."""
        with suppress(OSError):
            return self._alive.stat().st_mtime_ns if self._alive is not None else None
        return None

    def _kill(self) -> None:
        """Kill it with its children, which would keep its port, and may be as frozen."""
        logger.warning("the %s process doesn't end; killing it", self._command[0])
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def end(self) -> None:
        """Ask it to finish."""
        if not self.is_dead():
            self._process.terminate()

    def wait(self) -> None:
        """Wait until it has finished, and kill it if it doesn't."""
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._kill()
            self._process.wait()
