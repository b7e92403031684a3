"""Reading the tracker's templates: issue forms and Markdown.

What is wrong with one harms nothing else of it: it is left out, and told in the form's `faults`.
Source: https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from dutydesk.desk.rules.ticket_roles import role_of
from dutydesk.desk.rules.tickets import BUILT_IN, FormField, Kind, Template
from dutydesk.kernel.fences import fence_after
from dutydesk.process.rules.yaml_text import LONGEST, NotYaml, read_yaml

_FRONT = re.compile(r"\A---\n(.*?)^---$\n?", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"(?:#{1,6}[ \t]+(.*\S)|\*\*(.+)\*\*:?)")
_CLOSING = re.compile(r"(?<![ \t])[ \t]++#++$")  # From each of many blanks it would take for ever.
MOST_PARTS, _MOST_OPTIONS, _MOST_FAULTS, _BRIEF = 300, 500, 20, 80
_KINDS: Mapping[str, Kind] = {
    "input": "text",
    "textarea": "long",
    "dropdown": "choice",
    "checkboxes": "choices",
    "upload": "long",
}
_UPLOAD = "Give the addresses of the files, or put them into the thread."
# What stands at the end of a title for whoever fills it in: in brackets, in square ones behind
# other words or with a word that asks for a title, or as dots.
_PLACEHOLDER = re.compile(
    r"(?:<[^<>]*>|\{+[^{}]*\}+|(?<!\w)\([^()]*\)|(?<=[\w:/|-])\s*\[[^\[\]]*\]|\.{3,}|…"
    r"|\[[^\[\]]*\b(?:title|name|summary|description|describe|your|brief|short|here)\b[^\[\]]*\])$",
    re.IGNORECASE,
)
_LONGEST_TITLE = 200


def read_template(name: str, text: str) -> Template:
    """Give the form that a template's file describes; the built-in one if it describes none."""
    faults: list[str] = []
    if len(text) > LONGEST:
        faults.append(f"it has more than {LONGEST} characters")
        text = ""
    text = text.removeprefix("\ufeff").replace("\0", "")
    text = "\n".join(line.rstrip() for line in text.splitlines())
    found = _form(text, faults) if name.endswith((".yml", ".yaml")) else _markdown(text, faults)
    found = replace(found, faults=tuple(dict.fromkeys(faults))[:_MOST_FAULTS])
    return _with_conversation(found) if found.parts else replace(found, parts=BUILT_IN.parts)


def title_start(title: str) -> str:
    """Give what a template's title begins each title with, without what only stands for one."""
    start = " ".join(title[:_LONGEST_TITLE].split())
    while found := _PLACEHOLDER.search(start):
        start = start[: found.start()].rstrip()
    return f"{start} " if re.search(r"\w", start) else ""


def _comments(text: str) -> Iterator[tuple[bool, str]]:
    """Give a text in pieces, and of each whether it is a comment of Markdown's."""
    at = 0
    while (begins := text.find("<!--", at)) >= 0 and (ends := text.find("-->", begins + 4)) >= 0:
        yield False, text[at:begins]
        yield True, text[begins + 4 : ends].strip("-")
        at = ends + 3
    yield False, text[at:]


def _yaml(text: str, faults: list[str]) -> Mapping[Any, Any]:
    try:
        found = read_yaml(text)
    except NotYaml as refusal:
        faults.append(f"it can't be read: {refusal.reason.rstrip('.')} (line {refusal.line})")
        return {}
    if not isinstance(found, Mapping):
        faults.append("it is no list of names and values")
        return {}
    return found


def _form(text: str, faults: list[str]) -> Template:
    given = _yaml(text, faults)
    rows = _rows(given.get("body"), "its body", faults)
    if len(rows) > MOST_PARTS:
        faults.append(f"it has {len(rows)} elements, of which {MOST_PARTS} are read")
    made = (_element(place, one, faults) for place, one in enumerate(rows[:MOST_PARTS], 1))
    parts = tuple(part for part in made if part is not None)
    if not parts:
        faults.append("it asks for nothing")
    return Template(parts, _title(given, faults), _labels(given.get("labels"), faults))


def _element(place: int, given: Any, faults: list[str]) -> FormField | None:
    """Read one element of an issue form; None for text that only explains."""
    called = f"element {place}"
    if not isinstance(given, Mapping):
        faults.append(f"{called} is no element")
        return None
    sort = given.get("type")
    if sort == "markdown":
        return None
    if not isinstance(sort, str) or sort not in _KINDS:
        faults.append(f"{called} has the type “{_brief(sort)}”, which GitHub doesn't have")
        return None
    about = _mapping(given.get("attributes"), f"{called}'s attributes", faults)
    checks = _mapping(given.get("validations"), f"{called}'s validations", faults)
    label = " ".join(_text(about.get("label"), f"{called}'s label", faults).split())
    if not label:
        faults.append(f"{called} has no label")
    label = label or _text(given.get("id"), f"{called}'s id", faults) or "Text"
    options, needed = _options(sort, about, called, faults)
    kind = _KINDS[sort]
    if kind == "choice" and _flag(about.get("multiple"), f"{called}'s multiple", faults):
        kind = "choices"
    hint = about.get("description") or about.get("placeholder")
    return FormField(
        f"p{place}",
        label,
        kind,
        hint=_text(hint, f"{called}'s description", faults)
        or (_UPLOAD if sort == "upload" else ""),
        options=options,
        required=_flag(checks.get("required"), f"{called}'s required", faults),
        value=_value(sort, about, options, called, faults),
        role="" if sort == "upload" else role_of(label),
        boxes=sort == "checkboxes",
        needed=needed,
        render=_render(sort, about, called, faults),
    )


