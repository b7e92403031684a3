"""A service is taken out on purpose until a time that is chased; what switches it is told."""

import base64
import hashlib
import hmac
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dutydesk.adapters.egress import INNER
from dutydesk.adapters.maintenance_command.sender import CommandSender
from dutydesk.adapters.maintenance_webhook.sender import WebhookSender
from dutydesk.commitments.flows import commitments
from dutydesk.incidents.flows import maintenance_hooks, maintenance_mode
from dutydesk.incidents.flows.maintenance_mode import MaintenanceRefused
from dutydesk.incidents.models import Incident, Maintenance
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import NotYours
from dutydesk.kernel.forms import FormRefused
from dutydesk.kernel.refusals import Refused
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.flows import people
from dutydesk.people.models import Service
from dutydesk.ports.delivery import Delivery, Undelivered
from dutydesk.ports.maintenance import WEBHOOK
from testing.running import eventually
from testing.webhooks import Receiver
from testing.world import World

pytestmark = pytest.mark.django_db
TEAM = "#cloud-platform"


def visits() -> Service:
    return Service.objects.get(name="Prison visits")


def take_out(world: World, **values: str) -> Maintenance:
    world.press("Ada", "service.maintain", visits().about, **{"reason": "New disks", **values})
    return Maintenance.objects.latest("id")


def put_back(world: World, out: Maintenance) -> None:
    world.press("Ada", "maintenance.end", out.about)


