"""Which words tell texts apart, how alike two questions are, and which past answers are offered."""

import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

LOOKED_AT = 500
"""How many documents are ranked at most, the newest first: a word that stands in most is cheap."""
PHRASED = 100
"""How many if words have to follow each other: each that has them has to be read for that."""
OFFERED = 3
LIKELY = 0.55
"""How much of a question's weight a past one has to share before its answer is offered."""
TOGETHER = 2
"""How many words the two have to share at least, where they are asked."""
ANSWERED_ONLY = 0.5
"""What a word counts that the past thread has in its answers, but not in its question."""

MARK, UNMARK = "\x02", "\x03"


@dataclass(frozen=True, slots=True)
class Alike:
    """A document that shares words with a question: those it asks with, and all that it has."""

    kind: str
    number: int
    at: datetime
    asked: frozenset[str]
    said: frozenset[str]


def weights(words: Iterable[str], shares: Mapping[str, float], rare: float) -> dict[str, float]:
    """Give how much each word tells: the rarer, the more.

    `shares`: in which part of all documents a word stands, from 0 to 1; a word that is not among
    them stands in about `rare` of them.
    """
    return {word: math.log(1 + 1 / max(shares.get(word, rare), 1e-6)) for word in words}


def telling(
    words: Collection[str], shares: Mapping[str, float], rare: float, documents: float
) -> tuple[str, ...]:
    """Give the rarest of the words, as many as stand in few enough documents to look at them all.

    At least one, if there is any.
    """
    expected = 0.0
    chosen: list[str] = []
    for word in sorted(words, key=lambda each: (shares.get(each, rare), each)):
        expected += shares.get(word, rare) * documents
        if chosen and expected > LOOKED_AT:
            break
        chosen.append(word)
    return tuple(chosen)


def likeness(told: Mapping[str, float], other: Alike) -> float:
    """Give how much of a question's weight another has, from 0 to 1."""
    whole = sum(told.values())
    if not whole:
        return 0.0
    asked = sum(weight for word, weight in told.items() if word in other.asked)
    said = sum(weight for word, weight in told.items() if word in other.said - other.asked)
    return (asked + ANSWERED_ONLY * said) / whole


def ordered(told: Mapping[str, float], others: Iterable[Alike]) -> list[tuple[float, Alike]]:
    """Give each with its likeness, the likeliest first, and the newest of those that are alike."""
    rated = [(likeness(told, other), other) for other in others]
    return sorted(rated, key=lambda one: (one[0], one[1].at, one[1].number), reverse=True)


def offered(told: Mapping[str, float], others: Iterable[Alike]) -> list[tuple[float, Alike]]:
    """Give the past answers worth offering, at most three; none if none is likely enough."""
    likely = [
        (how, other)
        for how, other in ordered(told, others)
        if how >= LIKELY and len(other.asked & told.keys()) >= TOGETHER
    ]
    return likely[:OFFERED]


def any_of(words: Iterable[str]) -> str:
    """Write a PostgreSQL `tsquery` for any of the words.

    https://www.postgresql.org/docs/18/datatype-textsearch.html#DATATYPE-TSQUERY
    """
    return " | ".join(f"'{_quoted(word)}'" for word in words)


def _quoted(word: str) -> str:
    return word.replace("\\", "\\\\").replace("'", "''")


def pieces(text: str) -> Sequence[tuple[str, bool]]:
    """Give a marked text as its parts in order, each with whether it is marked."""
    parts = re.split(f"{MARK}([^{UNMARK}]*){UNMARK}", text)
    plain = [
        (part.replace(MARK, "").replace(UNMARK, ""), at % 2 == 1) for at, part in enumerate(parts)
    ]
    return [(part, marked) for part, marked in plain if part]


def unmarked(text: str) -> str:
    """Give a marked text as plain text."""
    return text.replace(MARK, "").replace(UNMARK, "")
