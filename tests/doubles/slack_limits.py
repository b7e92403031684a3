"""What Slack refuses of messages and views, by its published limits.

Sources: https://docs.slack.dev/reference/block-kit/blocks, …/block-elements, …/composition-objects,
https://docs.slack.dev/reference/views, and https://docs.slack.dev/reference/methods/chat.postMessage.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from typing import Any

Found = Iterator[str]


def message(given: dict[str, Any]) -> Found:
    """Give what is wrong with a message."""
    yield from _text(given.get("text", ""), "text", 40_000)
    blocks = given.get("blocks") or []
    yield from _blocks(blocks, 50, "message")
    # No page says how much; people tell of refusals from some 11,300 characters on
    # (slackapi/bolt-js#2867), of 13,200 (#2509), of all that is shown.
    texts = (text for one in blocks for text in (one.get("text"), *(one.get("fields") or ())))
    if sum(len((text or {}).get("text", "")) for text in texts) > 11_300:
        yield "msg_blocks_too_long"


def view(given: dict[str, Any]) -> Found:
    """Give what is wrong with a modal or a home tab."""
    if len(json.dumps(given)) > 250_000:
        yield "the view is larger than 250 KB"
    if len(given.get("private_metadata") or "") > 3000:
        yield "private_metadata must be less than 3001 characters"
    if len(given.get("callback_id") or "") > 255:
        yield "callback_id must be less than 256 characters"
    blocks = given.get("blocks") or []
    if given.get("type") == "modal":
        yield from _modal(given, blocks)
    yield from _blocks(blocks, 100, "view")


def _modal(given: dict[str, Any], blocks: list[dict[str, Any]]) -> Found:
    for name in ("title", "submit", "close"):
        if name in given or name == "title":
            yield from _plain(given.get(name), name, 24)
    if "submit" not in given and any(one.get("type") == "input" for one in blocks):
        yield "a view with inputs needs a submit"
    if not blocks:
        yield "a view needs blocks"


def _blocks(blocks: list[dict[str, Any]], most: int, what: str) -> Found:
    if len(blocks) > most:
        yield f"a {what} has no more than {most} blocks"
    ids = [one["block_id"] for one in blocks if one.get("block_id")]
    if len(ids) != len(set(ids)):
        yield "block_id is there twice"
    for one in blocks:
        if len(one.get("block_id") or "") > 255:
            yield "block_id must be less than 256 characters"
        yield from _block(one, what)


def _block(block: dict[str, Any], what: str) -> Found:
    sort = str(block.get("type"))
    if sort not in _BLOCKS or (sort == "input" and what != "view"):
        yield f"unsupported type: {sort}"
        return
    yield from _BLOCKS[sort](block)


def _section(block: dict[str, Any]) -> Found:
    if not block.get("text") and not block.get("fields"):
        yield "a section needs a text or fields"
    if block.get("text"):
        yield from _object(block["text"], "a section's text", 3000)
    if len(block.get("fields") or ()) > 10:
        yield "a section has no more than 10 fields"
    for one in block.get("fields") or ():
        yield from _object(one, "a field", 2000)
    if block.get("accessory"):
        yield from _element(block["accessory"])


def _context(block: dict[str, Any]) -> Found:
    if not 1 <= len(block.get("elements") or ()) <= 10:
        yield "a context has 1 to 10 elements"
    for one in block.get("elements") or ():
        yield from _object(one, "a context's text", 3000)


def _input(block: dict[str, Any]) -> Found:
    yield from _plain(block.get("label"), "a label", 2000)
    if block.get("hint"):
        yield from _plain(block["hint"], "a hint", 2000)
    yield from _element(block.get("element") or {})


_BLOCKS: dict[str, Callable[[dict[str, Any]], Found]] = {
    "section": _section,
    "header": lambda block: _plain(block.get("text"), "a header", 150),
    "context": _context,
    "actions": lambda block: _actions(block.get("elements") or []),
    "input": _input,
    "divider": lambda _: iter(()),
}


def _actions(elements: list[dict[str, Any]]) -> Found:
    if not 1 <= len(elements) <= 25:
        yield "actions are 1 to 25 elements"
    ids = [one.get("action_id") for one in elements]
    if len(ids) != len(set(ids)):
        yield "action_id is there twice"
    for one in elements:
        yield from _element(one)


def _element(element: dict[str, Any]) -> Found:
    if len(element.get("action_id") or "") > 255:
        yield "action_id must be less than 256 characters"
    sort = str(element.get("type"))
    if sort not in _ELEMENTS:
        yield f"unsupported element: {sort}"
        return
    yield from _ELEMENTS[sort](element)


def _button(element: dict[str, Any]) -> Found:
    yield from _plain(element.get("text"), "a button", 75)
    if len(element.get("value") or "") > 2000:
        yield "a button's value must be less than 2001 characters"


def _typed(element: dict[str, Any]) -> Found:
    if "initial_value" in element:
        yield from _text(element["initial_value"], "initial_value", 3000)


def _time(element: dict[str, Any]) -> Found:
    at = element.get("initial_date_time", 10**9)
    if not isinstance(at, int) or len(str(at)) != 10:
        yield "initial_date_time has ten digits"


def _choice(element: dict[str, Any]) -> Found:
    groups, options = element.get("option_groups"), element.get("options")
    if (groups is None) == (options is None):
        yield "either options or option_groups"
    boxes = element["type"] == "checkboxes"
    if groups is not None and (boxes or not 1 <= len(groups) <= 100):
        yield "1 to 100 option_groups, of a select"
    lists = [options or []] if groups is None else [group["options"] for group in groups]
    for group in groups or ():
        yield from _plain(group["label"], "a group's label", 75)
    for some in lists:
        if not 1 <= len(some) <= (10 if boxes else 100):
            yield "no more than 10 boxes and 100 options, and no fewer than one"
    offered = [one for some in lists for one in some]
    for one in offered:
        yield from _object(one.get("text"), "an option's text", 75)
        yield from _text(one.get("value"), "value", 150)
    yield from _initial(element, offered)


def _initial(element: dict[str, Any], offered: list[Any]) -> Found:
    initial = [element["initial_option"]] if "initial_option" in element else []
    if any(one not in offered for one in (*initial, *(element.get("initial_options") or ()))):
        yield "an initial option must be one of the options"
    if element.get("initial_options") == []:
        yield "initial_options may not be empty"


_ELEMENTS: dict[str, Callable[[dict[str, Any]], Found]] = {
    "button": _button,
    "plain_text_input": _typed,
    "datetimepicker": _time,
    "static_select": _choice,
    "multi_static_select": _choice,
    "checkboxes": _choice,
}


def _object(given: Any, what: str, longest: int) -> Found:
    if not isinstance(given, dict) or given.get("type") not in ("mrkdwn", "plain_text"):
        yield f"{what} is no text object"
        return
    yield from _text(given.get("text"), what, longest)


def _plain(given: Any, what: str, longest: int) -> Found:
    if isinstance(given, dict) and given.get("type") != "plain_text":
        yield f"{what} must be plain_text"
    yield from _object(given, what, longest)


def _text(given: Any, what: str, longest: int) -> Found:
    if not isinstance(given, str) or not given:
        yield f"{what} must be more than 0 characters"
    elif len(given) > longest:
        yield f"{what} must be less than {longest + 1} characters"


def faults(method: str, given: dict[str, Any]) -> list[str]:
    """Give what Slack refuses of a call, in the order in which it looks."""
    checks: dict[str, Iterable[str]] = {}
    if method.startswith("views."):
        checks["view"] = view(given.get("view") or {})
    if method in ("chat.postMessage", "chat.update", "chat.postEphemeral"):
        checks["message"] = message(given)
    return [fault for found in checks.values() for fault in found]