@pytest.mark.clause("oncall.maintenance", "announce.content")
def test_planned_maintenance_says_why_and_until_when(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    with pytest.raises(NotYours):
        world.press("Uma", "service.maintain", visits().about, reason="x")
    with pytest.raises(FormRefused, match="“Why\\?” is missing"):
        take_out(world, reason=" ")
    with pytest.raises(FormRefused, match="too early"):
        take_out(world, until="2026-11-24T10:59")
    with pytest.raises(Refused, match="is not a time"):
        take_out(world, until="noon")
    assert not Maintenance.objects.exists()
    out = take_out(world)
    assert out.until == world.moment("2026-11-24T15:00"), "four hours, unless they know better"
    said = world.said(TEAM)[-1]
    assert said.startswith("In maintenance: Prison visits | Ada took it out because of: New disks")
    assert "Expected back: today at 15:00 GMT" in said
    with pytest.raises(MaintenanceRefused, match="already"):
        take_out(world)
    put_back(world, out)
    assert world.said(TEAM)[-1] == "Back from maintenance: Prison visits | Ada put it back."
    assert [entry.text for entry in journal.timeline([out.about])] == [
        "Prison visits is in maintenance",
        "Prison visits is back",
    ]
    with pytest.raises(MaintenanceRefused, match="back already"):
        put_back(world, out)


@pytest.mark.clause("oncall.maintenance")
def test_forgotten_maintenance_is_warned_of_and_chased_until_it_ends(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-03-28T23:30")
    out = take_out(world, until="2026-03-29T03:30")
    (owed,) = commitments.owed([out.about])
    assert owed.due_at - world.at == timedelta(hours=3), "the clocks go forward meanwhile"
    world.forward(hours=2, minutes=45)
    assert world.said(TEAM)[-1].startswith("Due soon | Put Prison visits back from maintenance")
    world.forward(minutes=15)
    assert world.said(TEAM)[-1].startswith("Overdue | Put Prison visits back")
    world.press("Ben", "maintenance.move", out.about, until="2026-03-29T06:00")
    (owed,) = commitments.owed([out.about])
    assert owed.due_at == world.moment("2026-03-29T06:00")
    texts = [entry.text for entry in journal.timeline([out.about])]
    assert texts[-1] == "Prison visits's maintenance is to end today at 06:00 BST"
    world.forward(hours=4)
    overdue = [text for text in world.said(TEAM) if text.startswith("Overdue")]
    assert len(overdue) == 2, "once for each promise, in place"
    put_back(world, out)
    history = commitments.history([out.about]).order_by("id")
    assert [one.state for one in history] == ["withdrawn", "late"]


@pytest.fixture
def hook() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


def deliver(at: datetime) -> None:
    for message in OutboxMessage.objects.filter(due_at__lte=at, state="owed").order_by("id"):
        outbox.deliver(message_id=message.pk, now=lambda: at)


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


def executable(folder: Path, text: str) -> Path:
    file = folder / "switch"
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return file


@pytest.mark.clause("oncall.maintenance")
def test_a_command_of_the_machine_is_run_with_on_and_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setenv("DUTYDESK_SECRET_KEY", "not for others")
    file = executable(
        tmp_path, f'echo "$1 $# [$DUTYDESK_SECRET_KEY]" >>{tmp_path}/said; echo did it'
    )
    kind = maintenance_hooks.command("prison-visits")
    monkeypatch.setitem(outbox._senders, kind, CommandSender(file))
    out = take_out(world)
    deliver(world.at)
    assert OutboxMessage.objects.get().reference == "ended with 0: did it"
    put_back(world, out)
    deliver(world.at)
    assert (tmp_path / "said").read_text() == "on 1 []\noff 1 []\n"


def parcel(on: bool = True) -> Delivery:
    at = datetime.fromisoformat("2026-11-24T11:00:00+00:00")
    return Delivery("k", {"on": on}, 1, False, at, at)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("echo first; echo no disk >&2; echo; exit 3", "the command ended with 3: no disk"),
        ("exit 1", "the command ended with 1: it wrote nothing"),
        ("echo waiting; sleep 60 & wait", "the command took longer than 1 s: waiting"),
        (
            "head -c 3000000 /dev/zero | tr '\\0' x; exit 2",
            "the command ended with 2: " + "x" * 200,
        ),
    ],
)
def test_a_command_that_fails_says_how(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(Undelivered) as failure:
        CommandSender(executable(tmp_path, text), longest=1).deliver(parcel())
    assert failure.value.reason == reason
    assert not failure.value.permanent


def test_what_a_command_started_is_ended_with_it(tmp_path: Path) -> None:
    file = executable(tmp_path, f"sleep 30 & echo $! >{tmp_path}/child; wait")
    with pytest.raises(Undelivered):
        CommandSender(file, longest=0.5).deliver(parcel())
    child = int((tmp_path / "child").read_text())
    eventually(lambda: not _runs(child), 25)  # By itself it ends later.


def _runs(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().split()[2]
    except OSError:
        return False
    return state != "Z"


def test_a_command_that_isnt_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(Undelivered, match="can't be run: No such file"):
        CommandSender(tmp_path / "nothing").deliver(parcel())


class Slow:
    """A sender that is asked for another delivery while it is under way."""

    def __init__(self) -> None:
        self.words: list[bool] = []

    def deliver(self, parcel: Delivery) -> str:
        self.words.append(parcel.payload["on"])
        if len(self.words) == 1:
            raise Undelivered("not now")
        return "done"


@pytest.mark.clause("oncall.maintenance")
def test_a_service_that_came_back_is_not_taken_out_by_an_earlier_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    kind, sender = maintenance_hooks.command("prison-visits"), Slow()
    monkeypatch.setitem(outbox._senders, kind, sender)
    out = take_out(world)
    deliver(world.at)
    put_back(world, out)
    deliver(world.at + timedelta(seconds=10))
    deliver(world.at + timedelta(seconds=60))
    assert sender.words == [True, False]
    assert [message.state for message in OutboxMessage.objects.order_by("id")] == [
        "withdrawn",
        "done",
    ]


def test_a_later_word_waits_for_an_earlier_one_that_is_under_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    kind, sender = maintenance_hooks.command("prison-visits"), Slow()
    monkeypatch.setitem(outbox._senders, kind, sender)
    out = take_out(world)
    OutboxMessage.objects.update(
        state="trying", attempts=1, due_at=world.at + timedelta(seconds=60)
    )
    put_back(world, out)
    deliver(world.at)
    assert sender.words == [True]
    later = OutboxMessage.objects.latest("id")
    assert (later.state, later.due_at) == ("owed", world.at + timedelta(seconds=1))


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
