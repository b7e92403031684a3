"""What every template may show."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from dutydesk.kernel.actions import Person
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import screen_of, subject
from dutydesk.people.flows.zones import read_zone
from dutydesk.process.flows import process
from dutydesk.site import menu
from dutydesk.site.counts import counts
from dutydesk.site.versions import VERSION
from dutydesk.wiring import ACTIONS, rehearses

SHORTCUTS = (
    ("?", "This list"),
    ("/", "Find"),
    ("gn", "Now"),
    ("ga", "Alarms"),
    ("gi", "Incidents"),
    ("gq", "Questions"),
    ("gc", "Channels"),
    ("gb", "Board"),
    ("gs", "Shifts"),
    ("gm", "Measures"),
    ("gp", "Process"),
    ("w", "Write, where there is something to write in"),
)
"""The keys of the script, and what each does."""


def desk(request: HttpRequest) -> dict[str, Any]:
    """Give the team's name, its zone, and for whoever is signed in the frame around the screen."""
    try:
        current = process.in_force()
    except Refused:
        return {"menu": ()}
    shown: dict[str, Any] = {
        "actions": ACTIONS,
        "team": current.team.name,
        "zone": current.zone,
        "rehearsal": rehearses(),
        "release": VERSION,
        "shortcuts": SHORTCUTS,
    }
    person: Person | None = request.person  # type: ignore[attr-defined]  # set by our middleware
    if not request.user.is_authenticated or person is None:
        return shown
    return shown | {"reader_zone": read_zone(person.zone)} | _frame(request, person)


def _where(request: HttpRequest) -> str:
    """Give where one is: with a form, where what it is about is shown."""
    match = request.resolver_match
    if match is None or match.url_name != "do":
        return request.path
    action, about = match.kwargs["action"], match.kwargs["about"]
    return screen_of(about if ":" in about else subject(action.partition(".")[0], 0))


def _frame(request: HttpRequest, person: Person) -> dict[str, Any]:
    path, where = request.path, _where(request)
    place = menu.place_of(where, person) if where != "/" or path == "/" else None
    parts = menu.parts_of(place, person)
    part = menu.part_at(parts, where)
    trail = [each for each in (place, part) if each and each.address != path]
    if len(trail) == 2 and trail[0].address == trail[1].address:
        trail.pop()
    return {
        "menu": menu.menu_of(person),
        "foot": menu.foot_of(person),
        "top": {"find": menu.FIND, "own": menu.own_of(person), "deed": menu.deed_of(person)},
        "place": place,
        "tabs": parts,
        "tab": part,
        "trail": trail,
        "counts": SimpleLazyObject(lambda: counts(person)),
    }
