"""Somebody leaves who has a page, or is called for one: others are called at once."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from dutydesk.oncall.flows import last_look
from dutydesk.oncall.models import Call, Page
from dutydesk.people.flows import membership, people
from testing.pages import alarm, called, hook, method, page
from testing.world import World, number

pytestmark = [pytest.mark.django_db, pytest.mark.clause("oncall.respond", "oncall.escalate")]


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T17:30")
    world.shifts(primary="Ben", secondary="Cy")
    return world


def leaves(world: World, name: str) -> None:
    people.set_active(engineer=number(name), active=False, at=world.at)
    world.settle()


def test_who_has_a_page_leaves_and_the_next_is_called_in_that_moment(world: World) -> None:
    alarm(world)
    world.press("Ben", "page.acknowledge", page().about)
    leaves(world, "Ben")
    assert (page().state, called()) == ("calling", ["Ben", "Cy"])


def test_a_page_that_was_put_off_is_not_put_off_any_more(world: World) -> None:
    alarm(world)
    world.press("Ben", "page.acknowledge", page().about)
    world.press("Ben", "page.snooze", page().about, until="2026-11-24T20:45")
    leaves(world, "Ben")
    assert (page().state, page().snoozed_until, called()) == ("calling", None, ["Ben", "Cy"])
    world.press("Cy", "page.acknowledge", page().about)
    world.forward(minutes=29)
    assert called() == ["Ben", "Cy"]


def test_who_is_called_leaves_and_nobody_waits_for_them(world: World) -> None:
    alarm(world)
    leaves(world, "Ben")
    assert called() == ["Ben", "Cy"]
    world.forward(minutes=4)
    assert called() == ["Ben", "Cy"]


def test_who_leaves_is_not_called_by_a_later_contact_method(world: World) -> None:
    with hook() as at_once, hook() as later:
        method(world, "Ben", at_once)
        method(world, "Ben", later, delay=2)
        alarm(world)
        leaves(world, "Ben")
        world.forward(minutes=4)
        assert (len(at_once.asked), later.asked) == (1, [])


def test_who_leaves_several_pages_leaves_none_of_them_and_all_are_looked_at_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for group in ("one", "two"):
        alarm(world, group=group)
    first, second = Page.objects.order_by("pk")
    world.press("Ben", "page.acknowledge", first.about)
    looks: list[tuple[list[str], int]] = []

    def look(*, subjects: Sequence[str], at: datetime) -> None:
        looks.append((sorted(subjects), Call.objects.count()))

    monkeypatch.setattr(last_look.LOOK, "who", look)
    leaves(world, "Ben")
    assert looks == [(sorted([first.subject, second.subject]), 2)]
    called = Call.objects.order_by("page", "pk").values_list("page", "engineer__name")
    assert list(called) == [(one.pk, who) for one in (first, second) for who in ("Ben", "Cy")]


def test_who_only_helped_out_leaves_and_whoever_covers_is_called(world: World) -> None:
    alarm(world)
    world.press("Ada", "page.acknowledge", page().about)
    leaves(world, "Ada")
    assert called() == ["Ben", "Ben"]


def test_who_leaves_on_a_day_known_ahead_has_their_pages_until_then(world: World) -> None:
    membership.leave(engineer=number("Ben"), on=world.moment("2026-11-24T17:45"), at=world.at)
    alarm(world)
    world.press("Ben", "page.acknowledge", page().about)
    world.forward(minutes=14)
    assert called() == ["Ben"]
    world.forward(minutes=1)
    membership.look_after(at=world.at)
    world.settle()
    assert called() == ["Ben", "Cy"]


def test_somebody_else_leaves_and_nothing_happens(world: World) -> None:
    alarm(world)
    world.press("Ben", "page.acknowledge", page().about)
    leaves(world, "Ada")
    assert (page().state, called()) == ("acknowledged", ["Ben"])
