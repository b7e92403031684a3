"""A service is taken out on purpose until a time that is chased; what switches it is told."""

from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.alarms.flows import ingestion, silences
from dutydesk.alarms.models import Alarm, Silence
from dutydesk.alarms.rules.notifications import Notification, NotifiedAlert
from dutydesk.commitments.flows import commitments
from dutydesk.incidents.flows import maintenance_hooks
from dutydesk.incidents.flows.maintenance_mode import MaintenanceRefused
from dutydesk.incidents.models import Maintenance
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import NotYours
from dutydesk.kernel.forms import FormRefused
from dutydesk.kernel.refusals import Refused
from dutydesk.oncall.models import Page
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Engineer
from dutydesk.ports.delivery import Delivery, Undelivered
from testing.maintenance import TEAM, deliver, put_back, take_out, visits
from testing.world import World

pytestmark = pytest.mark.django_db


def fires(world: World, service: str) -> None:
    labels = {"alertname": "Down", "severity": "critical", "service": service}
    alert = NotifiedAlert("a", True, labels, {"summary": "It answers 503"}, world.at, None)
    ingestion.receive(told=Notification(group_key="1 g", alerts=(alert,)), at=world.at)
    world.settle()


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
        claimed_at=world.at, attempts=1, due_at=world.at + timedelta(seconds=60)
    )
    put_back(world, out)
    deliver(world.at)
    assert sender.words == [True]
    later = OutboxMessage.objects.latest("id")
    assert (later.state, later.due_at) == ("owed", world.at + timedelta(seconds=1))


@pytest.mark.clause("oncall.maintenance")
def test_what_a_service_in_maintenance_tells_calls_nobody_until_it_is_back(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T08:05")
    world.shifts(primary="Ben", secondary="Ada")
    out = take_out(world)
    assert "Its alarms: quiet until it is back" in world.said(TEAM)[-1]
    fires(world, visits().name)
    alarm = Alarm.objects.get()
    assert (alarm.silence, Page.objects.count()) == (out.silence, 0)
    world.press("Ada", "maintenance.move", out.about, until="2026-11-25T08:00")
    put_back(world, out)
    world.settle()
    assert Page.objects.get().called == Engineer.objects.get(name="Ben"), "it fires still"
    assert not Silence.objects.filter(lifted_at=None).exists()
    assert next(entry.text for entry in journal.timeline([out.about])) == (
        "Prison visits is in maintenance"
    )


def test_a_service_is_taken_out_even_if_no_silence_can_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dutydesk.alarms.flows.silences.MOST_KEPT", 0)
    world = World(tmp_path, "2026-11-24T08:05")
    world.shifts(primary="Ben", secondary="Ada")
    out = take_out(world)
    fires(world, visits().name)
    assert Page.objects.count() == 1
    (entry,) = journal.timeline([out.about])
    assert entry.text.startswith("Prison visits is in maintenance; its alarms are heard all the")
    put_back(world, out)


@pytest.mark.clause("oncall.maintenance")
def test_a_silence_that_somebody_lifted_is_not_made_again_with_a_later_end(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T08:05")
    world.shifts(primary="Ben", secondary="Ada")
    out = take_out(world)
    assert out.silence is not None
    silences.lift(silence=out.silence.pk, by="Ben", at=world.at)
    world.press("Ada", "maintenance.move", out.about, until="2026-11-25T08:00")
    fires(world, visits().name)
    assert Page.objects.count() == 1
