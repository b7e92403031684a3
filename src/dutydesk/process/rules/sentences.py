"""Sentences that people write to have the desk do something, with places that they fill in."""

import re
from string import Formatter
from typing import Annotated

from pydantic import AfterValidator, Field

from dutydesk.process.rules.fields import different, filling
from dutydesk.process.rules.mistakes import mistake
from dutydesk.process.rules.sections import Section

FEWEST_WORDS = 3
_STOPS = " .,;:!-\N{EN DASH}\N{EM DASH}"
_SPACE = re.compile(r"\s+")
_NUMBERED = re.compile(r"\b(?:this |the )?incident (?:number )?#?(\d{1,9})\b", re.IGNORECASE)
_OF_THIS = re.compile(r"(?:(?:of|for|on|in) )?this incident", re.IGNORECASE)


def _plain(text: str) -> str:
    """Give a text with every space and apostrophe as anybody types them."""
    return _SPACE.sub(" ", text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))


def _parts(sentence: str) -> list[tuple[str, str | None]]:
    """Give the words of a sentence, each with the name of the place that follows them."""
    read = [
        (words.strip(_STOPS), name) for words, name, _, _ in Formatter().parse(_plain(sentence))
    ]
    return [part for part in read if any(part)]


def said(sentence: str, text: str) -> dict[str, str] | None:
    """Give what a text says in the places of a sentence; None if it doesn't say that sentence.

    Capitals and the marks between the parts don't matter. The last place takes the whole rest; a
    sentence that ends in words may be followed by others, after a mark.
    """
    text, at, found = _plain(text).strip(), 0, dict[str, str]()
    waiting: str | None = None
    for words, name in _parts(sentence):
        if words:
            hit = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)", re.IGNORECASE).search(text, at)
            if hit is None or (waiting is None and hit.start() != at):
                return None
            if waiting is not None:
                found[waiting] = text[at : hit.start()].strip(_STOPS)
            at = hit.end()
        waiting = name
    if waiting is not None:
        found[waiting] = text[at:].strip(_STOPS)
    elif not _ends(text[at:]):
        return None
    return found if all(found.values()) else None


def _ends(rest: str) -> bool:
    return not rest or rest[0] in ".,;:!" or _OF_THIS.fullmatch(rest.strip(_STOPS)) is not None


def begun(sentence: str, text: str) -> bool:
    """Say whether a text begins as a sentence does, however it goes on, or breaks off in that."""
    words, text = _parts(sentence)[0][0].casefold(), _plain(text).strip(_STOPS).casefold()
    return text.startswith(words) or (words.startswith(text) and len(text.split()) > FEWEST_WORDS)


def numbered(text: str) -> tuple[str, int | None]:
    """Give a text that names an incident by its number as one that says “this incident”.

    With the number; None if it names none.
    """
    named = _NUMBERED.search(_plain(text))
    if named is None:
        return text, None
    return _NUMBERED.sub("this incident", _plain(text), count=1), int(named[1])


def _sentence(*names: str) -> AfterValidator:
    """Give a check that a sentence has each place once, and can be told from other talk."""

    def check(value: str) -> str:
        parts, brief = _parts(value), f"“{value[:60]}”"
        places = [name for _, name in parts]
        for name in names:
            if places.count(name) != 1:
                raise mistake(
                    f"{brief} doesn't have {{{name}}} once.",
                    f"Write {{{name}}} where that is said.",
                )
        if len(parts[0][0].split()) < FEWEST_WORDS:
            raise mistake(
                f"{brief} can't be told from other talk.",
                f"Begin it with {FEWEST_WORDS} words or more.",
            )
        if not all(words for words, _ in parts):
            raise mistake(f"{brief} has two places side by side.", "Write words between them.")
        return value

    return AfterValidator(check)


Declaring = Annotated[
    str, Field(max_length=200), filling("reason", "impact"), _sentence("reason", "impact")
]
Leading = Annotated[str, Field(max_length=200), filling(), _sentence()]
Resolving = Annotated[str, Field(max_length=200), filling("reason"), _sentence("reason")]
Different = AfterValidator(different)


class Sentences(Section):
    """What an engineer writes in the team's channel to declare, lead and resolve an incident."""

    declare: Annotated[tuple[Declaring, ...], Different] = Field(
        default=("I am declaring an incident because {reason}. The impact is that {impact}.",),
        description="Declares an incident: {reason} is its title, and {impact} is told.",
    )
    lead: Annotated[tuple[Leading, ...], Different] = Field(
        default=("I am the incident lead", "I'm the incident lead"),
        description="Makes whoever writes it the lead.",
    )
    resolve: Annotated[tuple[Resolving, ...], Different] = Field(
        default=("I am declaring this incident resolved because {reason}.",),
        description="Resolves the incident: {reason} is its last update.",
    )
