"""Forms as Slack's modals, and what was filled in.

Sources: https://docs.slack.dev/surfaces/modals and /reference/block-kit/blocks (limits).
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from dutydesk.adapters.slack.paragraphs import (
    SECTION,
    Block,
    cut,
    plain_text,
    section,
    sections,
)
from dutydesk.kernel.forms import Field, Form, FormRefused, FormValues, short_value
from dutydesk.kernel.messages import Message
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.tellings import Wording

TITLE, BUTTON, LABEL, OPTION = 24, 24, 2000, 75
MOST_OPTIONS, MOST_BOXES, MOST_TEXT, MOST_BLOCKS, MOST_BYTES = 100, 10, 3000, 100, 250_000
# An option's value is never empty in Slack; this is what nothing is called there.
_NOTHING = "\N{EMPTY SET}"
# Where a long text goes on: in a field of the same name with a number, behind a line break or not.
_FURTHER = re.compile(r"(.+)([~+])(\d+)")
_VALUE, _FLAG, _HIDDEN, _TOLD = "value", "flag", "hidden", "who-is-told-"
_SHOWN = 600
_PICTURES = (
    "Pictures go with it on the desk. Or post them here with a message, and put that into the "
    "timeline from its menu."
)
_KEPT = ("type", "callback_id", "private_metadata", "title", "submit", "close")
Audiences = Sequence[tuple[str, list[Wording]]]
"""What each audience reads, as `kernel.tellings.wordings` gives it."""


class FormTooLong(Refused):
    """A form has more than a view in Slack can hold."""


def modal(
    form: Form,
    *,
    action: str,
    meta: Mapping[str, str],
    told: Audiences | None = None,
) -> Block:
    """Give a form as a view. `meta` comes back when it is filled in, at most 3,000 characters.

    `told` is what each audience would read, which is asked for anew when a choice changes. Raises
    FormTooLong if Slack has no room for all of it.
    """
    blocks: list[Block] = []
    if len(form.title) > TITLE:
        blocks.append(section(form.title))
    hidden = {field.name: field.value for field in form.fields if field.kind == "hidden"}
    for field in form.fields:
        if field.kind != "hidden":
            blocks += _field(field, live=told is not None)
    if told is not None:
        blocks += _tellings(told)
    for note in filter(None, (form.note, _PICTURES if form.pictures else "")):
        blocks.append({"type": "context", "elements": [plain_text(note, 2000)]})
    if len(form.submit) > BUTTON:
        # Slack's button is short: what it will do stands above it whole.
        blocks.append(section(f"Submit: {form.submit[0].lower()}{form.submit[1:]}."))
    view = {
        "type": "modal",
        "callback_id": action,
        "private_metadata": json.dumps({**meta, _HIDDEN: hidden} if hidden else dict(meta)),
        "title": plain_text(form.title, TITLE),
        "submit": plain_text(form.submit if len(form.submit) <= BUTTON else "Submit", BUTTON),
        "close": plain_text("Cancel", BUTTON),
        "blocks": blocks or [section(form.submit)],
    }
    if len(blocks) > MOST_BLOCKS or len(json.dumps(view)) > MOST_BYTES:
        raise FormTooLong("This form is longer than Slack can show.", "Fill it in on the desk.")
    return view


def _tellings(audiences: Audiences) -> Iterable[Block]:
    """Say what each audience would read, and where: a paragraph for each."""
    if not audiences:
        yield {**section("Nobody will be told."), "block_id": f"{_TOLD}0"}
    for number, (audience, wordings) in enumerate(audiences):
        said = [
            f"{', '.join(one.places)}:\n{cut(_as_read(one.message), _SHOWN)}" for one in wordings
        ]
        text = cut("\n\n".join([f"{audience} will read:", *said]), SECTION // 2)
        yield {**section(text), "block_id": f"{_TOLD}{number}"}


def _as_read(message: Message) -> str:
    facts = (f"{name}: {value}" for name, value in message.facts)
    return "\n".join(filter(None, (message.title, message.body, *facts)))


def retold(view: Mapping[str, Any], audiences: Audiences) -> Block:
    """Give a view that is open as it is filled in, with what each audience would read now."""
    blocks, shown = [], list(_tellings(audiences))
    for block in view["blocks"]:
        if not str(block.get("block_id", "")).startswith(_TOLD):
            blocks.append(block)
            continue
        blocks += shown
        shown = []
    kept = {name: view[name] for name in _KEPT if name in view}
    return {**kept, "blocks": blocks}


def told(title: str, text: str) -> Block:
    """Give a view that only says something."""
    return {
        "type": "modal",
        "title": plain_text(title, TITLE),
        "close": plain_text("Close", BUTTON),
        "blocks": list(sections(text))[:MOST_BLOCKS] or [section(text)],
    }


def _field(field: Field, *, live: bool) -> Iterable[Block]:
    if field.kind in ("text", "long") and len(str(field.value)) > MOST_TEXT:
        yield from _long(field)
        return
    element = _element(field)
    if element is None:
        yield section(f"{field.label}: there is nothing to choose.")
        return
    options = field.options if field.kind in ("choice", "choices") else ()
    if any(len(label) > OPTION for _, label in options):
        yield from sections("\n".join(f"• {label}" for _, label in options))
    block = {
        "type": "input",
        "block_id": field.name,
        "label": plain_text(field.label, LABEL),
        "optional": not (field.required or field.must),
        "element": element,
    }
    if live and field.kind not in ("text", "long"):
        block["dispatch_action"] = True  # Of what is typed Slack tells only key by key.
    if field.hint:
        block["hint"] = plain_text(field.hint, LABEL)
    yield block


def _long(field: Field) -> Iterator[Block]:
    """Give the fields that a long text takes: Slack's hold no more. `filled` joins them again."""
    pieces = _pieces(str(field.value).rstrip("\n"))
    for number, (joint, piece) in enumerate(pieces, 1):
        block = {
            "type": "input",
            "block_id": f"{field.name}{joint}{number}" if joint else field.name,
            "label": plain_text(f"{field.label} ({number} of {len(pieces)})", LABEL),
            "optional": number > 1 or not field.required,
            "element": _text(piece, long=True),
        }
        if field.hint and number == 1:
            block["hint"] = plain_text(field.hint, LABEL)
        yield block


