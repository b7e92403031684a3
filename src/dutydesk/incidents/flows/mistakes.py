"""Taking back a declaration: there was no incident, and everybody who was told hears so."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from dutydesk.incidents.flows import changes, endings, maintenance_mode, updates
from dutydesk.incidents.flows.events import IncidentMistaken
from dutydesk.incidents.models import Incident
from dutydesk.incidents.rules.corrections import CorrectionRefused
from dutydesk.incidents.words import change_words
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.process.flows import process


@transaction.atomic
@process.held()
def take_back(
    *,
    incident: int,
    reason: str,
    seen: int | None,
    by: Person,
    at: datetime,
    parts_too: bool = False,
) -> Incident:
    """Say that it was declared by mistake: it counts in no measure, and nothing is owed of it.

    One that was resolved already may be a mistake too. If others were merged into it, they count
    with it alone: refused, unless they were none either (`parts_too`). Clauses incident.resolve
    and measure.incidents.
    """
    found = changes.unchanged(incident, seen)
    if found.state == Incident.State.MISTAKE:
        raise CorrectionRefused("It was declared by mistake already.", "There is nothing to do.")
    merged = _to_take_back(found, parts_too=parts_too)
    goes_on = found.state == Incident.State.OPEN
    found.resolved = found.resolved or at
    _part([found, *merged])
    endings.owe_nothing(found, at, "It was declared by mistake.")
    _tell(found, "", change_words.no_incident(by.name, reason), reason, by, at)
    of = f", with incident {found.pk}, “{found.title}”, of which it was a part"
    for one in merged:
        _tell(one, of, change_words.no_part(by.name, found.title, reason), reason, by, at)
    if goes_on:
        maintenance_mode.owe_back(found, at)
        endings.let_alarms_go(found, by.name, at, "incident.resolve")
    return found


def parts(incident: Incident) -> Sequence[Incident]:
    """Give the incidents that are part of one, in the order of their numbers."""
    return list(incident.merged.order_by("pk"))


def _to_take_back(whole: Incident, *, parts_too: bool) -> Sequence[Incident]:
    """Give what is part of it and is taken back with it; refused unless that was meant."""
    found = parts(whole)
    if found and not parts_too:
        raise CorrectionRefused(
            change_words.has_parts(one.title for one in found),
            "Correct the title, services and times of this one to what did happen; or say that "
            "what is part of it was no incident either.",
        )
    return found


def _part(whole: Sequence[Incident]) -> None:
    """Let each of these be a mistake of its own: what is known of one by another alone is not."""
    declared = {one.declared for one in whole}
    for one in whole:
        one.state, one.merged_into = Incident.State.MISTAKE, None
        if one.fault_occurs is None and one.detected in declared:
            one.detected = one.declared
        one.save(update_fields=["state", "merged_into", "resolved", "detected"])


def _tell(incident: Incident, of: str, text: str, reason: str, by: Person, at: datetime) -> None:
    """Write down that it was none, and say so to everybody who was told of it, in its own place."""
    entry = journal.record(
        event=IncidentMistaken(incident.pk),
        subject=incident.about,
        text=f"{by.name} took it back as declared by mistake{of}. Why: {reason}",
        at=at,
        actor=by.name,
        clause="incident.resolve",
    )
    updates.say_over(incident, text, at)
    message = change_words.mistaken(title=incident.title, text=text)
    key = updates.change_key(incident.about, entry.pk)
    updates.tell_told(incident, incident.told, message, key=key, at=at)
