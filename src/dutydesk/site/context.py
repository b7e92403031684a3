"""What every template may show."""

from functools import cache
from typing import Any

from django.http import HttpRequest

from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.room import Section
from dutydesk.process.flows import process
from dutydesk.wiring import rehearses, rooms

HERE = (Section("Now", "/", 10, ("/owed/",)),)
MINE = "/pages/ways/"
"""One's own screen, which the name at the head leads to; it is in no section."""


@cache
def menu() -> tuple[Section, ...]:
    """Give each section of the menu, in the order in which they stand."""
    theirs = [section for room in rooms() for section in room.sections]
    return tuple(sorted([*HERE, *theirs], key=lambda section: section.place))


def _is_open(path: str, section: Section) -> bool:
    if path.startswith(MINE):
        return False
    below = (section.screen,) if section.screen != "/" else ()
    return path == section.screen or path.startswith(section.also + below)


def desk(request: HttpRequest) -> dict[str, Any]:
    """Give the team's name, its zone, and the sections with the one that is open."""
    try:
        current = process.in_force()
    except Refused:
        return {"sections": ()}
    path = request.path
    sections = [(one.title, one.screen, _is_open(path, one)) for one in menu()]
    return {
        "team": current.team.name,
        "zone": current.zone,
        "sections": sections if request.user.is_authenticated else (),
        "finding": path == "/find",
        "mine": path.startswith(MINE),
        "rehearsal": rehearses(),
    }
