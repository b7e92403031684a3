"""What the desk can't hear in Slack: it says so; and what is written to it alone is answered."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from doubles.slack_workspace import BOT, TEAM, Workspace
from dutydesk.chat.flows import channels
from dutydesk.chat.models import Post
from dutydesk.desk.models import Question
from dutydesk.inbox.models import Arrival
from dutydesk.site.health import health
from dutydesk.slack.backfill import AGAIN, Backfill
from dutydesk.slack.people import People
from testing.asked import TEAM as TEAMS
from testing.asked import adopt
from testing.searched import rows_with
from testing.slack import (
    ADA,
    ASK,
    TEAM_CHANNEL,
    UMA,
    event,
    hear,
    message,
    slack_of,
    take_in,
    ts_of,
    workspace,
)
from testing.world import World

pytestmark = pytest.mark.django_db
ASKED = "#ask-cloud-platform"
NEVER = "the app is in no public channel of that name; write /invite @Duty Desk in it."


@pytest.fixture
def there() -> Iterator[Workspace]:
    found = workspace()
    found.history = {number: [] for number in found.channels}
    yield found
    found.close()


@pytest.fixture
def world(tmp_path: Path, there: Workspace) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    slack_of(world, there)
    return world


@pytest.fixture
def reading(world: World, there: Workspace) -> Backfill:
    slack = slack_of(world, there)
    found = Backfill(slack.call, People(slack.call), lambda: world.at)
    read(world, found)
    return found


def read(world: World, reading: Backfill) -> None:
    world.at += AGAIN
    reading.look_after(at=world.at)
    take_in(world)


def told(world: World) -> list[str]:
    return [text for text in world.said(TEAMS) if f"written in {ASKED} in Slack is" in text]


def why(world: World) -> str:
    return next(one.says for one in health(world.at) if one.name == "slack")


@pytest.mark.clause("ask.entry")
@pytest.mark.parametrize(
    ("becomes", "says"),
    [
        ({"is_private": True}, "it is private there"),
        ({"is_archived": True, "is_member": False}, "it is archived there"),
        ({"is_member": False}, "the app is not in it"),
        (None, "no public channel of that name is there"),
    ],
)
def test_the_team_and_health_say_that_the_ask_channel_is_heard_no_more(
    world: World,
    there: Workspace,
    reading: Backfill,
    becomes: dict[str, bool] | None,
    says: str,
) -> None:
    assert told(world) == []
    before = there.channels.pop(ASK)
    if becomes is not None:
        there.channels[ASK] = before | becomes
    for _ in range(3):
        read(world, reading)
    assert [says in one and "isn't heard here any more" in one for one in told(world)] == [True]
    assert says in why(world)
    there.channels[ASK] = before
    there.history[ASK].append(message("Help", ts_of(world.at)))
    read(world, reading)
    assert told(world)[1:] == [f"What is written in {ASKED} in Slack is heard again."]
    assert "not heard" not in why(world)
    assert Question.objects.count() == 1


def test_an_app_that_is_removed_from_slack_is_said_to_hear_nothing(
    world: World, there: Workspace, reading: Backfill
) -> None:
    there.mood = "account_inactive"
    read(world, reading)
    assert [one for one in told(world) if "account_inactive" in one]
    assert "account_inactive" in why(world)
    there.mood = 503
    read(world, reading)
    there.mood = ""
    read(world, reading)
    assert len(told(world)) == 2
    assert "not heard" not in why(world)


def test_a_moment_without_slack_is_no_loss(
    world: World, there: Workspace, reading: Backfill
) -> None:
    for mood in (503, 429, "internal_error"):
        there.mood = mood
        read(world, reading)
    assert told(world) == []


def test_one_channel_that_cannot_be_read_holds_up_no_other(
    world: World, there: Workspace, reading: Backfill
) -> None:
    del there.history[ASK]
    there.history[TEAM_CHANNEL].append(message("Morning", ts_of(world.at, 1), by=ADA))
    read(world, reading)
    assert Post.objects.filter(key__startswith=f"slack:{TEAM_CHANNEL}:").count() == 1
    read(world, reading)
    assert len(told(world)) == 1


def test_a_moment_of_busy_does_not_count_as_heard_again(
    world: World, there: Workspace, reading: Backfill
) -> None:
    kept = there.history.pop(ASK)
    for _ in range(2):
        read(world, reading)
    assert len(told(world)) == 1
    there.weather = lambda method: 429 if method == "conversations.history" else ""
    for _ in range(2):
        read(world, reading)
    there.weather = None
    for _ in range(2):
        read(world, reading)
    assert len(told(world)) == 1
    there.history[ASK] = kept
    for _ in range(2):
        read(world, reading)
    assert len(told(world)) == 2


@pytest.mark.clause("ask.entry")
def test_an_app_that_was_never_invited_is_told_apart_from_one_that_is_out(
    world: World, there: Workspace
) -> None:
    channels.open_channels()
    there.channels[ASK]["is_member"] = False
    slack = slack_of(world, there)
    reading = Backfill(slack.call, People(slack.call), lambda: world.at)
    for _ in range(2):
        read(world, reading)
    (said,) = [text for text in world.said(TEAMS) if ASKED in text and "isn't heard" in text]
    assert f"isn't heard here: {NEVER}" in said
    assert NEVER in why(world)
    there.channels[ASK]["is_member"] = True
    read(world, reading)
    assert "not heard" not in why(world)


def test_what_the_app_may_not_ask_is_the_reason_that_is_told(
    world: World, there: Workspace, reading: Backfill
) -> None:
    del there.channels[ASK]
    there.weather = lambda method: "missing_scope" if method == "conversations.info" else ""
    read(world, reading)
    assert ["missing_scope" in one for one in told(world)] == [True]


def test_another_channel_of_the_old_name_is_heard_in_its_place(
    world: World, there: Workspace, reading: Backfill
) -> None:
    old = there.channels.pop(ASK)
    there.channels["C0NEW"] = old | {"id": "C0NEW"}
    there.history["C0NEW"] = []
    read(world, reading)
    there.history["C0NEW"].append(message("Help", ts_of(world.at, 1), channel="C0NEW"))
    read(world, reading)
    assert told(world) == []
    assert Question.objects.count() == 1


def test_a_lost_channel_that_the_process_names_no_more_is_forgotten(
    world: World, there: Workspace, reading: Backfill, tmp_path: Path
) -> None:
    old = there.channels.pop(ASK)
    read(world, reading)
    there.channels["C0NEW"] = old | {"id": "C0NEW", "name": "ask-us"}
    there.history["C0NEW"] = []
    adopt(world, 'channel: "#ask-cloud-platform"', 'channel: "#ask-us"', tmp_path)
    read(world, reading)
    assert len(told(world)) == 1
    assert "not heard" not in why(world)


def answers(there: Workspace) -> list[str]:
    return [one["text"] for one in there.called("chat.postMessage") if one["channel"] == UMA]


@pytest.mark.clause("ask.in-channel")
def test_who_writes_to_the_desk_alone_is_told_where_to_ask(
    world: World, there: Workspace, reading: Backfill
) -> None:
    for second, text in enumerate(("Hi, is staging down? sw0rdfish", "hello??", "/desk")):
        direct = message(text, ts_of(world.at, second), channel="D0UMA", channel_type="im")
        hear(world, event(direct))
    link = f"https://slack.com/app_redirect?channel={ASK}&team={TEAM}"
    assert len(answers(there)) == 1
    assert ASKED in answers(there)[0]
    assert link in answers(there)[0]
    assert not Question.objects.exists()
    assert rows_with("sw0rdfish") == []
    world.at += timedelta(hours=1)
    hear(world, event(message("ok", ts_of(world.at), channel="D0UMA", channel_type="im")))
    assert len(answers(there)) == 2


def test_what_is_written_to_the_desk_alone_is_kept_without_its_words(
    world: World, there: Workspace
) -> None:
    there.mood = "internal_error"
    said = message("sw0rdfish", ts_of(world.at), channel="D0UMA", channel_type="im", blocks=[{}])
    hear(world, event(said))
    assert not [one for one in Arrival.objects.all() if b"sw0rdfish" in bytes(one.body)]


@pytest.mark.parametrize(
    "more",
    [
        {"user": BOT},
        {"user": BOT, "bot_id": "B0BOT"},
        {"bot_id": "B0OTHER"},
        {"user": "USLACKBOT"},
        {"subtype": "message_changed"},
        {"subtype": "message_deleted", "deleted_ts": "1.2"},
    ],
)
def test_the_desk_answers_no_bot_and_never_itself(
    world: World, there: Workspace, more: dict[str, str]
) -> None:
    said = message("Hello", ts_of(world.at), channel="D0UMA", channel_type="im")
    hear(world, event(said | more))
    assert answers(there) == []


@pytest.mark.parametrize("error", ["channel_not_found", "missing_scope"])
def test_a_mark_on_what_the_desk_wrote_to_one_person_alone_is_no_trouble(
    world: World, there: Workspace, error: str
) -> None:
    there.weather = lambda method: error if method == "conversations.info" else ""
    item = {"type": "message", "channel": "D0UMA", "ts": ts_of(world.at)}
    hear(world, event({"type": "reaction_added", "user": UMA, "item": item, "reaction": "eyes"}))
    world.forward(hours=1)
    assert not Arrival.objects.filter(due_at__isnull=False).exists()
    assert set(Arrival.objects.values_list("attempts", flat=True)) == {1}


def test_a_private_channel_that_is_opened_to_everybody_is_heard_from_then_on(
    world: World, there: Workspace
) -> None:
    item = {"type": "message", "channel": "C0SECRET", "ts": ts_of(world.at)}
    mark = {"type": "reaction_added", "user": UMA, "item": item, "reaction": "eyes"}
    hear(world, event(mark))
    hear(world, event(mark))
    assert len(there.called("conversations.info")) == 1
    there.channels["C0SECRET"]["is_private"] = False
    hear(world, event(message("Hello all", ts_of(world.at), channel="C0SECRET")))
    assert Post.objects.get(channel__name="#secret").words.body == "Hello all"
