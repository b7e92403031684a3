"""Long texts go to Slack whole, in parts that fit, and no block of code is torn."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubles import slack_limits
from dutydesk.adapters.slack.blocks import message
from dutydesk.adapters.slack.paragraphs import escaped, parts
from dutydesk.kernel.messages import Message

YAML = "\n".join(f"  key{number}: value number {number} & more" for number in range(400))
LINES = st.lists(
    st.one_of(
        st.just("```"),
        st.text("ab &<>é👩🏽\N{ZERO WIDTH JOINER}", max_size=90),
        st.builds(str.__mul__, st.sampled_from(["&", "word ", "x"]), st.integers(1, 300)),
    ),
    max_size=40,
)  # fmt: skip


def bare(text: str) -> str:
    return re.sub(r"\s|```", "", text)


@given(LINES, st.integers(60, 600))
def test_nothing_of_a_text_is_lost_and_every_part_fits(lines: list[str], longest: int) -> None:
    text = "\n".join(lines)
    made = parts(text, longest)
    assert all(len(escaped(part)) <= longest for part in made)
    assert bare("".join(made)) == bare(text)
    if text.count("```") % 2 == 0:
        assert all(part.count("```") % 2 == 0 for part in made)


def test_a_long_block_of_code_is_closed_and_opened_again_between_lines() -> None:
    made = parts(f"Our values:\n```\n{YAML}\n```\nWhat is wrong?")
    assert len(made) > 3
    first, *others = made
    assert first.startswith("Our values:\n```\n  key0: value number 0 & more\n")
    assert all(one.startswith("```\n  key") for one in others)
    assert all(one.endswith("more\n```") for one in made[:-1])
    assert made[-1].endswith("\n```\nWhat is wrong?")
    lines = [line for one in made for line in one.split("\n") if line.startswith("  key")]
    assert lines == YAML.split("\n")


@pytest.mark.parametrize(
    "text",
    ["x" * 8000, "&" * 8000, f"```\n{YAML[:6900]}\n```", "ab " * 2600],
    ids=["one word", "escapes", "code", "words"],
)
def test_a_message_of_any_text_is_one_that_slack_takes(text: str) -> None:
    made = message(Message(text), "https://desk.example.org/posts/7")
    assert slack_limits.faults("chat.postMessage", made) == []
    shown = "".join(one["text"]["text"] for one in made["blocks"])
    if text[0] != "&":
        assert bare(shown) == bare(escaped(text))
    else:
        assert "All of it: <https://desk.example.org/posts/7>" in shown
