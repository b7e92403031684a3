"""Facts that an item of a routine comes with, from whichever room knows them.

A room offers some by giving a `Gatherer` (see `Room.gives`); the process file names it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class FactLine:
    """One thing that an item is about: a subject, and what to say of it.

    `left`: it still waits for somebody, `since` then. `chased`: somebody is asked about it already,
    in another way, so that a routine says nothing more.
    """

    about: str
    text: str
    left: bool = False
    since: datetime | None = None
    chased: bool = True


@dataclass(frozen=True, slots=True)
class Gathered:
    """What there is: all of it in one sentence, the things themselves, and how many are left.

    What is left stands first. There may be more than the `lines` tell of.
    """

    says: str
    lines: tuple[FactLine, ...] = ()
    left: int = 0


@dataclass(frozen=True, slots=True)
class GatherRequest:
    """For when facts are wanted: what came `since`, how it is `at` this moment, what comes `until`.

    `routine` is the routine's id. `comes`, `due`: from when to when it is to be done. `patience`:
    how long something may wait, in support time.
    """

    at: datetime
    since: datetime
    until: datetime
    routine: str
    comes: datetime
    due: datetime
    patience: timedelta


@dataclass(frozen=True, slots=True)
class Gatherer:
    """Whoever knows the facts that a process file calls by this name."""

    name: str
    gather: Callable[[GatherRequest], Gathered]
