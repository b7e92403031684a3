"""What stands in an incident's timeline: notes with their true time, messages, deployments."""

from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.incidents.flows import notes, timeline
from dutydesk.incidents.flows.notes import NoteRefused
from dutydesk.incidents.models import Incident, Note
from dutydesk.kernel.forms import FormRefused
from dutydesk.people.models import Service
from dutydesk.postmortems.models import Postmortem
from testing.screens import squeezed, visit
from testing.world import World

pytestmark = pytest.mark.django_db
TEAM, ASK = "#cloud-platform", "#ask-cloud-platform"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, "2026-11-24T11:00")


def declare(world: World, title: str = "Visits are down", **values: str | list[str]) -> Incident:
    service = Service.objects.get(name="Prison visits")
    given: dict[str, str | list[str]] = {"title": title, "services": [str(service.pk)], **values}
    return Incident.objects.get(
        pk=int(world.press("Ada", "incident.declare", "new", **given).show.partition(":")[2])
    )


def say(world: World, by: str, text: str, channel: str = TEAM, thread: Post | None = None) -> Post:
    post = people_posts.post(
        by=Author.of(world.person(by)),
        channel=channel,
        text=text,
        at=world.at,
        thread=thread.pk if thread else None,
    )
    world.settle()
    return post


def mark(world: World, by: str, post: Post, *, on: bool = True, name: str = "memo") -> None:
    author = Author.of(world.person(by))
    people_posts.mark(post=post.pk, name=name, by=author, on=on, at=world.at)
    world.settle()


def line(world: World, incident: Incident) -> list[str]:
    """Give what the timeline says, each with its time of day."""
    found = timeline.entries(incident, at=world.at)
    return [f"{one.at.astimezone(world.zone):%H:%M} {one.text}" for one in found]


def page(incident: Incident, name: str = "Ada") -> str:
    return squeezed(visit(name).get(f"/incidents/{incident.pk}").content.decode())


@pytest.mark.clause("postmortem.timeline")
def test_when_it_began_and_when_users_had_it_back_stand_in_the_timeline(world: World) -> None:
    incident = declare(world, began="2026-11-24T10:15", criteria=["outage"])
    world.forward(minutes=30)
    world.press(
        "Ada", "incident.resolve", incident.about, text="Mended", repaired="2026-11-24T11:20"
    )
    incident.refresh_from_db()
    said = line(world, incident)
    assert said[0] == "10:15 It began"
    assert "11:20 Users had it back" in said
    postmortem = Postmortem.objects.get()
    shown = squeezed(visit("Ada").get(f"/postmortems/{postmortem.pk}").content.decode())
    for text in ("It began", "Users had it back"):
        assert text in shown
        assert text in page(incident)


@pytest.mark.clause("postmortem.timeline")
def test_a_note_stands_at_its_true_time_and_says_that_it_was_added_later(world: World) -> None:
    incident = declare(world)
    world.forward(minutes=10)
    world.press(
        "Ben", "incident.note", incident.about, text="The disk filled up", at="2026-11-24T10:40"
    )
    assert line(world, incident)[0] == "10:40 The disk filled up"
    shown = page(incident)
    assert "The disk filled up" in shown
    assert "added" in shown
    with pytest.raises(FormRefused, match="“When\\?” is too late"):
        world.press("Ben", "incident.note", incident.about, text="x", at="2026-11-24T12:40")
    with pytest.raises(NoteRefused, match="still to come"):
        notes.write(
            incident=incident.pk,
            text="x",
            happened_at=world.at + timedelta(minutes=1),
            by=world.person("Ben"),
            at=world.at,
        )
    assert "Correct" not in page(incident, "Uma")


