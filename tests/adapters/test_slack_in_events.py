"""What people do in Slack happens here: once, in order, by the right person."""

from datetime import timedelta
from pathlib import Path

import pytest

from doubles.slack_workspace import BOT, TEAM, Workspace
from dutydesk.chat.flows import desk_posts
from dutydesk.chat.models import Channel, ChannelMapping, Mark, Post
from dutydesk.desk.models import Question
from dutydesk.inbox.flows import arrivals, work
from dutydesk.inbox.models import Arrival
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.messages import Message
from dutydesk.people.models import Account
from dutydesk.site.health import health
from dutydesk.slack.door import keep_event
from testing.slack import (
    ADA,
    ASK,
    UMA,
    UNA,
    changed,
    event,
    hear,
    message,
    reaction,
    slack_of,
    take_in,
    ts_of,
)
from testing.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, there: Workspace) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    slack_of(world, there)
    return world


def post(ts: str) -> Post:
    return Post.objects.get(key=f"slack:{ASK}:{ts}")


@pytest.mark.clause("ask.entry")
def test_a_message_in_the_ask_channel_is_a_question_of_whoever_asked(world: World) -> None:
    ts = ts_of(world.at)
    hear(
        world,
        event(message("Visits are &lt;down&gt;, <@U0ADA>: see <https://x.org/a|the log>", ts)),
    )
    asked = post(ts)
    assert asked.words.body == "Visits are <down>, @Ada L: see the log (https://x.org/a)"
    assert (asked.channel.name, asked.author) == ("#ask-cloud-platform", "Uma")
    assert (asked.account, asked.outside) == (
        Account.objects.get(name="Uma"),
        f"slack:{TEAM}:{UMA}",
    )
    assert Question.objects.get().post == asked


def test_an_event_that_comes_again_is_done_once(world: World, there: Workspace) -> None:
    told = event(message("Hello", ts_of(world.at)))
    for _ in range(3):
        hear(world, told)
    hear(world, {**told, "event_id": "Ev-of-a-retry-with-another-number"})
    assert Post.objects.filter(key__startswith="slack:").count() == 1
    assert Arrival.objects.count() == 2
    assert len(there.called("users.info")) == 1
    assert len(there.called("conversations.info")) == 1


def test_what_was_told_is_forgotten_once_it_is_done(world: World) -> None:
    hear(world, event(message("My secret plan", ts_of(world.at))))
    assert [bytes(one.body) for one in Arrival.objects.all()] == [b""]


@pytest.mark.parametrize(
    "more",
    [
        {"subtype": "bot_message", "bot_id": "B123"},
        {"bot_id": "B0BOT", "app_id": "A111", "user": BOT},
        {"subtype": "channel_join"},
        {"subtype": "channel_topic", "topic": "New"},
        {"user": "USLACKBOT"},
        {"channel_type": "group"},
        {"channel_type": "mpim"},
    ],
)
def test_bots_the_desk_itself_notices_and_private_places_are_no_posts(
    world: World, more: dict[str, str]
) -> None:
    hear(world, event(message("Hello", ts_of(world.at)) | more))
    assert not Arrival.objects.exists()
    assert not Post.objects.filter(key__startswith="slack:").exists()


def test_a_private_channel_that_looks_public_is_not_read(world: World) -> None:
    hear(world, event(message("Hush", ts_of(world.at), channel="C0SECRET")))
    for channel in ("C0SECRET", "C0ELSEWHERE", "D0UMA"):
        item = {"type": "message", "channel": channel, "ts": "1595926230.009600"}
        added = {"type": "reaction_added", "user": ADA, "item": item, "reaction": "eyes"}
        hear(world, event(added))
    assert not Post.objects.filter(key__startswith="slack:").exists()
    assert Arrival.objects.count() == 4
    assert not Arrival.objects.filter(due_at__isnull=False).exists()
    assert set(Arrival.objects.values_list("attempts", flat=True)) == {1}


def test_a_message_in_a_channel_that_cannot_be_asked_about_waits(
    world: World, there: Workspace
) -> None:
    there.mood = "invalid_auth"
    hear(world, event(message("Help", ts_of(world.at))))
    there.mood = ""
    world.at += timedelta(seconds=2)
    take_in(world)
    assert Question.objects.count() == 1