def _options(
    sort: str, about: Mapping[Any, Any], called: str, faults: list[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give what there is to choose, each once, and which of that must be."""
    if sort not in ("dropdown", "checkboxes"):
        return (), ()
    found: dict[str, bool] = {}
    rows = _rows(about.get("options"), f"{called}'s options", faults)
    if len(rows) > _MOST_OPTIONS:
        faults.append(f"{called} has {len(rows)} options, of which {_MOST_OPTIONS} are read")
    for row in rows[:_MOST_OPTIONS]:
        boxed = isinstance(row, Mapping)
        text = _text(row.get("label") if boxed else row, f"{called}'s option", faults)
        if text := " ".join(text.split()):
            found[text] = boxed and _flag(row.get("required"), f"{called}'s required", faults)
    if not found:
        faults.append(f"{called} has no options")
    return tuple(found), tuple(text for text, needed in found.items() if needed)


def _value(
    sort: str, about: Mapping[Any, Any], options: Sequence[str], called: str, faults: list[str]
) -> str:
    if sort != "dropdown":
        return _text(about.get("value"), f"{called}'s value", faults)
    default = about.get("default")
    if default is None:
        return ""
    if isinstance(default, int) and not isinstance(default, bool) and 0 <= default < len(options):
        return options[default]
    faults.append(f"{called}'s default is none of its options")
    return ""


def _render(sort: str, about: Mapping[Any, Any], called: str, faults: list[str]) -> str:
    if sort != "textarea":
        return ""
    language = _text(about.get("render"), f"{called}'s render", faults)
    return re.sub(r"[\s`~]+", "", language)[:_BRIEF]


def _text(given: Any, what: str, faults: list[str]) -> str:
    """Give a text, which in YAML may look like a number or a day; empty if it is none."""
    if given is None:
        return ""
    if isinstance(given, bool):
        return str(given).lower()
    if isinstance(given, date) or (isinstance(given, int) and abs(given) < 10**18):
        return str(given)
    if isinstance(given, str | float):
        return str(given).replace("\0", "")
    faults.append(f"{what} is no text")
    return ""


def _brief(given: Any) -> str:
    return given[:_BRIEF] if isinstance(given, str) else type(given).__name__


def _flag(given: Any, what: str, faults: list[str]) -> bool:
    if isinstance(given, bool) or given is None:
        return bool(given)
    faults.append(f"{what} is neither true nor false")
    return False


def _mapping(given: Any, what: str, faults: list[str]) -> Mapping[Any, Any]:
    if isinstance(given, Mapping):
        return given
    if given is not None:
        faults.append(f"{what} are no names and values")
    return {}


def _rows(given: Any, what: str, faults: list[str]) -> Sequence[Any]:
    if isinstance(given, Sequence) and not isinstance(given, str | bytes):
        return given
    if given is not None:
        faults.append(f"{what} is no list")
    return ()


def _title(given: Mapping[Any, Any], faults: list[str]) -> str:
    return title_start(_text(given.get("title"), "its title", faults))


def _labels(given: Any, faults: list[str]) -> tuple[str, ...]:
    rows = given.split(",") if isinstance(given, str) else _rows(given, "its labels", faults)
    texts = (_text(one, "a label", faults).strip() for one in rows)
    return tuple(dict.fromkeys(text for text in texts if text))


def _markdown(text: str, faults: list[str]) -> Template:
    """Read a Markdown template: each heading asks for a text; comments under it are hints."""
    front = _FRONT.match(text)
    given = _yaml(front[1], faults) if front else {}
    parts = tuple(_headings(text[front.end() :] if front else text))
    if len(parts) > MOST_PARTS:
        faults.append(f"it has {len(parts)} headings, of which {MOST_PARTS} are read")
    return Template(parts[:MOST_PARTS], _title(given, faults), _labels(given.get("labels"), faults))


def _headings(body: str) -> Iterator[FormField]:
    found = list(_heading_lines(body))
    ends = [*(start for start, _, _ in found[1:]), len(body)]
    for place, ((_, begins, label), end) in enumerate(zip(found, ends, strict=False), 1):
        pieces = list(_comments(body[begins:end]))
        hint = " ".join(" ".join(said for comment, said in pieces if comment).split())
        value = "".join(said for comment, said in pieces if not comment).strip()
        yield FormField(f"p{place}", label, "long", hint=hint, value=value, role=role_of(label))


def _heading_lines(body: str) -> Iterator[tuple[int, int, str]]:
    """Give where each heading starts and where it ends, and what it says.

    What stands in a comment or in a block of code is none.
    """
    at, fence, comment, last = 0, "", False, body.rfind("-->")
    for line in body.split("\n"):
        end = at + len(line)
        before = bool(fence) or comment
        if not comment:
            fence = fence_after(line, fence)
        opens, closes = line.rfind("<!--"), line.rfind("-->")
        if not fence and max(opens, closes) >= 0:
            comment = opens > closes and at + opens < last
        heading = None if before or fence or comment else _HEADING.fullmatch(line)
        if heading:
            yield at, end, _CLOSING.sub("", heading[1] or heading[2])
        at = end + 1


def _with_conversation(found: Template) -> Template:
    """Let the conversation stand in the first long text that is about nothing else."""
    parts = list(found.parts)
    for place, part in enumerate(parts):
        if part.kind == "long" and not (part.role or part.render or part.hint == _UPLOAD):
            parts[place] = replace(part, role="conversation")
            return replace(found, parts=tuple(parts))
    extra = FormField("conversation", "Conversation", "long", role="conversation")
    return replace(found, parts=(*parts, extra))
