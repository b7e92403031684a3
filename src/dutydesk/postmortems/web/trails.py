"""The way back from a postmortem's screens."""

from django.urls import reverse

from dutydesk.postmortems.models import Postmortem
from dutydesk.web.screens import Crumb


def trail(found: Postmortem, *, deeper: bool = False) -> list[Crumb]:
    """Give the steps back; `deeper`: from a screen that stands behind the postmortem's own."""
    incident = found.incident
    steps = [
        Crumb("Postmortems", reverse("postmortems")),
        Crumb(incident.title, reverse("incident", args=[incident.pk])),
    ]
    return (
        [*steps, Crumb("Postmortem", reverse("postmortem", args=[found.pk]))] if deeper else steps
    )