@pytest.mark.clause("ask.in-channel")
def test_an_answer_in_the_thread_is_an_answer(world: World) -> None:
    first, second = ts_of(world.at), ts_of(world.at, 1)
    hear(world, event(message("Help", first)))
    hear(world, event(message("On it", second, by=ADA, thread_ts=first)))
    assert post(second).thread == post(first)
    assert Question.objects.get().engineer is not None


def test_a_reply_that_is_shown_in_the_channel_too_is_one_answer(world: World) -> None:
    first, second = ts_of(world.at), ts_of(world.at, 1)
    hear(world, event(message("Help", first)))
    root = {"user": UMA, "type": "message", "ts": first, "text": "Help", "thread_ts": first}
    told = message("On it", second, by=ADA, thread_ts=first, subtype="thread_broadcast", root=root)
    hear(world, event(told))
    assert post(second).thread == post(first)
    assert Question.objects.count() == 1


def test_an_answer_to_what_was_before_the_desk_is_left(world: World) -> None:
    ts = ts_of(world.at)
    hear(world, event(message("Yes", ts, thread_ts="1500000000.000100")))
    assert not Post.objects.filter(key__startswith="slack:").exists()
    assert Arrival.objects.get().due_at is None


def test_an_answer_that_overtook_its_question_brings_it_along(
    world: World, there: Workspace
) -> None:
    first, second = ts_of(world.at), ts_of(world.at, 1)
    there.history[ASK] = [message("Help, <@U0ADA>", first) | {"thread_ts": first}]
    hear(world, event(message("On it", second, by=ADA, thread_ts=first)))
    hear(world, event(message("Help, <@U0ADA>", first)))
    assert (post(second).thread, post(first).author) == (post(first), "Uma")
    assert post(first).words.body == "Help, @Ada L"
    assert Question.objects.get().engineer is not None


def test_an_answer_under_the_desks_own_post_is_in_its_thread(world: World) -> None:
    shown, ts = ts_of(world.at), ts_of(world.at, 1)
    own = desk_posts.say(
        key=f"shown:{ASK}:{shown}",
        channel="#ask-cloud-platform",
        message=Message("Hi"),
        at=world.at,
    )
    hear(world, event(message("Thanks", ts, thread_ts=shown)))
    assert post(ts).thread == own


def test_files_are_named_with_where_they_are(world: World) -> None:
    ts = ts_of(world.at)
    files = [{"id": "F1", "name": "log.txt", "permalink": "https://x.slack.com/files/log.txt"}]
    hear(world, event(message("", ts, subtype="file_share", files=files, upload=False)))
    assert post(ts).words.body == "[log.txt: https://x.slack.com/files/log.txt]"


def test_edits_and_deletions_are_followed(world: World) -> None:
    ts = ts_of(world.at)
    hear(world, event(message("Visits are dwon", ts)))
    hear(world, event(changed(ts, "Visits are down", ts_of(world.at, 1))))
    assert post(ts).words.body == "Visits are down"
    previous = {"type": "message", "user": UMA, "text": "Visits are down", "ts": ts}
    deleted = message("", ts_of(world.at, 2), subtype="message_deleted") | {
        "deleted_ts": ts,
        "previous_message": previous,
        "hidden": True,
    }
    hear(world, event(deleted))
    assert post(ts).removed_at == world.at
    kinds = list(
        JournalEntry.objects.filter(kind__startswith="chat.").values_list("kind", flat=True)
    )
    assert kinds == ["chat.posted", "chat.edited", "chat.removed"]


def test_an_edit_that_overtook_its_message_is_not_undone_by_it(world: World) -> None:
    ts = ts_of(world.at)
    hear(world, event(changed(ts, "As it should be", ts_of(world.at, 1))))
    hear(world, event(message("As ti shuold", ts)))
    assert post(ts).words.body == "As it should be"


def test_an_edit_of_an_old_message_asks_nothing(world: World) -> None:
    hear(world, event(changed(ts_of(world.at - timedelta(days=9)), "Old", ts_of(world.at))))
    assert not Question.objects.exists()


