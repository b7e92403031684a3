"""Whom a text of another tool means: by a whole name or an address, never by part of a word."""

import re
from collections.abc import Iterable, Mapping


def find(
    text: str, addresses: Iterable[str], known: Mapping[str, int], organizer: str = ""
) -> int | None:
    """Give the number of whoever is meant; None if that is nobody, or more than one.

    `known`: names and addresses, case-folded, with their numbers. The whole text goes first, then
    the only one of the `addresses` who is known, then the only name or address among its words:
    “ada” is not in “adam”, nor in “ada@elsewhere.org”. Where neither tells of anybody, the
    `organizer` is meant, who often only wrote it down for others.
    """
    whole = text.strip().casefold()
    if whole in known:
        return known[whole]
    invited = {known[one.casefold()] for one in addresses if one.casefold() in known}
    if len(invited) == 1:
        return invited.pop()
    longest_first = sorted(filter(None, known), key=len, reverse=True)
    named = "|".join(map(re.escape, longest_first)) or "(?!)"
    words = re.findall(rf"(?<![\w.+-])(?:{named})(?![\w@]|[.+-]\w)", whole)
    within = {known[name] for name in words}
    if invited or within:
        return within.pop() if len(within) == 1 else None
    return known.get(organizer.casefold())
