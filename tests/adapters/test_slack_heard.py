"""Who is heard in Slack: people, by whatever program they post; forms of workflows; no bots."""

from pathlib import Path
from typing import Any

import pytest

from doubles.slack_workspace import BOT, Workspace
from dutydesk.chat.models import Post
from dutydesk.desk.models import Question
from dutydesk.slack.app import Slack
from testing.slack import ADA, ASK, UMA, changed, event, hear, message, slack_of, ts_of
from testing.slack_person import Person
from testing.world import World

pytestmark = pytest.mark.django_db
WORKFLOW: dict[str, Any] = {
    "subtype": "bot_message",
    "bot_id": "B0FORM",
    "app_id": "A0FORM",
    "username": "Ask the platform team",
    "workflow_id": "Wf0ASK",
    "bot_profile": {"id": "B0FORM", "name": "Ask the platform team", "team_id": "T024BE7LD"},
}


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    return world


@pytest.fixture(autouse=True)
def slack(world: World, there: Workspace) -> Slack:
    return slack_of(world, there)


def of_bot(text: str, ts: str, **more: Any) -> dict[str, Any]:
    """Give a bot's message: nobody is its user unless `more` says so."""
    return {key: one for key, one in message(text, ts).items() if key != "user"} | more


def test_what_an_app_posts_with_somebodys_token_is_theirs(world: World, there: Workspace) -> None:
    app: dict[str, Any] = {
        "bot_id": "B0HELPER",
        "app_id": "A0HELPER",
        "bot_profile": {"name": "Helper"},
    }
    for number in range(2):
        hear(world, event(message(f"Deploys fail {number}", ts_of(world.at, number), **app)))
    asked = Question.objects.get()
    assert (asked.post.author, asked.post.words.body) == ("Uma", "Deploys fail 0")
    reply: dict[str, Any] = {"thread_ts": ts_of(world.at), "by": ADA}
    hear(world, event(message("Try again now", ts_of(world.at, 5), **app, **reply)))
    asked.refresh_from_db()
    assert asked.state == "answered"
    assert [one["user"] for one in there.called("users.info")].count(UMA) == 2  # Who, and whether.


def _old_bot_changed(ts: str) -> dict[str, Any]:
    """Give what an integration without a number of a bot changed in what it said."""
    inner = {"type": "message", "subtype": "bot_message", "username": "Alerts", "text": "x"}
    told = {"type": "message", "subtype": "message_changed", "message": {**inner, "ts": ts}}
    return {**told, "ts": ts, "channel": ASK, "channel_type": "channel"}


def test_what_a_bot_posts_is_not_heard_whatever_it_looks_like(
    world: World, there: Workspace
) -> None:
    ts = ts_of(world.at)
    bots: list[dict[str, Any]] = [
        message("Alert", ts, by="U0ALERTS", bot_id="B0ALERTS", app_id="A0ALERTS"),
        message("Alert", ts, by="U0NOBODY", bot_id="B0ALERTS"),
        message("Own", ts, by=BOT, bot_id="B0BOT"),
        of_bot("Alert", ts, subtype="bot_message", bot_id="B0ALERTS", username="Alerts"),
        of_bot("Own", ts, **WORKFLOW | {"app_id": "A111"}),
        _old_bot_changed(ts),
        changed(ts, "Alert, changed", ts_of(world.at, 1), bot_id="B0", user="U0ALERTS"),
    ]
    for one in bots:
        hear(world, event(one))
    assert not Post.objects.filter(key__startswith="slack:").exists()
    assert not there.refused


def test_a_workflows_form_is_a_question_of_whom_it_names(world: World) -> None:
    ts = ts_of(world.at)
    text = "*Who*: <@U0UMA>\n*What*: Pods of visits can't start"
    hear(world, event(of_bot(text, ts, **WORKFLOW)))
    asked = Question.objects.get()
    assert asked.post.author == "Uma"
    assert asked.post.words.body == "*Who*: @Uma U\n*What*: Pods of visits can't start"
    hear(world, event(message("Which namespace?", ts_of(world.at, 1), by=ADA, thread_ts=ts)))
    asked.refresh_from_db()
    assert (asked.state, asked.engineer and asked.engineer.name) == ("answered", "Ada")
    hear(world, event(message("Thanks, visits-prod", ts_of(world.at, 2), thread_ts=ts)))
    assert asked.post.replies.filter(author="Uma").count() == 1


def test_a_workflows_form_that_names_nobody_is_its_own_question(world: World) -> None:
    ts = ts_of(world.at)
    hear(world, event(of_bot("Pods can't start", ts, **WORKFLOW)))
    asked = Question.objects.get()
    assert (asked.post.author, asked.post.account) == ("Ask the platform team", None)
    inner = of_bot("Pods of visits can't start", ts, **WORKFLOW)
    told = {"type": "message", "subtype": "message_changed", "message": inner, "channel": ASK}
    hear(world, event({**told, "ts": ts_of(world.at, 1), "channel_type": "channel"}))
    asked.post.refresh_from_db()
    assert asked.post.words.body == "Pods of visits can't start"


def test_a_workflows_form_that_comes_as_its_bots_own_message_is_one_too(world: World) -> None:
    form = {name: one for name, one in WORKFLOW.items() if name not in ("subtype", "workflow_id")}
    form["bot_profile"] = {**form["bot_profile"], "is_workflow_bot": True}
    text = "<@U0UMA> asks: pods of visits can't start"
    hear(world, event(message(text, ts_of(world.at), by="U0ALERTS", **form)))
    assert Question.objects.get().post.author == "Uma"


