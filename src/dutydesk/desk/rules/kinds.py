"""Kinds of request that people spell in several ways, taken as one.

Two spellings are one kind if they differ in case, spaces or punctuation alone, in a plural, or in
words of which one is a misspelling of the other. A word is taken as misspelt if it and a more
frequent word have at least six letters each and no digit, begin with the same letter, and are one
edit apart: a letter more, less or other, or two neighbours swapped (Damerau and Levenshtein's
distance of one). The more frequent word, over all kinds, is the right one. A kind goes by its most
frequent spelling without a misspelt word.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

SHORTEST = 6
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Spelling:
    """A spelling that was taken as a kind that is spelt otherwise, and why."""

    spelling: str
    count: int
    kind: str
    why: str


def kinds(counts: Mapping[str, int]) -> dict[str, str]:
    """Give for each spelling the kind that it is taken as, from how often each is used.

    Whatever order they come in, and however often it is done: kinds are never merged any further.
    """
    known = {spelling: spelling for spelling in counts}
    while True:
        used: Counter[str] = Counter()
        for spelling, kind in known.items():
            used[kind] += counts[spelling]
        merged = _once(used)
        if all(kind == other for kind, other in merged.items()):
            return known
        known = {spelling: merged[kind] for spelling, kind in known.items()}


def respelt(counts: Mapping[str, int]) -> tuple[Spelling, ...]:
    """Give the spellings that were taken as another, the most frequent first."""
    found = [
        Spelling(spelling, counts[spelling], kind, _why(spelling, kind))
        for spelling, kind in kinds(counts).items()
        if spelling != kind
    ]
    return tuple(sorted(found, key=lambda one: (-one.count, one.spelling)))


def _once(counts: Mapping[str, int]) -> dict[str, str]:
    used: Counter[str] = Counter()
    for spelling, count in counts.items():
        used.update(dict.fromkeys(_words(spelling), count))
    right = _right(used)
    groups: dict[str, list[str]] = defaultdict(list)
    for spelling in counts:
        # Nothing but punctuation has no words: it is a kind of its own.
        key = "".join(right[word] for word in _words(spelling)) or spelling
        groups[key].append(spelling)

    def best(spelling: str) -> tuple[int, int, str]:
        misspelt = sum(right[word] != word for word in _words(spelling))
        return misspelt, -counts[spelling], spelling

    return {spelling: min(group, key=best) for group in groups.values() for spelling in group}


def _words(spelling: str) -> list[str]:
    """Give the words of a spelling in lower case, in the singular."""
    return [_singular(word) for word in _plain(spelling)]


def _plain(spelling: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", spelling).casefold())


def _singular(word: str) -> str:
    if len(word) < 4 or word.endswith(("ss", "us", "is")) or not word.endswith("s"):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("sses", "shes", "ches", "xes")) else word[:-1]


def _right(used: Mapping[str, int]) -> dict[str, str]:
    """Give for each word the right one: a more frequent word that is one edit away, or itself.

    A word that was found misspelt makes no other wrong, so that no chain of edits joins two words.
    """
    right: dict[str, str] = {}
    near: dict[str, list[str]] = defaultdict(list)
    for word in sorted(used, key=lambda each: (-used[each], each)):
        right[word] = word
        if len(word) < SHORTEST or any(letter.isdigit() for letter in word):
            continue
        others = [other for short in _shortened(word) for other in near[short]]
        found = [other for other in others if _one_edit(word, other)]
        if found:
            right[word] = min(found, key=lambda each: (-used[each], each))
            continue
        for short in _shortened(word):
            near[short].append(word)
    return right


def _shortened(word: str) -> Iterator[str]:
    """Give a word and what is left of it without one letter: two near words share one of these."""
    yield word
    for place in range(1, len(word)):
        yield word[:place] + word[place + 1 :]


def _one_edit(one: str, other: str) -> bool:
    """Say whether two words that begin alike are one edit apart."""
    if one[0] != other[0] or one == other:
        return False
    start = next(
        (at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]),
        min(len(one), len(other)),
    )
    left, right = one[start:], other[start:]
    swapped = left[:2] == right[:2][::-1] and left[2:] == right[2:] and len(left) > 1
    return left[1:] == right[1:] or left[1:] == right or left == right[1:] or swapped


def _why(spelling: str, kind: str) -> str:
    one, other = _plain(spelling), _plain(kind)
    if one == other:
        return "case, spaces or punctuation"
    singular, others = _words(spelling), _words(kind)
    if "".join(singular) == "".join(others):
        return "a plural" if len(one) == len(other) else "spaces"
    pairs = zip(singular, others, strict=False)
    return ", ".join(f"{wrong} for {right}" for wrong, right in pairs if wrong != right)
