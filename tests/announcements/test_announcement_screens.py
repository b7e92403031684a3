"""What somebody reads of announcements on the desk's screens."""

import re
from pathlib import Path

import pytest

from dutydesk.announcements.models import Announcement, PromisedUpdate
from dutydesk.people.models import Service
from testing.screens import seen, visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T09:30")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(support="Ada", primary="Ben")
    return world


def announce(world: World, title: str, **values: str | list[str]) -> Announcement:
    visits = Service.objects.get(name="Prison visits")
    done = world.press(
        "Ada", "announcement.announce", "new", title=title, text="It is time",
        services=[str(visits.pk)], **values,
    )  # fmt: skip
    return Announcement.objects.get(pk=int(done.show.partition(":")[2]))


def work(world: World, title: str, day: str = "24") -> Announcement:
    hours = {"starts": f"2026-11-{day}T10:00", "ends": f"2026-11-{day}T15:00"}
    return announce(world, title, updates="13:00", **hours)


def test_what_goes_on_and_what_is_to_come_stands_first_the_soonest_on_top(world: World) -> None:
    assert "Nothing is planned. Before you work" in seen(visit("Uma").get("/announcements/"))
    work(world, "Later", "26")
    work(world, "Sooner", "25")
    announce(world, "Moved office")
    page = visit("Uma").get("/announcements/").text
    titles = re.findall(r'href="/announcements/\d+">\s*(.*?)\s*<', page)
    assert titles == ["Sooner", "Later", "Moved office"]
    assert "Announce work or news" not in page
    assert "Announce work or news" in visit("Ada").get("/announcements/").text


def test_what_is_over_is_narrowed_by_service_outcome_and_words(world: World) -> None:
    announce(world, "Moved office")
    called_off = work(world, "Upgrade")
    world.press("Ada", "announcement.cancel", called_off.about, text="Ill")
    uma = visit("Uma")
    for query, there, away in (
        ("state=cancelled", "Upgrade", "Moved office"),
        ("state=finished", "Moved office", "Upgrade"),
        ("q=office", "Moved office", "Upgrade"),
    ):
        page = seen(uma.get(f"/announcements/?{query}"))
        assert there in page, query
        assert away not in page, query
    clusters = Service.objects.get(name="Clusters").pk
    assert "Nothing matches" in seen(uma.get(f"/announcements/?service={clusters}"))


def test_buttons_are_for_the_team_and_follow_how_far_the_work_is(world: World) -> None:
    found = work(world, "Upgrade")

    def buttons(who: str) -> list[str]:
        page = visit(who).get(f"/announcements/{found.pk}").text
        return re.findall(r'action="/do/announcement\.([a-z]+)/', page)

    assert buttons("Uma") == []
    assert buttons("Ada") == ["start", "update", "move", "correct", "cancel", "copy"]
    world.press("Ada", "announcement.start", found.about)
    assert buttons("Ada") == ["update", "finish", "move", "correct", "cancel", "copy"]
    world.press("Ada", "announcement.finish", found.about, text="Done")
    assert buttons("Ada") == ["copy", "correct"]


def test_the_announcement_says_who_owes_what_and_what_it_runs_into(world: World) -> None:
    found = work(world, "Upgrade")
    work(world, "Patch")
    page = seen(visit("Ada").get(f"/announcements/{found.pk}"))
    assert "Say how “Upgrade” is going Ada, support; by 13:00" in page
    assert "It runs into “Patch” (Tue 24 Nov 10:00 to 15:00 GMT) on Prison visits." in page
    assert "It runs into" not in seen(visit("Uma").get(f"/announcements/{found.pk}"))
    promised = PromisedUpdate.objects.get(announcement=found)
    answer = visit("Uma").get(f"/announcements/updates/{promised.pk}")
    assert answer.headers["Location"] == f"/announcements/{found.pk}"


def test_one_like_it_begins_with_its_words_and_without_its_times(world: World) -> None:
    found = work(world, "Upgrade")
    page = visit("Ada").get(f"/do/announcement.copy/{found.about}").text
    assert 'value="Upgrade"' in page
    assert "It is time" in page
    assert "2026-11-24T10:00" not in page
