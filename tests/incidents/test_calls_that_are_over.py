"""What asks for something in an incident asks no more once it is over, however it ended."""

from pathlib import Path
from typing import Any

import pytest

from dutydesk.chat.models import Post
from dutydesk.incidents.flows.updates import AlreadyResolved
from dutydesk.incidents.models import Incident
from testing.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.clause("incident.hourly", "incident.resolve")]
TEAM = "#cloud-platform"


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ben")
    return world


def declare(world: World, title: str) -> Incident:
    values: dict[str, Any] = {"title": title, "criteria": ["outage"], "another": "yes"}
    about = world.press("Ada", "incident.declare", "new", **values).show
    return Incident.objects.get(pk=int(about.partition(":")[2]))


def asking(incident: Incident) -> dict[str, list[str]]:
    """Give by key the posts of an incident that ask for something in it, and by which actions."""
    posts = Post.objects.filter(key__startswith=f"{incident.about}:").order_by("pk")
    found = {one.key: [button.action for button in one.words.buttons] for one in posts}
    ours = {key: [one for one in found[key] if one.startswith("incident.")] for key in found}
    return {key: asked for key, asked in ours.items() if set(asked) - {"incident.show"}}


def call(incident: Incident) -> list[str]:
    """Give what the calls of its gatherings say now."""
    posts = Post.objects.filter(key__startswith=f"{incident.about}:gather:").order_by("pk")
    return [f"{one.words.title} | {one.words.body}" for one in posts]


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("resolve", "It is resolved."),
        ("mistake", "It was declared by mistake."),
        ("merge", "It is part of incident {}."),
    ],
)
def test_a_call_and_its_reminders_say_that_the_incident_is_over(
    world: World, how: str, says: str
) -> None:
    incident, other = declare(world, "Visits fail"), declare(world, "Lists fail")
    world.forward(minutes=85)
    asked = set(asking(incident))
    for stem in (":gather:", ":remind:incident.update:", ":remind:incident.gathering:", ":late:"):
        assert any(stem in key for key in asked), (stem, asked)
    sent = {"text": "Over"} if how == "resolve" else {"reason": "So it is"}
    sent |= {"into": str(other.pk)} if how == "merge" else {}
    world.press("Ada", f"incident.{how}", incident.about, **sent)
    assert asking(incident) == {}
    over = says.format(other.pk)
    assert call(incident) == [f"No gathering: Visits fail | {over}"]
    for post in Post.objects.filter(key__in=[key for key in asked if ":in:" not in key]):
        assert post.words.body.endswith(over)
        assert not post.words.mentions, "nobody is called by name for what is over"
    for action, values in (("gather", {"decided": "Go on"}), ("skip-gathering", {"reason": "No"})):
        with pytest.raises(AlreadyResolved):
            world.press("Ben", f"incident.{action}", incident.about, **values)
    assert asking(other), "the other goes on"


def test_of_two_calls_that_are_one_by_a_merge_the_later_is_answered(world: World) -> None:
    part = declare(world, "Visits fail")
    world.forward(minutes=5)
    whole = declare(world, "Lists fail")
    world.forward(minutes=62)
    assert len(call(part)) == len(call(whole)) == 1
    world.press("Ben", "incident.merge", part.about, reason="One cause", into=str(whole.pk))
    world.forward(minutes=1)
    assert [key for key in asking(part) if "gather" in key] == []
    before, now = call(whole)
    assert before == "No gathering: Lists fail | It is sooner, with what was merged into this."
    assert "Time to gather about this" in now
    world.press("Ben", "incident.gather", whole.about, decided="Go on")
    assert call(whole)[1] == "Gathered: Lists fail | Decided: Go on"
