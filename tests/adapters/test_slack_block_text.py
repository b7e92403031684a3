"""A message without a text of its own is heard by what its blocks or attachments say."""

from pathlib import Path
from typing import Any

import pytest

from doubles.slack_workspace import Workspace
from dutydesk.chat.models import Post
from dutydesk.desk.models import Question
from dutydesk.slack.block_text import ONLY_THERE, words_in
from testing.slack import ADA, ASK, UMA, changed, event, hear, message, slack_of, ts_of
from testing.world import World

pytestmark = pytest.mark.django_db
BY_APP: dict[str, Any] = {"bot_id": "B0HELPER", "app_id": "A0HELPER"}


@pytest.fixture
def world(tmp_path: Path, there: Workspace) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    slack_of(world, there)
    return world


def rich(*parts: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "rich_text", "block_id": "b1", "elements": list(parts)}]


def section(*pieces: dict[str, Any], kind: str = "section") -> dict[str, Any]:
    return {"type": f"rich_text_{kind}", "elements": list(pieces)}


def said(text: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


LIST = {"type": "rich_text_list", "style": "bullet", "elements": [section(said("a")), section()]}


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"text": "Help", "blocks": rich(section(said("Else")))}, "Help"),
        ({"text": "", "blocks": rich(section(said("Is a<b & c?")))}, "Is a&lt;b &amp; c?"),
        ({"blocks": rich(section({"type": "user", "user_id": "U1"}, said("?")))}, "<@U1>?"),
        ({"blocks": rich(section({"type": "link", "url": "https://x.org", "text": "it"}))},
         "<https://x.org|it>"),
        ({"blocks": rich(section(said("kubectl", code=True)), LIST)}, "`kubectl`\n- a\n- "),
        ({"blocks": rich(section(said("a:\n  b"), kind="preformatted"))}, "```a:\n  b```"),
        ({"blocks": rich(section(said("one\ntwo"), kind="quote"))}, "&gt; one\n&gt; two"),
        ({"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "*No* <@U1>"}},
                     {"type": "section", "fields": [{"type": "plain_text", "text": "<prod>"}]},
                     {"type": "divider"}]}, "*No* <@U1>\n&lt;prod&gt;"),
        ({"text": "This content can't be displayed.",
          "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "It"}}]}, "It"),
        ({"blocks": [{"type": "image", "alt_text": "a graph", "image_url": "https://x.org"}]},
         "a graph"),
        ({"blocks": [{"type": "video"}]}, ONLY_THERE),
        ({"attachments": [{"title": "Build 7", "text": "failed", "fallback": "Build 7: failed"}]},
         "Build 7\nfailed"),
        ({"attachments": [{"fallback": "Build 7: failed"}]}, "Build 7: failed"),
        ({"attachments": [{"is_share": True, "text": "x"}]}, ""),
        ({"blocks": "none", "attachments": {"a": 1}, "text": None}, ""),
    ],
)  # fmt: skip
def test_blocks_and_attachments_are_read_as_slack_writes_texts(
    message: dict[str, Any], words: str
) -> None:
    assert words_in(message) == words


def test_blocks_within_blocks_end_somewhere() -> None:
    part = section(said("deep"))
    for _ in range(500):
        part = section(part)
    assert words_in({"blocks": rich(part)}) == ONLY_THERE


@pytest.mark.clause("ask.entry")
@pytest.mark.parametrize(
    "made",
    [
        {"blocks": rich(section(said("Why is "), {"type": "user", "user_id": ADA}, said(" out?")))},
        {"attachments": [{"id": 1, "fallback": "Why is <@U0ADA> out?"}]},
    ],
)
def test_a_question_without_a_text_is_one(world: World, made: dict[str, Any]) -> None:
    hear(world, event(message("", ts_of(world.at), **BY_APP, **made)))
    asked = Question.objects.get()
    assert (asked.post.author, asked.title) == ("Uma", "Why is @Ada L out?")


def test_a_message_of_which_nothing_is_left_is_taken_back(world: World) -> None:
    ts = ts_of(world.at)
    file = {"id": "F1", "name": "trace.png", "permalink": "https://x.slack.com/F1"}
    hear(world, event(message("", ts, files=[file])))
    hear(world, event(changed(ts, "", ts_of(world.at, 1), files=[])))
    assert Post.objects.get(key=f"slack:{ASK}:{ts}").removed_at == world.at
    assert Question.objects.get().state == "withdrawn"


def test_a_reply_that_is_told_by_its_edit_alone_brings_along_what_it_answers(
    world: World, there: Workspace
) -> None:
    first, second = ts_of(world.at), ts_of(world.at, 1)
    there.history[ASK] = [{"type": "message", "user": UMA, "text": "Why forbidden?", "ts": first}]
    more = {"subtype": "thread_broadcast", "thread_ts": first}
    hear(world, event(changed(second, "On prod, I mean", ts_of(world.at, 2), **more)))
    reply = Post.objects.get(key=f"slack:{ASK}:{second}")
    assert reply.thread == Question.objects.get().post
