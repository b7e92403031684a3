"""Whatever process is killed, nothing owed or promised is lost, and nothing is said twice."""

import os
import random
import re
import signal
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import httpx
import pytest

from testing.running import Desk, Visitor, eventually, first_account, ordinary_tuesday

ROUNDS = 9
PEOPLE = "engineers: [{name: Ben, email: ben@example.org}]"


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk(ordinary_tuesday(17, 10))
    try:
        yield desk
    finally:
        desk.close()


def alert(number: int) -> dict[str, Any]:
    return {
        "version": "4",
        "groupKey": f"group {number}",
        "alerts": [
            {
                "status": "firing",
                "labels": {"alertname": f"Alert{number}", "severity": "critical"},
                "annotations": {"summary": f"Thing {number} is down"},
                "startsAt": "2026-11-24T10:00:00Z",
                "endsAt": "0001-01-01T00:00:00Z",
                "fingerprint": f"{number:016x}",
            }
        ],
    }


def stored(address: str, number: int) -> bool:
    return httpx.post(address, json=alert(number), timeout=5).status_code == 200


def heard(desk: Desk, address: str) -> set[str]:
    """Give what somebody was called about."""
    return {m.subject for m in desk.postbox.to(address) if m.subject.startswith("Page")}


def calls(desk: Desk, address: str, *, perhaps_again: bool) -> Counter[str]:
    """Count the calls by what they are about: the plain ones, or those that may be a second."""
    mails = [m for m in desk.postbox.to(address) if m.subject.startswith("Page")]
    return Counter(m.subject for m in mails if ("may have had this" in m.body) == perhaps_again)


def shifts(ada: Visitor) -> None:
    page = ada.see("/shifts/change/")
    for duty, name in (("support", "Ada"), ("primary", "Ben")):
        number = re.findall(rf'<option value="(\d+)">{name}<', page)[0]
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


@pytest.mark.clause("oncall.escalate", "oncall.respond")
def test_killed_at_any_point_every_alert_is_paged_for_and_escalated_once(desk: Desk) -> None:
    ada = first_account(desk, "Ada")
    ada.send("/people/", what="file", text=PEOPLE)
    shifts(ada)
    key = ada.send("/alarms/keys/", name="Alertmanager").text
    webhook = re.findall(r"url: (http://\S+)", key)[0]
    calm_storms(desk, ada)
    desk.start_another_worker()
    eventually(lambda: "2 at work" in httpx.get(f"{desk.url}/healthz").text)
    chance = random.Random(20261124)
    parts = ["web", "worker", "postgres"] * (ROUNDS // 3)
    chance.shuffle(parts)
    for number, part in enumerate(parts):
        eventually(partial(stored, webhook, number), 60)
        for process in desk.children(part)[: 1 if part == "postgres" else None]:
            os.kill(process, signal.SIGKILL)
    wanted = {f"Page: Thing {number} is down" for number in range(ROUNDS)}
    eventually(lambda: heard(desk, "ada@example.org") == wanted, 90)
    desk.forward("5 minutes")
    for process in desk.children("worker"):
        os.kill(process, signal.SIGKILL)
    eventually(lambda: heard(desk, "ben@example.org") == wanted, 90)
    eventually(desk.well, 60)
    for address in ("ada@example.org", "ben@example.org"):
        for perhaps_again in (False, True):  # Killed while sending: once more, and it says so.
            assert max(calls(desk, address, perhaps_again=perhaps_again).values(), default=0) <= 1
    channels = re.findall(r'href="(/channels/\d+)">#high-priority-alarms<', ada.see("/channels/"))
    shown = ada.see(channels[0])
    for number in range(ROUNDS):
        assert shown.count(f"<h3>Thing {number} is down</h3>") == 1


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


def test_a_broken_process_file_stops_the_start_and_not_a_running_desk(desk: Desk) -> None:
    file = desk.home / "process.yaml"
    sound = file.read_text()
    file.write_text(sound.replace("size: 3", "size: many"))

    def health() -> str:
        return httpx.get(f"{desk.url}/healthz").text

    eventually(lambda: "The process file is broken" in health())
    assert httpx.get(f"{desk.url}/account/login/").status_code == 200
    desk.stop()
    refused = desk.command("serve", "--port", str(desk.port))
    assert refused.returncode == 1
    assert "support.size: “many” is not a whole number" in refused.stderr
    assert "Traceback" not in refused.stderr
