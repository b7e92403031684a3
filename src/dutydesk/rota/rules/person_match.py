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
    invited = {known[key(one)] for one in addresses if key(one) in known}
    if len(invited) == 1:
        return invited.pop()
    longest_first = sorted(filter(None, known), key=len, reverse=True)
    named = "|".join(map(re.escape, longest_first)) or "(?!)"
    words = re.findall(rf"(?<![\w.+-])(?<!\w['\u2019])(?:{named})(?![\w@]|[.+-]\w)", whole)
    within = {known[name] for name in words}
    if invited or within:
        return within.pop() if len(within) == 1 else None
    return known.get(key(organizer))
