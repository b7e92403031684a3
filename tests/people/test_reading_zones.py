"""A person's own time zone: their screens and what is written to them alone tell times in it."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.people.flows import zones
from dutydesk.people.flows.zones import ZoneRefused
from dutydesk.people.models import Account, Engineer
from dutydesk.rota.flows import edits, swaps
from dutydesk.rota.models import Override, Swap
from testing.rotas import span
from testing.screens import seen, visit
from testing.world import Moving, World, number

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2027-03-26T12:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(primary="Ada", secondary="Ben")
    return world


def choose(name: str, zone: str) -> str:
    answer = visit(name).post("/account/", {"what": "zone", "zone": zone}, follow=True)
    return seen(answer) if answer.status_code == 200 else answer.text


def override(world: World) -> None:
    """Let Cy have Ada's evening of the day on which the clocks go forward in London."""
    evening = span(world, "2027-03-28T17:00", "2027-03-28T22:00")
    edits.override(
        duty="primary", span=evening, add=number("Cy"), remove=number("Ada"), at=world.at, by="Ben"
    )


def test_screens_tell_times_in_the_reader_s_zone_and_the_team_s_beside(world: World) -> None:
    override(world)
    assert "You read times in Asia/Kolkata." in choose("Ada", "Asia/Kolkata")
    mine, others = (
        visit(name).get("/shifts/change/?what=override").text for name in ("Ada", "Ben")
    )
    assert ">28 Mar 21:30 IST</time>" in mine  # 17:00 in London, whose clocks are at BST by then.
    assert "(Sun 17:00 BST for the team)" in mine
    assert ">28 Mar 17:00</time>" in others
    assert "for the team" not in others
    assert "You read times in the zone of the team." in choose("Ada", "")
    assert ">28 Mar 17:00</time>" in visit("Ada").get("/shifts/change/?what=override").text


def test_what_is_written_to_one_alone_is_in_their_zone(world: World) -> None:
    choose("Ada", "America/Chicago")
    override(world)
    world.settle()
    told = {name: world.said("#cloud-platform", name)[-1] for name in ("Ada", "Cy")}
    assert "You no longer have primary: Sun 28 Mar 11:00 to 16:00 CDT" in told["Ada"]
    assert "You have primary: Sun 28 Mar 17:00 to 22:00 BST" in told["Cy"]


def test_a_swap_is_told_to_each_in_their_own_zone(world: World) -> None:
    choose("Ada", "America/Chicago")
    evening = span(world, "2027-03-28T17:00", "2027-03-28T22:00")
    ada, cy = number("Ada"), number("Cy")
    swaps.offer(duty="primary", span=evening, engineer=ada, asked=cy, at=world.at)
    world.forward(hours=25)
    world.settle()
    told = {name: world.said("#cloud-platform", name) for name in ("Ada", "Cy")}
    (mine,) = [text for text in told["Ada"] if "about to lapse" in text or "open still" in text]
    assert "11:00 to 16:00 CDT" in mine
    assert any("17:00 to 22:00 BST" in text for text in told["Cy"])
    swaps.take(swap=Swap.objects.get().pk, engineer=cy, at=world.at)
    hers = Override.objects.get(kind="hand", duty="primary")
    edits.undo(number=hers.pk, at=world.at, by="Ben")
    world.settle()
    void = {name: world.said("#cloud-platform", name)[-1] for name in ("Ada", "Cy")}
    assert "11:00 to 16:00 CDT" in void["Ada"]
    assert "17:00 to 22:00 BST" in void["Cy"]


def test_a_shift_on_the_chart_is_in_the_reader_s_zone(world: World) -> None:
    override(world)
    choose("Ada", "Asia/Kolkata")
    mine, others = (visit(name).get("/shifts/?from=2027-03-22").text for name in ("Ada", "Ben"))
    assert "Sun 28 Mar 21:30 to Mon 29 Mar 02:30 IST" in mine
    assert "Sun 28 Mar 17:00 to 22:00 BST" in others


def test_forms_take_the_team_s_times_whoever_fills_them_in(world: World) -> None:
    choose("Ada", "Asia/Kolkata")
    page = visit("Ada").get("/shifts/change/?what=override").text
    assert "In Europe/London time." in re.sub(r"\s+", " ", page)
    typed = {"what": "override", "duty": "primary", "add": number("Cy"), "remove": number("Ada"),
             "start": "2027-03-29T08:00", "end": "2027-03-29T10:00", "confirm": "1"}  # fmt: skip
    visit("Ada").post("/shifts/change/", typed)
    assert Override.objects.latest("pk").start == world.moment("2027-03-29T08:00")


def test_a_zone_that_is_none_is_refused_by_name(world: World) -> None:
    assert "“Mars/Olympus” is no time zone." in choose("Ada", "Mars/Olympus").replace("&#x27;", "'")
    with pytest.raises(ZoneRefused):
        zones.choose(account=world.person("Ada").account, zone="GMT+1", by=world.person("Ada"),
                     at=world.at)  # fmt: skip
    assert Account.objects.get(name="Ada").zone == ""


def test_a_zone_that_is_no_more_is_the_team_s(world: World) -> None:
    Account.objects.filter(name="Ada").update(zone="Europe/Atlantis")
    assert visit("Ada").get("/").status_code == 200
    assert zones.zone_of(Engineer.objects.get(name="Ada")) == world.zone
    Engineer.objects.filter(name="Ben").update(account=None)
    assert zones.zone_of(Engineer.objects.get(name="Ben")) == world.zone
    assert zones.read_zone("UTC").utcoffset(world.at) == timedelta()
