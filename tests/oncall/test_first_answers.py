"""When somebody first said that they have a page stays known, whoever has it later."""

from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.handovers.flows import record
from dutydesk.kernel.periods import Period
from testing.pages import alarm, page
from testing.screens import seen, visit
from testing.world import Moving, World

pytestmark = [pytest.mark.django_db, pytest.mark.clause("oncall.respond")]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T17:30")
    world.shifts(primary="Ben", secondary="Cy")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    return world


def line(world: World) -> str:
    """Give what a handover says of the page."""
    told = Period(world.at - timedelta(hours=4), world.at)
    ahead = Period(world.at, world.at + timedelta(hours=4))
    facts = record.facts(when="start of day", told=told, ahead=ahead, at=world.at)
    (found,) = [one.text for one in facts if one.key == f"pages:{page().about}"]
    return found


def test_who_answers_again_has_it_since_they_first_did(world: World) -> None:
    alarm(world)
    world.forward(minutes=2)
    world.press("Ben", "page.acknowledge", page().about)
    first = world.at
    world.forward(minutes=31)
    assert page().state == "calling"
    world.press("Ben", "page.acknowledge", page().about)
    found = page()
    assert (found.acknowledged_at, found.first_acknowledged_at) == (first, first)
    assert found.answered_at == world.at
    assert "Ben had it after 2m" in line(world)
    assert "Ben 2 min" in seen(visit("Ada").get("/pages/"))


def test_who_takes_it_over_is_not_said_to_have_been_the_first(world: World) -> None:
    alarm(world)
    world.forward(minutes=2)
    world.press("Ben", "page.acknowledge", page().about)
    first = world.at
    world.forward(minutes=20)
    world.press("Cy", "page.acknowledge", page().about)
    found = page()
    assert (found.acknowledged_at, found.first_acknowledged_at) == (world.at, first)
    assert "answered after 2m, Cy had it last" in line(world)


def test_who_has_a_page_since_yesterday_is_asked_again_today(world: World) -> None:
    alarm(world)
    world.press("Ben", "page.acknowledge", page().about)
    world.at = world.moment("2026-11-25T09:00")
    world.forward(seconds=1)
    world.press("Ben", "page.acknowledge", page().about)
    said = next(one for one in world.said("#high-priority-alarms") if one.startswith("Acknowl"))
    assert "Ben has it, since Tue 24 Nov at 17:30 GMT" in said
    assert "Asked again: today at 09:30 GMT" in said
