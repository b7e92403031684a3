"""Pictures in the built-in chat: added, shown to whoever may read, refused, and gone."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dutydesk.chat.flows import desk_posts
from dutydesk.chat.models import Post
from dutydesk.desk.models import Question
from dutydesk.kernel.messages import Message
from dutydesk.people.models import Account
from dutydesk.pictures.models import Picture, PictureData
from testing.drawn import SECRET, gif_of, jpeg_of, png_of
from testing.screens import seen, visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db
ASK = "#ask-cloud-platform"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    return world


def file(data: bytes, name: str = "lists.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "image/png")


def asked(uma: Client, world: World, **sent: object) -> Question:
    answer = uma.post("/ask", sent)
    assert answer.status_code == 302, answer.text
    world.settle()
    return Question.objects.latest("pk")


def test_a_question_shows_its_pictures_to_whoever_reads_it(world: World) -> None:
    uma, ben = visit("Uma"), visit("Ben")
    question = asked(
        uma,
        world,
        text="Why are the lists empty?",
        **{
            "picture-1": file(jpeg_of(hidden=SECRET)),
            "description-1": "A list of  visits\nwith no rows",
            "picture-3": file(gif_of(), "moving"),
        },
    )
    first, second = question.post.pictures.all()
    page = ben.get(f"/threads/{question.post_id}").text
    assert f'src="/pictures/{first.pk}"' in page
    assert 'width="6"' in page and 'height="4"' in page
    assert 'alt="A list of visits with no rows"' in page
    assert 'alt="A picture that nobody described"' in page
    answer = ben.get(f"/pictures/{first.pk}")
    assert answer.status_code == 200
    assert SECRET not in answer.content
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == f'inline; filename="picture-{first.pk}.jpeg"'
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    known = ben.get(f"/pictures/{first.pk}", headers={"If-None-Match": answer["ETag"]})
    assert (known.status_code, known.content) == (304, b"")
    assert Client().get(f"/pictures/{second.pk}").status_code == 302
    assert ben.get("/pictures/999999").status_code == 404


def test_a_picture_may_say_all_there_is_to_say(world: World) -> None:
    asked_ = asked(visit("Uma"), world, text="Lists are empty")
    thread = f"/threads/{asked_.post_id}"
    sent = {"text": " ", "picture-1": file(png_of()), "description-1": "Rows are back"}
    assert visit("Ben").post(thread, sent).status_code == 302
    assert Post.objects.latest("pk").words.body == "Rows are back"
    assert visit("Ben").post(thread, {"text": "", "picture-1": file(png_of())}).status_code == 302
    assert Post.objects.latest("pk").words.body == "A picture"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "“lists.png” is empty."),
        (png_of()[:40], "“lists.png” is broken: it is cut short."),
        (b"<svg onload='x()'/>", "“lists.png” is an SVG, in which programs can hide."),
        (png_of(40_000, 40_000), "“lists.png” has 40000 by 40000 points"),
    ],
)
def test_what_is_no_picture_is_refused_by_name_and_nothing_typed_is_lost(
    world: World, data: bytes, says: str
) -> None:
    uma = visit("Uma")

    def send(place: str, description: str) -> Any:
        files = {"picture-1": file(png_of(), "good.png"), "picture-2": file(data)}
        return uma.post(place, {"text": "Why?", "description-2": description, **files})

    answer = send("/ask", "The “empty” list")
    assert answer.status_code == 422
    page = answer.text
    assert says in page
    assert ">Why?</textarea>" in page
    assert 'value="The “empty” list"' in page
    assert not Question.objects.exists() and not Picture.objects.exists()
    question = asked(uma, world, text="Why?")
    again = send(f"/threads/{question.post_id}", "The list")
    assert says in again.text and ">Why?</textarea>" in again.text
    assert not Picture.objects.exists()


def test_more_pictures_than_belong_to_one_message_are_refused(world: World) -> None:
    five = {f"picture-{number}": file(png_of()) for number in range(1, 6)}
    answer = visit("Uma").post("/ask", {"text": "Look", **five})
    assert "These are 5 pictures; 4 is the most for one thing." in answer.text
    long = {"picture-1": file(png_of()), "description-1": "x" * 501}
    answer = visit("Uma").post("/ask", {"text": "Look", **long})
    assert "The description of a picture has 501 characters; 500 is the most." in answer.text


def test_a_message_that_is_taken_back_takes_its_pictures_along(world: World) -> None:
    uma = visit("Uma")
    question = asked(uma, world, text="Look", **{"picture-1": file(png_of())})
    address = question.post.pictures.get().address
    uma.post(f"/do/post.edit/post:{question.post_id}", {"filled": "1", "text": "Look here"})
    assert uma.get(address).status_code == 200
    uma.post(f"/do/post.remove/post:{question.post_id}", {"filled": "1"})
    assert uma.get(address).status_code == 404
    assert not PictureData.objects.exists()
    assert "/pictures/" not in uma.get(f"/threads/{question.post_id}").text.replace(
        "/static/pictures", ""
    )


def test_a_picture_of_what_one_person_sees_is_for_nobody_else(world: World) -> None:
    uma = Account.objects.get(name="Uma")
    private = desk_posts.say(
        key="private", channel=ASK, message=Message("For you"), at=world.at, only_for=uma.pk
    )
    sent = {"text": "Thank you", "picture-1": file(png_of())}
    assert visit("Uma").post(f"/threads/{private.pk}", sent).status_code == 302
    address = Picture.objects.get().address
    assert visit("Uma").get(address).status_code == 200
    assert visit("Ben").get(address).status_code == 404


def test_every_place_to_write_takes_pictures(world: World) -> None:
    question = asked(visit("Uma"), world, text="Look")
    channel = f"/channels/{question.post.channel_id}"
    for place in ("/ask", channel, f"/threads/{question.post_id}"):
        page = visit("Ben").get(place)
        assert "Add pictures" in seen(page)
        assert 'enctype="multipart/form-data"' in page.text
    visit("Ben").post(channel, {"text": "Mine", "picture-1": file(png_of())})
    assert f'src="{Picture.objects.get().address}"' in visit("Uma").get(channel).text
