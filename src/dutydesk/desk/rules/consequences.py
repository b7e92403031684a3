"""What the desk does because of what somebody says in the ask channel, by where they say it."""

from collections.abc import Callable, Set
from enum import StrEnum

from dutydesk.desk.rules.meanings import Meaning


class Scene(StrEnum):
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


class Consequence(StrEnum):
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


_TROUBLE = frozenset({Meaning.ASKS, Meaning.WANTS, Meaning.FAILS})
_NEW = frozenset({Meaning.SAYS, Meaning.ADDS, Meaning.SAME, Meaning.CONFIRMS})
_ENDS = frozenset({Meaning.FOUND, Meaning.CLOSES})
NEWS = _TROUBLE | _NEW
"""What goes on with a question that was asked moments ago."""
ENDED = _ENDS | {Meaning.THANKS, Meaning.POLITE}
"""What is no question, even if nothing was asked before."""


def consequence(scene: Scene, said: Set[Meaning]) -> Consequence:
    """Give what follows of what was said there; on doubt a solved question stays solved."""
    return _AT[scene](said)


def _top(said: Set[Meaning]) -> Consequence:
    if Meaning.ADDS in said and not said & {Meaning.ASKS, Meaning.WANTS}:
        return Consequence.ADDITION
    if (
        Meaning.SAME in said and not said & {Meaning.ASKS, Meaning.SAYS, Meaning.FAILS}
    ) or said == {Meaning.AGREES}:
        return Consequence.SAME
    if said & _TROUBLE:
        return Consequence.QUESTION
    if Meaning.NOTICE in said or said <= {Meaning.GREETS, Meaning.EMOJI, Meaning.CALLS}:
        return Consequence.NOTHING
    if said & _ENDS:
        return Consequence.WORD
    if said & {Meaning.SAYS, Meaning.CONFIRMS} or (Meaning.DETAIL in said and not said & ENDED):
        return Consequence.QUESTION
    return Consequence.WORD


def _team_top(said: Set[Meaning]) -> Consequence:
    """Only what plainly asks, and nobody in particular, is a question of the team's own."""
    told = said & {Meaning.CALLS, Meaning.NOTICE}
    return Consequence.QUESTION if Meaning.ASKS in said and not told else Consequence.NOTHING


def _asker_open(said: Set[Meaning]) -> Consequence:
    if said & _TROUBLE or said & {Meaning.SAME, Meaning.ADDS}:
        return Consequence.NOTHING
    if said & _ENDS:
        return Consequence.OFFER if Meaning.INSTEAD in said else Consequence.SOLVE
    if Meaning.WORKS in said:
        return Consequence.OFFER if said & {Meaning.SAYS, Meaning.DETAIL} else Consequence.SOLVE
    return (
        Consequence.OFFER
        if Meaning.THANKS in said and not said & (_NEW | {Meaning.LATER})
        else Consequence.NOTHING
    )


def _asker_answered(said: Set[Meaning]) -> Consequence:
    found = _asker_waiting(said)
    return Consequence.WAIT if found == Consequence.NOTHING and Meaning.LATER in said else found


def _asker_waiting(said: Set[Meaning]) -> Consequence:
    if said & _TROUBLE:
        return Consequence.GOES_ON
    if said & _ENDS:
        return Consequence.GOES_ON if Meaning.INSTEAD in said else Consequence.SOLVE
    if Meaning.WORKS in said:
        return Consequence.OFFER
    return Consequence.GOES_ON if said & _NEW and Meaning.LATER not in said else Consequence.NOTHING


def _asker_solved(said: Set[Meaning]) -> Consequence:
    hindsight = Meaning.PAST in said and not said & {Meaning.ASKS, Meaning.WANTS}
    if said & (_TROUBLE | {Meaning.SAME}):
        return Consequence.ASK if hindsight and Meaning.SAME not in said else Consequence.REOPEN
    return (
        Consequence.ASK
        if said <= {Meaning.SAYS, Meaning.ADDS, Meaning.CALLS, Meaning.GREETS, Meaning.NOTICE}
        and (said & {Meaning.SAYS, Meaning.ADDS})
        else Consequence.NOTHING
    )


def _asker_silent(said: Set[Meaning]) -> Consequence:
    if said & (_ENDS | {Meaning.WORKS}) and not said & _TROUBLE:
        return Consequence.NOTHING
    return (
        Consequence.REOPEN
        if said & (_TROUBLE | {Meaning.SAYS, Meaning.ADDS, Meaning.SAME})
        else Consequence.NOTHING
    )


def _engineer(said: Set[Meaning]) -> Consequence:
    if Meaning.CLOSES in said and Meaning.ASKS not in said:
        return Consequence.SOLVE
    return (
        Consequence.NOTHING
        if said <= {Meaning.SAME, Meaning.AGREES, Meaning.EMOJI}
        else Consequence.ANSWER
    )


def _engineer_own(said: Set[Meaning]) -> Consequence:
    """Ask about what merely says something: it may be the answer, or more of the question."""
    more = _TROUBLE | {Meaning.ADDS, Meaning.LATER, Meaning.SAME, Meaning.AGREES, Meaning.NOTICE}
    if said & more:
        return Consequence.NOTHING
    if said & (_ENDS | {Meaning.WORKS, Meaning.THANKS, Meaning.CONFIRMS}):
        return Consequence.SOLVE
    return Consequence.OFFER if Meaning.SAYS in said else Consequence.NOTHING


def _other_open(said: Set[Meaning]) -> Consequence:
    return Consequence.SAME if said & {Meaning.SAME, Meaning.AGREES} else Consequence.NOTHING


def _other_solved(said: Set[Meaning]) -> Consequence:
    return Consequence.QUESTION if said & (_TROUBLE | {Meaning.SAME}) else Consequence.NOTHING


_AT: dict[Scene, Callable[[Set[Meaning]], Consequence]] = {
    Scene.TOP: _top,
    Scene.TEAM_TOP: _team_top,
    Scene.ASKER_OPEN: _asker_open,
    Scene.ASKER_ANSWERED: _asker_answered,
    Scene.ASKER_WAITING: _asker_waiting,
    Scene.ASKER_SOLVED: _asker_solved,
    Scene.ASKER_SILENT: _asker_silent,
    Scene.ENGINEER: _engineer,
    Scene.ENGINEER_OWN: _engineer_own,
    Scene.OTHER_OPEN: _other_open,
    Scene.OTHER_SOLVED: _other_solved,
}
