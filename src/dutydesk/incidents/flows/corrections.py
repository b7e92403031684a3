"""Putting right what is known of an incident: its title, services, reach and times."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from dutydesk.commitments.flows import wordings
from dutydesk.incidents.flows import audiences, changes, exercises, updates
from dutydesk.incidents.flows.events import IncidentCorrected, IncidentMistaken
from dutydesk.incidents.models import Incident
from dutydesk.incidents.rules.corrections import (
    CorrectionRefused,
    Difference,
    Facts,
    check_times,
    differences,
    heard,
    same_minute,
)
from dutydesk.incidents.rules.promises import (
    AFTER_LIMIT,
    GATHERING,
    HELP,
    LEAD_CHOICE,
    LIMIT,
    ROLE_HANDOVER,
    TAKEOVER,
    UPDATE,
)
from dutydesk.incidents.words import change_words
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.people.models import Service
from dutydesk.process.flows import process


@dataclass(frozen=True)
class Correction:
    """What is so, as somebody says, and why they change it.

    `began` and `repaired` are None where nobody knows, and `estimated` if somebody guessed them;
    `seen` is the last change that they saw.
    """

    title: str
    services: tuple[int, ...]
    user_impact: bool
    began: datetime | None
    repaired: datetime | None
    reason: str
    seen: int | None = None
    estimated: bool = False


@transaction.atomic
@process.held()
def correct(*, incident: int, what: Correction, by: Person, at: datetime) -> Incident:
    """Put it right and tell everybody who was told; every figure follows.

    What is owed goes on under the new title. Those whom it concerns only now hear of the
    incident. Clause incident.broadcast.
    """
    found = changes.unchanged(incident, what.seen)
    was, told = facts(found), list(found.told)
    now = corrected_facts(was, what, exercise=found.exercise)
    check_times(began=now.began, repaired=now.repaired, ended=found.resolved, at=at)
    different = differences(was, now)
    if not different:
        raise CorrectionRefused("Nothing is different.", "Change something, or cancel.")
    _keep(found, now, what.services)
    said = said_of(different, at)
    entry = journal.record(
        event=IncidentCorrected(found.pk, [one.what for one in different]),
        subject=found.about,
        text=f"{by.name} corrected it: {said}. Why: {what.reason}",
        at=at,
        actor=by.name,
        clause="incident.broadcast",
    )
    _reword(found)
    show(found, at)
    message = change_words.corrected(title=found.title, said=said, by=by.name, reason=what.reason)
    key = updates.change_key(found.about, entry.pk)
    updates.tell_told(found, told, message, key=key, at=at)
    return found


def facts(incident: Incident) -> Facts:
    """Give what is known of an incident."""
    services = sorted(service.name for service in audiences.affected(incident))
    return Facts(
        title=incident.title,
        services=tuple(services),
        user_impact=incident.user_impact,
        began=incident.fault_occurs,
        repaired=incident.repaired,
        estimated=incident.estimated,
    )


def corrected_facts(was: Facts, what: Correction, *, exercise: bool) -> Facts:
    """Give the facts as they are corrected. A time of the same minute is not another one."""
    names = Service.objects.filter(pk__in=what.services).values_list("name", flat=True)
    return replace(
        was,
        title=exercises.titled(what.title, exercise=exercise),
        services=tuple(sorted(names)),
        user_impact=what.user_impact,
        began=was.began if same_minute(was.began, what.began) else what.began,
        repaired=was.repaired if same_minute(was.repaired, what.repaired) else what.repaired,
        estimated=what.estimated,
    )


def _keep(incident: Incident, now: Facts, services: Sequence[int]) -> None:
    incident.title, incident.user_impact = now.title, now.user_impact
    incident.detected = detection(incident, now.began)
    incident.fault_occurs, incident.repaired = now.began, now.repaired
    incident.estimated = now.estimated
    incident.save(
        update_fields=["title", "user_impact", "fault_occurs", "repaired", "detected", "estimated"]
    )
    incident.services.set(Service.objects.filter(pk__in=services))


def detection(incident: Incident, began: datetime | None) -> datetime | None:
    """Give when it was detected, if it began then: what is known of that stays.

    Asked before `fault_occurs` is changed. Where nobody heard of it before it was declared, that is
    when; if it is known when it began, it isn't known when that was noticed.
    """
    if began == incident.fault_occurs:
        return incident.detected
    declared = incident.first_declared
    before = heard(incident.fault_occurs, incident.detected, declared)
    return before or (declared if began is None else None)


def said_of(different: Sequence[Difference], at: datetime) -> str:
    """Say in one line what is otherwise."""
    zone = process.in_force().zone
    return "; ".join(change_words.difference(one, zone, at) for one in different)


def _reword(incident: Incident) -> None:
    """Let what is owed name the incident as it is called now."""
    title = incident.title
    kinds = (UPDATE, LEAD_CHOICE, GATHERING, HELP, ROLE_HANDOVER, LIMIT, TAKEOVER)
    texts = {kind: kind.says(title=title) for kind in kinds}
    texts |= {kind: f"{kind.text}: “{title}”" for kind in AFTER_LIMIT}
    wordings.reword(subject=incident.about, texts=texts)


def show(incident: Incident, at: datetime) -> None:
    """Bring what stands in the channels up to date, whether it goes on or is over."""
    if incident.state == Incident.State.OPEN:
        updates.announce(incident, at)
        return
    none = changes.changes(incident.about).filter(kind=IncidentMistaken.kind)
    mistaken = incident.state == Incident.State.MISTAKE
    last = none.order_by("pk").last() if mistaken else incident.updates.first()
    updates.say_over(incident, last.text if last else "", at)
