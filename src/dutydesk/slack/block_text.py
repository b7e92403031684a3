"""What a message says, as Slack marks text up: in its text, or else in its blocks or attachments.

An app need not give a message a text of its own. Sources:
https://docs.slack.dev/reference/block-kit/blocks (and …/rich-text-block),
https://docs.slack.dev/messaging/formatting-message-text (escaping).
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

ONLY_THERE = "[something that only Slack shows]"
_NO_TEXT = {"", "This content can't be displayed."}
"""What stands in the text of a message that is made of blocks alone."""
_DEEPEST = 8
Part = Mapping[str, Any]


def words_in(said: Part) -> str:
    """Give what a message says; empty if nothing does.

    Blocks and attachments that say nothing which can be read are named, so that nobody is unheard.
    """
    text = said.get("text")
    if isinstance(text, str) and text.strip() not in _NO_TEXT:
        return text
    blocks, beside = list(_parts(said.get("blocks"))), _attachments(said)
    lines = [_block(one) for one in blocks] or [_attached(one) for one in beside]
    found = "\n".join(line for line in lines if line.strip())
    return found or (ONLY_THERE if blocks or beside else "")


def _attachments(said: Part) -> list[Part]:
    """Give what is attached, unless that is about other messages, which are told as forwarded."""
    found = list(_parts(said.get("attachments")))
    return [] if any(one.get("is_share") or one.get("is_msg_unfurl") for one in found) else found


def _attached(one: Part) -> str:
    """Give what an attachment says; `fallback` is all of it in short."""
    said = (_string(one, "pretext"), _string(one, "title"), _string(one, "text"))
    blocks = (_block(block) for block in _parts(one.get("blocks")))
    return "\n".join(line for line in (*said, *blocks) if line) or _string(one, "fallback")


def _parts(values: Any) -> Iterator[Part]:
    if isinstance(values, list | tuple):
        yield from (one for one in values if isinstance(one, Mapping))


def _string(part: Part, name: str) -> str:
    found = part.get(name)
    return found if isinstance(found, str) else ""


def _block(block: Part) -> str:
    """Give what one block says: rich text, or the texts that stand in it."""
    if block.get("type") == "rich_text":
        return "\n".join(_rich(one, 0) for one in _parts(block.get("elements")))
    said = [_text(block.get("text")), _text(block.get("title"))]
    inside = (*_parts(block.get("fields")), *_parts(block.get("elements")))
    said += [_text(one) for one in inside if one.get("type") != "button"]
    return "\n".join(line for line in said if line) or _string(block, "alt_text")


def _text(given: Any) -> str:
    """Give a text object's words, as mark-up: plain ones are escaped, a string is as it is."""
    if isinstance(given, str):
        return given
    if not isinstance(given, Mapping) or not isinstance(given.get("text"), str):
        return ""
    text: str = given["text"]
    return text if given.get("type") == "mrkdwn" else _escaped(text)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _rich(part: Part, depth: int) -> str:
    """Give a part of rich text: a section, list, quotation or block of code, or one piece."""
    kind = part.get("type")
    if depth > _DEEPEST:
        return ""
    inside = [_rich(one, depth + 1) for one in _parts(part.get("elements"))]
    if kind == "rich_text_list":
        return "\n".join(f"- {one}" for one in inside)
    whole = "".join(inside)
    if kind == "rich_text_preformatted":
        return f"```{whole}```"
    if kind == "rich_text_quote":
        return "\n".join(f"&gt; {line}" for line in whole.split("\n"))
    piece = _PIECES.get(str(kind))
    return piece(part) if piece else whole


def _styled(part: Part) -> str:
    text, style = _escaped(_string(part, "text")), part.get("style")
    return f"`{text}`" if isinstance(style, Mapping) and style.get("code") else text


def _link(part: Part) -> str:
    label = _escaped(_string(part, "text"))
    return f"<{_string(part, 'url')}|{label}>" if label else f"<{_string(part, 'url')}>"


_PIECES: dict[str, Callable[[Part], str]] = {
    "text": _styled,
    "link": _link,
    "emoji": lambda part: f":{_string(part, 'name')}:",
    "user": lambda part: f"<@{_string(part, 'user_id')}>",
    "usergroup": lambda part: f"<!subteam^{_string(part, 'usergroup_id')}>",
    "channel": lambda part: f"<#{_string(part, 'channel_id')}>",
    "broadcast": lambda part: f"<!{_string(part, 'range')}>",
    "date": lambda part: _escaped(_string(part, "fallback")),
}
