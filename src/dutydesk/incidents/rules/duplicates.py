"""When two declarations are of one thing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

WITHIN = timedelta(minutes=10)
"""How far apart two people declare the same thing, each without knowing of the other."""
TWICE = timedelta(minutes=1)
"""How far apart the very same words of the same person are one press of a button too many."""


@dataclass(frozen=True, slots=True)
class Declared:
    """An incident as it was declared: by whom, what they said of it, and when."""

    number: int
    by: str
    title: str
    services: frozenset[int]
    source: str
    at: datetime


def pressed_twice(new: Declared, running: Iterable[Declared]) -> Declared | None:
    """Give the incident that the same person declared in the very same words just now."""
    for one in running:
        same = (one.by, one.title, one.services, one.source)
        if one.at <= new.at < one.at + TWICE and same == (
            new.by,
            new.title,
            new.services,
            new.source,
        ):
            return one
    return None


def maybe_same(new: Declared, running: Iterable[Declared]) -> Declared | None:
    """Give the incident of just now that is of a service, or from a source, of this one too."""
    for one in running:
        source = bool(new.source) and one.source == new.source
        just_now = timedelta() <= new.at - one.at <= WITHIN
        if just_now and (source or one.services & new.services):
            return one
    return None
