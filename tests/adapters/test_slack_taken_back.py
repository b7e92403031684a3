"""What is taken back in Slack, as Slack tells it, and who is written to there directly."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from doubles.slack_workspace import Workspace
from dutydesk.chat.flows import post_mirror
from dutydesk.chat.models import Post
from dutydesk.desk.models import Question
from dutydesk.outbox.flows import outbox
from testing.searched import rows_with
from testing.slack import ADA, ASK, UMA, changed, event, hear, message, slack_of, ts_of
from testing.world import World, as_if_committed

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, there: Workspace) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    slack_of(world, there)
    return world


def post(ts: str) -> Post:
    return Post.objects.get(key=f"slack:{ASK}:{ts}")


def tombstone(ts: str, at: str) -> dict[str, object]:
    """Give what Slack says of a deleted message that has replies, with all that it says beside."""
    gone = changed(
        ts,
        "This message was deleted.",
        at,
        subtype="tombstone",
        user="USLACKBOT",
        hidden=True,
        thread_ts=ts,
        reply_count=1,
    )
    before = {"type": "message", "user": UMA, "text": "password=hunter2", "ts": ts}
    return gone | {"previous_message": before}


def test_a_deleted_question_is_withdrawn_and_gone_though_slackbot_says_so(world: World) -> None:
    as_if_committed()
    ts = ts_of(world.at)
    hear(world, event(message("password=hunter2 fails, why?", ts)))
    hear(world, event(tombstone(ts, ts_of(world.at, 2))))
    assert post(ts).removed_at == world.at
    assert Question.objects.get().state == "withdrawn"
    assert rows_with("hunter2") == []


def deleted(ts: str, at: str, text: str, **more: str) -> dict[str, object]:
    """Give what Slack says of a deleted message that has no replies."""
    before = {"type": "message", "user": UMA, "text": text, "ts": ts, **more}
    told = {"type": "message", "subtype": "message_deleted", "hidden": True, "deleted_ts": ts}
    return told | {"previous_message": before, "channel": ASK, "ts": at, "channel_type": "channel"}


@pytest.mark.parametrize("tell", [tombstone, deleted])
def test_what_is_told_after_its_deletion_is_asked_by_nobody(
    world: World, tell: Callable[..., dict[str, object]]
) -> None:
    as_if_committed()
    ts, text = ts_of(world.at), "password=hunter2 fails, why?"
    world.forward(seconds=20)
    given = (text,) if tell is deleted else ()
    hear(world, event(tell(ts, ts_of(world.at, 2), *given)))
    hear(world, event(message(text, ts)))
    assert post(ts).removed_at is not None
    assert not Question.objects.exists()
    assert rows_with("hunter2") == []


def test_a_reply_that_is_told_after_its_deletion_says_nothing_and_answers_nothing(
    world: World,
) -> None:
    as_if_committed()
    ts, later = ts_of(world.at), ts_of(world.at, 1)
    hear(world, event(message("Where is it?", ts)))
    hear(world, event(deleted(later, ts_of(world.at, 2), "In hunter2", user=ADA, thread_ts=ts)))
    hear(world, event(message("In hunter2", later, by=ADA, thread_ts=ts)))
    assert (post(later).author, post(later).thread) == ("Ada", post(ts))
    assert rows_with("hunter2") == []
    assert Question.objects.get().state == "open"


def test_nobody_hears_of_what_a_bot_took_back_or_was_said_before_the_desk(world: World) -> None:
    of_bot = {"user": "U0ALERTS", "bot_id": "B0ALERTS"}
    hear(world, event(deleted(ts_of(world.at), ts_of(world.at, 2), "Firing", **of_bot)))
    old = ts_of(world.at - timedelta(days=3))
    hear(world, event(deleted(old, ts_of(world.at, 3), "Help")))
    assert not Post.objects.filter(key__startswith="slack:").exists()


def test_a_thread_whose_first_message_is_deleted_keeps_its_answers(world: World) -> None:
    first, second = ts_of(world.at), ts_of(world.at, 1)
    hear(world, event(message("Help", first)))
    hear(world, event(message("On it", second, by=ADA, thread_ts=first)))
    hear(world, event(tombstone(first, ts_of(world.at, 2))))
    assert post(first).removed_at == world.at
    assert post(second).removed_at is None


def test_whoever_covers_is_written_to_directly_since_an_ephemeral_post_may_reach_nobody(
    world: World, there: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    post_mirror.mirror_to("slack")
    for kind, sender in slack_of(world, there).senders().items():
        monkeypatch.setitem(outbox._senders, kind, sender)
    hear(world, event(message("[fyi] Here", ts_of(world.at), by=ADA)))  # Ada is known there.
    asked = ts_of(world.at, 9)
    hear(world, event(message("Where are the logs?", asked)))
    world.forward(minutes=10)
    (told,) = [one["text"] for one in there.called("chat.postMessage") if one["channel"] == ADA]
    assert "Ada, Uma has been waiting for 10 minutes. Could you have a look?" in told
    hear(world, event(message("In the bucket", ts_of(world.at), by=ADA, thread_ts=asked)))
    world.forward(minutes=15)
    *_, offered = (one["text"] for one in there.called("chat.postMessage") if one["channel"] == ADA)
    assert "raise a ticket" in offered


def test_what_was_changed_first_and_is_told_last_brings_nothing_back(world: World) -> None:
    as_if_committed()
    ts = ts_of(world.at)
    hear(world, event(message("My deploy fails, why?", ts)))
    world.forward(seconds=90)
    hear(world, event(changed(ts, "My deploy fails with 403, why?", ts_of(world.at, 5))))
    hear(world, event(changed(ts, "My deploy fails, password=hunter2, why?", ts_of(world.at, 2))))
    assert post(ts).words.body == "My deploy fails with 403, why?"
    assert rows_with("hunter2") == []
    hear(world, event(changed(ts, "My deploy fails with 404, why?", ts_of(world.at, 7))))
    assert post(ts).words.body == "My deploy fails with 404, why?"


def test_a_change_that_overtook_its_message_is_overtaken_by_no_earlier_one(world: World) -> None:
    ts = ts_of(world.at)
    hear(world, event(changed(ts, "Where are the logs?", ts_of(world.at, 5))))
    hear(world, event(changed(ts, "Where are my hunter2?", ts_of(world.at, 2))))
    hear(world, event(message("Where is hunter2?", ts)))
    assert post(ts).words.body == "Where are the logs?"
