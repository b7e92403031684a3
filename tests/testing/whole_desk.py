"""A whole desk running in its own processes, with the servers it talks to, as people run it."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import psutil
import psycopg

from dutydesk.adapters.clock import RehearsalClock
from dutydesk.kernel.durations import read_duration
from dutydesk.process.rules.check import default_process
from testing import failures, prepared
from testing.machine import AT_MOST, LONDON, eventually, free_port
from testing.postbox import MailServer, Postbox

OWED = (
    "SELECT * FROM journal_reaction WHERE due_at IS NOT NULL OR problem <> '' LIMIT 30",
    "SELECT id, kind, key, state, due_at, attempts, reason FROM outbox_message"
    " WHERE state IN ('owed', 'trying') LIMIT 30",
    "SELECT id, kind, subject, state, made_at, due_at, next_at FROM commitments_commitment"
    " ORDER BY id DESC LIMIT 30",
    "SELECT id, at, kind, subject, text FROM journal_entry ORDER BY id DESC LIMIT 30",
    "SELECT id, status, task_name, args, attempts FROM procrastinate_jobs"
    " WHERE status <> 'succeeded' LIMIT 30",
    "SELECT now(), pid, state, wait_event, xact_start, query FROM pg_stat_activity"
    " WHERE datname IS NOT NULL",
)


# As `dutydesk` itself does it, but that it ends with whoever runs the test.
SERVE = (
    "from dutydesk.site.orphans import end_with_parent; end_with_parent();"
    "from dutydesk.__main__ import main; main()"
)


class Desk:
    """`dutydesk serve` on a folder of its own, at a moment that the test chooses and moves.

    Where the first start of all is part of the proof, it is `fresh`: its folder is empty. `hurry`
    is run in `serve` before it begins: it may make a limit short that a test waits out.
    """

    def __init__(
        self,
        begins: datetime | None = None,
        *,
        fresh: bool = False,
        hurry: str = "",
        within: Path | None = None,
        **variables: str,
    ) -> None:
        # What is in the folder of a run goes with it, however the run ends.
        place = within or os.environ.get("DUTYDESK_TEST_FOLDER")
        self.hurry = hurry
        self.home = home = Path(tempfile.mkdtemp(prefix="dutydesk-", dir=place))
        if not fresh:
            prepared.fill(home)
        self.port, self.postbox = free_port(), Postbox()
        self.closing: list[Callable[[], None]] = []
        self.smtp = MailServer(self.postbox, free_port())
        self.smtp.start()
        self.log = home / "serve.log"
        self.environment = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("DUTYDESK_", "DATABASE_URL", "DJANGO_"))
        } | {
            "DUTYDESK_HOME": str(home),
            "DUTYDESK_REHEARSAL": "1",
            "DUTYDESK_MAIL_URL": f"mailto://127.0.0.1:{self.smtp.port}"
            "?from=desk@example.org&mode=insecure&name=Desk",
            **variables,
        }
        if begins is not None:
            ahead = (begins - datetime.now(UTC)).total_seconds()  # noqa: TID251 -- a test's clock
            (home / "rehearsal").write_text(f"{ahead}\n")
        self.url = f"http://localhost:{self.port}"
        self.closing.append(failures.tell("a desk", self.told))
        try:
            self.process = self.start()
        except BaseException:  # What is not handed over, nobody would end.
            self.close()
            raise

    def start(self, once: Callable[[], bool] | None = None) -> subprocess.Popen[bytes]:
        """Start it, and wait until that is so; else until it is well."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", self.hurry + SERVE, "serve", "--port", str(self.port)],
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        eventually(once or self.well, 180)
        return self.process

    def told(self) -> str:
        """Give the end of its log, and what is owed there, for whoever looks for a fault."""
        lines = self.log.read_text().splitlines()[-60:]
        with psycopg.connect((self.home / "database-url").read_text().strip()) as database:
            for question in OWED:
                lines += ["", question, *map(str, database.execute(question))]
        return "\n".join(lines)

    def restart_mail(self, after: float) -> None:
        """Let the mail server die, with what it was told and did not answer, and come back."""
        self.postbox.dead = True
        self.smtp.stop()
        threading.Event().wait(after)
        self.smtp = MailServer(self.postbox, self.smtp.port)
        self.smtp.start()
        self.postbox.dead = False

    def answers(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        return httpx.get(f"{self.url}/healthz", timeout=60).status_code in (200, 503)

    def well(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        return httpx.get(f"{self.url}/healthz", timeout=60).status_code == 200

    def start_another_worker(self) -> None:
        """Start a worker as one would on another machine: with nothing but the database."""
        address = (self.home / "database-url").read_text().strip()
        environment = {**self.environment, "DATABASE_URL": address}
        with self.log.open("ab") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "dutydesk", "worker"],
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

        def end() -> None:
            worker.terminate()
            worker.wait(AT_MOST)

        self.closing.append(end)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(AT_MOST)

    def close(self) -> None:
        with ExitStack() as last:  # From the last to the first, whatever fails on the way.
            last.callback(shutil.rmtree, self.home)
            last.callback(self.smtp.stop)
            last.callback(self._end)
            for close in self.closing:
                last.callback(close)

    def _end(self) -> None:
        """End it, kindly if that can be had, with whatever it has started."""
        started = psutil.Process(self.process.pid).children() if self.process.poll() is None else []
        try:
            if self.process.poll() is None:
                self.stop()
        finally:
            for one in (self.process, *started):
                with suppress(psutil.NoSuchProcess):
                    one.kill()
            self.process.wait()

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "dutydesk", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def forward(self, by: str) -> None:
        """Move its clock on, as `dutydesk rehearse` does, which loads the whole desk for it."""
        RehearsalClock(self.home / "rehearsal").forward(read_duration(by))

    def first_link(self) -> str:
        links = eventually(lambda: re.findall(r"http://\S+/welcome/\S+", self.log.read_text()))
        return str(links[-1])

    def children(self, name: str) -> list[int]:
        """Give the processes of that part of this desk: web, worker or postgres."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                words = (entry / "cmdline").read_bytes().decode().split("\0")
            except (OSError, UnicodeDecodeError):
                continue
            if name == "postgres":
                mine = "postgres" in words[0] and any(str(self.home) in word for word in words)
            else:
                mine = "dutydesk" in words and name in words and self._is_mine(entry)
            if mine and entry.name.isdecimal():
                found.append(int(entry.name))
        return found

    def _is_mine(self, entry: Path) -> bool:
        try:
            return f"DUTYDESK_HOME={self.home}" in (entry / "environ").read_bytes().decode()
        except OSError:
            return False


def ordinary_tuesday(hour: int, minute: int) -> datetime:
    """Give a moment on a Tuesday to come that is, like its Wednesday, no public holiday."""
    calendar = default_process().calendar
    day: date = datetime.now(UTC).date() + timedelta(days=7)  # noqa: TID251 -- a test's clock
    while day.weekday() != 1 or {day, day + timedelta(1)} & set(calendar.holidays(day.year)):
        day += timedelta(days=1)
    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON)
    return local.astimezone(UTC)
