"""Silences in a real Alertmanager: made, changed and lifted there as here."""

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from dutydesk.adapters.alertmanager.sender import AlertmanagerSender
from dutydesk.alarms.flows import ingestion, silences
from dutydesk.alarms.flows.silences import SilenceDraft
from dutydesk.alarms.models import Alarm, Silence
from dutydesk.alarms.rules.alertmanager import read_notification
from dutydesk.alarms.rules.notifications import Notification
from dutydesk.alarms.rules.notifications import NotifiedAlert as Told
from dutydesk.alarms.rules.silence_matchers import read_matchers
from dutydesk.oncall.models import Page
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Service
from dutydesk.ports.silences import LOOK, SILENCE
from testing.alertmanagers import Alertmanager
from testing.machine import eventually, free_port
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
        threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()

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
    for kind in (SILENCE, LOOK):
        outbox._senders.pop(kind, None)


def connect(*addresses: str, **how: str) -> None:
    for kind in (SILENCE, LOOK):
        outbox.deliver_with(kind, AlertmanagerSender(",".join(addresses), **how))


def deliver(world: World) -> list[OutboxMessage]:
    """Try what is due, as a worker would."""
    world.settle()
    owed = list(OutboxMessage.objects.filter(state="owed").order_by("pk"))
    later = max([world.at, *(message.due_at for message in owed if message.due_at)])
    for message in owed:
        outbox.deliver(message_id=message.pk, now=lambda: later)
    world.settle()
    return list(OutboxMessage.objects.filter(kind=SILENCE).order_by("id"))


def silence(world: World, *lines: str, **more: Any) -> Silence:
    ends = world.at + timedelta(hours=1)
    wanted = SilenceDraft(read_matchers(lines), world.at, ends, "We repair it", **more)
    return silences.silence(wanted=wanted, by="Ben", at=world.at)


def there(alertmanager: Alertmanager, state: str = "active") -> list[dict[str, Any]]:
    found = httpx.get(f"{alertmanager.url}/api/v2/silences").json()
    return [one for one in found if one["status"]["state"] == state]


def test_a_silence_made_here_is_there_and_nothing_is_sent_until_it_is_lifted(
    world: World, alertmanager: Alertmanager, listener: Listener
) -> None:
    connect(alertmanager.url)
    made = silence(world, "alertname=Down", "pod=~a|b.*", "team!=x", "zone!~y+")
    (message,) = deliver(world)
    (one,) = there(alertmanager)
    assert (message.state, message.reference) == ("done", one["id"])
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
    silences.lift(silence=made.pk, by="Ada", at=world.at)
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
    silences.extend(silence=made.pk, until=until, by="Ada", at=world.at)
    first, second = deliver(world)
    (one,) = there(alertmanager)
    assert datetime.fromisoformat(one["endsAt"]) - until < timedelta(seconds=1)
    assert second.reference == one["id"]
    for message in (second, first):  # As if both tries had been cut off before they were noted.
        OutboxMessage.objects.filter(pk=message.pk).update(
            state="owed", attempts=1, claimed_at=world.at - timedelta(seconds=6), due_at=world.at
        )
        deliver(world)
        assert [each["id"] for each in there(alertmanager)] == [one["id"]]


def test_a_desk_that_moved_to_another_address_still_knows_its_silences(
    world: World, alertmanager: Alertmanager, settings: Any
) -> None:
    connect(alertmanager.url)
    made = silence(world, "alertname=Down")
    deliver(world)
    settings.BASE_URL = "https://desk.example.org"
    silences.lift(silence=made.pk, by="Ada", at=world.at)
    deliver(world)
    assert there(alertmanager) == []


def test_one_made_in_advance_is_there_in_advance(world: World, alertmanager: Alertmanager) -> None:
    connect(alertmanager.url)
    starts = world.at + timedelta(hours=2)
    wanted = SilenceDraft(read_matchers(["a=b"]), starts, starts + timedelta(hours=1), "Patching")
    silences.silence(wanted=wanted, by="Ben", at=world.at)
    deliver(world)
    (one,) = there(alertmanager, "pending")
    assert datetime.fromisoformat(one["startsAt"]) - starts < timedelta(seconds=1)