def test_reactions_are_marks_whatever_their_skin(world: World) -> None:
    ts = ts_of(world.at)
    hear(world, event(message("Help", ts)))
    hear(world, event(reaction(ts, "eyes")))
    hear(world, event(reaction(ts, "wave::skin-tone-3", by=UNA)))
    hear(world, event(reaction(ts, "robot_face", by=BOT)))
    assert sorted(Mark.objects.values_list("name", "who")) == [
        ("eyes", f"account:{Account.objects.get(name='Ada').pk}"),
        ("wave", f"slack:{TEAM}:{UNA}"),
    ]
    hear(world, event(reaction(ts, "eyes", on=False)))
    assert list(Mark.objects.values_list("name", flat=True)) == ["wave"]


@pytest.mark.clause("ask.in-channel")
def test_eyes_take_a_question_and_a_tick_solves_it(world: World) -> None:
    ts = ts_of(world.at)
    hear(world, event(message("Help", ts)))
    hear(world, event(reaction(ts, "eyes")))
    taken = Question.objects.get()
    assert str(taken.engineer) == "Ada"
    hear(world, event(reaction(ts, "white_check_mark", by=UMA)))
    taken.refresh_from_db()
    assert taken.state == "solved"
    hear(world, event(reaction(ts, "white_check_mark", by=UMA, on=False)))
    taken.refresh_from_db()
    assert taken.state != "solved"


def test_what_cannot_be_done_is_put_aside_said_and_holds_nothing_up(
    world: World, there: Workspace
) -> None:
    there.mood = "invalid_auth"
    hear(world, event(message("Nobody knows this channel", ts_of(world.at))))
    for _ in range(40):
        world.at += timedelta(seconds=5)
        take_in(world)
    there.mood = ""
    checks = {check.name: check for check in health(world.at)}
    assert "The channel isn't known yet" in checks["slack"].says
    assert not checks["slack"].vital
    hear(world, event(message("Help", ts_of(world.at))))
    assert Question.objects.get().post.words.body == "Help"


def test_what_lost_its_job_is_queued_again(world: World) -> None:
    keep_event(event(message("Help", ts_of(world.at))), world.at)
    assert work.ARRIVALS.sweep(at=world.at) == 0
    world.at += timedelta(seconds=4)
    assert work.ARRIVALS.sweep(at=world.at) == 1
    assert work.ARRIVALS.sweep(at=world.at) == 0
    take_in(world)
    assert work.ARRIVALS.sweep(at=world.at) == 0


def test_what_was_told_long_ago_is_forgotten(world: World) -> None:
    hear(world, event(message("Help", ts_of(world.at))))
    arrivals.forget(at=world.at + timedelta(days=13))
    assert Arrival.objects.count() == 1
    arrivals.forget(at=world.at + timedelta(days=15))
    assert not Arrival.objects.exists()


def test_forwarded_messages_are_told(world: World) -> None:
    ts = ts_of(world.at)
    forwarded = [{"is_share": True, "text": "It is down", "from_url": "https://x.slack.com/a"}]
    hear(world, event(message("", ts, attachments=[*forwarded, {"text": "An unfurled link"}])))
    assert post(ts).words.body == "Forwarded: It is down"


def test_what_was_said_a_while_ago_counts_from_then(world: World) -> None:
    ts = ts_of(world.at - timedelta(hours=1))
    hear(world, event(message("Help", ts)))
    assert abs(post(ts).at - (world.at - timedelta(hours=1))) < timedelta(seconds=1)


def test_a_renamed_channel_is_followed_or_the_team_is_told(world: World, there: Workspace) -> None:
    there.channels["C0TALK"] = {"id": "C0TALK", "name": "talk"}
    hear(world, event(message("Hello", ts_of(world.at), channel="C0TALK")))
    hear(world, event(message("Help", ts_of(world.at, 1))))
    for number, name in (("C0TALK", "chatter"), (ASK, "ask-platform")):
        renamed = {"id": number, "name": name, "name_normalized": name, "created": 1360782804}
        hear(world, event({"type": "channel_rename", "channel": renamed}))
    assert Channel.objects.filter(name="#chatter").exists()
    assert not Channel.objects.filter(name__in=["#talk", "#ask-platform"]).exists()
    hear(world, event(message("Another question", ts_of(world.at, 2), by=UNA)))
    assert Question.objects.count() == 2
    told = [text for text in world.said("#cloud-platform") if "is called #ask-platform" in text]
    assert len(told) == 1
    assert ChannelMapping.objects.get(outside=f"slack:{TEAM}:{ASK}").name == "#ask-platform"
