"""What the public is told when an incident is reopened, taken back, or part of another."""

from dutydesk.incidents.models import Incident
from dutydesk.ports.audiences import PublicChange

MISTAKEN = PublicChange("mistaken")


def merged(into: Incident | None) -> PublicChange:
    """Give that it is part of another, which is named only where the public knows of it."""
    return PublicChange("merged", into.title if into is not None and into.user_impact else "")


def reopened(incident: Incident, *, mistaken: bool) -> PublicChange:
    """Give that it goes on; `mistaken`: the public had been told that there was none."""
    if mistaken:
        return PublicChange("reopened", after="mistaken")
    late = incident.late(incident.updates.all())
    return PublicChange("reopened", after="late" if late else "")
