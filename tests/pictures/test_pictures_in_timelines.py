"""Pictures in an incident's timeline: of notes, and of messages that were put there."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.incidents.flows import timeline
from dutydesk.incidents.models import Incident, Note
from dutydesk.kernel.files import SentFile
from dutydesk.pictures.models import Picture
from testing.drawn import png_of
from testing.screens import seen, visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db
TEAM = "#cloud-platform"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ada")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.press("Ada", "incident.declare", "new", title="Lists are empty")
    world.forward(minutes=10)
    return world


def incident() -> Incident:
    return Incident.objects.get()


def shown(world: World) -> list[Picture]:
    entries = timeline.entries(incident(), at=world.at)
    return [picture for entry in entries for picture in entry.pictures]


def write(world: World, **sent: object) -> str:
    """Let Ben fill in the form of a note; give what he sees then."""
    form = f"/do/incident.note/{incident().about}"
    values = {"filled": "1", "text": "The disk filled up", "at": "2026-11-24T11:05", **sent}
    return visit("Ben").post(form, values, follow=True).text


def file(data: bytes, name: str = "disk.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_a_note_shows_its_pictures_until_it_is_taken_back(world: World) -> None:
    page = write(world, **{"picture-1": file(png_of()), "description-1": "A full disk"})
    (one,) = shown(world)
    assert f'src="{one.address}"' in page and 'alt="A full disk"' in page
    assert visit("Uma").get(one.address).status_code == 200
    note = Note.objects.get()
    more = {"filled": "1", "text": "It was full", "at": "2026-11-24T11:05"}
    visit("Ben").post(f"/do/note.correct/{note.about}", {**more, "picture-1": file(png_of())})
    assert len(shown(world)) == 2
    world.press("Ben", "note.remove", note.about)
    assert shown(world) == [] and not Picture.objects.exists()
    assert visit("Uma").get(one.address).status_code == 404


def test_a_note_keeps_what_was_typed_when_its_picture_is_refused(world: World) -> None:
    page = write(world, **{"picture-1": file(b"%PDF-1.7", "disk.pdf"), "description-1": "Full"})
    assert "“disk.pdf” is a PDF." in page
    assert "The disk filled up</textarea>" in page and 'value="Full"' in page
    assert not Note.objects.exists()


def test_a_note_has_no_more_pictures_by_being_corrected_often(world: World) -> None:
    write(world, **{f"picture-{number}": file(png_of()) for number in range(1, 5)})
    note = Note.objects.get()
    more = {"filled": "1", "text": "Again", "at": "2026-11-24T11:05", "picture-1": file(png_of())}
    page = visit("Ben").post(f"/do/note.correct/{note.about}", more).text
    assert "These are 5 pictures; 4 is the most for one thing." in page
    note.refresh_from_db()
    assert note.text == "The disk filled up"


def test_a_message_that_is_put_there_keeps_its_pictures_as_long_as_it_stands(world: World) -> None:
    by = Author.of(world.person("Cy"))
    files = [SentFile("graph.png", png_of(), "Errors since eleven")]
    said = people_posts.post(by=by, channel=TEAM, text="Look", at=world.at, files=files)
    world.press("Ben", "incident.note", f"post:{said.pk}", incident=str(incident().pk))
    (one,) = shown(world)
    assert one.description == "Errors since eleven"
    page = visit("Uma").get(f"/incidents/{incident().pk}")
    assert f'src="{one.address}"' in page.text and "Cy: Look" in seen(page)
    note = Note.objects.get()
    world.press("Ben", "note.remove", note.about)
    assert shown(world) == []
    assert visit("Uma").get(one.address).status_code == 200  # The message still shows it.
    world.press("Ben", "incident.note", f"post:{said.pk}", incident=str(incident().pk))
    people_posts.remove(post=said.pk, by=by, at=world.at + timedelta(minutes=1))
    assert shown(world) == []
    assert visit("Uma").get(one.address).status_code == 404
