"""Letting an incident go on that was over: it is back, or it was ended too early."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from dutydesk.alarms.flows import takeover
from dutydesk.incidents.flows import (
    changes,
    gatherings,
    leaders,
    leads,
    maintenance_mode,
    oncall_limit,
    role_terms,
    roles,
    updates,
)
from dutydesk.incidents.flows.events import IncidentMistaken, IncidentReopened
from dutydesk.incidents.models import Incident
from dutydesk.incidents.rules.corrections import may_reopen
from dutydesk.incidents.words import change_words
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.refusals import Refused
from dutydesk.process.flows import process


class ReopeningRefused(Refused):
    """The incident stays as it ended."""


@transaction.atomic
@process.held()
def reopen(*, incident: int, reason: str, seen: int | None, by: Person, at: datetime) -> Incident:
    """Let it go on, as if declared now: an update is owed, and what its priority asks for.

    Everybody who was told is told, and its alarms that still fire call nobody. Possible for as
    long as `incidents.reopen_within` says. Clause incident.declare.
    """
    found = changes.unchanged(incident, seen)
    _check(found, at)
    found.state, found.resolved, found.repaired = Incident.State.OPEN, None, None
    found.worker, found.limit_from = None, None  # Whoever works on it again has the whole time.
    found.save(update_fields=["state", "resolved", "repaired", "worker", "limit_from"])
    _take_alarms(found, by, at)
    updates.promise_first_update(found, at)
    role_terms.begin_with(found, by, at)
    roles.let_leavers_go(found, at)
    leads.follow(found, at)
    if found.high:
        gatherings.promise_next(found, at)
    oncall_limit.begin_work(found, by.engineer, at)
    maintenance_mode.owe_ends(found, at)
    told = list(found.told)
    updates.announce(found, at)
    entry = journal.record(
        event=IncidentReopened(found.pk),
        subject=found.about,
        text=f"{by.name} reopened it. Why: {reason}",
        at=at,
        actor=by.name,
        clause="incident.declare",
    )
    message = change_words.reopened(title=found.title, by=by.name, reason=reason)
    key = updates.change_key(found.about, entry.pk)
    updates.say_under(found, dict.fromkeys(told, message), key, at)
    hear = leaders.hear_of(high=found.high)
    if hear or found.leaders_told:
        due_at = at + process.in_force().incidents.first_update if hear else None
        updates.tell_leaders(found, key, message, due_at, at)
    return found


def may(incident: Incident, at: datetime) -> bool:
    """Say whether an incident that is over may still go on.

    One that was taken back as a mistake may for as long after that, however long it was over.
    """
    ended = incident.resolved
    if incident.state == Incident.State.MISTAKE:
        said = changes.changes(incident.about).filter(kind=IncidentMistaken.kind)
        ended = said.aggregate(last=Max("at"))["last"] or ended
    within = process.in_force().incidents.reopen_within
    return ended is not None and may_reopen(resolved=ended, within=within, at=at)


def _check(incident: Incident, at: datetime) -> None:
    if incident.resolved is None:
        raise ReopeningRefused("This incident goes on.", "There is nothing to do.")
    if not may(incident, at):
        within = process.in_force().incidents.reopen_within
        raise ReopeningRefused(
            f"It was over more than {write_duration(within)} ago.", "Declare a new incident."
        )


def _take_alarms(incident: Incident, by: Person, at: datetime) -> None:
    """Have the alarms again that belong to it."""
    linked = incident.links.filter(parted_at=None).values_list("about", flat=True)
    takeover.take_back(abouts=linked, incident=incident.about, by=by.name, at=at)