def test_an_engineer_makes_a_question_of_a_bots_message(
    world: World, slack: Slack, there: Workspace
) -> None:
    said: dict[str, Any] = {
        "type": "message",
        "subtype": "bot_message",
        "bot_id": "B0MAIL",
        "username": "Mail",
        "text": "",
        "attachments": [{"fallback": "Uma wrote: our pipeline is stuck"}],
        "ts": ts_of(world.at),
    }
    hear(world, event({**said, "channel": ASK, "channel_type": "channel"}))
    assert not Question.objects.exists()
    uma, ada = Person(world, slack, UMA), Person(world, slack, ADA)
    for who in (uma, ada, ada):
        chosen = who.chose("message:thread.ask", ts=said["ts"])
        who.does(chosen | {"message": said})
        if who is uma:
            assert not Post.objects.filter(key__startswith="slack:").exists()
    assert "It is a question now." in str(there.called("chat.postEphemeral")[-1]["text"])
    asked = Question.objects.get()
    body = "Uma wrote: our pipeline is stuck"
    assert (asked.post.author, asked.post.words.body) == ("Mail", body)
    answer = message("It runs again", ts_of(world.at, 3), by=ADA, thread_ts=said["ts"])
    hear(world, event(answer))
    asked.refresh_from_db()
    assert asked.state == "answered"
    _changed_and_deleted(world, said, asked)


def _changed_and_deleted(world: World, said: dict[str, Any], asked: Question) -> None:
    """Let a bot change its message, of which a question was made, and take it back."""
    told = {"type": "message", "channel": ASK, "channel_type": "channel"}
    at = ts_of(world.at, 5)
    inner = said | {"text": "Uma wrote: our pipeline runs", "edited": {"user": "B0MAIL", "ts": at}}
    hear(world, event({**told, "subtype": "message_changed", "message": inner, "ts": at}))
    asked.post.refresh_from_db()
    assert asked.post.words.body == "Uma wrote: our pipeline runs"
    gone = {"subtype": "message_deleted", "deleted_ts": said["ts"], "previous_message": inner}
    hear(world, event({**told, **gone, "ts": ts_of(world.at, 6)}))
    asked.post.refresh_from_db()
    assert asked.post.removed_at == world.at


def test_an_answer_to_what_nobody_knows_makes_no_question_and_says_why(
    world: World, slack: Slack, there: Workspace
) -> None:
    ada, ts = Person(world, slack, ADA), ts_of(world.at)
    said = {"type": "message", "text": "x", "bot_id": "B0MAIL", "ts": ts, "thread_ts": "1.000001"}
    ada.does(ada.chose("message:thread.ask", ts=ts) | {"message": said})
    assert not Question.objects.exists()
    assert "doesn't follow this message" in str(there.called("chat.postEphemeral")[-1]["text"])


def test_what_was_pasted_and_became_a_file_is_part_of_the_text(world: World) -> None:
    file = {
        "id": "F1",
        "name": "trace.txt",
        "mode": "snippet",
        "permalink": "https://x.slack.com/files/trace.txt",
        "preview": "Traceback (most recent call last):\r\n  in main\r\n```",
        "preview_is_truncated": True,
    }
    ts = ts_of(world.at)
    hear(world, event(message("", ts, subtype="file_share", files=[file, {"preview": 3}])))
    asked = Question.objects.get()
    assert asked.post.words.body == (
        "```\nTraceback (most recent call last):\n  in main\n'''\n…\n```\n"
        "[trace.txt: https://x.slack.com/files/trace.txt]\n[a file: in Slack]"
    )
    assert asked.title == "Traceback (most recent call last):"


@pytest.mark.parametrize(
    ("told", "text"),
    [
        (
            "Why? ```kind: Pod\n  spec: &lt;none&gt;``` Ada",
            "Why?\n```\nkind: Pod\n  spec: <none>\n```\nAda",
        ),
        ("```yaml\na: b```", "```\nyaml\na: b\n```"),
        ("```yaml\na: b\n```\nWhy?", "```yaml\na: b\n```\nWhy?"),
        ("Run ```make it``` or ```a\nb```", "Run ```make it``` or\n```\na\nb\n```"),
        ("```never closed\n  at all", "```never closed\n  at all"),
    ],
)
def test_the_marks_of_code_stand_on_lines_of_their_own(world: World, told: str, text: str) -> None:
    hear(world, event(message(told, ts_of(world.at))))
    assert Question.objects.get().post.words.body == text


@pytest.mark.parametrize(
    ("groups", "shown"),
    [([{"id": "S0614TZR7", "handle": "platform-oncall"}], "@platform-oncall"), (None, "@a group")],
)
def test_groups_and_everybody_are_named_as_they_are_called(
    world: World, there: Workspace, groups: Any, shown: str
) -> None:
    there.groups = groups
    text = "<!subteam^S0614TZR7> <!here|here> <!channel> <!subteam^S1|@ops>: pods fail"
    for number in range(2):
        hear(world, event(message(text, ts_of(world.at, number))))
    body = Question.objects.get().post.words.body
    assert body == f"{shown} @here @channel @ops: pods fail"
    assert len(there.called("usergroups.list")) == 1
