"""Resolving an incident: everybody who was told is told."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from dutydesk.commitments import flows as commitments
from dutydesk.incidents.flows import maintaining, telling
from dutydesk.incidents.flows.reaching import AFTER_LIMIT, show_limit
from dutydesk.incidents.models import Incident
from dutydesk.journal import flows as journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.facts import Fact
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import subject


class ResolutionRefused(Refused):
    """The incident can't be resolved as told."""


@dataclass(frozen=True)
class IncidentResolved(Fact):
    """An incident is over."""

    kind: ClassVar[str] = "incident.resolved"
    incident: int
    priority: str


@transaction.atomic
def resolve(
    *, incident: int, text: str, repaired: datetime | None, by: Person, at: datetime
) -> Incident:
    """End it: the last update goes to everybody who was told, and nothing more is owed.

    Unless a service of it is still in maintenance: that it comes back is owed at once.
    """
    found = telling.open_incident(incident)
    if not text.strip():
        raise ResolutionRefused("Nobody is told how it ended.", "Write the last update.")
    if repaired is not None and repaired > at:
        raise ResolutionRefused("It can't be repaired in the future.", "Correct the time.")
    began = found.fault_occurs or found.detected
    if repaired is not None and began is not None and repaired < began:
        raise ResolutionRefused("It can't be repaired before it began.", "Correct the time.")
    found.state, found.resolved, found.repaired = Incident.State.RESOLVED, at, repaired or at
    found.save(update_fields=["state", "resolved", "repaired"])
    about = subject("incident", found.pk)
    commitments.keep(kind="incident.update", subject=about, at=at)
    for kind in (
        "incident.gathering",
        "incident.limit",
        "incident.takeover",
        *AFTER_LIMIT,
    ):
        commitments.withdraw(kind=kind, subject=about, at=at)
    show_limit(found, at, "It is resolved.")
    maintaining.owe_back(found, at)
    telling.record_update(found, text.strip(), None, by, at)
    telling.say_over(found, text.strip(), at)
    journal.record(
        fact=IncidentResolved(found.pk, found.priority),
        subject=about,
        text=f"Resolved: {found.title}",
        at=at,
        actor=by.name,
        clause="incident.resolve",
    )
    return found
