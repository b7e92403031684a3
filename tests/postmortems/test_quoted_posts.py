"""What is published quotes nobody who took their words back."""

from pathlib import Path

import pytest

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.incidents.models import Incident
from dutydesk.journal.flows import journal
from dutydesk.postmortems.flows import publications
from dutydesk.postmortems.models import Postmortem, Publication
from testing import reviews
from testing.asked import ask
from testing.searched import rows_with
from testing.world import World, as_if_committed, number

pytestmark = [pytest.mark.django_db, pytest.mark.clause("postmortem.publish")]
LEAK = "Nobody can book, since the card of Mrs Winterbottom 4929 is refused"


@pytest.fixture
def world(tmp_path: Path) -> World:
    as_if_committed()
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ben")
    return world


def publish(world: World) -> Publication:
    """Resolve the incident, and publish its postmortem as it stands."""
    world.press("Ben", "incident.take-lead", Incident.objects.get().about)
    world.press("Ada", "incident.resolve", Incident.objects.get().about, text="It works again")
    draft = Postmortem.objects.select_related("incident__lead").get()
    for key in ("summary", "impact", "contributing-factors"):
        reviews.write(world, draft, key, "The disk was full")
    reviews.decide_all(world, draft)
    world.press("Ben", "postmortem.sign=lead", draft.about)
    return reviews.publish(world, draft)


@pytest.mark.parametrize("changed", [False, True])
def test_a_question_that_is_taken_back_is_quoted_in_no_version(world: World, changed: bool) -> None:
    question = ask(world, text=LEAK)
    world.press(
        "Ada", "incident.declare", question.about, title=question.title, criteria=["outage"]
    )
    about = Incident.objects.get().about
    world.press("Ada", "incident.call-on", about, people=[str(number("Cy"))], reason="DNS")
    world.forward(hours=26)  # The team is called together, and handovers and checklists tell of it.
    made = publish(world)
    assert "Winterbottom" in made.report["title"]
    uma = Author.of(world.person("Uma"))
    world.forward(minutes=5)
    if changed:
        people_posts.edit(post=question.post_id, by=uma, text="Nobody can book", at=world.at)
        world.settle()
        made.refresh_from_db()
        assert "Winterbottom" in made.report["title"]  # It stands as it was signed off.
    people_posts.remove(post=question.post_id, by=uma, at=world.at)
    world.settle()
    made.refresh_from_db()
    assert "Winterbottom" not in str(made.report)
    assert rows_with("Winterbottom") == []
    assert publications.latest(made.postmortem) == made
    told = journal.timeline([made.postmortem.about]).latest("pk")
    assert (told.actor, told.at) == ("Uma", world.at)
    assert told.text == "Uma took back words that what is published quoted"
