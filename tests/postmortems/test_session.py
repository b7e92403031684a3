"""A postmortem's session is promised, and people are told before it is due, then each day."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dutydesk.chat.models import Post
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.models import Commitment
from dutydesk.incidents.models import Incident
from dutydesk.people.flows import people
from dutydesk.postmortems.flows.events import PostmortemRefused
from dutydesk.postmortems.models import Postmortem
from testing import reviews
from testing.world import World, number

pytestmark = [pytest.mark.django_db, pytest.mark.clause("postmortem.session")]
TEAM = "#cloud-platform"
DAY = timedelta(days=1)


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ben")
    return world


def resolved(world: World, lead: str = "") -> Commitment:
    """Give the promise of a session, after an incident that began and ended just now."""
    values: dict[str, Any] = {"criteria": ["outage"], "title": "Visits fail", "began": ""}
    world.press("Ada", "incident.declare", "new", **values)
    about = f"incident:{Incident.objects.get().pk}"
    if lead:
        world.press(lead, "incident.take-lead", about)
    world.press("Ada", "incident.resolve", about, text="Over")
    return commitments.owed([f"postmortem:{Postmortem.objects.get().pk}"]).get()


def reminders() -> list[Post]:
    posts = Post.objects.filter(channel__name=TEAM, key__contains=":remind:").order_by("id")
    return [post for post in posts if post.key.startswith("postmortem:")]


def told() -> list[tuple[str, str]]:
    return [(post.words.title, post.words.body) for post in reminders()]


def test_support_and_whoever_led_are_told_a_day_before_when_due_and_each_day(
    world: World,
) -> None:
    owed = resolved(world, lead="Cy")
    world.at = owed.due_at - DAY - timedelta(minutes=1)
    world.forward(minutes=0)
    assert told() == []
    world.forward(minutes=1)
    session = "Hold the postmortem session about “Visits fail”"
    assert told() == [
        ("Due soon", f"Ada: {session}: due tomorrow at 18:00 GMT. Cy led the incident.")
    ]
    world.forward(days=1)
    world.forward(days=1)
    assert told()[1:] == [
        ("Overdue", f"Ada: {session}: was due today at 18:00 GMT. Cy led the incident."),
        (
            "Overdue",
            f"Ada: {session}: was due on Tue 1 Dec at 18:00 GMT. Cy led the incident.",
        ),
    ]
    assert [button.action for button in reminders()[0].words.buttons] == ["postmortem.session"]
    assert reminders()[0].words.facts == (
        ("Owed by", "nobody is on until tomorrow at 09:00 GMT, then Ada"),
    )


def test_nobody_is_told_any_more_once_it_was_held(world: World) -> None:
    owed = resolved(world)
    world.at = owed.due_at - DAY
    world.forward(minutes=0)
    assert len(told()) == 1
    world.press("Ada", "postmortem.session", owed.subject, notes="More tests")
    world.forward(days=4)
    (post,) = reminders()
    assert post.words.buttons == ()
    assert post.words.body.endswith("\nThe session was held.")


def test_what_was_reminded_of_asks_no_more_once_it_was_no_incident(world: World) -> None:
    owed = resolved(world)
    world.at = owed.due_at - DAY
    world.forward(minutes=0)
    world.press("Ada", "incident.mistake", Incident.objects.get().about, reason="A wrong probe")
    (post,) = reminders()
    assert post.words.buttons == ()
    assert post.words.body.endswith("\nIt is not owed any more.")


def test_where_nobody_is_on_the_whole_team_is_told_and_a_lead_who_left_is_not_named(
    world: World,
) -> None:
    owed = resolved(world, lead="Cy")
    people.set_active(engineer=number("Cy"), active=False, at=world.at)
    world.at = owed.due_at + 60 * DAY
    commitments.tick(at=world.at)
    world.settle()
    [(_, said)] = told()
    assert "@cloud-platform-team Nobody is on" in said
    assert "Cy" not in said


def test_no_session_is_held_of_an_incident_that_was_none_and_it_is_owed_if_it_was_one(
    world: World,
) -> None:
    owed = resolved(world)
    found = Postmortem.objects.select_related("incident").get()
    reviews.write(world, found, "impact", "Nobody could book.")
    about = found.incident.about
    world.press("Ada", "incident.mistake", about, reason="The wrong alarm")
    with pytest.raises(PostmortemRefused, match="withdrawn"):
        world.press("Ada", "postmortem.session", owed.subject, notes="There was nothing")
    world.press("Ada", "incident.reopen", about, reason="It was one")
    world.press("Ada", "incident.resolve", about, text="Over")
    assert commitments.owed([owed.subject]).count() == 1
