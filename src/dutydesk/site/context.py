"""What every template may show."""

from typing import Any

from django.http import HttpRequest

from dutydesk.kernel.refusals import Refused
from dutydesk.process import flows as process
from dutydesk.wiring import REHEARSAL

SECTIONS = (
    ("Now", "/"),
    ("Channels", "/channels/"),
    ("Incidents", "/incidents/"),
    ("Services", "/services/"),
    ("Board", "/board/"),
    ("Shifts", "/shifts/"),
    ("People", "/people/"),
    ("Measures", "/measures/"),
    ("Process", "/process/"),
)


def desk(request: HttpRequest) -> dict[str, Any]:
    """Give the team's name, its zone, and the sections with the one that is open."""
    try:
        current = process.in_force()
    except Refused:
        return {"sections": ()}
    path = request.path
    sections = [
        (title, address, path == address if address == "/" else path.startswith(address))
        for title, address in SECTIONS
    ]
    return {
        "team": current.team.name,
        "zone": current.zone,
        "sections": sections if request.user.is_authenticated else (),
        "rehearsal": REHEARSAL,
    }
