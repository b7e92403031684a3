"""Words that look for who is to blame, and what says the same of the system: hints, no more."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_BLAME = (
    (
        r"(?:should|could|ought to) have|should(?:n't| not) have|shouldn't've",
        "Say what was done, and what made that look right at the time.",
    ),
    (r"fail(?:ed|s|ing)? to", "Say what happened instead, and why that was likely."),
    (r"human error|operator error|user error", "Ask what let one slip have this effect."),
    (r"careless(?:ly|ness)?|negligent|negligence|sloppy", "Describe what was seen, not a person."),
    (r"forgot|forgotten to", "Ask what could have reminded, or made it needless."),
    (r"blame|(?:at|whose) fault", "Look for what contributed."),
)
_PATTERNS = [(re.compile(rf"\b(?:{words})\b", re.IGNORECASE), says) for words, says in _BLAME]


@dataclass(frozen=True, slots=True)
class Hint:
    """Words of a text that might be said otherwise, and how."""

    found: str
    says: str


def hints(text: str, people: Mapping[str, str]) -> list[Hint]:
    """Give a hint for each such wording, once; `people` are names and the roles that they had."""
    told: dict[str, Hint] = {}
    for one in (*_blaming(text), *_naming(text, people)):
        told.setdefault(one.found.lower(), one)
    return list(told.values())


def _blaming(text: str) -> Iterator[Hint]:
    for pattern, says in _PATTERNS:
        for found in pattern.finditer(text):
            yield Hint(found[0], says)


def _naming(text: str, people: Mapping[str, str]) -> Iterator[Hint]:
    for name, role in people.items():
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text):
            yield Hint(name, f"Say “{role}”: what counts is what was done, not by whom.")
