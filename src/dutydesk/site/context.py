"""What every template may show."""

from typing import Any

from django.http import HttpRequest

from dutydesk.kernel.refusals import Refused
from dutydesk.process.flows import process
from dutydesk.wiring import REHEARSAL

SECTIONS = (
    ("Now", "/", ("/owed/",)),
    ("Alarms", "/alarms/", ("/pages/",)),
    ("Incidents", "/incidents/", ("/postmortems/",)),
    ("Questions", "/questions/", ()),
    ("Channels", "/channels/", ("/threads/", "/posts/")),
    ("Board", "/board/", ("/tickets/",)),
    ("Shifts", "/shifts/", ()),
    ("Services", "/services/", ()),
    ("People", "/people/", ()),
    ("Measures", "/measures/", ()),
    ("Process", "/process/", ()),
)
"""Each section's title and screen, and where else one is in it."""

MINE = "/pages/ways/"
"""One's own screen, which the name at the head leads to; it is in no section."""


def _is_open(path: str, address: str, others: tuple[str, ...]) -> bool:
    if path.startswith(MINE):
        return False
    return path == address or path.startswith(others + ((address,) if address != "/" else ()))


def desk(request: HttpRequest) -> dict[str, Any]:
    """Give the team's name, its zone, and the sections with the one that is open."""
    try:
        current = process.in_force()
    except Refused:
        return {"sections": ()}
    path = request.path
    sections = [
        (title, address, _is_open(path, address, others)) for title, address, others in SECTIONS
    ]
    return {
        "team": current.team.name,
        "zone": current.zone,
        "sections": sections if request.user.is_authenticated else (),
        "finding": path == "/find",
        "mine": path.startswith(MINE),
        "rehearsal": REHEARSAL,
    }
