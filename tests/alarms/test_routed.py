"""The process's routes decide what comes in: whose it is, how high, where shown, whom it pages."""

from pathlib import Path

import pytest

from dutydesk.alarms.flows import ingestion
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.notifications import Notification
from dutydesk.alarms.rules.notifications import NotifiedAlert as Told
from dutydesk.oncall.models import Page
from dutydesk.process.flows import process
from testing.world import World

pytestmark = pytest.mark.django_db
ROUTES = """
  routes:
    - name: Batch jobs
      match: {job: batch}
      service: Clusters
      priority: high
      channel: "#batch"
      runbook: https://runbooks.example/batch
      page: [secondary]
    - name: Test clusters
      match: {cluster: /test-.*/}
      priority: low
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T19:00")
    file = tmp_path / "process.yaml"
    severities = "  high_severities: [critical, page, high]\n"
    assert severities in file.read_text()
    file.write_text(file.read_text().replace(severities, severities.rstrip() + ROUTES))
    process.adopt(file=file, at=world.at)
    world.shifts(primary="Ben", secondary="Cy")
    return world


def fire(world: World, group: str, **labels: str) -> Alarm:
    alert = Told("a", True, {"alertname": group, **labels}, {"summary": group}, world.at)
    found = ingestion.receive(told=Notification(group, (alert,)), at=world.at)
    world.settle()
    assert found is not None
    return found


@pytest.mark.clause("oncall.respond", "support.during")
def test_a_route_says_whose_an_alert_is_how_high_where_it_is_shown_and_whom_it_pages(
    world: World,
) -> None:
    alarm = fire(world, "Late", job="batch", severity="warning")
    assert (alarm.severity, alarm.runbook) == ("high", "https://runbooks.example/batch")
    assert alarm.service is not None
    assert alarm.service.name == "Clusters"
    assert any("Late" in said for said in world.said("#batch"))
    assert [call.engineer.name for call in Page.objects.get().calls.all()] == ["Cy"]


def test_a_route_keeps_a_critical_alert_low_and_wakes_nobody(world: World) -> None:
    alarm = fire(world, "Down", cluster="test-7", severity="critical")
    assert alarm.severity == "low"
    assert not Page.objects.exists()
    assert any("Down" in said for said in world.said("#low-priority-alarms"))


def test_what_no_route_matches_goes_by_its_severity(world: World) -> None:
    assert fire(world, "Down", cluster="live-1", severity="critical").severity == "high"


def test_an_end_that_says_no_more_keeps_what_was_known(world: World) -> None:
    alarm = fire(world, "Late", job="batch")
    over = Told("a", False, {}, {}, world.at, world.at)
    ingestion.receive(told=Notification("Late", (over,)), at=world.at)
    alert = alarm.alerts.get()
    assert not alert.firing
    assert alert.labels["job"] == "batch"
