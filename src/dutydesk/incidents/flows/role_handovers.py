"""Roles at the end of their holder's turn: handed over or kept; communications is never left."""

from datetime import datetime

from django.db import transaction

from dutydesk.chat.flows import desk_posts
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import CommitmentDue
from dutydesk.commitments.models import Commitment
from dutydesk.commitments.rules import Promise
from dutydesk.incidents.flows import owner_notices, owners, role_terms, updates
from dutydesk.incidents.models import Incident, RoleTerm
from dutydesk.incidents.rules.owners import DUTIES
from dutydesk.incidents.rules.promises import ROLE_HANDOVER
from dutydesk.incidents.words import role_words
from dutydesk.kernel.actions import Person
from dutydesk.kernel.messages import Message
from dutydesk.kernel.moments import when
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import number_of
from dutydesk.oncall.flows import notices as contact_notices
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.process.rules.incident_roles import COMMUNICATIONS, LEAD
from dutydesk.rota.flows import notices, roster


class NothingToKeep(Refused):
    """Nobody asked whether this role is handed over."""


def ask(*, before: datetime, at: datetime) -> None:
    """Ask whoever has a role and whose turn has ended since then to hand it over.

    If nobody does, communications goes to whoever is on, and any other stays where it is. Who had
    no turn isn't asked, nor who is in an exercise. Clause support.day-end.
    """
    left = _on(before) - _on(at)
    terms = RoleTerm.objects.filter(
        ended=None,
        engineer__in=left,
        incident__state=Incident.State.OPEN,
        incident__exercise=False,
    )
    others: dict[tuple[int, int], list[RoleTerm]] = {}
    for term in terms.select_related("incident", "engineer__account").order_by("pk"):
        if term.role == COMMUNICATIONS:
            _ask(term, at)
        else:
            others.setdefault((term.incident_id, term.engineer_id), []).append(term)
    for held in others.values():
        _remind(held, at)


def _on(at: datetime) -> set[int]:
    on = roster.who(at=at, duties=DUTIES)
    return {one.engineer for one in on if one.engineer is not None}


def _ask(term: RoleTerm, at: datetime) -> None:
    current, found = process.in_force(), term.incident
    following, due_at = owners.on_duty(at=at), at + current.incidents.hand_over_within
    name, coming = following.name, following.coming
    if not name and coming is not None:
        name, due_at = coming.name, max(due_at, coming.at)
    if name == term.engineer.name:  # They are on again next.
        return
    owed = _promise(found, term.engineer.name, due_at, at)
    message = role_words.hand_over(
        about=found.about,
        title=found.title,
        name=term.engineer.name,
        role=current.incidents.role(COMMUNICATIONS),
        to=name,
        due=when(due_at, current.zone, at),
    )
    _tell(term.engineer, message, f"{found.about}:hand-over:{owed.pk}", found.about, at)


def _remind(held: list[RoleTerm], at: datetime) -> None:
    """Say to somebody what they have in one incident though their turn is over."""
    found, who, current = held[0].incident, held[0].engineer, process.in_force()
    if owners.on_duty(at=at).name == who.name:
        return
    roles = [one.role for one in held]
    message = role_words.still_yours(
        about=found.about,
        title=found.title,
        name=who.name,
        lead=LEAD in roles,
        roles=[current.incidents.role(one) for one in roles if one != LEAD],
    )
    _tell(who, message, f"{found.about}:still:{who.pk}:{at.isoformat()}", found.about, at)


def _promise(found: Incident, owner: str, due_at: datetime, at: datetime) -> Commitment:
    return commitments.promise(
        kind=ROLE_HANDOVER,
        subject=found.about,
        owner=owner,
        text=ROLE_HANDOVER.says(title=found.title),
        times=Promise(due_at=due_at),
        at=at,
    )


def _tell(who: Engineer, message: Message, key: str, about: str, at: datetime) -> None:
    """Tell one person in the team's channel, and by themselves: at night by contact methods."""
    current = process.in_force()
    post = owner_notices.mentioning(message, who.pk)
    desk_posts.say(key=key, channel=current.team.channel, message=post, at=at)
    if current.clock("working").is_open(at):
        notices.tell(who, message, key=f"{key}:alone", at=at)
        return
    contact_notices.notify(
        engineer=who.pk, key=key, about=about, title=message.title, text=message.body, at=at
    )


@transaction.atomic
def keep(*, incident: int, by: Person, at: datetime) -> None:
    """Let whoever has communications go on, though their turn is over. Raises NothingToKeep."""
    found = updates.open_incident(incident)
    who = role_terms.holder(found, COMMUNICATIONS)
    asked = commitments.owed([found.about]).filter(kind=ROLE_HANDOVER).exists()
    if who is None or who.pk != by.engineer or not asked:
        raise NothingToKeep("Nobody asked you to hand this over.", "There is nothing to do.")
    commitments.keep(kind=ROLE_HANDOVER, subject=found.about, at=at)
    text = role_words.goes_on(by.name, process.in_force().incidents.role(COMMUNICATIONS))
    updates.record_step(found, "role", text, by.name, at, "incident.lead")


def name_owner(*, event: CommitmentDue, at: datetime) -> None:
    """Let whoever is on have communications if nobody handed it over, and tell them.

    If nobody is on, it waits for whoever is on next. Clause support.day-end.
    """
    number = number_of(event.subject, "incident")
    found = Incident.objects.select_for_update(of=("self",)).get(pk=number)
    owed = commitments.still_owed(event)
    if owed is None:
        return
    who, was = owners.on_duty(at=at), role_terms.holder(found, COMMUNICATIONS)
    if not who.name and who.coming is not None and who.coming.at > at:
        _promise(found, owed.owner, who.coming.at, at)
        return
    commitments.miss(kind=ROLE_HANDOVER, subject=found.about, at=at)
    if who.engineer is None or was is None or was.pk == who.engineer:
        return
    before = role_terms.update_owner(found, at)
    engineer = Engineer.objects.select_related("account").get(pk=who.engineer)
    role_terms.begin(found, COMMUNICATIONS, engineer, at)
    role = process.in_force().incidents.role(COMMUNICATIONS)
    text = role_words.named(name=who.name, duty=who.role, role=role, before=was.name)
    role_terms.record(found, "role", text, at, by="the desk", before=before)
    message = role_words.yours_now(about=found.about, title=found.title, text=text)
    _tell(engineer, message, f"{found.about}:named:{owed.pk}", found.about, at)
