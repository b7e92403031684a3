"""What the desk does because of what somebody says in the ask channel, by where they say it."""

from collections.abc import Callable, Set
from enum import StrEnum

from dutydesk.desk.rules.meanings import Meaning


class Place(StrEnum):
    """Where something is said: at the top level or in a question's thread, and by whom."""

    TOP = "top"
    TEAM_TOP = "team_top"
    ASKER_OPEN = "asker_open"
    ASKER_ANSWERED = "asker_answered"
    ASKER_WAITING = "asker_waiting"
    ASKER_SOLVED = "asker_solved"
    ASKER_SILENT = "asker_silent"
    ENGINEER = "engineer"
    ENGINEER_OWN = "engineer_own"
    OTHER_OPEN = "other_open"
    OTHER_SOLVED = "other_solved"


class Deed(StrEnum):
    """What follows.

    `WORD`: it is said of its author's last question. `ADDITION`: it is a part of that. `ASK`: it
    stays solved, and its asker is told how to open it again. `GOES_ON`: the asker has said more.
    """

    QUESTION = "question"
    WORD = "word"
    ADDITION = "addition"
    SAME = "same"
    SOLVE = "solve"
    OFFER = "offer"
    WAIT = "wait"
    GOES_ON = "goes-on"
    REOPEN = "reopen"
    ASK = "ask"
    ANSWER = "answer"
    NOTHING = "nothing"


NEWS = frozenset(
    {
        Meaning.ASKS,
        Meaning.WANTS,
        Meaning.FAILS,
        Meaning.SAYS,
        Meaning.ADDS,
        Meaning.SAME,
        Meaning.CONFIRMS,
    }
)
"""What goes on with a question that was asked moments ago."""
ENDED = frozenset({Meaning.THANKS, Meaning.POLITE, Meaning.WORKS, Meaning.FOUND, Meaning.CLOSES})
"""What is no question, even if nothing was asked before."""
_TROUBLE = frozenset({Meaning.ASKS, Meaning.WANTS, Meaning.FAILS})
_ENDS = frozenset({Meaning.FOUND, Meaning.CLOSES})
_NEW = frozenset({Meaning.SAYS, Meaning.ADDS, Meaning.SAME, Meaning.CONFIRMS})


def deed(place: Place, said: Set[Meaning]) -> Deed:
    """Give what follows of what was said there; on doubt a solved question stays solved."""
    return _AT[place](said)


def _top(said: Set[Meaning]) -> Deed:
    if Meaning.ADDS in said and not said & {Meaning.ASKS, Meaning.WANTS}:
        return Deed.ADDITION
    if (Meaning.SAME in said and Meaning.ASKS not in said) or said == {Meaning.AGREES}:
        return Deed.SAME
    if said & _TROUBLE:
        return Deed.QUESTION
    if Meaning.NOTICE in said or said <= {Meaning.GREETS, Meaning.EMOJI, Meaning.CALLS}:
        return Deed.NOTHING
    if said & _ENDS:
        return Deed.WORD
    if said & {Meaning.SAYS, Meaning.CONFIRMS}:
        return Deed.QUESTION
    return Deed.WORD


def _team_top(said: Set[Meaning]) -> Deed:
    """Only what plainly asks, and nobody in particular, is a question of the team's own."""
    return Deed.QUESTION if Meaning.ASKS in said and Meaning.CALLS not in said else Deed.NOTHING


def _asker_open(said: Set[Meaning]) -> Deed:
    if said & _TROUBLE or said & {Meaning.SAME, Meaning.ADDS}:
        return Deed.NOTHING
    if said & _ENDS:
        return Deed.SOLVE
    if Meaning.WORKS in said:
        return Deed.OFFER if Meaning.SAYS in said else Deed.SOLVE
    return (
        Deed.OFFER
        if Meaning.THANKS in said and not said & (_NEW | {Meaning.LATER})
        else Deed.NOTHING
    )


def _asker_answered(said: Set[Meaning]) -> Deed:
    found = _asker_waiting(said)
    return Deed.WAIT if found == Deed.NOTHING and Meaning.LATER in said else found


def _asker_waiting(said: Set[Meaning]) -> Deed:
    if said & _TROUBLE:
        return Deed.GOES_ON
    if said & _ENDS:
        return Deed.SOLVE
    if Meaning.WORKS in said:
        return Deed.OFFER
    return Deed.GOES_ON if said & _NEW and Meaning.LATER not in said else Deed.NOTHING


def _asker_solved(said: Set[Meaning]) -> Deed:
    if said & (_TROUBLE | {Meaning.SAME}):
        return Deed.REOPEN
    return (
        Deed.ASK
        if said <= {Meaning.SAYS, Meaning.ADDS, Meaning.CALLS, Meaning.GREETS, Meaning.NOTICE}
        and (said & {Meaning.SAYS, Meaning.ADDS})
        else Deed.NOTHING
    )


def _asker_silent(said: Set[Meaning]) -> Deed:
    if said & (_ENDS | {Meaning.WORKS}) and not said & _TROUBLE:
        return Deed.NOTHING
    return (
        Deed.REOPEN
        if said & (_TROUBLE | {Meaning.SAYS, Meaning.ADDS, Meaning.SAME})
        else Deed.NOTHING
    )


def _engineer(said: Set[Meaning]) -> Deed:
    if Meaning.CLOSES in said and Meaning.ASKS not in said:
        return Deed.SOLVE
    return Deed.NOTHING if said <= {Meaning.SAME, Meaning.AGREES, Meaning.EMOJI} else Deed.ANSWER


def _engineer_own(said: Set[Meaning]) -> Deed:
    more = _TROUBLE | {Meaning.ADDS, Meaning.LATER, Meaning.SAME, Meaning.AGREES}
    if said & more:
        return Deed.NOTHING
    return Deed.NOTHING if said <= {Meaning.GREETS, Meaning.EMOJI, Meaning.CALLS} else Deed.SOLVE


def _other_open(said: Set[Meaning]) -> Deed:
    return Deed.SAME if said & {Meaning.SAME, Meaning.AGREES} else Deed.NOTHING


def _other_solved(said: Set[Meaning]) -> Deed:
    return Deed.QUESTION if said & (_TROUBLE | {Meaning.SAME}) else Deed.NOTHING


_AT: dict[Place, Callable[[Set[Meaning]], Deed]] = {
    Place.TOP: _top,
    Place.TEAM_TOP: _team_top,
    Place.ASKER_OPEN: _asker_open,
    Place.ASKER_ANSWERED: _asker_answered,
    Place.ASKER_WAITING: _asker_waiting,
    Place.ASKER_SOLVED: _asker_solved,
    Place.ASKER_SILENT: _asker_silent,
    Place.ENGINEER: _engineer,
    Place.ENGINEER_OWN: _engineer_own,
    Place.OTHER_OPEN: _other_open,
    Place.OTHER_SOLVED: _other_solved,
}
