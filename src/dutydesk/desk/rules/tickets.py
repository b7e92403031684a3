"""What a ticket begins with: its form, filled from the thread, and the text that comes of it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Literal, Self

Kind = Literal["text", "long", "choice", "choices"]
Role = Literal["conversation", "who", "service", "environment", "impact", "tried", ""]

_ROLES: tuple[tuple[Role, tuple[str, ...]], ...] = (
    ("who", ("your name", "contact", "who asks", "requester", "slack name")),
    ("service", ("service", "application", "namespace")),
    ("environment", ("environment", "cluster")),
    ("impact", ("impact", "urgency", "affected")),
    ("tried", ("tried", "try", "attempted")),
)
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
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")


@dataclass(frozen=True)
class FormField:
    """One thing that a ticket's form asks for. `role`: what of the thread is written into it."""

    name: str
    label: str
    kind: Kind = "text"
    hint: str = ""
    options: tuple[str, ...] = ()
    required: bool = False
    value: str = ""
    role: Role = ""


@dataclass(frozen=True)
class Template:
    """A ticket's form. `title` begins each title; `labels` each ticket gets."""

    parts: tuple[FormField, ...]
    title: str = ""
    labels: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Give the template ready to be stored."""
        parts = [{**vars(part), "options": list(part.options)} for part in self.parts]
        return {"parts": parts, "title": self.title, "labels": list(self.labels)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Give back the template that `as_json` stored."""
        parts = tuple(
            FormField(**{**one, "options": tuple(one["options"])}) for one in data["parts"]
        )
        return cls(parts, data["title"], tuple(data["labels"]))


BUILT_IN = Template(
    parts=(
        FormField("body", "What it is about", "long", required=True, role="conversation"),
        FormField("service", "Service", role="service"),
        FormField("environment", "Environment", role="environment"),
        FormField("impact", "Impact", hint="Who can't do what because of it?", role="impact"),
        FormField("tried", "What was tried", "long", role="tried"),
    )
)


def role_of(label: str) -> Role:
    """Give what of a thread belongs under a heading with these words."""
    low = label.lower()
    return next((role for role, words in _ROLES if any(word in low for word in words)), "")


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
    return said or part.value


def _same(option: str, said: str) -> bool:
    return option == said or option.startswith(said) or said.startswith(option)


def body_of(pairs: Iterable[tuple[str, str]], *, asked_by: str, raised_by: str, link: str) -> str:
    """Give a ticket's text: each heading with what was filled in, and whence it comes.

    The headings are those of GitHub's issue forms.
    """
    parts = (f"### {label}\n\n{value.strip()}" for label, value in pairs if value.strip())
    raised = f", raised by {raised_by}" if raised_by != asked_by else ""
    where = f" The conversation: {link}" if link else ""
    return "\n\n".join(chain(parts, (f"Asked by {asked_by}{raised}.{where}",)))


def sections_of(body: str) -> list[tuple[str, str]]:
    """Give a ticket's text as pairs of a heading (empty for none) and what stands under it."""
    found = re.split(r"^#{1,6} +(.+)$", body, flags=re.MULTILINE)
    pairs = list(zip(["", *found[1::2]], found[::2], strict=True))
    told = [(heading.strip(), text.strip()) for heading, text in pairs]
    return [(heading, text) for heading, text in told if heading or text]
