"""Who owes what is owed in incidents just now. A promise moves with its role, not its person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache

from django.db.models import Q

from dutydesk.commitments.flows import commitments
from dutydesk.commitments.models import Commitment
from dutydesk.incidents import words
from dutydesk.incidents.models import Incident, Maintenance
from dutydesk.incidents.rules.owners import DUTIES, ON_CALL, SUPPORT, TEAM, Owner, owner
from dutydesk.incidents.rules.promises import KINDS, LIMIT, TAKEOVER
from dutydesk.kernel.subjects import subject
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Duty
from dutydesk.rota.flows import roster
from dutydesk.rota.rules.duty import Coming, OnDuty

ROLES: dict[str, tuple[Duty, ...]] = {
    "cover": SUPPORT,
    "support": SUPPORT,
    "on call": ON_CALL,
    TEAM: DUTIES,
}


@dataclass(frozen=True, slots=True)
class Owed:
    """A promise, and who owes it in words: “Ada, primary on call”."""

    promise: Commitment
    by: str


def owners(owed: Iterable[Commitment], *, at: datetime) -> dict[int, Owner]:
    """Give who owes each of these promises, by its number; a person who owes by name is left out.

    A few queries, however many promises there are.
    """
    promises = [one for one in owed if one.kind in KINDS or one.owner in ROLES]
    if not promises:
        return {}
    incidents = _incidents({one.subject for one in promises})
    duties = _Duties(at)
    return {one.pk: _owner(one, incidents.get(one.subject), duties) for one in promises}


def owner_of(owed: Commitment, *, at: datetime) -> Owner:
    """Give who owes this promise, which a role owes, at `at`."""
    return owners([owed], at=at)[owed.pk]


def named(owed: Iterable[Commitment], *, at: datetime) -> list[Owed]:
    """Give these promises, each with whoever owes it, as screens show them."""
    promises, zone = list(owed), process.in_force().zone
    roles = owners(promises, at=at)
    return [
        Owed(one, words.owed_by(roles[one.pk], zone, at) if one.pk in roles else one.owner)
        for one in promises
    ]


def is_owed_by(name: str, *, at: datetime) -> Q:
    """Give what picks the open promises that this person owes at `at`, by name or by a role.

    What incidents promise is looked at one by one, since who owes it follows from each; of all the
    rest it is enough to know who has which role.
    """
    duties = _Duties(at)
    roles = [role for role, of in ROLES.items() if duties.owner(at, of).name == name]
    of_incidents = owners(commitments.owed().filter(kind__in=KINDS), at=at)
    theirs = [number for number, one in of_incidents.items() if one.name == name]
    return Q(owner__in=[name, *roles]) & ~Q(kind__in=KINDS) | Q(pk__in=theirs)


def owed_by(name: str, *, at: datetime) -> list[Commitment]:
    """Give what this person owes at `at`, by name or by a role that is theirs, soonest first."""
    return list(commitments.owed().filter(is_owed_by(name, at=at)))


def addressed(text: str, who: Owner, *, at: datetime) -> str:
    """Give a post's text as it is said to whoever owes what it is about."""
    current = process.in_force()
    return words.addressed(text, who, current.zone, at, mention=current.team.mention)


def on_support(*, at: datetime) -> Owner:
    """Give who has support at `at`, whoever leads."""
    return _Duties(at).owner(at, SUPPORT)


class _Duties:
    """Who is on; each moment and each next shift is asked for once."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self._on = cache(self._who)
        self._next = cache(self._coming)

    def owner(
        self, at: datetime, duties: Sequence[Duty], lead: Owner | None = None, worker: str = ""
    ) -> Owner:
        found = owner(self._on(at), duties=duties, lead=lead, worker=worker)
        return found if found.name else replace(found, coming=self._next(at, tuple(duties)))

    def _who(self, at: datetime) -> Sequence[OnDuty]:
        return roster.who(at=at, now=self.at, duties=DUTIES)

    def _coming(self, at: datetime, duties: tuple[Duty, ...]) -> Coming | None:
        return roster.coming(at=at, duties=duties)


def _owner(owed: Commitment, incident: Incident | None, duties: _Duties) -> Owner:
    lead = _as(incident.lead, "lead") if incident else None
    worker = _as(incident.worker, "works on it") if incident else None
    if owed.kind == TAKEOVER:  # Nobody else's, and only from then on.
        return duties.owner(max(owed.due_at, duties.at), SUPPORT)
    if owed.owner in ROLES and owed.kind not in KINDS:
        return duties.owner(duties.at, ROLES[owed.owner])
    if owed.kind == LIMIT:
        return worker or duties.owner(duties.at, ON_CALL)
    return duties.owner(duties.at, DUTIES, lead, worker.name if worker else "")


def _as(engineer: Engineer | None, role: str) -> Owner | None:
    """Give somebody who is still on the team as the owner by that role."""
    there = engineer is not None and engineer.active
    return Owner(engineer.name, role, engineer.pk) if there and engineer else None


def _incidents(subjects: Iterable[str]) -> dict[str, Incident]:
    """Give the open incident of each subject: an incident itself, or what was taken out for one."""
    numbers: dict[str, list[int]] = {"incident": [], "maintenance": []}
    for kind, _, number in (one.partition(":") for one in subjects):
        if kind in numbers:
            numbers[kind].append(int(number))
    rows = Incident.objects.filter(state=Incident.State.OPEN).select_related("lead", "worker")
    found = {subject("incident", row.pk): row for row in rows.filter(pk__in=numbers["incident"])}
    if numbers["maintenance"]:
        out = Maintenance.objects.filter(
            pk__in=numbers["maintenance"], incident__state=Incident.State.OPEN
        )
        for one in out.select_related("incident__lead", "incident__worker"):
            if one.incident is not None:
                found[one.about] = one.incident
    return found
