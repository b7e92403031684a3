"""The words of the desk, a noun a line, read from one Markdown table."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from django.http import HttpResponse
from django.shortcuts import render

from dutydesk.web.screens import DeskRequest, rule


@dataclass(frozen=True, slots=True)
class Word:
    """A noun or several that belong together, what it is, and what it is not."""

    nouns: str
    meaning: str
    differs: str


def read(text: str) -> tuple[Word, ...]:
    """Read the rows of a table: the word in bold, what it is, what it is not; more is left out."""
    lines = [line.strip() for line in text.splitlines()]
    rows = [line.strip("|").split("|") for line in lines if line.startswith("| **")]
    cells = [[cell.strip().replace("**", "").replace("`", "") for cell in row] for row in rows]
    return tuple(Word(row[0], row[1], row[2] if len(row) > 2 else "") for row in cells)


@cache
def words() -> tuple[Word, ...]:
    """Give every word of the desk."""
    return read(files("dutydesk.site").joinpath("glossary.md").read_text(encoding="utf-8"))


@rule("anyone")
def glossary(request: DeskRequest) -> HttpResponse:
    """Answer: what does this word mean here?"""
    return render(request, "glossary.html", {"words": words()})
