"""Two incidents that are one: the first goes on as part of the second."""

from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter

from django.db import transaction

from dutydesk.alarms.flows import takeover
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.models import Commitment
from dutydesk.incidents.flows import (
    assessments,
    changes,
    endings,
    gatherings,
    help_calls,
    links,
    roles,
    updates,
)
from dutydesk.incidents.flows.events import IncidentMerged
from dutydesk.incidents.models import Incident, Maintenance
from dutydesk.incidents.rules.corrections import heard
from dutydesk.incidents.rules.promises import AFTER_LIMIT, GATHERING, LIMIT, TAKEOVER, UPDATE
from dutydesk.incidents.words import change_words
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.refusals import Refused
from dutydesk.process.flows import process

_JOINED = (UPDATE, GATHERING, LIMIT, TAKEOVER, *AFTER_LIMIT)
"""What goes on being owed of the other; that somebody leads is owed as long as nobody does."""


class MergeRefused(Refused):
    """The two stay apart."""


@transaction.atomic
@process.held()
def merge(
    *, incident: int, into: int, reason: str, seen: int | None, by: Person, at: datetime
) -> Incident:
    """Let an incident be part of another that goes on; give that other.

    What concerns it concerns the other now: its audiences, services, criteria, alarms and
    maintenance. What was promised of it is owed of the other, and no later. incident.broadcast.
    """
    found, other = _both(incident, into, seen)
    found.state, found.resolved, found.merged_into = Incident.State.MERGED, at, other
    found.save(update_fields=["state", "resolved", "merged_into"])
    found.merged.update(merged_into=other)
    help_calls.move(found, other, at)
    promised = list(commitments.owed([found.about]).filter(kind__in=_JOINED))
    endings.owe_nothing(found, at, f"It is part of incident {other.pk}.")
    takeover.pass_on(incident=found.about, into=other.about)
    links.move(found, other)
    Maintenance.objects.filter(incident=found).update(incident=other)
    found.more_time.update(incident=other)
    text = change_words.goes_on_as(other.title, by.name, reason)
    entry = journal.record(
        event=IncidentMerged(found.pk, other.pk),
        subject=found.about,
        text=f"{by.name} merged it into incident {other.pk}, “{other.title}”. Why: {reason}",
        at=at,
        actor=by.name,
        clause="incident.broadcast",
    )
    updates.say_over(found, text, at)
    key = updates.change_key(found.about, entry.pk)
    message = change_words.merged(title=found.title, text=text)
    updates.tell_told(found, found.told, message, key=key, at=at)
    _take_in(other, found, promised, at)
    said = f"Incident {found.pk}, “{found.title}”, is part of this now"
    updates.record_step(other, "merge", said, by.name, at, "incident.broadcast")
    return other


def _both(incident: int, into: int, seen: int | None) -> Sequence[Incident]:
    """Give both, locked in the order of their numbers, so that no two merges wait in a ring."""
    if incident == into:
        raise MergeRefused("An incident is no part of itself.", "Choose another one.")
    rows = Incident.objects.select_for_update(of=("self",)).filter(pk__in=[incident, into])
    both = {row.pk: row for row in rows.order_by("pk")}
    if len(both) < 2:
        raise MergeRefused("That incident isn't there.", "Choose another one.")
    changes.unchanged(incident, seen)
    if both[incident].exercise != both[into].exercise:
        raise MergeRefused("One of them is an exercise, the other is real.", "Keep them apart.")
    for one in (both[incident], both[into]):
        if one.state != Incident.State.OPEN:
            raise updates.AlreadyResolved(one)
    return both[incident], both[into]


def _take_in(other: Incident, part: Incident, promised: Sequence[Commitment], at: datetime) -> None:
    """Let everything that concerns the part concern the other."""
    other.services.add(*part.services.all())
    other.user_impact = other.user_impact or part.user_impact
    _take_times(other, part)
    other.limit_from = min(filter(None, (other.limit_from, part.limit_from)), default=None)
    other.lead = other.lead or part.lead
    other.worker = other.worker or part.worker
    other.plan = other.plan or part.plan
    other.told = list(dict.fromkeys([*other.told, *part.told]))
    other.leaders_told = other.leaders_told or part.leaders_told
    other.leaders = [*other.leaders, *(one for one in part.leaders if one not in other.leaders)]
    other.save()
    roles.take_in(other, part, at)
    criteria = list(dict.fromkeys([*other.criteria, *part.criteria]))
    assessments.take_criteria(other, criteria, at)
    _owe(other, promised, at)
    updates.announce(other, at)


def _owe(other: Incident, promised: Sequence[Commitment], at: datetime) -> None:
    """Owe of the other what was promised of its part, if nothing of the kind is due as soon."""
    due = {one.kind: one.due_at for one in commitments.owed([other.about])}
    for one in promised:
        kind = commitments.kind_of(one)
        if kind in due and due[kind] <= one.due_at:
            continue
        if kind == GATHERING:
            gatherings.call_off(other, "It is sooner, with what was merged into this.", at)
        text = f"{kind.text}: “{other.title}”" if kind in AFTER_LIMIT else None
        commitments.promise(
            kind=kind,
            subject=other.about,
            owner=one.owner,
            text=text or kind.says(title=other.title),
            times=one.promise,
            at=at,
        )


def _take_times(other: Incident, part: Incident) -> None:
    """Let the other have begun when the first of both did, be that a guess or not.

    It was noticed when somebody first heard of either; else as it was first declared, which says
    nothing of that if it is known when it began.
    """
    both = [(each.began, each) for each in (other, part) if each.began]
    _, first = min(both, key=itemgetter(0))
    declared = other.first_declared
    noticed = [heard(each.fault_occurs, each.detected, declared) for each in (other, part)]
    other.fault_occurs, other.estimated = first.fault_occurs, first.estimated
    unheard = declared if first.fault_occurs is None else None
    other.detected = min(filter(None, noticed), default=unheard)
