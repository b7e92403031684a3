"""How far an incident is, as each update may say; and news that is no planned work."""

from pathlib import Path

import pytest

from dutydesk.announcements.models import Announcement
from dutydesk.database import rows
from dutydesk.incidents.models import Incident
from dutydesk.journal.models import JournalEntry
from dutydesk.people.models import Service
from testing.screens import seen, visit
from testing.status import body, document, show, words
from testing.world import Moving, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(support="Ada", primary="Ben")
    show(world, tmp_path)
    return world


@pytest.fixture
def incident(world: World) -> Incident:
    service = str(Service.objects.get(name="Prison visits").pk)
    values: dict[str, str | list[str]] = {"services": [service], "criteria": ["outage"]}
    world.press("Ada", "incident.declare", "new", title="Visits fail", user_impact="yes", **values)
    return Incident.objects.get()


def update(world: World, incident: Incident, text: str, phase: str = "") -> None:
    world.forward(minutes=5)
    world.press("Ada", "incident.update", incident.about, text=text, next="30", phase=phase)


def told(world: World) -> list[tuple[str, str]]:
    """Give what programs read of the incident's updates, oldest first."""
    (found,) = document(world, "incidents")["incidents"]
    return [(one["body"], one["status"]) for one in reversed(found["incident_updates"])]


@pytest.mark.clause("incident.comms-users")
def test_an_update_may_say_how_far_it_is_and_the_page_and_programs_follow(
    world: World, incident: Incident
) -> None:
    update(world, incident, "We look")
    update(world, incident, "A disk is full", "identified")
    update(world, incident, "We empty it")
    update(world, incident, "It is empty", "monitoring")
    update(world, incident, "Still empty", "monitoring")
    page = words(world)
    assert "Visits fail Major outage · Monitoring · Prison visits" in page
    assert "GMT · Identified A disk is full" in page
    (found,) = document(world, "incidents/unresolved")["incidents"]
    assert found["status"] == "monitoring"
    assert found["monitoring_at"] == "2026-11-24T11:20:00.000Z"
    world.press("Ada", "incident.resolve", incident.about, text="It is back", repaired="")
    assert told(world)[1:] == [
        ("We look", "investigating"),
        ("A disk is full", "identified"),
        ("We empty it", "identified"),
        ("It is empty", "monitoring"),
        ("Still empty", "monitoring"),
        ("It is back", "resolved"),
    ]
    assert "Update (identified): A disk is full" in seen(
        visit("Ada").get(f"/incidents/{incident.pk}")
    )


def test_what_is_monitored_may_turn_out_to_go_on(world: World, incident: Incident) -> None:
    update(world, incident, "It is empty", "monitoring")
    update(world, incident, "It is full again", "identified")
    (found,) = document(world, "incidents")["incidents"]
    assert (found["status"], found["monitoring_at"]) == ("identified", None)
    changes = found["incident_updates"][0]["affected_components"][0]
    assert changes["old_status"] == changes["new_status"] == "major_outage"


def test_the_form_offers_how_far_it_is_and_needs_no_answer(
    world: World, incident: Incident
) -> None:
    page = visit("Ada").get(f"/do/incident.update/{incident.about}")
    assert '<option value="" selected>As before</option>' in page.text
    form = seen(page)
    assert "How far is it?" in form and "Identified: the cause is known" in form
    update(world, incident, "We look")
    assert "Visits fail Major outage · Investigating" in words(world)


def test_a_phase_that_is_none_shows_nowhere(world: World, incident: Incident) -> None:
    update(world, incident, "We look")
    entry = JournalEntry.objects.filter(kind="incident.updated").get()
    rows.run("SET LOCAL session_replication_role = replica", [])
    JournalEntry.objects.filter(pk=entry.pk).update(data={**entry.data, "phase": "a secret"})
    for path in ("", "history", "feed.atom", "api/v2/summary.json"):
        assert "a secret" not in body(world, path)
    assert told(world)[-1] == ("We look", "investigating")


def announce(world: World, title: str, *services: str, **more: str) -> None:
    numbers = [str(one.pk) for one in Service.objects.filter(name__in=services)]
    text = f"Read about {title.lower()}"
    world.press(
        "Ada", "announcement.announce", "new", title=title, text=text, services=numbers, **more
    )


def test_news_is_on_the_page_and_in_the_feed_and_no_incident(world: World) -> None:
    announce(world, "The docs moved")
    announce(world, "Visits get faster", "Prison visits", updates="2026-11-25T10:00")
    page = words(world)
    assert "The docs moved News" in page
    assert "Visits get faster News · Prison visits" in page
    assert "Next update by tomorrow at 10:00 GMT" in page
    assert "Everything is working" in page and "Now" not in page.partition("News")[0]
    assert "Read about the docs moved" in body(world, "feed.atom")
    assert "Visits get faster" in body(world, "feed/prison-visits.atom")
    assert "The docs moved" not in body(world, "feed/prison-visits.atom")
    summary = document(world, "summary")
    assert summary["incidents"] == summary["scheduled_maintenances"] == []
    assert document(world, "incidents")["incidents"] == []
    assert document(world, "scheduled-maintenances")["scheduled_maintenances"] == []
    news = Announcement.objects.get(title="Visits get faster")
    world.forward(days=1)
    world.press("Ada", "announcement.finish", news.about, text="They are faster")
    assert "They are faster" in words(world)
    world.forward(days=8)
    assert "The docs moved" not in words(world)
    assert "The docs moved News" in words(world, "history")


def test_news_of_services_that_no_user_depends_on_is_the_team_s(world: World) -> None:
    Service.objects.filter(name="Clusters").update(user_facing=False)
    announce(world, "Our runners moved", "Clusters")
    assert "Our runners moved" not in words(world) + body(world, "feed.atom")
