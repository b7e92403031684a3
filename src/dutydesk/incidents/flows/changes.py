"""Changing what an incident is, by people who may do so at once: the second sees what changed."""

from django.db.models import QuerySet

from dutydesk.incidents.flows.events import CHANGES
from dutydesk.incidents.models import Incident
from dutydesk.journal.flows import seen as changes_seen
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import subject


class NotChangeable(Refused):
    """What this incident is can't be changed here."""


def latest(about: str) -> int:
    """Give the number of the last change of what an incident is; 0 if there was none."""
    return changes_seen.latest(about, CHANGES)


def changes(about: str) -> QuerySet[JournalEntry]:
    """Give the entries of what changed what an incident is."""
    return changes_seen.changes(about, CHANGES)


def unchanged(incident: int, seen: int | None) -> Incident:
    """Give an incident whose last change is the one that was seen, locked until the flow is done.

    Refused with what changed since and by whom; `seen` is None where nobody looked first. One that
    was imported is kept elsewhere, and one that is part of another is changed there.
    """
    found = Incident.objects.select_for_update(of=("self",)).get(pk=incident)
    if found.imported_key is not None:
        raise NotChangeable(
            "This incident is kept in a log elsewhere.", "Correct it there, and import it again."
        )
    if found.merged_into_id is not None:
        raise NotChangeable(
            f"This incident is part of incident {found.merged_into_id}.", "Change that one."
        )
    changes_seen.check(subject("incident", incident), CHANGES, seen)
    return found
