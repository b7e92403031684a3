"""The lists of incidents and services: sorted, narrowed and paged by their address."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dutydesk.alarms.models import Alarm
from dutydesk.incidents.models import Incident
from dutydesk.people.models import Service
from testing.screens import seen, visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ben")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    return world


def over(world: World, title: str, declared: str, hours: int, priority: str = "normal") -> Incident:
    at = world.moment(declared)
    return Incident.objects.create(
        title=title,
        state="resolved",
        priority=priority,
        declared=at,
        resolved=at + timedelta(hours=hours),
    )


def visits_service() -> Service:
    return Service.objects.get(name="Prison visits")


@pytest.fixture
def three(world: World) -> None:
    over(world, "Disks are full", "2025-12-31T23:30", 3, "high")
    over(world, "Logins fail", "2026-01-01T00:30", 1).services.add(visits_service())
    over(world, "Disks are slow", "2026-05-01T10:00", 5)


def titles(client: Client, query: str = "") -> list[str]:
    page = client.get(f"/incidents/{query}").text.partition("<tbody>")[2]
    return re.findall(r'href="/incidents/\d+">\s*(.*?)\s*<', page)


@pytest.mark.usefixtures("three")
def test_incidents_that_are_over_are_sorted_by_what_was_pressed() -> None:
    ada = visit("Ada")
    assert titles(ada) == ["Disks are slow", "Logins fail", "Disks are full"]
    assert titles(ada, "?sort=-duration")[0] == "Disks are slow"
    assert titles(ada, "?sort=duration")[0] == "Logins fail"
    assert titles(ada, "?sort=priority")[0] == "Disks are full"
    page = ada.get("/incidents/?sort=title").text
    assert re.search(r'aria-sort="ascending">\s*<a href="\?sort=-title">Incident', page)


@pytest.mark.usefixtures("three")
def test_a_year_is_the_team_s_own_and_narrows_with_the_rest() -> None:
    ada, service = visit("Ada"), visits_service()
    assert titles(ada, "?year=2025") == ["Disks are full"]
    assert titles(ada, "?year=2026&q=DISKS") == ["Disks are slow"]
    assert titles(ada, f"?service={service.pk}") == ["Logins fail"]
    assert titles(ada, "?priority=high") == ["Disks are full"]
    assert titles(ada, "?year=1066") == titles(ada)
    assert "Nothing matches. Show all" in seen(ada.get("/incidents/?q=nothing"))


def test_open_ones_come_first_and_those_without_a_date_never_do(world: World) -> None:
    at = world.moment("2022-05-01T10:00")
    for number in range(55):  # A log that says when an incident was over and nothing else.
        Incident.objects.create(
            title=f"Imported {number}", state="resolved", resolved=at, imported_key=f"log {number}"
        )
    Incident.objects.create(title="No date at all", state="resolved", imported_key="log")
    over(world, "Just now", "2026-11-20T10:00", 1)
    Incident.objects.create(title="Going on", declared=None)
    ada = visit("Ada")
    page = seen(ada.get("/incidents/"))
    assert page.index("Going on") < page.index("Just now") < page.index("Imported 54")
    assert titles(ada)[0] == "Just now"
    assert titles(ada, "?page=2")[-1] == titles(ada, "?sort=declared&page=2")[-1]
    assert titles(ada, "?page=2")[-1] == "No date at all"
    assert "was over or seen 1 May 2022" in page
    assert titles(ada, "?year=2022")[0] == "Imported 54"
    assert titles(ada, "?year=2026") == ["Just now"]


def test_incidents_are_narrowed_by_state_and_those_that_go_on_with_them(world: World) -> None:
    over(world, "It is over", "2026-11-20T10:00", 1, "high")
    over(world, "It was none", "2026-11-21T10:00", 1)
    Incident.objects.filter(title="It was none").update(state="mistake")
    Incident.objects.create(title="Going on", declared=world.at, priority="high")
    ada = visit("Ada")
    assert titles(ada, "?state=mistake") == ["It was none"]
    assert titles(ada, "?state=resolved") == ["It is over"]
    assert "Going on" not in seen(ada.get("/incidents/?state=resolved"))
    assert titles(ada, "?state=open") == []
    assert "Going on" in seen(ada.get("/incidents/?state=open"))
    assert "Going on" in seen(ada.get("/incidents/?priority=high"))
    assert "Going on" not in seen(ada.get("/incidents/?priority=normal"))
    assert "Going on" not in seen(ada.get("/incidents/?q=none"))


def test_a_page_of_incidents_costs_the_same_however_many_there_are(world: World) -> None:
    ada = visit("Ada")
    for number in range(60):
        over(world, f"Number {number}", "2026-05-01T10:00", 1).services.add(*Service.objects.all())
    ada.get("/incidents/")
    with CaptureQueriesContext(connection) as full:
        page = ada.get("/incidents/?page=2&q=Number&mine=yes")
    assert "page 2 of 2, 60 in all" in seen(page)
    assert 'href="?mine=yes&amp;q=Number"' in page.text
    Incident.objects.filter(pk__gt=Incident.objects.order_by("pk")[2].pk).delete()
    with CaptureQueriesContext(connection) as few:
        ada.get("/incidents/?q=Number")
    assert len(full) == len(few)


def test_services_say_how_they_are_and_who_is_on_call(world: World) -> None:
    ada = visit("Ada")
    visits = visits_service()
    Alarm.objects.create(
        group_key="g",
        title="Down",
        severity="high",
        service=visits,
        first_at=world.at,
        told_at=world.at,
    )
    Incident.objects.create(title="It is down", declared=world.at).services.add(visits)
    page = ada.get("/services/")
    said = seen(page)
    assert "Prison visits Prisons in an incident" in said
    assert f'href="/alarms/?service={visits.pk}">1</a>' in page.text
    assert "Clusters the platform's own nothing is wrong that we know of 0" in said
    assert "On call for them now:" in said and "Ada (support)" in said
    assert "Clusters" not in seen(ada.get("/services/?state=alarms"))
    assert "Clusters" not in seen(ada.get("/services/?state=incident"))
    assert "Nothing matches. Show all" in seen(ada.get("/services/?state=maintenance"))
    most = ada.get("/services/?sort=-alarms").text.partition("<tbody>")[2]
    assert most.index("Prison visits") < most.index("Clusters")
