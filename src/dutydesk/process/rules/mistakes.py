"""Saying what is wrong in a process file, and what to write instead."""

from dataclasses import dataclass
from typing import Any

from pydantic_core import PydanticCustomError


@dataclass(frozen=True, order=True)
class Mistake:
    """One thing to mend. `line` counts from 1; `where` is the path of keys, as in `ask.channel`."""

    line: int
    where: str
    wrong: str
    instead: str

    def __str__(self) -> str:
        """Give it as one line."""
        place = f"{self.where}: " if self.where else ""
        return f"line {self.line}: {place}{self.wrong} {self.instead}"


def brief(value: Any) -> str:
    """Give a value as a mistake names it: on one line, and not longer than one reads."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float):
        return "a list" if isinstance(value, list) else "keys with values"
    if isinstance(value, int) and abs(value) >= 10**20:
        return "a huge number"
    text = "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in str(value))
    return text if len(text) <= 60 else f"{text[:60]}…"


def mistake(wrong: str, instead: str) -> PydanticCustomError:
    """Give what a validator raises; both are whole sentences."""
    return PydanticCustomError("mistake", "{wrong} {instead}", {"wrong": wrong, "instead": instead})