def test_a_late_try_that_follows_its_lifting_is_undone(
    world: World, alertmanager: Alertmanager
) -> None:
    made = silence(world, "alertname=Down")
    connect(alertmanager.url)
    world.react()
    late = OutboxMessage.objects.get()
    claimed = outbox.DELIVERIES.claim(late.pk, world.at)  # A worker has it, and is slow.
    assert claimed is not None
    silences.lift(silence=made.pk, by="Ada", at=world.at)
    world.settle()
    reference = outbox.DELIVERIES.outside(claimed, lambda: world.at)
    assert len(there(alertmanager)) == 1
    outbox.DELIVERIES.settle(claimed, reference, lambda: world.at)
    deliver(world)
    assert there(alertmanager) == []


def test_while_alertmanager_is_away_it_stays_owed_and_the_next_instance_is_tried(
    world: World, alertmanager: Alertmanager
) -> None:
    away = f"http://127.0.0.1:{free_port()}"
    connect(away)
    silence(world, "alertname=Down")
    (message,) = deliver(world)
    assert message.state == "owed"
    assert message.reason == "no Alertmanager took it: it can't be reached: URLError"
    connect(away, alertmanager.url)
    (message,) = deliver(world)
    assert message.state == "done"
    assert len(there(alertmanager)) == 1


def test_a_refusal_is_kept_and_a_silence_of_a_service_stays_here(
    world: World, alertmanager: Alertmanager
) -> None:
    connect(alertmanager.url)
    silence(world, "a.b=c")  # Alertmanager 0.25 knows no such label.
    (message,) = deliver(world)
    assert message.state == "failed"
    assert "400" in message.reason
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
        OutboxMessage.objects.filter(state="owed").update(state="withdrawn", due_at=None)
        listener.close()
    connect("http://desk:a-secret@localhost:1")
    silence(world, "alertname=Down")
    wrong = deliver(world)[-1]
    assert (wrong.state, "secret" in wrong.reason) == ("owed", False)


@pytest.mark.parametrize("meanwhile", ["resolved", "firing", "away"])
def test_what_is_resolved_there_while_silenced_pages_nobody_and_what_still_fires_does(
    world: World, alertmanager: Alertmanager, listener: Listener, meanwhile: str
) -> None:
    connect(alertmanager.url)
    alertmanager.tell("Down", severity="critical")
    eventually(lambda: listener.heard)
    (told,) = read(listener.heard[0], world.at)
    elsewhere = replace(told, group_key="elsewhere", alerts=(_other(told.alerts[0]),))
    ingestion.receive_all(told=[told, elsewhere], at=world.at)
    Service.objects.update(page_anyway=True)
    silence(world, "alertname=Down")
    deliver(world)  # The silence,
    deliver(world)  # and a look at what Alertmanager knows of it.
    assert not Page.objects.exclude(state="resolved").exists()
    if meanwhile == "resolved":
        alertmanager.tell("Down", firing=False, severity="critical")
        eventually(lambda: not httpx.get(f"{alertmanager.url}/api/v2/alerts").json())
    if meanwhile == "away":
        connect(f"http://127.0.0.1:{free_port()}")
    world.forward(minutes=59, seconds=31)
    deliver(world)
    world.forward(minutes=1)
    about = {alarm.group_key: alarm for alarm in Alarm.objects.all()}
    here = about.pop(told.group_key)
    assert here.state == ("resolved" if meanwhile == "resolved" else "firing")
    (other,) = about.values()  # Nobody asks Alertmanager about what it never told of.
    pages = Page.objects.exclude(state="resolved").values_list("subject", flat=True)
    paged = [other, here] if here.state == "firing" else [other]
    assert set(pages) == {f"alarm:{alarm.pk}" for alarm in paged}


def read(body: Any, at: datetime) -> tuple[Notification, ...]:
    return (read_notification(json.dumps(body).encode(), at),)


def _other(alert: Told) -> Told:
    return replace(alert, fingerprint="0123456789abcdef")
