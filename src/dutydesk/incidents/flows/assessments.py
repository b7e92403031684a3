"""Which criteria apply, found out later: the priority follows, and what is owed follows that."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from dutydesk.commitments.flows import commitments
from dutydesk.incidents.flows import (
    changes,
    corrections,
    gatherings,
    leaders,
    leads,
    oncall_limit,
    updates,
)
from dutydesk.incidents.flows.after_limit import show_limit
from dutydesk.incidents.flows.events import IncidentReassessed
from dutydesk.incidents.models import Incident
from dutydesk.incidents.rules.corrections import CorrectionRefused
from dutydesk.incidents.rules.priority import priority_of, sooner_update
from dutydesk.incidents.rules.promises import AFTER_LIMIT, LIMIT, UPDATE
from dutydesk.incidents.words import change_words
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.process.flows import process


@transaction.atomic
@process.held()
def assess(
    *,
    incident: int,
    criteria: Sequence[str],
    reason: str,
    seen: int | None,
    by: Person,
    at: datetime,
) -> Incident:
    """Say which criteria apply; the priority and what is owed follow. Clause priority.by-impact.

    Everybody who was told is told, and those who tell senior leadership once it is high.
    """
    found = changes.unchanged(incident, seen)
    if set(criteria) == set(found.criteria):
        raise CorrectionRefused(
            "The very same criteria applied before.", "Tick what is true now, or cancel."
        )
    was, told = found.priority, list(found.told)
    take_criteria(found, criteria, at)
    said = change_words.assessed(high=found.high, changed=found.priority != was, true=texts(found))
    entry = journal.record(
        event=IncidentReassessed(found.pk, was, found.priority),
        subject=found.about,
        text=f"{by.name} assessed it anew: {said}. Why: {reason}",
        at=at,
        actor=by.name,
        clause="priority.by-impact",
    )
    corrections.show(found, at)
    message = change_words.reassessed(title=found.title, said=said, by=by.name, reason=reason)
    key = updates.change_key(found.about, entry.pk)
    updates.say_under(found, dict.fromkeys(told, message), key, at)
    hear = leaders.hear_of(high=found.high)
    if hear or found.leaders_told:
        updates.tell_leaders(found, key, message, _next_update(found) if hear else None, at)
    return found


def take_criteria(incident: Incident, criteria: Sequence[str], at: datetime) -> None:
    """Let these criteria apply, and owe what follows while the incident goes on."""
    was = incident.high
    incident.criteria, incident.priority = list(criteria), priority_of(criteria)
    incident.save(update_fields=["criteria", "priority"])
    if incident.state != Incident.State.OPEN or incident.high == was:
        return
    if incident.high:
        _owe_as_high(incident, at)
    else:
        _owe_as_normal(incident, at)


def texts(incident: Incident) -> list[str]:
    """Give what the criteria say that apply to an incident."""
    known = process.in_force().incidents.high
    return [criterion.text for criterion in known if criterion.id in incident.criteria]


def _next_update(incident: Incident) -> datetime | None:
    owed = commitments.owed([incident.about]).filter(kind=UPDATE).first()
    return owed.due_at if owed else None


def _owe_as_high(incident: Incident, at: datetime) -> None:
    """Owe gatherings, the next update as soon as at a declaration, and out of hours the limit."""
    due_at = _next_update(incident)
    sooner = sooner_update(process.in_force(), due_at, at)
    if sooner != due_at:
        updates.promise_update(incident, sooner, at)
    leads.follow(incident, at)
    gatherings.promise_next(incident, at)
    oncall_limit.begin_work(incident, None, at)


def _owe_as_normal(incident: Incident, at: datetime) -> None:
    """Owe no gatherings any more, and nothing of on call's limit, which may begin anew."""
    why = "It is of normal priority now."
    gatherings.call_off(incident, why, at)
    kinds = (LIMIT, *AFTER_LIMIT)
    commitments.withdraw_all(kinds=kinds, subject=incident.about, at=at)
    show_limit(incident, at, why)
    incident.limit_from = None
    incident.save(update_fields=["limit_from"])
