"""The incident's page tells what happened in the order that the reader wants, reminders apart."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.commitments.flows import commitments
from dutydesk.incidents.models import Incident
from testing.screens import squeezed, visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Incident:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(support="Ada", primary="Ben")
    world.press("Ada", "incident.declare", "new", title="Visits fail", criteria=["outage"])
    found = Incident.objects.get()
    for text in ("We look into it", "We found the cause"):
        world.at += timedelta(minutes=5)
        world.press("Ada", "incident.update", found.about, text=text, next="30")
    world.at += timedelta(hours=3)
    while commitments.tick(at=world.at):
        world.settle()
    return found


def part(page: str, name: str) -> str:
    return squeezed(page).partition(f'id="incident-{name}"')[2].partition("</section>")[0]


def test_reminders_are_shown_to_whoever_asks_for_them(incident: Incident) -> None:
    line = part(visit("Ada").get(f"/incidents/{incident.pk}").text, "line")
    assert "Visits fail" in line
    assert not re.search("Due soon:|Due now:|Overdue:", line)
    asks, many = re.findall(r'<a href="([^"#]+)#incident-line">Show (\d+) reminders', line)[0]
    asked = asks.replace("&amp;", "&")
    every = part(visit("Ada").get(f"/incidents/{incident.pk}{asked}").text, "line")
    assert len(re.findall("Due soon:|Due now:|Overdue:", every)) == int(many) > 1
    assert f">Hide {many} reminders" in every


@pytest.mark.parametrize(
    ("asked", "oldest_first"), [("", False), ("?order=oldest", True), ("?order=odd", False)]
)
def test_updates_and_the_timeline_go_in_one_order(
    incident: Incident, asked: str, oldest_first: bool
) -> None:
    page = visit("Ada").get(f"/incidents/{incident.pk}{asked}").text
    for name in ("updates", "line"):
        shown = part(page, name)
        places = [shown.index(text) for text in ("We look into it", "We found the cause")]
        assert (places == sorted(places)) is oldest_first
        other = "newest" if oldest_first else "oldest"
        assert f'href="?order={other}&amp;reminders=no#incident-{name}"' in shown


def test_the_order_and_the_reminders_are_kept_beside_each_other(incident: Incident) -> None:
    page = visit("Ada").get(f"/incidents/{incident.pk}?order=oldest&reminders=yes").text
    line = part(page, "line")
    assert '"?order=newest&amp;reminders=yes#incident-line"' in line
    assert '"?order=oldest&amp;reminders=no#incident-line"' in line


def test_there_is_no_filter_where_nothing_is_to_be_filtered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.press("Ada", "incident.declare", "new", title="Visits fail", criteria=[])
    page = visit("Ada").get(f"/incidents/{Incident.objects.get().pk}").text
    assert "reminder" not in part(page, "line").replace("reminders=no", "")
