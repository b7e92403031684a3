"""Silences in a real Alertmanager: made, changed and lifted there as here."""

import base64
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from dutydesk.adapters.alertmanager.courier import AlertmanagerCourier
from dutydesk.alarms.flows import passing, silencing
from dutydesk.alarms.flows.silencing import Wanted
from dutydesk.alarms.models import Silence
from dutydesk.alarms.rules.silences import read_matchers
from dutydesk.errands import flows as errands
from dutydesk.errands.models import Errand
from dutydesk.people.models import Service
from testing.running import Alertmanager, eventually, free_port
from testing.world import World

pytestmark = pytest.mark.django_db


class Listener:
    """Keeps what is posted to it; answers `answers` to anything, if the header is right."""

    def __init__(self, header: str = "") -> None:
        self.heard: list[Any] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                listener.heard.append(json.loads(self.rfile.read(length)))
                self._answer(b'{"silenceID": "a-1"}')

            def do_GET(self) -> None:
                self._answer(b"[]")

            def _answer(self, body: bytes) -> None:
                allowed = header in ("", self.headers.get("Authorization", ""))
                self.send_response(200 if allowed else 401)
                self.end_headers()
                self.wfile.write(body if allowed else b"no")

            def log_message(self, *args: Any) -> None:
                """Be quiet."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture
def alertmanager(tmp_path: Path, listener: Listener) -> Iterator[Alertmanager]:
    running = Alertmanager(tmp_path / "alertmanager", listener.url)
    yield running
    running.stop()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, "2026-11-24T11:00")
    world.at = datetime.now(UTC)  # noqa: TID251 -- Alertmanager keeps the machine's time
    yield world
    errands._couriers.pop(passing.KIND, None)


def connect(*addresses: str, **how: str) -> None:
    errands.deliver_with(passing.KIND, AlertmanagerCourier(",".join(addresses), **how))


def deliver(world: World) -> list[Errand]:
    """Try what is due, as a worker would."""
    world.settle()
    for errand in Errand.objects.filter(kind=passing.KIND, state__in=["owed", "trying"]):
        errands.deliver(errand_id=errand.pk, now=lambda: world.at + timedelta(minutes=1))
    world.settle()
    return list(Errand.objects.filter(kind=passing.KIND).order_by("id"))


def silence(world: World, *lines: str, **more: Any) -> Silence:
    ends = world.at + timedelta(hours=1)
    wanted = Wanted(read_matchers(lines), world.at, ends, "We repair it", **more)
    return silencing.silence(wanted=wanted, by="Ben", at=world.at)


def there(alertmanager: Alertmanager, state: str = "active") -> list[dict[str, Any]]:
    found = httpx.get(f"{alertmanager.url}/api/v2/silences").json()
    return [one for one in found if one["status"]["state"] == state]


def test_a_silence_made_here_is_there_and_nothing_is_sent_until_it_is_lifted(
    world: World, alertmanager: Alertmanager, listener: Listener
) -> None:
    connect(alertmanager.url)
    made = silence(world, "alertname=Down", "pod=~a|b.*", "team!=x", "zone!~y+")
    (errand,) = deliver(world)
    (one,) = there(alertmanager)
    assert (errand.state, errand.reference) == ("done", one["id"])
    assert sorted((m["name"], m["value"], m["isRegex"], m["isEqual"]) for m in one["matchers"]) == [
        ("alertname", "Down", False, True),
        ("pod", "a|b.*", True, True),
        ("team", "x", False, False),
        ("zone", "y+", True, False),
    ]
    assert one["createdBy"] == "Ben"
    assert one["comment"].startswith("We repair it (")
    alertmanager.tell("Down", pod="b1")
    alertmanager.tell("Else", pod="b1")
    eventually(lambda: [each["groupLabels"] for each in listener.heard] == [{"alertname": "Else"}])
    silencing.lift(silence=made.pk, by="Ada", at=world.at)
    deliver(world)
    assert there(alertmanager) == []
    assert [each["id"] for each in there(alertmanager, "expired")] == [one["id"]]
    eventually(lambda: {"alertname": "Down"} in [each["groupLabels"] for each in listener.heard])


def test_a_changed_silence_is_changed_there_and_trying_twice_changes_nothing(
    world: World, alertmanager: Alertmanager
) -> None:
    connect(alertmanager.url)
    made = silence(world, "alertname=Down")
    deliver(world)
    until = world.at + timedelta(hours=5)
    silencing.extend(silence=made.pk, until=until, by="Ada", at=world.at)
    first, second = deliver(world)
    (one,) = there(alertmanager)
    assert datetime.fromisoformat(one["endsAt"]) - until < timedelta(seconds=1)
    assert second.reference == one["id"]
    for errand in (second, first):  # As if both tries had been cut off before they were noted.
        Errand.objects.filter(pk=errand.pk).update(state="trying", due_at=world.at)
        deliver(world)
        assert [each["id"] for each in there(alertmanager)] == [one["id"]]


def test_one_made_in_advance_is_there_in_advance(world: World, alertmanager: Alertmanager) -> None:
    connect(alertmanager.url)
    starts = world.at + timedelta(hours=2)
    wanted = Wanted(read_matchers(["a=b"]), starts, starts + timedelta(hours=1), "Patching")
    silencing.silence(wanted=wanted, by="Ben", at=world.at)
    deliver(world)
    (one,) = there(alertmanager, "pending")
    assert datetime.fromisoformat(one["startsAt"]) - starts < timedelta(seconds=1)


def test_a_late_try_that_follows_its_lifting_is_undone(
    world: World, alertmanager: Alertmanager
) -> None:
    made = silence(world, "alertname=Down")
    connect(alertmanager.url)
    world.settle()
    Errand.objects.update(state="trying", due_at=world.at)  # A worker has it, and is slow.
    silencing.lift(silence=made.pk, by="Ada", at=world.at)
    world.settle()
    late, lifting = Errand.objects.order_by("id")
    errands.deliver(errand_id=lifting.pk, now=lambda: world.at)
    errands.deliver(errand_id=late.pk, now=lambda: world.at)
    assert len(there(alertmanager)) == 1
    deliver(world)
    assert there(alertmanager) == []


def test_while_alertmanager_is_away_it_stays_owed_and_the_next_instance_is_tried(
    world: World, alertmanager: Alertmanager
) -> None:
    away = f"http://127.0.0.1:{free_port()}"
    connect(away)
    silence(world, "alertname=Down")
    (errand,) = deliver(world)
    assert errand.state == "owed"
    assert errand.reason == "no Alertmanager took it: it can't be reached: URLError"
    connect(away, alertmanager.url)
    (errand,) = deliver(world)
    assert errand.state == "done"
    assert len(there(alertmanager)) == 1


def test_a_refusal_is_kept_and_a_silence_of_a_service_stays_here(
    world: World, alertmanager: Alertmanager
) -> None:
    connect(alertmanager.url)
    silence(world, "a.b=c")  # Alertmanager 0.25 knows no such label.
    (errand,) = deliver(world)
    assert errand.state == "failed"
    assert "400" in errand.reason
    silence(world, service=Service.objects.get(name="Clusters").pk)
    assert len(deliver(world)) == 1


def test_it_signs_in_by_name_or_token_and_no_secret_is_told(world: World, tmp_path: Path) -> None:
    file = tmp_path / "auth"
    file.write_text("bearer a-token\n")
    basic = base64.b64encode(b"desk:a-secret").decode()
    hows = [
        (f"Basic {basic}", {"auth": "basic desk:a-secret"}),
        ("Bearer a-token", {"auth_file": str(file)}),
    ]
    for header, how in hows:
        listener = Listener(header)
        connect(listener.url, **how)
        silence(world, "alertname=Down")
        assert deliver(world)[-1].state == "done"
        connect(listener.url, auth="basic desk:wrong-secret")
        silence(world, "alertname=Down")
        wrong = deliver(world)[-1]
        assert (wrong.state, "secret" in wrong.reason) == ("owed", False)
        assert "it said 401" in wrong.reason
        Errand.objects.filter(state="owed").update(state="withdrawn")
        listener.close()
    connect("http://desk:a-secret@localhost:1")
    silence(world, "alertname=Down")
    wrong = deliver(world)[-1]
    assert (wrong.state, "secret" in wrong.reason) == ("owed", False)
