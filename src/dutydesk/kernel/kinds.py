"""Kinds of what the desk keeps in rows: a stable word each, and what is known of it beforehand.

A kind is the very word that its rows keep, so it is never matched anywhere as typed text. A module
may be renamed; a word that was released stays.
"""

from typing import Any


class PromiseKind(str):
    """A kind of promise: its word, what is promised, by which clause, and the button that keeps it.

    Who is told when its time comes is said by the room that promises it: see `PromiseHandler`.
    """

    __slots__ = ("action", "clause", "label", "short", "text")
    text: str
    short: str
    clause: str
    action: str
    label: str

    def __new__(
        cls,
        word: str,
        text: str = "",
        *,
        short: str = "",
        clause: str = "",
        action: str = "",
        label: str = "",
    ) -> "PromiseKind":
        """Give the kind that rows know by `word`.

        `text` may have gaps, such as `{title}`; `short` names it in a list of several.
        """
        made = super().__new__(cls, word)
        made.text, made.short, made.clause = text, short, clause
        made.action, made.label = action, label
        return made

    def says(self, **gaps: Any) -> str:
        """Give what is promised, with the gaps filled."""
        return self.text.format(**gaps)


class MessageKind(str):
    """A kind of outbox message: its word, what takes it, and what has to be set for that.

    `latest_only`: it switches something, so of those about one subject only the newest counts.
    A kind may stand for many, one for each word behind a colon, such as `command:prison-visits`.
    """

    __slots__ = ("latest_only", "setting", "taker")
    taker: str
    setting: str
    latest_only: bool

    def __new__(
        cls, word: str, taker: str = "", *, setting: str = "", latest_only: bool = False
    ) -> "MessageKind":
        """Give the kind that rows know by `word`."""
        made = super().__new__(cls, word)
        made.taker, made.setting, made.latest_only = taker, setting, latest_only
        return made

    @property
    def family(self) -> str:
        """Give the word without what stands behind a colon."""
        return self.partition(":")[0]

    def one(self, which: str) -> "MessageKind":
        """Give one of the many kinds that this stands for."""
        return MessageKind(
            f"{self}:{which}", self.taker, setting=self.setting, latest_only=self.latest_only
        )
