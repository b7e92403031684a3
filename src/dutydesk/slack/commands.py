"""What the words after the slash command do."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote_plus

from dutydesk.desk.flows import search
from dutydesk.desk.rules.similarity import unmarked
from dutydesk.kernel.actions import Actions
from dutydesk.kernel.addresses import path_to
from dutydesk.process.flows import process
from dutydesk.rota import words
from dutydesk.rota.flows import roster
from dutydesk.slack.shortcuts import COMMAND

FOUND = 5
HERE = "here"
"""What an action is about that is done to the channel in which it was typed."""


@dataclass(frozen=True)
class Opens:
    """What was typed opens an action's form."""

    action: str
    about: str


class Commands:
    """Understands the words; only what the rooms can do is offered."""

    def __init__(self, actions: Actions, link: Callable[[str], str]) -> None:
        """Offer these actions; `link` gives the whole address of a path."""
        self._actions, self._link = actions, link

    def answer(self, typed: str, at: datetime) -> str | Opens:
        """Give what to say, or what to open; whatever isn't known gets help."""
        word, _, more = typed.strip().partition(" ")
        word = word.lower()
        if word == "find":
            return self.find(more.strip()[:400])
        if word in ("declare", "incident") and "incident.declare" in self._actions:
            return Opens("incident.declare", "new")
        if word in ("announce", "announcement") and "announcement.announce" in self._actions:
            return Opens("announcement.announce", "new")
        if word == "subscribe" and "status.subscribe" in self._actions:
            return Opens("status.subscribe", HERE)
        if word in ("who", "cover"):
            shown = path_to("cover-shift" if word == "cover" else "shifts")
            return f"{self.who(at)}\n{self._link(shown)}"
        if word in ("ticket", "board"):
            return (
                "Raise a ticket from a question: the three dots on a message, then “Raise a "
                f"ticket”. The board: {self._link(path_to('board'))}"
            )
        unknown = f"I don't know “{word[:40]}”.\n" if word not in ("", "help") else ""
        return unknown + self._help()

    def who(self, at: datetime) -> str:
        """Give who is on."""
        duties = ("support", *process.in_force().on_call.order)
        covers = roster.who(at=at, duties=tuple(dict.fromkeys(duties)))
        return words.on_now(covers, process.in_force().zone, at)

    def find(self, words: str) -> str:
        """Give what was asked and answered before that has these words, the best first."""
        if not words:
            return f"Say what to find, as in {COMMAND} find certificate expired."
        found = search.find(words=words).found[:FOUND]
        if not found:
            return f"Nothing has these words. Ask in {process.in_force().ask.channel}."
        lines = [f"• {unmarked(one.title)}\n  {self._link(one.address)}" for one in found]
        more = self._link(f"{path_to('find')}?q={quote_plus(words)}")
        return "\n".join([*lines, f"More: {more}"])

    def _help(self) -> str:
        ask = process.in_force().ask.channel
        lines = [f"{COMMAND} who: who is on, {COMMAND} cover: and for which part of the day"]
        if "incident.declare" in self._actions:
            lines.append(f"{COMMAND} declare: declare an incident")
        if "announcement.announce" in self._actions:
            lines.append(f"{COMMAND} announce: announce planned work, or news")
        if "status.subscribe" in self._actions:
            lines.append(f"{COMMAND} subscribe: let this channel hear what users are told")
        lines += [
            f"{COMMAND} find WORDS: what was asked and answered before",
            f"{COMMAND} ticket: how to raise a ticket, and the board",
            f"{COMMAND} connect: connect yourself with your account",
            f"Questions go to {ask}. Everything else: {self._link(path_to('now'))}",
        ]
        return "\n".join(lines)
