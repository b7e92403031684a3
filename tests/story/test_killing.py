"""Whatever process is killed, nothing owed or promised is lost, and nothing is said twice."""

import os
import random
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import psycopg
import pytest

from testing.load import Load, alert
from testing.machine import eventually
from testing.postbox import Mail
from testing.visitors import Visitor, first_account
from testing.whole_desk import Desk, ordinary_tuesday

KNOWN_LATE = 5.0
"""Seconds: what is killed just before a mail is there may keep that it went from being known."""
PEOPLE = "engineers: [{name: Ben, email: ben@example.org}]"


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk(ordinary_tuesday(17, 10))
    try:
        yield desk
    finally:
        desk.close()


@pytest.fixture
def new_desk() -> Iterator[Desk]:
    """Give one whose database is kept as carefully as where it counts."""
    desk = Desk(ordinary_tuesday(17, 10), fresh=True)
    try:
        yield desk
    finally:
        desk.close()


def heard(desk: Desk, address: str) -> set[str]:
    """Give what somebody was called about."""
    return {m.subject for m in desk.postbox.to(address) if m.subject.startswith("Page")}


def calls(desk: Desk, address: str) -> Counter[str]:
    """Count the plain calls by what they are about, not those that say they may be a second."""
    mails = [m for m in desk.postbox.to(address) if m.subject.startswith("Page")]
    return Counter(m.subject for m in mails if not _repeats(m))


def undisturbed(desk: Desk, address: str, kills: list[tuple[float, float]]) -> list[str]:
    """Give what was said again though nothing was killed since it was said before.

    `kills`: from when until when each thing that was killed was away.
    """
    found, before = list[str](), dict[str, float]()
    for mail in desk.postbox.to(address):
        since = before.get(mail.subject, 0.0) - KNOWN_LATE
        if _repeats(mail) and not any(since <= end and at <= mail.at for at, end in kills):
            found.append(mail.subject)
        before[mail.subject] = mail.at
    return found


def _repeats(mail: Mail) -> bool:
    return "may have had this" in mail.body


def called_by_page(desk: Desk) -> dict[tuple[str, str], int]:
    """Give how often each was called about each thing, which is once a round of its one page."""
    with psycopg.connect((desk.home / "database-url").read_text().strip()) as connection:
        rows = connection.execute(
            "SELECT page.title, engineer.email, count(*), count(DISTINCT call.round),"
            " count(DISTINCT page.id) FROM oncall_call AS call"
            " JOIN oncall_page AS page ON page.id = call.page_id"
            " JOIN people_engineer AS engineer ON engineer.id = call.engineer_id GROUP BY 1, 2"
        ).fetchall()
    assert [row for row in rows if row[2] != row[3] or row[4] != 1] == []
    return {(f"Page: {title}", email): count for title, email, count, *_ in rows}


def shifts(ada: Visitor) -> None:
    page = ada.see("/shifts/change/")
    for duty, name in (("support", "Ada"), ("primary", "Ben")):
        number = re.findall(rf'<option value="(\d+)"[^>]*>\s*{name}\s*<', page)[0]
        ada.send(
            "/shifts/change/",
            what="shift",
            confirm="1",
            duty=duty,
            engineer=number,
            start="2020-01-01T07:00",
            end="2099-01-01T10:00",
        )


def calm_storms(desk: Desk, ada: Visitor) -> None:
    """Let each alarm be a page of its own, however many there are."""
    file = desk.home / "process.yaml"
    file.write_text(file.read_text().replace("more_than: 5", "more_than: 5000"))
    eventually(lambda: "more than 5000 alarms" in ada.see("/process/"))


def expecting(desk: Desk) -> str:
    """Let Ada and Ben have duties, and two workers work; give where alerts are sent."""
    ada = first_account(desk, "Ada")
    ada.send("/people/", what="file", text=PEOPLE)
    shifts(ada)
    key = ada.send("/alarms/keys/", name="Alertmanager").text
    calm_storms(desk, ada)
    desk.start_another_worker()
    eventually(lambda: "2 at work" in httpx.get(f"{desk.url}/healthz").text)
    return str(re.findall(r"url: (http://\S+)", key)[0])


def number_in(title: str) -> int:
    """Give which of the load's alerts a page is about."""
    return int(re.findall(r"Thing (\d+) is down", title)[0])


def sent(desk: Desk, load: Load, address: str) -> bool:
    """Say whether somebody was called about everything that was stored."""
    return {f"Page: Thing {number} is down" for number in load.stored} <= heard(desk, address)


