"""What a ticket begins with: its form, filled from the thread."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

from dutydesk.desk.rules.ticket_roles import Role

Kind = Literal["text", "long", "choice", "choices"]

_ENVIRONMENTS = (
    "production", "prod", "live", "pre-production", "preprod", "staging", "stage", "test", "uat",
    "dev", "development", "sandbox",
)  # fmt: skip
_BETWEEN = r"[\s_-]+"
_END = rf"(?:[_-](?:{'|'.join(_ENVIRONMENTS)}))?(?![\w-])"
_IMPACT = re.compile(
    r"\b(can't|cannot|can not|unable|blocked|blocking|urgent|outage|down|users|everyone|nobody"
    r"|deadline|failing|broken)\b",
    re.IGNORECASE,
)
_TRIED = re.compile(
    r"\b(i|we)(?:'ve| have)?(?: already)? (?:tried|try|ran|restarted|checked|looked|redeployed)\b"
    r"|\btried\b",
    re.IGNORECASE,
)
_NAMES = re.compile(r"\s*[/,()|]\s*")
_BOX = re.compile(r"^([ \t]*[-*+] )\[ \]([ \t]+)(\S.*)$", re.MULTILINE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass(frozen=True)
class FormField:
    """One thing that a ticket's form asks for. `role`: what of the thread is written into it.

    `boxes`: the options are boxes to tick, of which those that are `needed` must be ticked.
    `render`: the language that a text is shown as code of, such as `shell`.
    """

    name: str
    label: str
    kind: Kind = "text"
    hint: str = ""
    options: tuple[str, ...] = ()
    required: bool = False
    value: str = ""
    role: Role = ""
    boxes: bool = False
    needed: tuple[str, ...] = ()
    render: str = ""


@dataclass(frozen=True)
class Template:
    """A ticket's form. `title` begins each title; `labels` each ticket gets.

    `faults`: what is wrong with the template that it was read from, each a clause such as “its
    labels are no list”.
    """

    parts: tuple[FormField, ...]
    title: str = ""
    labels: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Give the template ready to be stored."""
        parts = [
            {**vars(part), "options": list(part.options), "needed": list(part.needed)}
            for part in self.parts
        ]
        return {
            "parts": parts,
            "title": self.title,
            "labels": list(self.labels),
            "faults": list(self.faults),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Give back the template that `as_json` stored, or an earlier version of it."""
        parts = tuple(
            FormField(
                **{
                    **one,
                    "options": tuple(one["options"]),
                    "needed": tuple(one.get("needed", ())),
                }
            )
            for one in data["parts"]
        )
        return cls(parts, data["title"], tuple(data["labels"]), tuple(data.get("faults", ())))


BUILT_IN = Template(
    parts=(
        FormField("body", "What it is about", "long", required=True, role="conversation"),
        FormField("service", "Service", role="service"),
        FormField("environment", "Environment", role="environment"),
        FormField("impact", "Impact", hint="Who can't do what because of it?", role="impact"),
        FormField("tried", "What was tried", "long", role="tried"),
    )
)


def conversation(posts: Iterable[tuple[str, str]]) -> str:
    """Give a thread as the text that a ticket begins with: (author, text) pairs in order."""
    return "\n\n".join(f"{author}:\n{text}" for author, text in posts)


def told_in(
    posts: Sequence[tuple[str, str]], asker: str, services: Iterable[str]
) -> dict[Role, str]:
    """Give what a thread says of who, where, how bad and what was tried; empty if it doesn't."""
    theirs = "\n".join(text for author, text in posts if author == asker)
    everything = "\n".join(text for _, text in posts)
    return {
        "conversation": conversation(posts),
        "who": asker,
        "service": _first_of(services, everything),
        "environment": _first_of(_ENVIRONMENTS, everything),
        "impact": next(iter(_sentences(theirs, _IMPACT)), ""),
        "tried": "\n".join(_sentences(theirs, _TRIED)),
    }


def _first_of(names: Iterable[str], text: str) -> str:
    """Give the name that stands first in the text, as words; the longest of those.

    It may be written as a namespace is: “prison-visits-prod” names Prison visits.
    """
    found = []
    for name in names:
        words = _BETWEEN.join(re.escape(word) for word in re.split(_BETWEEN, name))
        at = re.search(rf"(?<![\w-]){words}(?={_END})", text, re.IGNORECASE)
        if at:
            found.append((at.start(), -len(name), name))
    return min(found)[2] if found else ""


def _sentences(text: str, pattern: re.Pattern[str]) -> list[str]:
    straight = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return [part.strip() for part in _SENTENCE.split(straight) if pattern.search(part)]


def value_for(part: FormField, told: Mapping[Role, str]) -> str | tuple[str, ...]:
    """Give what a field of the form begins with."""
    said = told.get(part.role, "") if part.role else ""
    if part.kind in ("choice", "choices"):
        low = said.lower()
        fits = next((one for one in part.options if low and _same(one.lower(), low)), part.value)
        return fits if part.kind == "choice" else ((fits,) if fits else ())
    if part.role == "conversation" and part.value:
        return f"{part.value}\n\n{said}"
    if _BOX.search(part.value):
        return _BOX.sub(lambda box: _ticked(box, said.lower()), part.value)
    return said or part.value


def _ticked(box: re.Match[str], said: str) -> str:
    """Tick a box of a checklist that stands in a text, if that is what was said."""
    here = bool(said) and _same(box[3].strip().lower(), said)
    return f"{box[1]}[x]{box[2]}{box[3]}" if here else box[0]


def _same(option: str, said: str) -> bool:
    """Say whether an option is what was said, or one of its names, as in “Prod / Production”."""
    names = [name for name in _NAMES.split(option) if name]
    return any(name.startswith(said) or said.startswith(name) for name in names)
