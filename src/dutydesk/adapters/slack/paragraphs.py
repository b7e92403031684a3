"""What people wrote as Slack's paragraphs, within its limits and with none of it lost.

Sources: https://docs.slack.dev/reference/block-kit/blocks/section-block (3,000 characters, counted
as they are sent) and https://docs.slack.dev/messaging/formatting-message-text (escaping, fences).
"""

import re
from collections.abc import Iterator
from typing import Any

SECTION = 3000
# What a message holds before it only leads to the rest: Slack refuses blocks that hold much more
# (msg_blocks_too_long), as people tell from 11,000 characters on, all that is shown counted.
MOST_PARTS = 3
Block = dict[str, Any]
_ADDRESS = re.compile(r"https?://[^\s|]+[^\s|.,;:!?)\]}'\"”]")
_FENCE = "```"
# What it takes to close a fence and to open it again, with their line breaks.
_FENCES = 2 * (len(_FENCE) + 1)
_LONGEST_OPENING = 20


def cut(text: str, longest: int) -> str:
    """Give a text no longer than that, with an ellipsis if it was; never an empty one."""
    text = text.strip() or "…"
    return text if len(text) <= longest else text[: longest - 1] + "…"


def plain_text(text: str, longest: int) -> Block:
    """Give a text that Slack shows as it is, whatever is typed in it."""
    return {"type": "plain_text", "text": cut(text, longest), "emoji": False}


def escaped(text: str) -> str:
    """Give a text of which Slack makes no mention or channel; addresses in it are links."""
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _ADDRESS.sub(r"<\g<0>>", safe)


def section(text: str) -> Block:
    """Give one paragraph, cut with an ellipsis if there is more than it takes."""
    first, *more = parts(text) or ["…"]
    return _section(f"{parts(text, SECTION - 1)[0]}…" if more else first)


def sections(text: str) -> Iterator[Block]:
    """Give all of a text, in as many paragraphs as it takes."""
    return (_section(part) for part in parts(text))


def whole_message(text: str) -> Block:
    """Give a message that is one text: its `text`, for notifications, and its `blocks`."""
    said = list(sections(text))
    rest = [_section("The rest of it is on the desk.")] if len(said) > MOST_PARTS else []
    return {"text": cut(text, SECTION), "blocks": [*said[:MOST_PARTS], *rest]}


def _section(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": escaped(text), "verbatim": True}}


def parts(text: str, longest: int = SECTION) -> list[str]:
    """Give a text in parts of which each fits once it is escaped, cut between lines or words.

    A block of code that goes on in the next part is closed in one and opened again in the other;
    one that has just begun begins in the next.
    """
    made: list[str] = []
    now: list[str] = []
    room, inside = longest, False
    for line in _lines(text.strip(), longest - _FENCES - _LONGEST_OPENING - 1):
        needs = len(escaped(line)) + 1
        closes = inside and line.strip() == _FENCE  # The room that is kept is for this.
        if now and not closes and needs > room - _FENCES:
            begun = inside and _opens(now[-1])
            opening = now.pop() if begun else _FENCE
            made.append("\n".join([*now, _FENCE] if inside and not begun else now))
            now = [opening] if inside else []
            room = longest - sum(len(escaped(one)) + 1 for one in now)
        now.append(line)
        room -= needs
        inside ^= line.count(_FENCE) % 2 == 1
    return [part for part in (*made, "\n".join(now)) if part.strip()]


def _opens(line: str) -> bool:
    """Say whether a line only opens a block of code."""
    rest = line.strip().removeprefix(_FENCE)
    return line.strip() != rest and _FENCE not in rest and len(escaped(line)) <= _LONGEST_OPENING


def _lines(text: str, longest: int) -> Iterator[str]:
    """Give the lines of a text; one that doesn't fit alone is cut between words or signs."""
    for line in text.split("\n"):
        rest = line
        while len(escaped(rest)) > longest:
            at = _fitting(rest, longest)
            space = rest.rfind(" ", at // 2, at)
            at = space if space > 0 else _between_signs(rest, at)
            yield rest[:at]
            rest = rest[at:].removeprefix(" ")
        yield rest


def _fitting(text: str, longest: int) -> int:
    """Give how many characters of a text fit once they are escaped."""
    at = min(len(text), longest)
    while at > 1 and (over := len(escaped(text[:at])) - longest) > 0:
        at -= max(1, over // 5)  # "&" becomes five characters, and none becomes more.
    return at


def _between_signs(text: str, at: int) -> int:
    """Give a place to cut that takes no sign apart that is written with several characters."""
    joins = ("\N{ZERO WIDTH JOINER}", "\N{VARIATION SELECTOR-16}")
    back = at
    while back > 1 and (text[back] in joins or text[back - 1] == joins[0] or _modifies(text[back])):
        back -= 1
    return back if back > 1 else at


def _modifies(sign: str) -> bool:
    return "\U0001f3fb" <= sign <= "\U0001f3ff" or "\u0300" <= sign <= "\u036f"
