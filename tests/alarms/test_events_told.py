"""Events as PagerDuty takes them, from trigger to resolution."""

from datetime import datetime
from pathlib import Path

import pytest

from dutydesk.alarms.flows import ingestion
from dutydesk.alarms.flows.acknowledgements import acknowledged_elsewhere
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.events import SentEvent, read_event
from dutydesk.alarms.rules.grafana import read_grafana
from dutydesk.journal.flows import journal
from dutydesk.oncall.models import Page
from testing.world import World

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent.parent / "data" / "alarms"


def sent(name: str, at: datetime) -> SentEvent:
    return read_event((DATA / "events" / f"{name}.json").read_bytes(), at)


def take(world: World, event: SentEvent) -> Alarm | None:
    assert event.notification is not None
    alarm = ingestion.receive(told=event.notification, at=world.at)
    world.settle()
    return alarm


def test_an_event_pages_and_its_end_ends_the_page(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(primary="Ben", secondary="Cy")
    alarm = take(world, sent("trigger", world.at))
    assert alarm is not None
    assert (alarm.title, alarm.severity) == ("Replication on db1 is 12 minutes behind", "high")
    assert alarm.service and alarm.service.name == "Prison visits"
    assert alarm.runbook == "https://runbooks.example.org/replication"
    assert Page.objects.get().state == "calling"
    world.forward(minutes=1)
    take(world, sent("trigger", world.at))
    assert Alarm.objects.count() == 1
    world.forward(minutes=1)
    take(world, sent("resolve", world.at))
    alarm.refresh_from_db()
    assert (alarm.state, Page.objects.get().state) == ("resolved", "resolved")


def test_an_acknowledgement_elsewhere_is_told_and_calls_go_on(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(primary="Ben", secondary="Cy")
    alarm = take(world, sent("trigger", world.at))
    event = sent("acknowledge", world.at)
    for _ in range(2):
        group = f"events {event.dedup_key}"
        assert acknowledged_elsewhere(group_key=group, client=event.client, at=world.at) == alarm
    said = [text for text in world.said("#high-priority-alarms") if "Nagios says" in text]
    assert len(said) == 1
    assert "calls go on until one of you presses" in said[0]
    assert alarm is not None
    entries = journal.timeline([f"alarm:{alarm.pk}"])
    assert [e.text for e in entries].count("Nagios says that somebody works on it") == 2
    world.forward(minutes=5)
    assert [call.engineer.name for call in Page.objects.get().calls.all()] == ["Ben", "Cy"]
    assert acknowledged_elsewhere(group_key="events other", client="", at=world.at) is None


def test_grafana_s_test_is_seen_and_calls_nobody(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(primary="Ben")
    told = read_grafana((DATA / "grafana" / "test-with-own-labels.json").read_bytes(), world.at)
    ingestion.receive_all(told=told, at=world.at)
    world.forward(minutes=30)
    assert Alarm.objects.get().state == "resolved"
    assert any("A test" in text for text in world.said("#high-priority-alarms"))
    assert not Page.objects.exclude(state="resolved").exists()
