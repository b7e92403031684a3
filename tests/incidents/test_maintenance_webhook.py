"""A webhook is told when a service is taken out and put back."""

import base64
import hashlib
import hmac
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.adapters.egress import INNER
from dutydesk.adapters.maintenance_webhook.sender import WebhookSender
from dutydesk.incidents.flows import maintenance_mode
from dutydesk.incidents.models import Incident
from dutydesk.journal.flows import journal
from dutydesk.kernel.refusals import Refused
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.flows import people
from dutydesk.people.models import Service
from dutydesk.ports.maintenance import WEBHOOK
from testing.maintenance import TEAM, deliver, put_back, take_out, visits
from testing.webhooks import Receiver
from testing.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def hook() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.mark.clause("oncall.maintenance")
def test_a_webhook_is_told_signed_when_maintenance_begins_and_ends(
    tmp_path: Path, hook: Receiver
) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    secret = people.set_webhook(service=visits().pk, address=hook.url)
    assert secret is not None
    out = take_out(world)
    deliver(world.at)
    put_back(world, out)
    deliver(world.at)
    on, off = hook.received
    until = world.moment("2026-11-24T15:00").isoformat()
    assert on.told == {"service": "prison-visits", "on": True, "incident": None, "until": until}
    assert off.told == {"service": "prison-visits", "on": False, "incident": None, "until": None}
    signed = f"{on.headers['webhook-id']}.{on.headers['webhook-timestamp']}.".encode() + on.body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert on.headers["webhook-signature"] == f"v1,{expected}"
    assert on.headers["webhook-id"] != off.headers["webhook-id"]
    assert int(on.headers["webhook-timestamp"]) == int(world.at.timestamp())
    kept = str(list(OutboxMessage.objects.values())) + str(list(Service.objects.values()))
    assert secret not in kept
    assert secret.removeprefix("whsec_") not in kept


@pytest.mark.clause("oncall.maintenance")
@pytest.mark.parametrize("redirect", [302, 307])
def test_a_webhook_that_fails_is_said_to_the_team_and_in_the_incident_and_tried_again(
    tmp_path: Path, hook: Receiver, redirect: int
) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    people.set_webhook(service=visits().pk, address=hook.url)
    service = str(visits().pk)
    world.press("Ada", "incident.declare", "new", title="Down", services=service, criteria="outage")
    about = f"incident:{Incident.objects.get().pk}"
    hook.statuses += [500, redirect]
    world.press("Ada", "incident.maintain", about, service=service)
    for seconds in (0, 2, 4):
        world.at += timedelta(seconds=seconds)
        deliver(world.at)
        world.settle()
        texts = [text for text in world.said(TEAM) if "switched on, was" in text]
        assert len(texts) == 1, "it is said once, and changed in place"
        if seconds < 4:
            assert "not heard: the webhook answered 500" in texts[0]
            assert "secret-path" not in texts[0]
    assert [one.path for one in hook.received] == ["/secret-path"] * 3, "no redirect is followed"
    assert texts[0].startswith("Maintenance was heard |")
    line = [entry.text for entry in journal.timeline([about])]
    assert sum("was not heard" in text for text in line) == 1
    assert "was heard after all" in line[-1]
    assert len({one.headers["webhook-id"] for one in hook.received}) == 1


def test_a_webhook_that_nobody_answers_is_named_without_its_address(
    tmp_path: Path, hook: Receiver
) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    hook.close()
    people.set_webhook(service=visits().pk, address=hook.url)
    take_out(world)
    deliver(world.at)
    message = OutboxMessage.objects.get()
    assert (message.state, message.reason) == (
        "owed",
        "the webhook can't be reached (ConnectionRefusedError)",
    )
    people.set_webhook(service=visits().pk, address="")
    deliver(world.at + timedelta(minutes=1))
    message.refresh_from_db()
    assert message.state == "failed"


@pytest.mark.parametrize(
    "host", ["localhost", "[::1]", "[::ffff:127.0.0.2]", "127.2", "0x7f000002", "169.254.169.254"]
)
def test_a_webhook_leads_to_no_inner_address_that_the_operator_did_not_name(
    tmp_path: Path, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    closed = WebhookSender(people.webhook_of, ["127.0.0.1"] if host != "localhost" else [])
    monkeypatch.setitem(outbox._senders, WEBHOOK, closed)
    people.set_webhook(service=visits().pk, address=f"http://{host}:9/secret-path")
    take_out(world)
    deliver(world.at)
    message = OutboxMessage.objects.get()
    assert (message.state, message.reason) == ("owed", INNER)


def test_a_webhook_whose_name_leads_inwards_when_it_is_called_is_not_posted_to(
    tmp_path: Path, hook: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address that is connected to counts, not one that was looked up before."""
    world = World(tmp_path, "2026-11-24T11:00")
    closed = WebhookSender(people.webhook_of, [])
    monkeypatch.setitem(outbox._senders, WEBHOOK, closed)
    there = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", hook.server.server_address)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: there)
    people.set_webhook(service=visits().pk, address="http://hooks.example/secret-path")
    take_out(world)
    deliver(world.at)
    assert OutboxMessage.objects.get().reason == INNER
    assert hook.received == []


@pytest.mark.parametrize(
    "address", ["visits", "ftp://a.example/", "https://", "https://u:p@a.example/", "http://a:x/"]
)
def test_an_address_that_cant_be_posted_to_is_refused(tmp_path: Path, address: str) -> None:
    World(tmp_path, "2026-11-24T11:00")
    with pytest.raises(Refused, match="is not an address"):
        people.set_webhook(service=visits().pk, address=address)


def test_words_that_are_owed_in_the_wrong_order_say_how_it_is_now(
    tmp_path: Path, hook: Receiver
) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    people.set_webhook(service=visits().pk, address=hook.url)
    service = visits().pk
    by = world.person("Ada")
    what = maintenance_mode.TakingOut(service, maintenance_mode.usual_end(world.at), "New disks")
    out = maintenance_mode.take_out(what=what, by=by, at=world.at)
    maintenance_mode.put_back(maintenance=out.pk, by=by, at=world.at)
    world.settle()
    assert [one.told["on"] for one in hook.received] == [False]
