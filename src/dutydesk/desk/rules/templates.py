"""Reading the tracker's templates: issue forms and Markdown.

Source: https://docs.github.com/en/communities/using-templates-to-encourage-useful-issues-and-pull-requests/syntax-for-githubs-form-schema.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from dutydesk.desk.rules.tickets import BUILT_IN, FormField, Template, role_of
from dutydesk.process.rules.yaml_text import NotYaml, read_yaml

_FRONT = re.compile(r"\A---\s*\n(.*?)\n---\s*\n?", re.DOTALL)
_HEADING = re.compile(r"^(?:#{1,6}[ \t]+(.*\S)|\*\*(.+)\*\*)$", re.MULTILINE)
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_MOST = 20
_LONGEST = 20_000


def read_template(name: str, text: str) -> Template:
    """Give the form that a template's file describes; the built-in one if it describes none."""
    text = "\n".join(line.rstrip() for line in text[:_LONGEST].splitlines())
    found = _form(text) if name.endswith((".yml", ".yaml")) else _markdown(text)
    return _with_conversation(found) if found.parts else replace(found, parts=BUILT_IN.parts)


def _yaml(text: str) -> Mapping[str, Any]:
    try:
        found = read_yaml(text)
    except NotYaml:
        return {}
    return found if isinstance(found, Mapping) else {}


def _form(text: str) -> Template:
    given = _yaml(text)
    rows = given.get("body")
    elements = rows if isinstance(rows, Sequence) and not isinstance(rows, str) else ()
    made = (_element(f"p{place}", one) for place, one in enumerate(elements[:_MOST], 1))
    return Template(
        tuple(part for part in made if part is not None),
        title=str(given.get("title") or ""),
        labels=_labels(given.get("labels")),
    )


_KINDS = {"input": "text", "textarea": "long", "dropdown": "choice", "checkboxes": "choices"}


def _element(name: str, given: Any) -> FormField | None:
    """Read one element of an issue form; None for text that only explains."""
    if not isinstance(given, Mapping) or given.get("type") not in _KINDS:
        return None
    about = given.get("attributes") or {}
    checks = given.get("validations") or {}
    label = str(about.get("label") or given.get("id") or "Text")
    kind = _KINDS[given["type"]]
    if kind == "choice" and about.get("multiple"):
        kind = "choices"
    options = tuple(_option(one) for one in about.get("options") or ())
    hint = str(about.get("description") or about.get("placeholder") or "")
    return FormField(
        name,
        label,
        kind,  # type: ignore[arg-type]  # the values above are kinds
        hint=hint,
        options=options,
        required=bool(checks.get("required")) and kind != "choices",
        value=str(about.get("value") or ""),
        role=role_of(label),
    )


def _option(given: Any) -> str:
    return str(given.get("label", "") if isinstance(given, Mapping) else given)


def _labels(given: Any) -> tuple[str, ...]:
    if isinstance(given, str):
        return tuple(label.strip() for label in given.split(",") if label.strip())
    return tuple(str(label) for label in given or ())


def _markdown(text: str) -> Template:
    """Read a Markdown template: each heading asks for a text; comments under it are hints."""
    front = _FRONT.match(text)
    given = _yaml(front[1]) if front else {}
    body = text[front.end() :] if front else text
    return Template(
        tuple(_headings(body)),
        title=str(given.get("title") or ""),
        labels=_labels(given.get("labels")),
    )


def _headings(body: str) -> Iterator[FormField]:
    found = list(_HEADING.finditer(body))[:_MOST]
    ends = [*(one.start() for one in found[1:]), len(body)]
    for place, (heading, end) in enumerate(zip(found, ends, strict=False), 1):
        label, under = heading[1] or heading[2], body[heading.end() : end]
        hint = " ".join(" ".join(_COMMENT.findall(under)).split())
        value = _COMMENT.sub("", under).strip()
        yield FormField(f"p{place}", label, "long", hint=hint, value=value, role=role_of(label))


def _with_conversation(found: Template) -> Template:
    """Let the conversation stand in the first long text that is about nothing else."""
    parts = list(found.parts)
    for place, part in enumerate(parts):
        if part.kind == "long" and not part.role:
            parts[place] = replace(part, role="conversation")
            return replace(found, parts=tuple(parts))
    extra = FormField("conversation", "Conversation", "long", role="conversation")
    return replace(found, parts=(*parts, extra))
