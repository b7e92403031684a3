"""What is published quotes nobody who took their words back."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.incidents.models import Incident
from dutydesk.journal.flows import journal
from dutydesk.outbox.models import OutboxMessage
from dutydesk.ports.published_files import COMMIT
from dutydesk.postmortems.flows import publications
from dutydesk.postmortems.models import Postmortem, Publication, RepositoryFile
from dutydesk.process.flows import process
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
    for slept in (0, 4.5, 20):  # The team is called together, and the turn changes.
        world.at += timedelta(hours=slept)
        world.forward(hours=1)
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


def test_the_postmortem_is_locked_before_what_hangs_on_it(world: World) -> None:
    """As whoever publishes or withdraws does: in another order the two might never end."""
    question = ask(world, text=LEAK)
    world.press(
        "Ada", "incident.declare", question.about, title=question.title, criteria=["outage"]
    )
    made = publish(world)
    taken = list[str]()

    def watch(execute: Callable[..., Any], sql: str, *given: Any) -> Any:
        tables = ("postmortems_postmortem", "postmortems_publication", "outbox_message")
        of = next((one for one in tables if f'FROM "{one}"' in sql), "")
        hangs = of != "outbox_message" or made.postmortem.about in str(given)
        taken.extend([of] if of and hangs and "FOR UPDATE" in sql else [])
        return execute(sql, *given)

    with connection.execute_wrapper(watch):
        uma = Author.of(world.person("Uma"))
        people_posts.remove(post=question.post_id, by=uma, at=world.at)
    assert taken[0] == "postmortems_postmortem"
    assert {"postmortems_publication", "outbox_message"} <= set(taken)


@pytest.mark.parametrize("sent", [False, True])
def test_only_a_repository_that_has_it_is_told_what_was_taken_out(
    world: World, tmp_path: Path, sent: bool
) -> None:
    question = ask(world, text=LEAK)
    world.press(
        "Ada", "incident.declare", question.about, title=question.title, criteria=["outage"]
    )
    made = publish(world)
    if sent:
        reviews.refuse_file(made.postmortem, world.at)
    file, told = tmp_path / "process.yaml", "    internal_domains: []\n"
    named = f"{told}  repository:\n    url: https://git.example.org/team/reviews\n"
    text = file.read_text(encoding="utf-8")
    assert told in text
    file.write_text(text.replace(told, named), encoding="utf-8")
    process.adopt(file=file, at=world.at)
    uma = Author.of(world.person("Uma"))
    people_posts.remove(post=question.post_id, by=uma, at=world.at)
    held = list(RepositoryFile.objects.values_list("state", "version"))
    assert held == ([("owed", 1)] if sent else [])
    owed = OutboxMessage.objects.filter(kind=COMMIT)
    assert owed.count() == sent
    assert "Winterbottom" not in str(list(owed.values_list("payload", flat=True)))
