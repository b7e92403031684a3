"""Before somebody is on call for the first time, they have heard a page."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dutydesk.commitments.models import Commitment
from dutydesk.kernel.actions import NotYours
from dutydesk.oncall.flows import escalation, rehearsals
from dutydesk.oncall.models import Page
from dutydesk.people.models import Engineer
from dutydesk.rota.flows import edits
from dutydesk.rota.models import Shift
from testing.pages import hook, method
from testing.screens import seen, visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db
TEAM = "#cloud-platform"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-23T09:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    return world


def shift(world: World, name: str, days: float, duty: str = "primary") -> Shift:
    start = world.at + timedelta(days=days)
    who = Engineer.objects.get(name=name)
    end = start + timedelta(days=7)
    edits.add_shift(duty=duty, engineer=who.pk, start=start, end=end, at=world.at, by="Ada")
    return Shift.objects.get(engineer=who, start=start)


def asked(world: World, name: str) -> list[str]:
    said = world.said(TEAM, only_for=name)
    return [text for text in said if text.startswith("Please rehearse a page")]


def rehearsal(name: str) -> str:
    return f"rehearsal:{Engineer.objects.get(name=name).pk}"


def owed() -> Commitment:
    return Commitment.objects.get(kind="oncall.rehearse")


@pytest.mark.clause("oncall.respond")
def test_whoever_is_on_call_for_the_first_time_is_asked_a_week_before(world: World) -> None:
    first = shift(world, "Ben", 9)
    world.forward(days=1, hours=23)
    assert asked(world, "Ben") == []
    world.forward(hours=1)
    assert len(asked(world, "Ben")) == 1
    assert "on Wed 2 Dec at 09:00 GMT" in asked(world, "Ben")[0]
    assert asked(world, "Cy") == []
    promised = owed()
    assert (promised.due_at, promised.clause) == (first.start - timedelta(days=1), "oncall.respond")
    world.forward(days=2)
    assert len(asked(world, "Ben")) == 1


@pytest.mark.clause("oncall.respond")
def test_a_rehearsal_calls_by_every_contact_method_at_once_and_ends_when_it_is_answered(
    world: World,
) -> None:
    shift(world, "Ben", 5)
    world.forward(minutes=1)
    with hook() as push, hook() as phone:
        method(world, "Ben", push)
        method(world, "Ben", phone, delay=4)
        world.press("Ben", "page.rehearse", rehearsal("Ben"))
        assert (len(push.asked), len(phone.asked)) == (1, 1)
        assert phone.json()[0]["title"] == "Rehearsal of a page"
        assert "this is a rehearsal: nothing is wrong" in phone.json()[0]["message"]
        found = Page.objects.get()
        assert "A rehearsal for Ben" in seen(visit("Cy").get(f"/pages/{found.pk}"))
        world.press("Ben", "page.acknowledge", found.about)
    found.refresh_from_db()
    assert (found.state, found.acknowledged_at) == ("resolved", world.at)
    assert owed().state == "kept"
    assert "rehearsed" in visit("Ben").get("/pages/contact-methods/").content.decode()
    world.forward(days=6)
    assert not [text for text in world.said(TEAM) if "Not rehearsed" in text]
    assert [call.engineer.name for call in found.calls.all()] == ["Ben"]


@pytest.mark.clause("oncall.respond")
def test_the_team_hears_the_day_before_of_whoever_has_not_rehearsed(world: World) -> None:
    shift(world, "Ben", 5)
    world.forward(minutes=1)
    world.press("Ben", "page.rehearse", rehearsal("Ben"))
    world.forward(minutes=5)
    unanswered = Page.objects.get()
    assert (unanswered.state, unanswered.acknowledged_at) == ("resolved", None)
    world.forward(days=3, hours=23, minutes=53)
    assert not [text for text in world.said(TEAM) if "Not rehearsed" in text]
    world.forward(minutes=1)
    told = [text for text in world.said(TEAM) if "Not rehearsed" in text]
    assert len(told) == 1 and "Ben is on call for the first time tomorrow at 09:00 GMT" in told[0]
    assert owed().state == "missed"
    world.forward(hours=12)
    assert len(asked(world, "Ben")) == 1


def test_somebody_who_was_on_call_before_or_rehearsed_is_not_asked(world: World) -> None:
    world.press("Cy", "page.rehearse", rehearsal("Cy"))
    world.press("Cy", "page.acknowledge", Page.objects.get().about)
    world.at -= timedelta(days=30)
    shift(world, "Ben", 1)
    world.at += timedelta(days=30)
    shift(world, "Ben", 5)
    shift(world, "Cy", 5, "secondary")
    shift(world, "Ada", 5, "support")
    world.forward(days=1)
    assert [asked(world, name) for name in ("Ada", "Ben", "Cy")] == [[], [], []]


def test_a_first_shift_that_was_taken_away_needs_no_rehearsal(world: World) -> None:
    first = shift(world, "Ben", 5)
    world.forward(minutes=1)
    edits.remove_shift(shift=first.pk, at=world.at, by="Ada")
    world.forward(days=6)
    assert not [text for text in world.said(TEAM) if "Not rehearsed" in text]
    assert owed().state == "withdrawn"


def test_a_rehearsal_is_one_s_own(world: World) -> None:
    with pytest.raises(NotYours):
        world.press("Cy", "page.rehearse", rehearsal("Ben"))
    world.press("Ben", "page.rehearse", rehearsal("Ben"))
    world.press("Ben", "page.rehearse", rehearsal("Ben"))
    with pytest.raises(Exception, match="somebody else's rehearsal"):
        world.press("Cy", "page.acknowledge", Page.objects.get().about)


@pytest.mark.clause("oncall.respond")
def test_a_rehearsal_that_no_contact_method_brings_ends_at_once_and_is_not_done(
    world: World,
) -> None:
    with hook("refusal") as push:
        method(world, "Ben", push)
        world.press("Ben", "page.rehearse", rehearsal("Ben"))
    found = Page.objects.get()
    assert (found.state, found.acknowledged_at) == ("resolved", None)


def test_a_rehearsal_of_somebody_whom_nothing_reaches_is_over_and_troubles_nobody(
    world: World,
) -> None:
    Engineer.objects.filter(name="Ben").update(account=None)
    ben = Engineer.objects.get(name="Ben")
    found = escalation.rehearse(engineer=ben.pk, at=world.at)
    assert (found.state, found.acknowledged_at) == ("resolved", None)
    assert not [text for text in world.said(TEAM) if "finds nobody" in text]


def test_looking_after_rehearsals_costs_one_query_when_there_is_nothing_to_do(
    world: World,
) -> None:
    shift(world, "Ben", 20)
    rehearsals.look_after(at=world.at)
    with CaptureQueriesContext(connection) as queries:
        assert not rehearsals.look_after(at=world.at)
    assert len(queries) <= 2  # One more for the process in force.
