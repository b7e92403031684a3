"""A whole desk running in its own processes, with the servers it talks to, as people run it."""

import asyncio
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from zoneinfo import ZoneInfo

import httpx
import psutil
import psycopg
import pytest
from aiosmtpd.controller import Controller

from dutydesk.process.rules.check import default_process
from testing import failures, prepared

LONDON = ZoneInfo("Europe/London")
T = TypeVar("T")


def free_port() -> int:
    """Give a port that nobody uses, and that nobody is given who asks for any (from 32768 on)."""
    while True:
        port = random.SystemRandom().randrange(10_000, 32_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def eventually(look: Callable[[], T], seconds: float = 180) -> T:
    """Give what `look` finds, once it finds something; fail with its last error after a while.

    That is far longer than it takes on a machine that has something else to do.
    """
    end = time.monotonic() + seconds
    pause = threading.Event()
    while True:
        try:
            found = look()
            if found:
                return found
            problem = "nothing was found"
        except (AssertionError, httpx.HTTPError) as error:
            problem = str(error)
        if time.monotonic() > end:
            raise AssertionError(f"after {seconds} s: {problem[:2000]}")
        pause.wait(0.1)


def needs(command: str) -> str:
    """Give the path of a server that the test needs; without it, skip, but never in CI."""
    found = shutil.which(command)
    if found is None:
        lacking(f"{command} is not installed; `make test` says how")
    return found


def lacking(message: str) -> NoReturn:
    """Skip a test for what this machine can't have; CI must have it."""
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


@dataclass
class Mail:
    to: str
    subject: str
    body: str
    called: float
    at: float = field(default_factory=time.perf_counter)


@dataclass
class Postbox:
    """A real SMTP server that keeps what it is given."""

    mails: list[Mail] = field(default_factory=list)
    dead: bool = False
    held: bool = False
    peers: list[int] = field(default_factory=list)
    called: dict[Any, float] = field(default_factory=dict)
    talking: set[Any] = field(default_factory=set)

    async def handle_EHLO(  # noqa: N802
        self, server: Any, session: Any, envelope: Any, name: str, responses: list[str]
    ) -> list[str]:
        session.host_name, self.called[session.peer] = name, time.perf_counter()
        self.talking = {one for one in self.talking if not one.is_closing()} | {server.transport}
        return responses

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        if self.held:
            self.peers.append(session.peer[1])
        message = message_from_bytes(envelope.content, policy=policy.default)
        for _ in range(600):
            if not self.held:
                break
            await asyncio.sleep(0.1)
        part = message.get_body(("plain",))
        body = part.get_content() if part is not None else ""
        called = self.called[session.peer]
        self.mails.append(Mail(envelope.rcpt_tos[0], str(message["Subject"]), body, called))
        if self.dead:  # It has the message, and nobody will ever know.
            server.transport.abort()
        return "250 OK"

    def to(self, address: str) -> list[Mail]:
        return [mail for mail in self.mails if mail.to == address]


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

    Where the first start of all is part of the proof, it is `fresh`: its folder is empty.
    """

    def __init__(
        self,
        begins: datetime | None = None,
        *,
        fresh: bool = False,
        within: Path | None = None,
        **variables: str,
    ) -> None:
        # What is in the folder of a run goes with it, however the run ends.
        place = within or os.environ.get("DUTYDESK_TEST_FOLDER")
        self.home = home = Path(tempfile.mkdtemp(prefix="dutydesk-", dir=place))
        if not fresh:
            prepared.fill(home)
        self.port, self.postbox = free_port(), Postbox()
        self.closing: list[Callable[[], None]] = []
        self.smtp = Controller(self.postbox, hostname="127.0.0.1", port=free_port())
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

    def start(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", SERVE, "serve", "--port", str(self.port)],
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        eventually(self.well, 180)
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
        self._stop_mail()
        threading.Event().wait(after)
        self.smtp = Controller(self.postbox, hostname="127.0.0.1", port=self.smtp.port)
        self.smtp.start()
        self.postbox.dead = False

    def _stop_mail(self) -> None:
        """Stop the mail server, and whatever conversation it is in."""
        for transport in self.postbox.talking:
            self.smtp.loop.call_soon_threadsafe(transport.abort)
        self.postbox.talking.clear()
        self.smtp.stop()

    def answers(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        return httpx.get(f"{self.url}/healthz", timeout=5).status_code in (200, 503)

    def well(self) -> bool:
        assert self.process.poll() is None, self.log.read_text()
        return httpx.get(f"{self.url}/healthz", timeout=5).status_code == 200

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
            worker.wait(30)

        self.closing.append(end)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(90)

    def close(self) -> None:
        with ExitStack() as last:  # From the last to the first, whatever fails on the way.
            last.callback(shutil.rmtree, self.home)
            last.callback(self._stop_mail)
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
        moved = self.command("rehearse", "--forward", by)
        assert moved.returncode == 0, moved.stderr

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


def _without_its_form(answer: httpx.Response) -> None:
    """Let a page have single spaces only, as whoever reads it sees it."""
    if "text/html" in answer.headers.get("content-type", ""):
        answer._content = b" ".join(answer.read().split())


class Visitor:
    """Somebody with a browser that only follows links and fills in forms."""

    def __init__(self, desk: Desk) -> None:
        self.client = httpx.Client(
            base_url=desk.url,
            follow_redirects=True,
            timeout=60,
            event_hooks={"response": [_without_its_form]},
        )
        desk.closing.append(self.client.close)

    def see(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code < 400, f"{path}: {answer.status_code}\n{answer.text[:600]}"
        return answer.text

    def send(self, path: str, **values: Any) -> httpx.Response:
        """Post a form as a browser would, with its token."""
        token = self.client.cookies.get("csrftoken")
        if token is None:
            self.client.get(path)
            token = self.client.cookies.get("csrftoken")
        return self.client.post(path, data={"csrfmiddlewaretoken": token or "", **values})

    def do(self, action: str, about: str, **values: Any) -> httpx.Response:
        if values:
            values["filled"] = "1"
        self.client.get(f"/do/{action}/{about}")
        return self.send(f"/do/{action}/{about}", **values)


def first_account(desk: Desk, name: str = "Ada") -> Visitor:
    visitor = Visitor(desk)
    welcome(visitor, desk.first_link(), name)
    return visitor


def welcome(visitor: Visitor, link: str, name: str) -> None:
    path = "/welcome/" + link.rpartition("/")[2]
    visitor.see(path)
    email = f"{name.lower()}@example.org"
    answer = visitor.send(path, name=name, email=email, password="walking-desk-1")
    assert answer.status_code == 200, answer.text
    assert name in answer.text


def invite(desk: Desk, administrator: Visitor, name: str) -> Visitor:
    email = f"{name.lower()}@example.org"
    answer = administrator.send("/people/", what="invitation", name=name, email=email)
    link = re.findall(r"http://\S+/welcome/[\w-]+", answer.text)[0]
    visitor = Visitor(desk)
    welcome(visitor, link, name)
    return visitor


def ordinary_tuesday(hour: int, minute: int) -> datetime:
    """Give a moment on a Tuesday to come that is, like its Wednesday, no public holiday."""
    calendar = default_process().calendar
    day: date = datetime.now(UTC).date() + timedelta(days=7)  # noqa: TID251 -- a test's clock
    while day.weekday() != 1 or {day, day + timedelta(1)} & set(calendar.holidays(day.year)):
        day += timedelta(days=1)
    local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON)
    return local.astimezone(UTC)


class Alertmanager:
    """Debian's Prometheus Alertmanager, posting to the desk."""

    def __init__(self, folder: Path, webhook: str) -> None:
        binary = needs("prometheus-alertmanager")
        self.url = f"http://127.0.0.1:{free_port()}"
        folder.mkdir(exist_ok=True)
        (folder / "config.yml").write_text(
            "route:\n  receiver: desk\n  group_by: [alertname]\n  group_wait: 0s\n"
            "  group_interval: 1s\n  repeat_interval: 1h\n"
            f"receivers:\n- name: desk\n  webhook_configs:\n  - url: {webhook}\n"
        )
        self.process = subprocess.Popen(
            [
                binary,
                f"--config.file={folder / 'config.yml'}",
                f"--storage.path={folder}",
                f"--web.listen-address={self.url.removeprefix('http://')}",
                "--cluster.listen-address=",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        eventually(lambda: httpx.get(f"{self.url}/-/ready").status_code == 200)

    def tell(self, name: str, *, firing: bool = True, **labels: str) -> None:
        now = datetime.now(UTC)  # noqa: TID251 -- Alertmanager keeps the machine's time
        alert: dict[str, Any] = {
            "labels": {"alertname": name, **labels},
            "annotations": {"summary": f"{name} is failing"},
            "startsAt": (now - timedelta(minutes=1)).isoformat(),
        }
        if not firing:
            alert["endsAt"] = now.isoformat()
        answer = httpx.post(f"{self.url}/api/v2/alerts", json=[alert])
        assert answer.status_code == 200, answer.text

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)
