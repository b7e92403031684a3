"""Messages as Slack's blocks, within its limits whatever people type.

Sources: https://docs.slack.dev/reference/block-kit/blocks (a message has at most 50 blocks; a
header 150 characters; a section 3,000, and 10 fields of 2,000; a row of actions 25 elements) and
/reference/block-kit/block-elements/button-element (text 75, value 2,000, action_id 255).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from dutydesk.adapters.slack.paragraphs import (
    MOST_PARTS,
    SECTION,
    Block,
    cut,
    escaped,
    parts,
    plain_text,
    section,
    sections,
)
from dutydesk.kernel.messages import Button, Message

HEADER, FIELDS, FIELD, ROW, LABEL, VALUE = 150, 10, 2000, 25, 75, 2000
MOST_FACTS, MOST_BUTTONS, FALLBACK = 50, 50, 3000
MOST_MENTIONS = 20
SHOWN = MOST_PARTS * SECTION
"""Characters of a message's words and facts together."""


def message(words: Message, link: str, mentions: Sequence[str] = ()) -> Block:
    """Give a message's `text`, for notifications and screen readers, and its `blocks`.

    `link` is where it stands whole, which a long one points to; `mentions` are the users whom it
    calls by name.
    """
    called = " ".join(f"<@{one}>" for one in mentions[:MOST_MENTIONS])
    blocks = list(_blocks(words, link))
    if not called:
        return {"text": fallback(words), "blocks": blocks}
    first = {"type": "section", "text": {"type": "mrkdwn", "text": called}}
    return {"text": f"{called} {fallback(words)}", "blocks": [first, *blocks]}


def calling(said: Block, mentions: Mapping[str, str]) -> Block:
    """Give a message in which these mentions call their user groups, once in each paragraph.

    Source: https://docs.slack.dev/messaging/formatting-message-text#mentioning-groups.
    """
    for word, group in mentions.items():
        whole = re.compile(rf"(?<!\S){re.escape(escaped(word))}(?![\w-])")
        texts = [
            block["text"]
            for block in said["blocks"]
            if block["type"] == "section" and block.get("text")
        ]
        for place in (said, *texts):
            place["text"] = whole.sub(f"<!subteam^{group}>", place["text"], count=1)
    return said


def fallback(words: Message) -> str:
    """Give a message as one text."""
    facts = [f"{name}: {value}" for name, value in words.facts]
    text = "\n".join(part for part in (words.title, words.body, *facts) if part)
    shown = escaped(text)
    called = f"<!{words.notify}> " if words.notify else ""
    return called + (shown if len(shown) <= FALLBACK else _first(text, FALLBACK))


def _first(text: str, longest: int) -> str:
    """Give as much of a text, escaped, as fits."""
    first, *_ = [*parts(text, longest - 1), ""]
    return f"{escaped(first)}…"


def _blocks(words: Message, link: str) -> Iterator[Block]:
    if words.notify:
        yield {"type": "section", "text": {"type": "mrkdwn", "text": f"<!{words.notify}>"}}
    if words.title:
        yield {"type": "header", "text": plain_text(words.title, HEADER)}
    facts = _facts(words.facts[:MOST_FACTS])
    room = SHOWN - sum(len(one["text"]) for one in facts)
    most = max(1, min(MOST_PARTS, room // SECTION))
    said = list(sections(words.body))
    yield from said[:most]
    if len(said) > most or len(words.title) > HEADER:
        yield section(f"All of it: {link}")
    for start in range(0, len(facts), FIELDS):
        yield {"type": "section", "fields": facts[start : start + FIELDS]}
    if words.counts_to:
        yield _until(words.counts_to)
    buttons = words.buttons[:MOST_BUTTONS]
    for start in range(0, len(buttons), ROW):
        row = [
            _button(one, start + place) for place, one in enumerate(buttons[start : start + ROW])
        ]
        yield {"type": "actions", "elements": row}


def _facts(facts: Sequence[tuple[str, str]]) -> list[Block]:
    """Give facts as fields: each whole, or all cut to their share of what a message holds."""
    whole = [_fact(name, value, FIELD) for name, value in facts]
    if sum(len(one["text"]) for one in whole) <= SHOWN - SECTION:
        return whole
    share = (SHOWN - SECTION) // len(facts)
    return [_fact(name, value, share) for name, value in facts]


def _fact(name: str, value: str, longest: int) -> Block:
    shown = f"*{escaped(cut(name, min(100, longest // 3)))}*\n"
    told = escaped(value)
    if len(shown) + len(told) > longest:
        told = _first(value, longest - len(shown))
    return {"type": "mrkdwn", "text": f"{shown}{told}", "verbatim": True}


def _until(moment: str) -> Block:
    at = datetime.fromisoformat(moment)
    told = f"<!date^{int(at.timestamp())}^By {{time}} on {{date_short}}|By {at:%H:%M UTC}>"
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": told}]}


def _button(button: Button, place: int) -> Block:
    shown = {
        "type": "button",
        "action_id": cut(f"{button.action}#{place}", 255),
        "value": cut(button.about, VALUE),
        "text": plain_text(button.label, LABEL),
    }
    return {**shown, "style": "primary"} if button.primary else shown
