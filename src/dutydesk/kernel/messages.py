"""What the desk says and asks, in neutral values that every chat can show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from dutydesk.kernel import bounds
from dutydesk.kernel.refusals import Refused

Tone = Literal["plain", "announcement", "high", "soon", "kept"]
Notify = Literal["", "here", "channel"]
Kind = Literal["text", "long", "choice", "choices", "time", "flag"]
_LONGEST: dict[Kind, int] = {
    "text": 3_000,  # As much as Slack's field takes.
    "long": bounds.LONGEST_TEXT,
    "choice": bounds.LONGEST_LINE,
    "choices": bounds.LONGEST_LINE,
    "time": 60,
    "flag": bounds.LONGEST_LINE,
}


class NotAnAnswer(Refused):
    """What was filled in is nothing that the field takes."""


def _check_time(given: str) -> None:
    try:
        bounds.local_time(given)
    except ValueError as error:
        raise NotAnAnswer(
            f"“{given[:60]}” is not a time.", "Write it like 2026-03-29T09:00."
        ) from error


@dataclass(frozen=True)
class Button:
    """One thing that a reader can do. `action` names it; `about` is the subject it is done to."""

    action: str
    about: str
    label: str
    primary: bool = False


@dataclass(frozen=True)
class Message:
    """A post: a body, and around it what helps to act on it.

    `counts_to` is a moment, in ISO 8601, that the post counts down to where it can. `notify` calls
    those who are `here`, or everybody in the `channel`, when the post is new.
    """

    body: str
    title: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    buttons: tuple[Button, ...] = ()
    tone: Tone = "plain"
    counts_to: str = ""
    notify: Notify = ""

    def as_json(self) -> dict[str, Any]:
        """Give the message ready to be stored."""
        return {
            "body": self.body,
            "title": self.title,
            "facts": [list(event) for event in self.facts],
            "buttons": [vars(button) for button in self.buttons],
            "tone": self.tone,
            "counts_to": self.counts_to,
            "notify": self.notify,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        """Give back the message that `as_json` stored."""
        return cls(
            body=data["body"],
            title=data["title"],
            facts=tuple((name, value) for name, value in data["facts"]),
            buttons=tuple(Button(**button) for button in data["buttons"]),
            tone=data["tone"],
            counts_to=data.get("counts_to", ""),
            notify=data.get("notify", ""),
        )


@dataclass(frozen=True)
class Field:
    """One thing to fill in. `options` are (value, label) pairs of a choice.

    A `time` is a wall-clock time of the process's zone, as `YYYY-MM-DDTHH:MM`.
    """

    name: str
    label: str
    kind: Kind = "text"
    required: bool = True
    hint: str = ""
    value: str | tuple[str, ...] = ""
    options: tuple[tuple[str, str], ...] = ()

    def check(self, given: str) -> None:
        """Refuse what can't be filled in here; whether it is right is for the flow to say."""
        bounds.check_text(given, longest=_LONGEST[self.kind], what=f"“{self.label}”")
        if self.kind == "time":
            _check_time(given)


@dataclass(frozen=True)
class Form:
    """A form to open: its fields, and a button whose words say what will happen."""

    title: str
    submit: str
    fields: tuple[Field, ...] = field(default=())
    note: str = ""

    def check(self, values: Mapping[str, str | list[str]]) -> None:
        """Refuse what was filled in if it is too long, can't be stored, or is no time."""
        for each in self.fields:
            given = values.get(each.name, "")
            for one in filter(None, [given.strip()] if isinstance(given, str) else given):
                each.check(one)