def _pieces(text: str) -> list[tuple[str, str]]:
    """Give a text in pieces that fit, each with how it is joined to the one before.

    `~`: by the line break between them; `+`: by nothing.
    """
    found, joint, rest = [], "", text
    while len(rest) > MOST_TEXT:
        at = rest.rfind("\n", MOST_TEXT // 2, MOST_TEXT + 1)
        # A piece that is blank would be nothing: Slack has no field for it.
        whole = at if at > 0 and rest[:at].strip() else MOST_TEXT
        found.append((joint, rest[:whole]))
        joint, rest = ("~", rest[at + 1 :]) if whole == at else ("+", rest[whole:])
    return [*found, (joint, rest)]


def _element(field: Field) -> Block | None:
    """Give the part that is filled in; None for a choice of nothing."""
    if field.kind == "choice":
        return _choice(field)
    if field.kind == "choices":
        return _choices(field)
    if field.kind == "flag":
        options = [_option(("yes", field.label))]
        chosen = {"initial_options": options} if field.value else {}
        return {"type": "checkboxes", "action_id": _FLAG, "options": options, **chosen}
    if field.kind == "time":
        return {"type": "datetimepicker", "action_id": _VALUE, **_moment(field.value)}
    return _text(str(field.value), long=field.kind == "long")


def _text(text: str, *, long: bool) -> Block:
    given = {"initial_value": text} if text else {}
    return {"type": "plain_text_input", "action_id": _VALUE, "multiline": long, **given}


def _option(option: tuple[str, str]) -> Block:
    value, label = option
    return {"text": plain_text(label, OPTION), "value": short_value(value) or _NOTHING}


def _choice(field: Field) -> Block | None:
    """Give a choice; where one is needed, nothing is no option of it."""
    offered = [one for one in field.options if one[0] or not field.required]
    options = [_option(one) for one in offered]
    wanted = short_value(str(field.value)) or _NOTHING
    chosen = [one for one in options if one["value"] == wanted]
    given = {"initial_option": chosen[0]} if chosen else {}
    element = {"type": "static_select", "action_id": _VALUE, **_listed(options), **given}
    return element if options else None


def _choices(field: Field) -> Block | None:
    options = [_option(one) for one in field.options]
    chosen_before = field.value if isinstance(field.value, tuple) else ()
    wanted = {short_value(one) for one in chosen_before}
    chosen = [one for one in options if one["value"] in wanted]
    few = len(options) <= MOST_BOXES
    given = {"initial_options": chosen} if chosen else {}
    kind = "checkboxes" if few else "multi_static_select"
    return {"type": kind, "action_id": _VALUE, **_listed(options), **given} if options else None


def _listed(options: list[Block]) -> Block:
    """Give options as a list, or in groups if there are more than one list takes."""
    if len(options) <= MOST_OPTIONS:
        return {"options": options}
    firsts = range(0, len(options), MOST_OPTIONS)
    groups = [(first + 1, options[first : first + MOST_OPTIONS]) for first in firsts]
    return {
        "option_groups": [
            {"label": plain_text(f"{first} to {first + len(some) - 1}", OPTION), "options": some}
            for first, some in groups[:MOST_OPTIONS]
        ]
    }


def _moment(value: object) -> Block:
    """Give what a time holds at first; Slack shows it on its reader's own clock."""
    return {"initial_date_time": int(value.timestamp())} if isinstance(value, datetime) else {}


def filled(view: Mapping[str, Any]) -> FormValues:
    """Give what was filled into a view, by field, as the web's forms give it."""
    values: dict[str, str | list[str]] = dict(_hidden(view))
    further: list[tuple[int, str, str, str]] = []
    for name, elements in view["state"]["values"].items():
        for kind, element in elements.items():
            value = _value(element)
            if kind == _FLAG:
                value = "yes" if value else ""
            goes_on = _FURTHER.fullmatch(name)
            if goes_on and value:
                further.append((int(goes_on[3]), goes_on[1], goes_on[2], str(value)))
            elif value:
                values[name] = value
    for _, name, joint, piece in sorted(further):
        before = str(values.get(name, ""))
        between = "\n" if before and joint == "~" else ""
        values[name] = f"{before}{between}{piece}"
    return values


def _hidden(view: Mapping[str, Any]) -> Mapping[str, str]:
    """Give what the form held that nobody fills in."""
    hidden: Mapping[str, str] = json.loads(view.get("private_metadata") or "{}").get(_HIDDEN, {})
    return hidden


def _value(element: Mapping[str, Any]) -> str | list[str]:
    kind = element["type"]
    if kind == "static_select":
        value = str((element.get("selected_option") or {}).get("value", ""))
        return "" if value == _NOTHING else value
    if kind in ("checkboxes", "multi_static_select"):
        return [str(one["value"]) for one in element.get("selected_options") or ()]
    if kind == "datetimepicker":
        at = element.get("selected_date_time")
        return datetime.fromtimestamp(int(at), UTC).isoformat() if at else ""
    return str(element.get("value") or "").replace("\x00", "\ufffd")


def errors(view: Mapping[str, Any], refusal: Refused) -> Block:
    """Give the answer that says, in a view that stays open, why it was refused, field by field."""
    inputs = [str(one.get("block_id")) for one in view["blocks"] if one.get("type") == "input"]
    if not inputs:
        return {"response_action": "update", "view": told("That was not done", str(refusal))}
    faults = refusal.faults if isinstance(refusal, FormRefused) else {inputs[0]: refusal}
    said: dict[str, str] = {}
    for name, fault in faults.items():
        place = name if name in inputs else inputs[0]  # What isn't shown has no place of its own.
        said[place] = f"{said.get(place, '')} {fault}".strip()
    shown = {place: cut(text, SECTION) for place, text in said.items()}
    return {"response_action": "errors", "errors": shown}
