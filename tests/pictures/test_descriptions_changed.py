"""What is to be seen in a picture is said otherwise by whoever may change what it belongs to."""

from pathlib import Path

import pytest
from django.test import Client

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.incidents.flows import notes
from dutydesk.incidents.models import Incident, Note
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.files import SentFile
from dutydesk.pictures.models import Picture
from dutydesk.postmortems.models import Postmortem
from testing import reviews
from testing.drawn import png_of
from testing.screens import visit
from testing.status import show
from testing.world import Moving, World

pytestmark = pytest.mark.django_db
TEAM = "#cloud-platform"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    show(world, tmp_path, who="sign-in", postmortems="public")
    world.shifts(support="Ada", primary="Ada")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    return world


def posted(world: World, *said: str) -> Post:
    """Let Ben post a picture for each of these descriptions."""
    files = [SentFile("a.png", png_of(), one) for one in said]
    by = Author.of(world.person("Ben"))
    return people_posts.post(by=by, channel=TEAM, text="Look", at=world.at, files=files)


def noted(world: World) -> Note:
    """Let Ben write a note with a picture that nobody described."""
    world.press("Ada", "incident.declare", "new", title="Lists are empty")
    return notes.write(
        incident=Incident.objects.get().pk, text="Full", happened_at=world.at,
        by=world.person("Ben"), at=world.at, files=[SentFile("a.png", png_of(), "")],
    )  # fmt: skip


def say(
    who: str, action: str, about: str, pictures: list[Picture], said: list[str], **more: str
) -> int:
    """Fill in the form that changes a thing, as a browser sends it."""
    sent = {f"seen-{one.pk}": text for one, text in zip(pictures, said, strict=True)}
    asked = " ".join(str(one.pk) for one in pictures)
    values = {"filled": "1", "pictures": asked, **sent, **more}
    return visit(who).post(f"/do/{action}/{about}", values).status_code


def test_its_author_says_otherwise_what_a_post_s_picture_shows_and_that_is_on_record(
    world: World,
) -> None:
    post = posted(world, "A full dsk", "Its log")
    pictures = list(post.pictures.all())
    form = visit("Ben").get(f"/do/post.edit/post:{post.pk}").text
    assert "What is to be seen in picture 1" in form and 'value="A full dsk"' in form
    world.forward(minutes=5)
    assert (
        say("Ben", "post.edit", f"post:{post.pk}", pictures, ["A full disk", ""], text="Look")
        == 302
    )
    assert [one.description for one in post.pictures.all()] == ["A full disk", ""]
    post.refresh_from_db()
    assert post.changed_at == world.at
    assert JournalEntry.objects.filter(text="Ben changed a post in #cloud-platform").count() == 1
    assert 'alt="A full disk"' in visit("Uma").get(f"/threads/{post.pk}").text
    say("Ben", "post.edit", f"post:{post.pk}", pictures, ["A full disk", ""], text="Look")
    assert JournalEntry.objects.filter(text="Ben changed a post in #cloud-platform").count() == 1


def test_nobody_else_says_it_of_somebody_s_post(world: World) -> None:
    post = posted(world, "A full disk")
    shown = list(post.pictures.all())
    assert say("Ada", "post.edit", f"post:{post.pk}", shown, ["Nothing"], text="Look") == 422
    assert post.pictures.get().description == "A full disk"


def test_an_engineer_describes_the_picture_of_a_note_and_the_timeline_says_so(
    world: World,
) -> None:
    note = noted(world)
    when = {"text": "Full", "at": "2026-11-24T11:00"}
    shown = list(note.pictures.all())
    assert say("Ada", "note.correct", note.about, shown, ["A\n full  disk"], **when) == 302
    assert note.pictures.get().description == "A full disk"
    assert JournalEntry.objects.filter(text="Ada corrected a note of the timeline").exists()
    assert say("Ada", "note.correct", note.about, shown, ["x" * 501], **when) == 422
    assert note.pictures.get().description == "A full disk"


def test_a_picture_that_the_form_did_not_show_keeps_what_is_said_of_it(world: World) -> None:
    post = posted(world, "A full disk", "Its log")
    first = post.pictures.first()
    assert first is not None
    say("Ben", "post.edit", f"post:{post.pk}", [first], ["A disk"], text="Look")
    assert [one.description for one in post.pictures.all()] == ["A disk", "Its log"]


def published(world: World) -> tuple[Postmortem, Post]:
    """Publish a postmortem with the picture of a message of Ben's."""
    about = world.press("Ada", "incident.declare", "new", title="Lists are empty").show
    post = posted(world, "A full dsk")
    number = int(about.partition(":")[2])
    notes.keep(incident=number, post=post.pk, by=world.person("Ben"), at=world.at)
    world.press("Ada", "incident.resolve", about, text="It is over")
    opened = world.press("Ada", "postmortem.open", about).show
    found = Postmortem.objects.get(pk=int(opened.partition(":")[2]))
    for key, text in reviews.WORDS.items():
        reviews.write(world, found, key, text)
    ticked = {"what": "pictures", "picture": [post.pictures.get().pk]}
    visit("Ada").post(f"/postmortems/{found.pk}/publish", ticked)
    reviews.decide_all(world, found)
    world.press("Ada", "postmortem.sign=lead", found.about)
    reviews.publish(world, found)
    return found, post


def test_what_is_published_follows_without_what_is_not_for_everybody(world: World) -> None:
    found, post = published(world)
    page = f"/postmortems/published/{found.pk}"

    def read() -> str:
        return Client().get(page).text + Client().get(f"{page}.json").text

    assert "A full dsk" in read()
    shown = list(post.pictures.all())
    say("Ben", "post.edit", f"post:{post.pk}", shown, ["A full disk, seen by Ada"], text="Look")
    text = read()
    assert "A full dsk" not in text
    assert text.count("A full disk, seen by") == 2
    assert "Ada" not in text