@pytest.mark.clause("postmortem.timeline")
def test_a_note_is_corrected_and_taken_back_so_that_everybody_sees_it(world: World) -> None:
    incident = declare(world)
    world.press("Ben", "incident.note", incident.about, text="It was DNS", at="2026-11-24T10:40")
    note = Note.objects.get()
    world.forward(minutes=3)
    world.press("Cy", "note.correct", note.about, text="It was a disk", at="2026-11-24T10:50")
    assert line(world, incident)[0] == "10:50 It was a disk"
    shown = page(incident)
    assert "corrected by Cy" in shown
    assert "It was DNS" not in shown
    world.press("Ada", "note.remove", note.about)
    shown = page(incident)
    assert "A note by Ben, taken back by Ada" in shown
    assert "It was a disk" not in shown
    with pytest.raises(NoteRefused, match="was taken back"):
        world.press("Cy", "note.correct", note.about, text="So it was", at="2026-11-24T10:50")


@pytest.mark.clause("postmortem.timeline")
def test_a_mark_of_an_engineers_puts_a_message_into_the_timeline(world: World) -> None:
    incident = declare(world, user_impact="yes")
    root = Post.objects.get(key=f"{incident.about}:in:{ASK}")
    world.forward(minutes=4)
    post = say(world, "Uma", "It works on my phone", ASK, root)
    world.forward(minutes=4)
    mark(world, "Uma", post)
    mark(world, "Ben", post, name="eyes")
    assert not Note.objects.exists()
    mark(world, "Ben", post)
    mark(world, "Cy", post)
    assert "11:04 Uma: It works on my phone" in line(world, incident)
    assert f'href="/posts/{post.pk}"' in page(incident)
    with pytest.raises(NoteRefused, match="says what its author wrote"):
        world.press(
            "Ben", "note.correct", Note.objects.get().about, text="x", at="2026-11-24T11:04"
        )
    uma = Author.of(world.person("Uma"))
    people_posts.edit(post=post.pk, by=uma, text="It works on my laptop", at=world.at)
    assert "11:04 Uma: It works on my laptop" in line(world, incident)
    mark(world, "Ben", post, on=False)
    assert "11:04 Uma: It works on my laptop" in line(world, incident)
    mark(world, "Cy", post, on=False)
    assert "11:04 A note by Ben, taken back by Cy" in line(world, incident)
    mark(world, "Cy", post)
    people_posts.remove(post=post.pk, by=uma, at=world.at)
    assert "11:04 Uma: (removed)" in line(world, incident)


@pytest.mark.clause("postmortem.timeline")
def test_of_several_incidents_whoever_marks_a_message_is_asked_which(world: World) -> None:
    visits, courts = declare(world), declare(world, "Courts are down", services=[])
    post = say(world, "Ben", "I restart the database")
    mark(world, "Ben", post)
    assert not Note.objects.exists()
    asked = Post.objects.get(key__startswith=f"note-which:{post.pk}:")
    assert asked.only_for is not None and asked.only_for.name == "Ben"
    button = asked.words.buttons[0]
    with pytest.raises(FormRefused, match="“Of which incident\\?” is missing"):
        world.press("Ben", button.action, button.about)
    world.press("Ben", button.action, button.about, incident=str(courts.pk))
    assert "11:00 Ben: I restart the database" in line(world, courts)
    assert line(world, visits) == [text for text in line(world, visits) if "restart" not in text]
    thread = say(world, "Cy", "Elsewhere", "#elsewhere")
    mark(world, "Cy", thread)
    assert Note.objects.count() == 1


@pytest.mark.clause("postmortem.timeline")
def test_a_private_message_stands_in_no_timeline(world: World) -> None:
    incident = declare(world)
    post = say(world, "Ben", "I restart the database")
    Post.objects.filter(pk=post.pk).update(only_for=world.person("Ben").account)
    with pytest.raises(NoteRefused, match="isn't there any more"):
        world.press("Ben", "incident.note", f"post:{post.pk}", incident=str(incident.pk))
    mark(world, "Ben", post)
    assert not Note.objects.exists()