@pytest.mark.clause("oncall.escalate", "oncall.respond")
def test_killed_at_any_moment_every_stored_alert_is_paged_for_and_escalated_once(
    new_desk: Desk, request: pytest.FixtureRequest
) -> None:
    desk = new_desk
    chance = random.Random(request.config.getoption("--seed"))
    load = Load(expecting(desk), chance)
    load.start()
    killed: list[tuple[float, float]] = []
    for part in kills(request.config.getoption("--kills"), chance):
        threading.Event().wait(chance.uniform(0, 1.5))
        began = time.perf_counter()
        kill(desk, part, chance)
        eventually(desk.answers)
        killed.append((began, time.perf_counter()))
        # What was escalated ends, so that a long run calls about no more than a short one.
        load.end(load.stored & {number_in(subject) for subject in heard(desk, "ben@example.org")})
    eventually(lambda: len(load.stored) > request.config.getoption("--kills"))
    load.stop()
    eventually(lambda: sent(desk, load, "ada@example.org"))
    desk.forward("5 minutes")
    began = time.perf_counter()
    for process in desk.children("worker"):
        os.kill(process, signal.SIGKILL)
    eventually(lambda: sent(desk, load, "ben@example.org"), 300)
    eventually(desk.well)
    killed.append((began, time.perf_counter()))
    called = called_by_page(desk)
    assert {subject for subject, _ in called} <= {
        f"Page: Thing {number} is down" for number in load.stored | load.unknown
    }
    for address in ("ada@example.org", "ben@example.org"):
        more = {s: n for s, n in calls(desk, address).items() if n > called.get((s, address), 0)}
        assert not more, sorted(more.items())[:3]
        assert undisturbed(desk, address, killed) == []


def kills(count: int, chance: random.Random) -> list[str]:
    """Give what is killed when: each part as often as the others, in any order."""
    parts = (["web", "worker", "postgres", "mail"] * (count // 4 + 1))[:count]
    chance.shuffle(parts)
    return parts


def kill(desk: Desk, part: str, chance: random.Random) -> None:
    if part == "mail":
        desk.restart_mail(chance.uniform(0, 2))
        return
    for process in desk.children(part)[: 1 if part == "postgres" else None]:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


@pytest.mark.clause("oncall.respond")
def test_while_a_worker_is_frozen_that_pages_another_one_pages(desk: Desk) -> None:
    """Even if nobody starts the frozen one anew; a worker of another machine has nobody to."""
    ada = first_account(desk, "Ada")
    ada.send("/people/", what="file", text=PEOPLE)
    shifts(ada)
    key = ada.send("/alarms/keys/", name="Alertmanager").text
    webhook = re.findall(r"/alarms/in/alertmanager/[\w-]+", key)[0]
    desk.start_another_worker()
    eventually(lambda: "2 at work" in httpx.get(f"{desk.url}/healthz").text)
    desk.postbox.held = True
    assert httpx.post(desk.url + webhook, json=alert(1)).status_code == 200
    eventually(lambda: desk.postbox.peers)
    frozen = process_of(desk.postbox.peers[0])
    desk.process.send_signal(signal.SIGSTOP)
    os.kill(frozen, signal.SIGSTOP)
    try:
        eventually(lambda: len(desk.postbox.peers) > 1)
        assert process_of(desk.postbox.peers[-1]) != frozen
        desk.postbox.held = False
        eventually(lambda: any("may have had this" in m.body for m in desk.postbox.mails))
    finally:
        desk.postbox.held = False
        os.kill(frozen, signal.SIGCONT)
        desk.process.send_signal(signal.SIGCONT)


def process_of(port: int) -> int:
    """Give the process that has the loopback connection from this port."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    inodes = {f"socket:[{row[9]}]" for row in rows if row[1].endswith(f":{port:04X}")}
    for entry in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if str(entry.readlink()) in inodes:
                return int(entry.parts[2])
    raise AssertionError(f"no process has port {port}")


def test_a_killed_desk_finds_its_data_again_and_stops_cleanly(desk: Desk) -> None:
    ada = first_account(desk, "Ada")
    ada.send("/people/", what="team", name="Prisons", channel="#prisons")
    second = desk.command("serve", "--port", "1")
    assert second.returncode == 1
    assert len(second.stderr.splitlines()) == 1
    assert "Another desk is running" in second.stderr
    desk.process.kill()
    desk.process.wait()
    eventually(lambda: not any(desk.children(part) for part in ("web", "worker")))
    desk.start()
    assert "Prisons" in ada.see("/people/")
    assert desk.stop() == 0
    eventually(lambda: not any(desk.children(part) for part in ("web", "worker", "postgres")))


def test_a_desk_goes_on_and_starts_again_by_its_last_sound_process_file(desk: Desk) -> None:
    file = desk.home / "process.yaml"
    sound = file.read_text()
    file.write_text(sound.replace("size: 3", "size: many"))

    def health() -> str:
        return httpx.get(f"{desk.url}/healthz").text

    eventually(lambda: "The process file is broken" in health())
    assert httpx.get(f"{desk.url}/account/login/").status_code == 200
    desk.stop()
    desk.start(once=lambda: "The process file is broken" in health())
    said = desk.log.read_text()
    assert "support.size: “many” is not a whole number" in said
    assert "The desk goes on by the one in force since" in said
    assert "Traceback" not in said
