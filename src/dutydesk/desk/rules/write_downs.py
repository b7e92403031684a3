"""The draft of a page, as a question and its answers give it, or whatever else it comes out of."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PageSurroundings:
    """`near`: pages that say something like it, by title and path. `places`: where one is begun."""

    near: Sequence[tuple[str, str]] = ()
    places: Sequence[str] = ()


def draft_of(*, question: str, answers: Sequence[str], link: str, around: PageSurroundings) -> str:
    """Give the text of a ticket: where the page could be, and how it could begin."""
    said = "\n\n".join(answer.strip() for answer in answers if answer.strip())
    return draft(
        f"This was asked and solved: {link}" if link else "",
        around,
        ("The question", quoted(question)),
        ("What helped", said or "Nobody wrote it in the thread."),
    )


def draft(out_of: str, around: PageSurroundings, *parts: tuple[str, str]) -> str:
    """Give the text of a ticket for a page with these parts, each a heading and its words."""
    near = "\n".join(f"- {title} (`{path}`)" for title, path in around.near)
    given = [
        out_of,
        f"Pages that say something like it:\n{near}" if near else "",
        "Begin a page at " + " or ".join(around.places) if around.places else "",
        *(f"## {heading}\n\n{words}" for heading, words in parts if words),
    ]
    return "\n\n".join(part for part in given if part)


def quoted(text: str) -> str:
    """Give a text as somebody else's words."""
    return "\n".join(f"> {line}" for line in text.strip().splitlines())
