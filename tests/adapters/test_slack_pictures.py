"""Pictures of Slack's messages are brought here once they belong to an incident."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doubles.slack_workspace import Workspace
from dutydesk.chat.flows import outside_pictures
from dutydesk.chat.models import OutsidePicture, Post
from dutydesk.incidents.models import Incident
from dutydesk.outbox.models import OutboxMessage
from dutydesk.pictures.models import Picture
from dutydesk.ports.delivery import Delivery, Undelivered
from dutydesk.ports.outside import PICTURE
from dutydesk.slack.pictures import PictureSender, pictures_in
from testing.drawn import SECRET, jpeg_of, png_of
from testing.screens import seen, visit
from testing.slack import (
    ADA,
    ASK,
    TEAM_CHANNEL,
    event,
    hear,
    message,
    reaction,
    slack_of,
    ts_of,
)
from testing.world import Moving, World

pytestmark = pytest.mark.django_db
PATH = "/files-pri/T024BE7LD-F0DISK/download/disk.jpg"


@pytest.fixture
def world(tmp_path: Path, there: Workspace, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    slack_of(world, there)
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    there.files[PATH] = ("image/jpeg", jpeg_of(hidden=SECRET))
    return world


def picture(there: Workspace, number: str = "F0DISK", path: str = PATH) -> dict[str, Any]:
    """Give a file as Slack's messages have it."""
    return {
        "id": number,
        "name": "disk.jpg",
        "title": "Disk",
        "mimetype": "image/jpeg",
        "filetype": "jpg",
        "alt_txt": "A full disk",
        "url_private": there.url.removesuffix("/api/") + path.replace("/download", ""),
        "url_private_download": there.url.removesuffix("/api/") + path,
        "permalink": "https://team.slack.com/files/U0ADA/F0DISK/disk.jpg",
    }


def shared(
    world: World, *files: dict[str, Any], channel: str = TEAM_CHANNEL, by: str = ADA
) -> Post:
    """Let somebody share files with a message in Slack."""
    ts = ts_of(world.at)
    said = message("Look", ts, channel=channel) | {"subtype": "file_share", "user": by}
    hear(world, event(said | {"files": list(files)}))
    world.settle()
    return Post.objects.get(key=f"slack:{channel}:{ts}")


def declare(world: World) -> Incident:
    world.press("Ada", "incident.declare", "new", title="Lists are empty")
    return Incident.objects.get()


def test_a_picture_in_an_incident_s_channel_is_brought_here_once(
    world: World, there: Workspace
) -> None:
    declare(world)
    post = shared(world, picture(there))
    kept = post.pictures.get()
    assert (kept.kind, kept.description, kept.by) == ("jpeg", "A full disk", "Ada")
    assert SECRET not in bytes(kept.content.data)
    assert there.fetched == [PATH]
    told = OutboxMessage.objects.get(kind=PICTURE)
    sender = PictureSender("xoxb-only-for-tests", there.url)
    sender.deliver(Delivery(told.key, told.payload, 2, True, world.at, world.at))
    outside_pictures.keep(post=post.pk, at=world.at)
    world.settle()
    assert post.pictures.count() == 1
    page = visit("Uma").get(f"/threads/{post.pk}").text
    assert f'src="{kept.address}"' in page


def test_one_elsewhere_stays_in_slack_until_its_message_is_put_into_a_timeline(
    world: World, there: Workspace
) -> None:
    post = shared(world, picture(there), channel=ASK)
    assert there.fetched == [] and not post.pictures.exists()
    incident = declare(world)
    world.press("Ada", "incident.note", f"post:{post.pk}", incident=str(incident.pk))
    assert there.fetched == [PATH] and post.pictures.count() == 1


def test_a_mark_in_slack_brings_it_too(world: World, there: Workspace) -> None:
    post = shared(world, picture(there))
    assert there.fetched == []
    declare(world)
    mark = reaction(post.key.rpartition(":")[2], "memo")
    item = {"type": "message", "channel": TEAM_CHANNEL, "ts": post.key.rpartition(":")[2]}
    hear(world, event({**mark, "item": item}))
    world.settle()
    assert there.fetched == [PATH] and post.pictures.count() == 1


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (404, "It is not in Slack any more."),
        (403, "the app lacks the scope files:read"),
        (302, "the app lacks the scope files:read"),
        (("text/html", b"<!DOCTYPE html>"), "the app lacks the scope files:read"),
        (("image/jpeg", b"\xff\xd8\xffgone"), "“disk.jpg” is broken: it is cut short."),
        (("image/jpeg", b""), "“disk.jpg” is empty."),
    ],
)
def test_why_a_picture_could_not_be_brought_is_said_at_its_message(
    world: World, there: Workspace, answer: tuple[str, bytes] | int, says: str
) -> None:
    declare(world)
    there.files[PATH] = answer
    post = shared(world, picture(there))
    assert not post.pictures.exists()
    assert OutsidePicture.objects.get().state == "lost"
    assert says in seen(visit("Uma").get(f"/threads/{post.pk}"))
    assert there.fetched == [PATH]  # It isn't asked for again.


