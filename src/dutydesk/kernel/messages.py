"""What the desk says, in neutral values that every chat can show."""

import re
from dataclasses import dataclass
from typing import Any, Literal, Self

Tone = Literal["plain", "announcement", "high", "soon", "kept"]
Notify = Literal["", "here", "channel"]


def notify_of(word: str) -> Notify:
    """Give whom a word says to call; nobody, if it says neither."""
    return "here" if word == "here" else "channel" if word == "channel" else ""


_CALLS = re.compile(r"(?<!\S)@(?=\w)")


def calling_nobody(text: str) -> str:
    """Give the words of a sender so that no chat takes any of them for a call, as they look."""
    return _CALLS.sub("@\N{WORD JOINER}", text)


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
    those who are `here`, or everybody in the `channel`, when the post is new; `mentions` are the
    accounts that it calls by name, in a chat that can.
    """

    body: str
    title: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    buttons: tuple[Button, ...] = ()
    tone: Tone = "plain"
    counts_to: str = ""
    notify: Notify = ""
    mentions: tuple[int, ...] = ()

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
            "mentions": list(self.mentions),
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
            mentions=tuple(data.get("mentions", ())),
        )
