"""Whatever people type, a message in Slack keeps to Slack's limits and calls nobody by itself."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.adapters.slack.blocks import message
from dutydesk.kernel.messages import Button, Message, Notify
from testing.tries import tries

LINK = "https://desk.example.org/posts/7"
NASTY = st.sampled_from(
    ["<!channel>", "<@U0ADA>", "<https://evil.example|bank>", "&&&&&", "*bold* _x_ ~y~ `z`",
     "@here", "https://a.example/?q=<x>&y=1",
     "👩🏽‍🚀", "é", "مرحبا", "‮abc", "\n\n", "```", "x" * 4000]
)  # fmt: skip
TEXT = st.one_of(st.text(max_size=400), st.lists(NASTY, max_size=30).map(" ".join))
LONG = st.one_of(TEXT, st.builds(lambda text, times: text * times, TEXT, st.integers(1, 60)))
BUTTONS = st.builds(
    Button, st.sampled_from(["question.take", "question.kind=x"]), st.just("question:1"), TEXT,
    st.booleans(),
)  # fmt: skip
MESSAGES = st.builds(
    Message,
    body=LONG,
    title=st.one_of(st.just(""), LONG),
    facts=st.lists(st.tuples(TEXT, LONG), max_size=60).map(tuple),
    buttons=st.lists(BUTTONS, max_size=60).map(tuple),
    counts_to=st.sampled_from(["", "2026-11-24T10:00:00+00:00"]),
)


def text(value: dict[str, Any], longest: int) -> None:
    assert 1 <= len(value["text"]) <= longest
    assert value["type"] in ("mrkdwn", "plain_text")
    if value["type"] == "mrkdwn":
        harmless(value["text"])


def harmless(shown: str) -> None:
    """Nothing but an address or a date of the desk's own stands between brackets."""
    for found in re.findall(r"<([^>]*)>", shown):
        assert re.fullmatch(r"https?://[^\s|]+|!date\^\d+\^[^|]+\|By [\d:]+ UTC", found), found
    assert "<" not in re.sub(r"<[^<>]*>", "", shown)


def check(made: dict[str, Any]) -> None:
    """Hold a message to https://docs.slack.dev/reference/block-kit/blocks."""
    assert len(made["text"]) <= 3000
    harmless(made["text"])
    assert 0 <= len(made["blocks"]) <= 50
    ids = [one for block in made["blocks"] for one in _block(block)]
    assert len(ids) == len(set(ids))


def _block(block: dict[str, Any]) -> list[str]:
    """Hold one block to its limits, and give its actions' names."""
    match block["type"]:
        case "header":
            text(block["text"], 150)
        case "section" if "fields" in block:
            assert 1 <= len(block["fields"]) <= 10
            for each in block["fields"]:
                text(each, 2000)
        case "section":
            text(block["text"], 3000)
        case "context":
            assert 1 <= len(block["elements"]) <= 10
        case "actions":
            assert 1 <= len(block["elements"]) <= 25
            return [_button(each) for each in block["elements"]]
        case other:
            raise AssertionError(other)
    return []


def _button(button: dict[str, Any]) -> str:
    text(button["text"], 75)
    assert 1 <= len(button["action_id"]) <= 255
    assert 1 <= len(button["value"]) <= 2000
    assert button.get("style", "primary") == "primary"
    return str(button["action_id"])


@tries(60)
@given(MESSAGES)
def test_every_message_keeps_to_the_limits_and_calls_nobody(words: Message) -> None:
    check(message(words, LINK))


def test_ten_thousand_characters_in_the_title_point_to_where_all_of_it_is() -> None:
    made = message(Message("Short", title="T" * 10_000), LINK)
    check(made)
    assert LINK in str(made["blocks"])


@pytest.mark.parametrize("sign", ["👩🏽‍🚀", "é", "👍🏽", "❤️"])
def test_no_sign_is_cut_apart(sign: str) -> None:
    for before in range(8):
        made = message(Message("x" * before + sign * 400), LINK)
        check(made)
        parts = [block["text"]["text"] for block in made["blocks"]]
        assert all(re.fullmatch(f"x*(?:{sign})*", part) for part in parts[:8]), parts


def test_a_long_body_stands_in_parts_that_lose_nothing() -> None:
    body = "\n".join(f"Line {number} of what happened" for number in range(300))
    made = message(Message(body), LINK)
    parts = [block["text"]["text"] for block in made["blocks"]]
    assert len(parts) > 1
    assert " ".join(parts).split() == body.split()


@pytest.mark.clause("announce.no-notifiers")
@pytest.mark.parametrize("whom", ["here", "channel"])
def test_everybody_is_called_by_what_somebody_gave_a_reason_for_alone(whom: Notify) -> None:
    typed = "<!here> and @channel"
    quiet, loud = (message(Message(typed, title="Work", notify=one), LINK) for one in ("", whom))
    assert f"<!{whom}>" not in str(quiet)
    assert loud["text"] == f"<!{whom}> {quiet['text']}"
    first, *rest = loud["blocks"]
    assert (first["text"]["text"], rest) == (f"<!{whom}>", quiet["blocks"])
