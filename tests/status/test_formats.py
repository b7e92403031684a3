"""What programs read: Statuspage's documents, the Atom feed, and badges."""

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from dutydesk.announcements.models import Announcement
from dutydesk.incidents.models import Incident
from dutydesk.people.models import Service
from dutydesk.status.rules.conditions import ServiceCondition
from dutydesk.status.words.badge import COLOURS, badge
from testing.status import LINK, body, document, show
from testing.world import World

pytestmark = pytest.mark.django_db

# The fields that Statuspage documents, and what kind each is of; "?" may be null.
# Source: https://confluence.status.atlassian.com/api, and the types of its clients.
PAGE = {"id": str, "name": str, "url": str, "time_zone": str, "updated_at": "time"}
COMPONENT = {
    "id": str, "name": str, "status": str, "created_at": "time", "updated_at": "time",
    "position": int, "description": "?", "showcase": bool, "start_date": "?", "group_id": "?",
    "page_id": str, "group": bool, "only_show_if_degraded": bool,
}  # fmt: skip
INCIDENT = {
    "id": str, "name": str, "status": str, "created_at": "time", "updated_at": "time",
    "monitoring_at": "?", "resolved_at": "?", "impact": str, "shortlink": str,
    "started_at": "time", "page_id": str, "incident_updates": list, "components": list,
    "reminder_intervals": "?",
}  # fmt: skip
UPDATE = {
    "id": str, "status": str, "body": str, "incident_id": str, "created_at": "time",
    "updated_at": "time", "display_at": "time", "affected_components": list,
    "deliver_notifications": bool, "custom_tweet": "?", "tweet_id": "?",
}  # fmt: skip
MAINTENANCE = {**INCIDENT, "scheduled_for": "time", "scheduled_until": "time"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
COMPONENT_STATES = {
    "operational", "under_maintenance", "degraded_performance", "partial_outage", "major_outage",
}  # fmt: skip


def keeps(found: Any, fields: dict[str, Any], *more: str) -> None:
    """Hold that a thing has exactly these fields, each of its kind."""
    assert set(found) == {*fields, *more}
    for name, kind in fields.items():
        if kind == "time":
            assert TIME.fullmatch(found[name]), (name, found[name])
        elif kind != "?":
            assert type(found[name]) is kind, (name, found[name])


def keeps_incident(found: Any, fields: dict[str, Any]) -> None:
    keeps(found, fields)
    assert found["impact"] in ("none", "minor", "major", "critical", "maintenance")
    for update in found["incident_updates"]:
        keeps(update, UPDATE)
        assert update["incident_id"] == found["id"]
        for component in update["affected_components"]:
            assert set(component) == {"code", "name", "old_status", "new_status"}
            assert {component["old_status"], component["new_status"]} <= COMPONENT_STATES
    for component in found["components"]:
        keeps(component, COMPONENT)


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ben")
    show(world, tmp_path, "  groups: [{title: Platform, services: [Clusters]}]\n")
    visits = str(Service.objects.get(name="Prison visits").pk)
    values: dict[str, str | list[str]] = {
        "services": [visits],
        "criteria": ["outage"],
        "user_impact": "yes",
    }
    world.press("Ada", "incident.declare", "new", title="Visits fail", **values)
    starts, ends = "2026-11-24T13:00", "2026-11-24T15:00"
    work = {"title": "New disks", "text": "Full.", "starts": starts, "ends": ends}
    world.press("Ada", "announcement.announce", "new", **work, services=[visits], updates="14:00")
    world.forward(minutes=10)
    world.press("Ada", "incident.update", incident().about, text="A disk is full", next="30")
    return world


def incident() -> Incident:
    return Incident.objects.get()


def test_a_summary_has_what_is_documented_and_nothing_else(world: World) -> None:
    found = document(world, "summary")
    parts = {"page", "components", "incidents", "scheduled_maintenances", "status"}
    assert set(found) == parts
    keeps(found["page"], PAGE)
    assert found["page"]["url"] == LINK
    for component in found["components"]:
        keeps(component, COMPONENT, *(["components"] if component["group"] else []))
        assert component["status"] in COMPONENT_STATES
    assert len(found["components"]) == 3
    (running,) = found["incidents"]
    keeps_incident(running, INCIDENT)
    (work,) = found["scheduled_maintenances"]
    keeps_incident(work, MAINTENANCE)
    assert found["status"] == {"indicator": "major", "description": "Partial System Outage"}


def test_an_incident_is_told_update_by_update(world: World) -> None:
    (found,) = document(world, "incidents/unresolved")["incidents"]
    assert (found["name"], found["status"]) == ("Visits fail", "investigating")
    assert (found["impact"], found["resolved_at"]) == ("critical", None)
    assert [one["name"] for one in found["components"]] == ["Prison visits"]
    assert [one["body"] for one in found["incident_updates"]] == [
        "A disk is full",
        "We are looking into a problem with Prison visits.",
    ]
    first = found["incident_updates"][-1]["affected_components"]
    assert first == [
        {
            "code": "prison-visits",
            "name": "Prison visits",
            "old_status": "operational",
            "new_status": "major_outage",
        }
    ]
    world.press("Ada", "incident.resolve", incident().about, text="It is back", repaired="")
    assert document(world, "incidents/unresolved")["incidents"] == []
    assert document(world, "summary")["incidents"] == []
    (found,) = document(world, "incidents")["incidents"]
    assert found["status"] == "resolved"
    assert TIME.fullmatch(found["resolved_at"])
    last = found["incident_updates"][0]
    assert (last["status"], last["body"]) == ("resolved", "It is back")
    assert last["affected_components"][0]["old_status"] == "major_outage"
    assert last["affected_components"][0]["new_status"] == "operational"
    status = document(world, "status")
    assert set(status) == {"page", "status"}
    assert status["status"] == {"indicator": "none", "description": "All Systems Operational"}


def test_planned_work_is_upcoming_then_active_then_completed(world: World) -> None:
    def told() -> list[list[str]]:
        return [
            [one["status"] for one in document(world, name)["scheduled_maintenances"]]
            for name in (
                "scheduled-maintenances/upcoming",
                "scheduled-maintenances/active",
                "scheduled-maintenances",
            )
        ]

    work = Announcement.objects.get().about
    assert told() == [["scheduled"], [], ["scheduled"]]
    (found,) = document(world, "scheduled-maintenances/upcoming")["scheduled_maintenances"]
    assert found["scheduled_for"] == "2026-11-24T13:00:00.000Z"
    assert found["scheduled_until"] == "2026-11-24T15:00:00.000Z"
    assert (found["impact"], found["resolved_at"]) == ("maintenance", None)
    world.press("Ada", "incident.resolve", incident().about, text="It is back", repaired="")
    world.forward(hours=2)
    world.press("Ada", "announcement.start", work)
    assert told() == [[], ["in_progress"], ["in_progress"]]
    status = document(world, "status")["status"]
    assert status == {"indicator": "maintenance", "description": "Service Under Maintenance"}
    world.press("Ada", "announcement.finish", work, text="All is well")
    assert told() == [[], [], ["completed"]]


def test_everything_down_is_critical(world: World) -> None:
    everything = [str(one.pk) for one in Service.objects.all()]
    values: dict[str, str | list[str]] = {
        "services": everything,
        "criteria": ["outage"],
        "user_impact": "yes",
        "another": "yes",
    }
    world.press("Ada", "incident.declare", "new", title="All is dark", **values)
    assert document(world, "status")["status"]["indicator"] == "critical"


def test_the_feed_has_an_entry_for_each_thing_that_was_told(world: World) -> None:
    name = {"a": "http://www.w3.org/2005/Atom"}
    feed = ElementTree.fromstring(body(world, "feed.atom"))
    entries = feed.findall("a:entry", name)
    assert [one.findtext("a:title", "", name) for one in entries] == [
        "Visits fail",
        "New disks",
        "Visits fail",
    ]
    assert "A disk is full" in (entries[0].findtext("a:summary", "", name))
    ids = [one.findtext("a:id", "", name) for one in entries]
    assert len(set(ids)) == 3
    assert all(one.startswith(f"{LINK}#") for one in ids)
    assert feed.findtext("a:updated", "", name) == "2026-11-24T11:10:00+00:00"
    of_clusters = ElementTree.fromstring(body(world, "feed/clusters.atom"))
    assert of_clusters.findall("a:entry", name) == []
    assert "A disk is full" in body(world, "feed/prison-visits.atom")


def test_what_xml_can_t_hold_breaks_no_feed_and_no_badge(world: World) -> None:
    odd = "A\x0b<b>\ufffe&\x1b"
    Incident.objects.update(title=odd)
    Service.objects.filter(slug="clusters").update(name=odd)
    ElementTree.fromstring(body(world, "feed.atom"))
    picture = ElementTree.fromstring(body(world, "badge/clusters.svg"))
    assert picture.attrib["aria-label"] == "A<b>&: operational"


def test_a_badge_says_how_its_service_is_doing(world: World) -> None:
    assert 'aria-label="Prison visits: major outage"' in body(world, "badge/prison-visits.svg")
    assert 'aria-label="Clusters: operational"' in body(world, "badge/clusters.svg")


@pytest.mark.parametrize("condition", ServiceCondition)
def test_every_badge_can_be_read(condition: ServiceCondition) -> None:
    """White on its colour has a contrast of 4.5 to 1 (WCAG 2.2, 1.4.3)."""
    parts = [int(COLOURS[condition][place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (light + 0.05) >= 4.5
    assert badge("x" * 500, condition).count("x") < 300
