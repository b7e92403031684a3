"""Saying what is wrong in a process file, and what to write instead."""

from dataclasses import dataclass

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


def mistake(wrong: str, instead: str) -> PydanticCustomError:
    """Give what a validator raises; both are whole sentences."""
    return PydanticCustomError("mistake", "{wrong} {instead}", {"wrong": wrong, "instead": instead})
