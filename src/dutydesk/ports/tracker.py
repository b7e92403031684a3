"""Keeping tickets in a tracker outside: hearing what is said of them there, and asking."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dutydesk.kernel.kinds import MessageKind


def _kind(word: str, *, latest_only: bool = False) -> MessageKind:
    setting = "DUTYDESK_GITHUB_TOKEN"
    return MessageKind(f"tracker.{word}", "GitHub", setting=setting, latest_only=latest_only)


CREATE, COMMENT, LOOK = _kind("create"), _kind("comment"), _kind("look")
STATE, ASSIGN = _kind("state", latest_only=True), _kind("assign", latest_only=True)
LABEL, COLUMN = _kind("label", latest_only=True), _kind("column", latest_only=True)
TOLD = (CREATE, STATE, ASSIGN, LABEL, COLUMN, COMMENT)


@dataclass(frozen=True)
class TrackerPlace:
    """Where tickets are kept: the repository, and the project's title (empty: no project)."""

    repository: str
    project: str = ""


PlaceOf = Callable[[], TrackerPlace]
"""Gives where tickets are kept, as the process in force says."""


@dataclass(frozen=True)
class Issue:
    """How a ticket stands in the tracker. `node` is its name there for good, `at` its version.

    `marker` is what the desk wrote into a ticket of its own; empty in anybody else's. `undone`: it
    was closed without being done, since it isn't planned or is another's duplicate.
    """

    number: int
    node: str
    url: str
    title: str
    body: str
    author: str
    closed: bool
    logins: tuple[str, ...]
    labels: tuple[str, ...]
    at: datetime
    marker: str = ""
    undone: bool = False


@dataclass(frozen=True)
class Remark:
    """A comment in the tracker. `changed_at` is its version; `marker`, as in an issue, ends it."""

    number: str
    issue: str
    author: str
    body: str
    at: datetime
    changed_at: datetime
    marker: str = ""
    removed: bool = False


@dataclass(frozen=True)
class TrackerEvent:
    """One thing that the tracker says; `key` is the same however often it does.

    `gone`: the issue isn't there any more. `elsewhere`: the node that it has where it was
    transferred to, or had where it came from. `moved`: the node whose column is to be looked up.
    """

    key: str
    issue: Issue | None = None
    gone: bool = False
    elsewhere: str = ""
    remark: Remark | None = None
    moved: str = ""


class TrackerEvents(Protocol):
    """Reads what the tracker posts to us."""

    def check(self, body: bytes, headers: Mapping[str, str]) -> Mapping[str, str]:
        """Give the headers that `read` needs, if it is signed. Raises Forged."""
        ...

    def key(self, headers: Mapping[str, str]) -> str:
        """Give the tracker's own number for it, which is the same if it is told again."""
        ...

    def read(self, body: bytes, headers: Mapping[str, str]) -> TrackerEvent | None:
        """Give what it says of tickets; None if nothing."""
        ...


class TrackerQueries(Protocol):
    """Asks the tracker how tickets stand. Uses the network; raises delivery.Undelivered."""

    def changed(self, since: datetime | None) -> list[Issue]:
        """Give the issues that changed since then, oldest first; without it, the open ones."""
        ...

    def remarks(self, since: datetime) -> list[Remark]:
        """Give the comments that were written or changed since then, oldest first."""
        ...

    def columns(self, nodes: Collection[str]) -> dict[str, str]:
        """Give the column of each of these issues that has one."""
        ...

    def places(self, nodes: Collection[str]) -> dict[str, tuple[int, str]]:
        """Give the number and the address of each of these issues that can be seen."""
        ...

    def missing(self, issues: Mapping[str, int]) -> list[str]:
        """Give the nodes of those of these issues, each with its number, that are gone there.

        Not all of very many at once.
        """
        ...

    def back(self, lost: Mapping[str, int], *, followed: bool) -> dict[str, Issue]:
        """Give the issues that these, each by its node with its number, are by now; some were lost.

        Wherever that is. `followed`: what is not there by its node is looked for by its number.
        """
        ...

    def template(self, name: str) -> str:
        """Give the text of an issue template of that file name; empty if there is none."""
        ...
