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
    _take_back_parts(found, parts_too=parts_too, by=by, at=at)
    goes_on = found.state == Incident.State.OPEN
    found.state, found.resolved = Incident.State.MISTAKE, found.resolved or at
    found.save(update_fields=["state", "resolved"])
    endings.owe_nothing(found, at, "It was declared by mistake.")
    text = change_words.no_incident(by.name, reason)
    entry = journal.record(
        event=IncidentMistaken(found.pk),
        subject=found.about,
        text=f"{by.name} took it back as declared by mistake. Why: {reason}",
        at=at,
        actor=by.name,
        clause="incident.resolve",
    )
    updates.say_over(found, text, at)
    message = change_words.mistaken(title=found.title, text=text)
    key = f"{found.about}:change:{entry.pk}"
    updates.tell_told(found, found.told, message, key=key, at=at)
    if goes_on:
        maintenance_mode.owe_back(found, at)
        endings.let_alarms_go(found, by.name, at, "incident.resolve")
    return found


def parts(incident: Incident) -> Sequence[Incident]:
    """Give the incidents that are part of one, in the order of their numbers."""
    return list(incident.merged.order_by("pk"))


def _take_back_parts(whole: Incident, *, parts_too: bool, by: Person, at: datetime) -> None:
    """Take back with it what is part of it; whoever was told of that hears of the whole."""
    found = parts(whole)
    if found and not parts_too:
        raise CorrectionRefused(
            change_words.has_parts(one.title for one in found),
            "Correct the title, services and times of this one to what did happen; or say that "
            "what is part of it was no incident either.",
        )
    whole.merged.update(state=Incident.State.MISTAKE, merged_into=None)
    for one in found:
        journal.record(
            event=IncidentMistaken(one.pk),
            subject=one.about,
            text=f"{by.name} took it back as declared by mistake, with incident {whole.pk}, "
            f"“{whole.title}”, of which it was a part",
            at=at,
            actor=by.name,
            clause="incident.resolve",
        )
