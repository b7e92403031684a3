"""What was said in Slack while the desk was away is read back, once."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from doubles.slack_workspace import BOT, Workspace
from dutydesk.chat.models import Mark, Post
from dutydesk.desk.models import Question
from dutydesk.slack.backfill import AGAIN
from testing.slack import (
    ADA,
    ASK,
    UMA,
    UNA,
    event,
    hear,
    message,
    slack_of,
    take_in,
    ts_of,
    workspace,
)
from testing.slack_history import posts, read_back, reading, said
from testing.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> Iterator[Workspace]:
    found = workspace()
    found.history = {number: [] for number in found.channels}
    yield found
    found.close()


@pytest.fixture
def world(tmp_path: Path, there: Workspace) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    slack_of(world, there)
    return world


def test_on_its_first_day_the_desk_reads_nothing_back(world: World, there: Workspace) -> None:
    said(there, "Long ago", ts_of(world.at - timedelta(hours=1)))
    catching = reading(world, there)
    read_back(world, catching)
    world.at += AGAIN
    read_back(world, catching)
    assert posts() == []


@pytest.mark.clause("ask.entry")
def test_what_was_said_while_it_was_away_is_there_once_and_in_order(
    world: World, there: Workspace
) -> None:
    read_back(world, reading(world, there))
    heard = ts_of(world.at + timedelta(minutes=1))
    there.history[ASK] = []
    hear(world, event(message("Heard", heard)))
    said(there, "Heard", heard, latest_reply=ts_of(world.at + timedelta(minutes=50)))
    asked = world.at + timedelta(minutes=20)
    for number in range(5):
        said(there, f"Missed {number}", ts_of(asked, number))
    answered = ts_of(world.at + timedelta(minutes=50))
    said(there, "On it", answered, by=ADA, thread_ts=heard)
    said(there, "I am a bot", ts_of(asked, 9), bot_id="B0BOT", user=BOT)
    world.at += timedelta(hours=1)
    catching = reading(world, there)
    read_back(world, catching)
    assert posts() == ["Heard", *(f"Missed {n}" for n in range(5)), "On it"]
    assert Post.objects.get(key=f"slack:{ASK}:{answered}").thread is not None
    first = Post.objects.get(key=f"slack:{ASK}:{ts_of(asked)}")
    assert abs(first.at - asked) < timedelta(seconds=1)
    assert Question.objects.filter(post__key__startswith=f"slack:{ASK}").count() >= 2
    for _ in range(3):
        world.at += AGAIN
        read_back(world, catching)
        read_back(world, reading(world, there))
    assert len(posts()) == 7


def test_an_event_that_was_lost_among_others_is_found(world: World, there: Workspace) -> None:
    catching = reading(world, there)
    read_back(world, catching)
    world.at += timedelta(minutes=1)
    said(there, "Lost", ts_of(world.at, 1))
    said(there, "Told", ts_of(world.at, 2))
    hear(world, event(message("Told", ts_of(world.at, 2))))
    world.at += AGAIN
    read_back(world, catching)
    assert sorted(posts()) == ["Lost", "Told"]


def test_edits_and_marks_that_were_missed_are_followed(world: World, there: Workspace) -> None:
    catching = reading(world, there)
    read_back(world, catching)
    ts = ts_of(world.at, 1)
    hear(world, event(message("Befor", ts)))
    eyes = {"name": "eyes", "users": [ADA, UNA], "count": 2}
    own = {"name": "robot_face", "users": [BOT], "count": 1}
    edited = {"user": UMA, "ts": ts_of(world.at + timedelta(minutes=5))}
    said(there, "After", ts, edited=edited, reactions=[eyes, own])
    for _ in range(2):
        world.at += AGAIN
        read_back(world, catching)
    assert posts() == ["After"]
    assert sorted(Mark.objects.values_list("name", flat=True)) == ["eyes", "eyes"]


def test_a_question_that_was_deleted_meanwhile_is_taken_back(
    world: World, there: Workspace
) -> None:
    catching = reading(world, there)
    read_back(world, catching)
    ts = ts_of(world.at, 1)
    hear(world, event(message("password=hunter2 fails, why?", ts)))
    gone = {"subtype": "tombstone", "hidden": True, "thread_ts": ts, "reply_count": 1}
    said(there, "This message was deleted.", ts, by="USLACKBOT", **gone)
    for _ in range(2):
        world.at += AGAIN
        read_back(world, catching)
    assert posts() == ["(removed)"]
    assert Question.objects.get().state == "withdrawn"


def test_when_slack_has_enough_it_goes_on_where_it_stopped(world: World, there: Workspace) -> None:
    catching = reading(world, there)
    read_back(world, catching)
    said(there, "Missed", ts_of(world.at, 1))
    world.at += AGAIN
    there.mood = 429
    read_back(world, catching)
    there.mood = ""
    world.at += timedelta(seconds=5)
    read_back(world, catching)
    assert posts() == []
    world.at += timedelta(seconds=3)
    read_back(world, catching)
    assert posts() == ["Missed"]


def test_many_threads_are_read_back_however_few_calls_slack_allows_at_a_time(
    world: World, there: Workspace
) -> None:
    catching = reading(world, there)
    read_back(world, catching)
    world.at += AGAIN
    begun = world.at
    for number in range(12):
        ts, reply = ts_of(begun, 10 * number), ts_of(begun, 10 * number + 5)
        said(there, f"How do I do {number}?", ts, latest_reply=reply)
        said(there, f"Like {number}", reply, by=ADA, thread_ts=ts)
    allowed = [0]

    def weather(method: str) -> int | str:
        allowed[0] -= 1
        return "" if allowed[0] >= 0 else 429

    there.weather = weather
    for _ in range(8):
        allowed[0] = 10  # A list, six pages of the channel, and three threads.
        world.at += timedelta(minutes=1)
        catching.look_after(at=world.at)
    there.weather = None
    take_in(world)
    both = [text for number in range(12) for text in (f"How do I do {number}?", f"Like {number}")]
    assert posts() == both  # As it was said.
    asked = [given["ts"] for given in there.called("conversations.replies")]
    assert len(asked) == len(set(asked)) == 12


@pytest.mark.clause("ask.entry")
def test_a_question_that_was_deleted_while_the_desk_was_away_is_withdrawn(
    world: World, there: Workspace
) -> None:
    catching = reading(world, there)
    read_back(world, catching)
    world.at += timedelta(hours=1)
    stays, goes = ts_of(world.at, 1), ts_of(world.at, 2)
    for text, ts, by in (("How do I deploy?", stays, UMA), ("Is hunter2 safe?", goes, UNA)):
        said(there, text, ts, by=by)
        hear(world, event(message(text, ts, by=by)))
    del there.history[ASK][-1]
    world.at += timedelta(hours=20)
    read_back(world, catching)
    found = {one.post.key.rpartition(":")[2]: one.state for one in Question.objects.all()}
    assert found == {stays: "open", goes: "withdrawn"}
    assert posts() == ["How do I deploy?", "(removed)"]


def test_what_slack_keeps_no_longer_or_hides_for_a_moment_is_not_taken_for_deleted(
    world: World, there: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    catching = reading(world, there)
    read_back(world, catching)
    world.at += timedelta(hours=1)
    old, young = ts_of(world.at), ts_of(world.at + timedelta(hours=30))
    said(there, "Old", old)
    hear(world, event(message("Old", old)))
    kept, there.history[ASK] = there.history[ASK], []
    world.at += timedelta(hours=30)
    said(there, "Young", young)
    hear(world, event(message("Young", young)))
    world.at += timedelta(minutes=20)
    read_back(world, reading(world, there))
    assert posts() == ["Old", "Young"]
    # The list lacks what stands there all the same.
    there.history[ASK] = [*kept, *there.history[ASK]]
    page = there._page

    def no_list(given: dict[str, Any], *, threads: bool) -> dict[str, Any] | str:
        return page(given, threads=True) if threads else {"messages": []}

    monkeypatch.setattr(there, "_page", no_list)
    world.at += AGAIN
    read_back(world, reading(world, there))
    assert posts() == ["Old", "Young"]


def test_of_a_large_workspace_only_the_channels_that_the_app_is_in_are_listed(
    world: World, there: Workspace
) -> None:
    for number in range(5000):
        one = {"id": f"CX{number}", "name": f"x{number}", "is_member": False}
        there.channels[f"CX{number}"] = one
    catching = reading(world, there)
    read_back(world, catching)
    said(there, "Missed", ts_of(world.at, 1))
    world.at += AGAIN
    before = len(there.calls)
    read_back(world, catching)
    assert posts() == ["Missed"]
    listed = [
        method for method, _ in there.calls[before:] if method.endswith(("s.list", "nversations"))
    ]
    assert listed == ["users.conversations"]