def test_slack_s_bad_moments_are_waited_for(world: World, there: Workspace) -> None:
    declare(world)
    there.files[PATH] = 503
    post = shared(world, picture(there))
    page = seen(visit("Uma").get(f"/threads/{post.pk}"))
    assert "Slack answered 503. It is tried again." in page
    there.files[PATH] = ("image/png", png_of())
    world.forward(minutes=5)
    assert post.pictures.get().kind == "png"
    assert "could not be brought here" not in seen(visit("Uma").get(f"/threads/{post.pk}"))


def test_a_picture_that_broke_off_on_its_way_is_brought_whole_later(
    world: World, there: Workspace
) -> None:
    declare(world)
    there.lacks = 9
    post = shared(world, picture(there))
    assert OutsidePicture.objects.get().state == "owed" and not post.pictures.exists()
    there.lacks = 0
    world.forward(minutes=5)
    assert post.pictures.get().kind == "jpeg"


@pytest.mark.parametrize("address", ["https://[files.slack.com/a.jpg", "/a b.jpg", "/ö.jpg"])
def test_an_address_that_can_t_be_read_is_not_tried_again(there: Workspace, address: str) -> None:
    whole = address if "//" in address else there.url.removesuffix("/api/") + address
    with pytest.raises(Undelivered, match="Its address can't be read") as met:
        PictureSender("xoxb-only-for-tests", there.url)._fetch(whole)
    assert met.value.permanent


def test_a_post_is_locked_before_its_pictures(world: World, there: Workspace) -> None:
    """Whoever takes it back does so too: in another order the two would wait for each other."""
    post = shared(world, picture(there), channel=ASK)
    number = OutsidePicture.objects.get().pk
    touches: tuple[Callable[[], None], ...] = (
        lambda: outside_pictures.keep(post=post.pk, at=world.at),
        lambda: outside_pictures.miss(number=number, reason="Slack is busy", for_good=False),
        lambda: outside_pictures.bring(number=number, data=png_of(), at=world.at),
    )
    for touch in touches:
        with CaptureQueriesContext(connection) as asked:
            touch()
        locks = [one["sql"] for one in asked if "FOR UPDATE" in one["sql"]]
        assert 'FOR UPDATE OF "chat_post"' in locks[0]
        assert 'FROM "chat_outsidepicture"' in locks[1]


def test_the_token_goes_nowhere_but_to_where_slack_has_files(
    world: World, there: Workspace
) -> None:
    declare(world)
    elsewhere = picture(there) | {"url_private_download": "https://files.slack.com.evil.test/a.jpg"}
    post = shared(world, elsewhere)
    assert there.fetched == [] and not post.pictures.exists()
    assert OutsidePicture.objects.get().problem == "It is not in Slack itself."
    real = PictureSender("xoxb-only-for-tests", "https://slack.com/api/")
    with pytest.raises(Undelivered, match="not in Slack itself"):
        real._fetch("https://slack.com/files-pri/a.jpg")


def test_a_message_that_was_taken_back_meanwhile_brings_nothing(
    world: World, there: Workspace
) -> None:
    post = shared(world, picture(there), channel=ASK)
    number = OutsidePicture.objects.get().pk
    outside_pictures.keep(post=post.pk, at=world.at)
    ts = post.key.rpartition(":")[2]
    gone = {"type": "message", "subtype": "message_deleted", "channel": ASK, "deleted_ts": ts}
    hear(world, event({**gone, "channel_type": "channel", "ts": ts_of(world.at, 9)}))
    world.settle()
    outside_pictures.bring(number=number, data=png_of(), at=world.at)
    post.refresh_from_db()
    assert post.removed_at is not None and not post.pictures.exists()


def test_a_picture_that_is_deleted_in_slack_is_gone_here(world: World, there: Workspace) -> None:
    declare(world)
    other = "/files-pri/T024BE7LD-F0LIST/download/list.jpg"
    there.files[other] = ("image/jpeg", jpeg_of(hidden=SECRET))
    files = [picture(there), picture(there, "F0LIST", other)]
    post = shared(world, *files)
    ts, kept = post.key.rpartition(":")[2], post.pictures.count()
    for seconds, left in ((2, files), (3, files[1:]), (4, [{"id": "F0LIST", "mode": "tombstone"}])):
        said = message("Look", ts, channel=TEAM_CHANNEL) | {"user": ADA, "files": left}
        about = {"type": "message", "subtype": "message_changed", "channel": TEAM_CHANNEL}
        news = {"channel_type": "channel", "ts": ts_of(world.at, seconds), "message": said}
        hear(world, event(about | news))
        world.settle()
        numbers = OutsidePicture.objects.values_list("number", flat=True)
        assert list(numbers) == [one["id"] for one in left if "mode" not in one]
    assert kept == 2 and not Picture.objects.exists()


@pytest.mark.parametrize(
    "files", [None, 7, ["x"], [{"mimetype": "image/png"}], [{"mimetype": ["image/png"], "id": 1}]]
)
def test_whatever_else_stands_there_is_no_picture(files: object) -> None:
    assert pictures_in({"files": files}) == []
