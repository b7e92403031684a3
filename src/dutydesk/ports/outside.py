"""Hearing what people do in a chat outside, and answering them there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from dutydesk.kernel.kinds import MessageKind
from dutydesk.kernel.messages import Message

MARK = MessageKind(
    "chat.mark", "the chat outside", setting="DUTYDESK_SLACK_BOT_TOKEN", latest_only=True
)

PICTURE = MessageKind("chat.picture", "the chat outside", setting="DUTYDESK_SLACK_BOT_TOKEN")
"""Bringing a picture here from there."""

Payload = Mapping[str, Any]
Manifest = Callable[[str, bool], dict[str, Any]]
"""Gives what the app there is made from, for an address of ours; by a socket, or by HTTP."""


@dataclass(frozen=True, slots=True)
class OutgoingPost:
    """One post as it is to stand in a chat outside. Names of channels and people are that chat's.

    `reference` is where it stands already, empty for a new one; `thread` is where the post that it
    answers stands. `author` is empty for the desk itself. `only_for`: the one person who sees it.
    `uncertain`: an earlier try may have arrived after all. `screen` is its path here. `mentions`:
    the people whom it calls by name.
    """

    key: str
    channel: str
    message: Message
    screen: str
    author: str = ""
    thread: str = ""
    reference: str = ""
    only_for: str = ""
    removed: bool = False
    uncertain: bool = False
    mentions: tuple[str, ...] = ()


class Blocked(Exception):
    """Nothing can be said in a channel, whatever it is, until somebody mends that."""

    def __init__(self, reason: str, remedy: str) -> None:
        """Keep why, and what to do about it; neither has a secret in it."""
        super().__init__(reason)
        self.reason, self.remedy = reason, remedy


class EmojiMarker(Protocol):
    """Puts marks on posts in one chat outside, as the desk itself."""

    def mark(self, *, channel: str, reference: str, name: str, on: bool) -> None:
        """Put a mark on, or take it off; one that is so already is left. All named as there.

        Uses the network; raises ports.delivery.Undelivered.
        """
        ...


class Poster(Protocol):
    """Says things in one chat outside."""

    def say(self, said: OutgoingPost) -> str:
        """Say it, change what stands there, or take it away; give where it stands.

        Uses the network; raises ports.delivery.Undelivered, or Blocked.
        """
        ...
