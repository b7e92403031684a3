"""Surnames by which people are meant, as far as no ordinary word is taken for one."""

from collections.abc import Iterable, Mapping

SHORTEST = 3
_WORDS = """
Baker Banks Bar Barber Bell Best Bill Bird Black Blue Bond Book Boot Bridge Bridges Broad Brook
Brooks Brown Bush Butler Card Carter Case Chance Chase Church Clay Cloud Coin Cook Cope Cross Day
Dean Driver East English Farmer Field Fields Fisher Flood Forest Fox Frame Frank French Frost
Gates German Glass Gold Good Grant Gray Green Grey Hall Hand Harmer Head Heath High Hill Hook Hope
Host Hunt Hunter Just Key Keys Kind King Knight Lake Land Lane Law Lead Light Line Link Little
Load Lock Log Long Love Low Major Man March Mark Marks Marsh Mason May Mills Miner Moon Moss New
Night Noble North Page Paper Park Parks Pass Path Peak Penny Piper Pool Poor Pope Port Post Potter
Pound Power Powers Price Prince Queue Rain Reader Rich Ring River Rivers Rock Root Rose Rush Sales
Self Sharp Shell Shepherd Shield Ship Shore Short Silver Singer Small Smart Snow South Spring
Stack Star Steel Still Stock Stone Storm Story Strange Street Strong Summer Summers Swift Table
Temple Train Tree Trigger Turner Wade Walker Wall Ward Water Waters Weaver Weeks West Wheeler
White Wild Will Win Winter Winters Wise Wolf Wood Woods Worth Young
"""
_ORDINARY = frozenset(_WORDS.split())


def surname(name: str) -> str:
    """Give the last word of a name of several; "" if it may as well be an ordinary word."""
    *before, last = name.split() or [""]
    fit = before and len(last) >= SHORTEST and last[0].isupper() and last not in _ORDINARY
    return last if fit else ""


def surnames(called: Mapping[str, str], involved: Iterable[str], shared: str) -> dict[str, str]:
    """Give what those who were involved are called instead, by their surnames alone.

    `shared`: what one is called whose surname several have.
    """
    found: dict[str, str] = {}
    for name in involved:
        last = surname(name)
        if last and name in called:
            found[last] = called[name] if found.get(last, called[name]) == called[name] else shared
    return found
