"""The list of pages: whom each called, who had it and after how long."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dutydesk.oncall.models import Page
from dutydesk.people.models import Engineer, Service
from testing.screens import seen, squeezed, visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    return world


def paged(world: World, title: str, had: str = "", minutes: int = 0, **more: object) -> Page:
    by = Engineer.objects.get(name=had) if had else None
    world.forward(minutes=1)
    return Page.objects.create(
        subject=f"alarm:{Page.objects.count() + 1}",
        title=title,
        state="acknowledged" if by else "calling",
        raised_at=world.at,
        called=Engineer.objects.get(name="Ben"),
        acknowledged_by=by,
        first_acknowledged_at=world.at + timedelta(minutes=minutes) if by else None,
        **more,
    )


def titles(client: Client, query: str = "") -> list[str]:
    rows = squeezed(client.get(f"/pages/{query}").text).partition("<tbody>")[2]
    return re.findall(r'<th scope="row"><a href="/pages/\d+">(.*?)</a>', rows)


def test_pages_are_sorted_and_narrowed_by_the_address(world: World) -> None:
    ada = visit("Ada")
    assert "Nobody was paged yet." in seen(ada.get("/pages/"))
    visits = Service.objects.get(name="Prison visits")
    paged(world, "Disks fill", "Cy", 9, service=visits)
    paged(world, "Logins fail")
    paged(world, "Rehearsal", "Ada", 2, only=Engineer.objects.get(name="Ada"))
    assert titles(ada) == ["Rehearsal", "Logins fail", "Disks fill"]
    assert titles(ada, "?sort=answered") == ["Rehearsal", "Disks fill", "Logins fail"]
    assert titles(ada, "?sort=-answered") == ["Disks fill", "Rehearsal", "Logins fail"]
    assert titles(ada, "?sort=had")[0] == "Rehearsal"
    assert titles(ada, "?kind=real&q=FILL") == ["Disks fill"]
    assert titles(ada, "?kind=rehearsal") == ["Rehearsal"]
    assert titles(ada, "?state=calling") == ["Logins fail"]
    assert titles(ada, f"?service={visits.pk}") == ["Disks fill"]
    assert "Nothing matches. Show all" in seen(ada.get("/pages/?state=held"))
    said = seen(ada.get("/pages/?state=calling"))
    assert "calling Ben nobody none" in said


def test_a_page_of_pages_costs_the_same_however_many_there_are(world: World) -> None:
    ada = visit("Ada")
    for count in range(60):
        paged(world, f"Number {count}", "Cy", 1)
    ada.get("/pages/")
    with CaptureQueriesContext(connection) as many:
        assert "page 2 of 2, 60 in all" in seen(ada.get("/pages/?page=2&q=Number"))
    Page.objects.exclude(pk=Page.objects.latest("id").pk).delete()
    with CaptureQueriesContext(connection) as one:
        ada.get("/pages/?q=Number")
    assert len(many) == len(one)
