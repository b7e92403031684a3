"""Whom a text of another tool means: by a whole name or an address, never by part of a word."""

import re
import unicodedata
from collections.abc import Iterable, Mapping


def key(text: str) -> str:
    """Give a name or an address as it is compared: however it is written, and its letters coded."""
    return unicodedata.normalize("NFC", text.strip().casefold())


def find(
    text: str, addresses: Iterable[str], known: Mapping[str, int], organizer: str = ""
) -> int | None:
    """Give the number of whoever is meant; None if that is nobody, or more than one.

    `known`: names and addresses by their `key`, with their numbers. The whole text goes first,
    then the only one of the `addresses` who is known, then the only name or address among its
    words: “ada” is not in “adam” or “d'ada”, nor in “ada@elsewhere.org”. Where neither tells of
    anybody, the `organizer` is meant, who often only wrote it down for others.
    """
    whole = key(text)
    if whole in known:
        return known[whole]
    invited = _invited(addresses, known)
    if len(invited) == 1:
        return invited.pop()
    within = _within(whole, known)
    if invited or within:
        return within.pop() if len(within) == 1 else None
    return known.get(key(organizer))


def candidates(text: str, addresses: Iterable[str], known: Mapping[str, int]) -> set[int]:
    """Give everybody who is named or invited, where `find` gives nobody since it is several."""
    return _invited(addresses, known) | _within(key(text), known)


def _invited(addresses: Iterable[str], known: Mapping[str, int]) -> set[int]:
    return {known[key(one)] for one in addresses if key(one) in known}


def _within(whole: str, known: Mapping[str, int]) -> set[int]:
    longest_first = sorted(filter(None, known), key=len, reverse=True)
    named = "|".join(map(re.escape, longest_first)) or "(?!)"
    words = re.findall(rf"(?<![\w.+-])(?<!\w['\u2019])(?:{named})(?![\w@]|[.+-]\w)", whole)
    return {known[name] for name in words}
