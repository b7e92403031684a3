"""Planning the group session: when those who were in it are at work, in their own calendars."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction

from dutydesk.chat.flows import desk_posts
from dutydesk.incidents.models import Incident
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.messages import Message
from dutydesk.kernel.moments import span
from dutydesk.kernel.periods import Period
from dutydesk.kernel.subjects import screen_of
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.flows.outbox import Owing
from dutydesk.people.models import Engineer
from dutydesk.ports.delivery import MAIL
from dutydesk.postmortems import words
from dutydesk.postmortems.flows.events import (
    PostmortemRefused,
    SessionCalledOff,
    SessionPlanned,
)
from dutydesk.postmortems.models import Postmortem, ReviewSession
from dutydesk.postmortems.rules import invitation
from dutydesk.postmortems.rules.invitation import Method, SessionInvitation
from dutydesk.postmortems.rules.promises import session_due
from dutydesk.postmortems.rules.session_times import SessionTime, earliest
from dutydesk.process.flows import process
from dutydesk.rota.flows.calendar_feeds import installation
from dutydesk.rota.models import Absence, CoverNomination

THE_DESK = "the desk"


def involved(incident: Incident) -> list[Engineer]:
    """Give who was in an incident and is on the team: its lead first."""
    of = [incident.lead, incident.worker]
    of += [term.engineer for term in incident.role_terms.select_related("engineer")]
    of += [one.engineer for one in incident.participants.select_related("engineer")]
    found = {one.pk: one for one in of if one is not None and one.active}
    return list(found.values())


def proposal(found: Postmortem, who: Sequence[Engineer], *, at: datetime) -> SessionTime | None:
    """Give the earliest time at which all of these are at work. Clause postmortem.session."""
    current = process.in_force()
    section = current.postmortems
    after = at + section.session_notice
    until = max(session_due(current, found.incident.resolved or at), after)
    return earliest(
        current.clock("working"),
        {one.pk: _busy(one, after) for one in who},
        after=after,
        until=until,
        length=section.session_length,
    )


def _busy(engineer: Engineer, after: datetime) -> list[Period]:
    """Give when somebody is away, or is named to answer in the ask channel."""
    away = Absence.objects.filter(engineer=engineer, wish=False, end__gt=after)
    named = CoverNomination.objects.filter(engineer=engineer, cancelled_at=None, end__gt=after)
    return [Period(one.start, one.end) for rows in (away, named) for one in rows]


def away(who: Iterable[Engineer], period: Period) -> list[str]:
    """Name those of these who can't come then."""
    return [
        one.name for one in who if any(each.overlap(period) for each in _busy(one, period.start))
    ]


def propose(found: Postmortem, *, at: datetime) -> ReviewSession | None:
    """Invite who was in the incident, unless a session stands or nobody was in it.

    Belongs inside the transaction that holds the postmortem.
    """
    planned = standing(found)
    who = involved(found.incident)
    if planned is not None or found.session_at is not None or not who:
        return planned
    time = proposal(found, who, at=at)
    return _plan(found, who, time.period, THE_DESK, at) if time is not None else None


def standing(found: Postmortem) -> ReviewSession | None:
    """Give the session that is planned; None if none is, or it was called off."""
    return ReviewSession.objects.filter(postmortem=found, called_off_at=None).first()


@transaction.atomic
def plan(
    *, postmortem: int, start: datetime, who: Sequence[int], by: Person, at: datetime
) -> ReviewSession:
    """Plan the session, or move it, with these people. Clause postmortem.session."""
    rows = Postmortem.objects.select_for_update(of=("self",)).select_related("incident")
    found = rows.get(pk=postmortem)
    if found.session_at is not None or found.withdrawn_at is not None:
        raise PostmortemRefused(
            "This postmortem has no session to come.", "Write down what else came up in its text."
        )
    people = list(Engineer.objects.filter(pk__in=who, active=True))
    if not people:
        raise PostmortemRefused("Nobody is invited.", "Choose at least one person of the team.")
    if start <= at:
        raise PostmortemRefused("That is past already.", "Choose a time that is to come.")
    length = process.in_force().postmortems.session_length
    return _plan(found, people, Period(start, start + length), by.name, at)


def _plan(
    found: Postmortem, who: Sequence[Engineer], period: Period, by: str, at: datetime
) -> ReviewSession:
    defaults = {"start": period.start, "end": period.end, "changed_by": by}
    session, new = ReviewSession.objects.get_or_create(postmortem=found, defaults=defaults)
    before = [] if new or session.called_off_at else list(session.invited.all())
    if not new:
        session.start, session.end, session.changed_by = period.start, period.end, by
        session.called_off_at, session.sequence = None, session.sequence + 1
        session.save()
    session.invited.set(who)
    gone = [one for one in before if one not in who]
    _tell(session, gone, "CANCEL", by, at)
    _tell(session, who, "REQUEST", by, at)
    zone = process.in_force().zone
    journal.record(
        event=SessionPlanned(found.pk, session.sequence),
        subject=found.about,
        text=f"The session is planned for {span(period, zone)}",
        at=at,
        actor=by,
        clause="postmortem.session",
    )
    return session


@transaction.atomic
def call_off(*, postmortem: int, by: Person, at: datetime) -> None:
    """Call the planned session off; it is still owed."""
    found = Postmortem.objects.select_for_update(of=("self",)).get(pk=postmortem)
    if standing(found) is None:
        raise PostmortemRefused("No session is planned.", "There is nothing to call off.")
    drop(found, by=by.name, at=at)


def drop(found: Postmortem, *, by: str, at: datetime) -> None:
    """Call the planned session off if there is one, and take it out of everybody's calendar."""
    session = standing(found)
    if session is None or found.session_at is not None:
        return
    session.called_off_at, session.sequence = at, session.sequence + 1
    session.save(update_fields=["called_off_at", "sequence"])
    _tell(session, list(session.invited.all()), "CANCEL", by, at)
    journal.record(
        event=SessionCalledOff(found.pk),
        subject=found.about,
        text="The planned session is called off",
        at=at,
        actor=by,
        clause="postmortem.session",
    )


def attend(found: Postmortem, who: Sequence[int], *, at: datetime) -> None:
    """Keep who was at the session, whether it was planned here or not."""
    if not who and standing(found) is None:
        return
    length = process.in_force().postmortems.session_length
    defaults = {"start": at - length, "end": at, "changed_by": THE_DESK}
    session, _ = ReviewSession.objects.get_or_create(postmortem=found, defaults=defaults)
    session.attended.set(Engineer.objects.filter(pk__in=who))


def _tell(
    session: ReviewSession, who: Sequence[Engineer], method: Method, by: str, at: datetime
) -> None:
    """Tell each of these in the chat, and by an e-mail that their calendar takes."""
    found = session.postmortem
    channel, link = process.in_force().team.channel, settings.BASE_URL + screen_of(found.about)
    said, key = _said(session, method, by), f"{found.about}:session:{session.sequence}:{method}"
    guests = who if method == "CANCEL" else list(session.invited.all())
    calendar = invitation.write(_invitation(session, guests, link), method, at=at) if who else ""
    letters: list[Owing] = []
    for one in who:
        if one.account_id is not None:
            desk_posts.say(
                key=f"{key}:{one.pk}",
                channel=channel,
                message=said,
                at=at,
                only_for=one.account_id,
            )
        payload = {
            "to": one.email,
            "subject": said.title,
            "body": words.letter(said, link),
            "calendar": {"method": method, "text": calendar},
            "what": f"The invitation to {one.name}",
        }
        letters.append(Owing(f"{key}:{one.pk}", MAIL, found.about, payload))
    if outbox.can_deliver(MAIL):
        outbox.enqueue_all(letters, at=at)


def _said(session: ReviewSession, method: Method, by: str) -> Message:
    found, zone = session.postmortem, process.in_force().zone
    title, period = found.incident.title, session.period
    if method == "CANCEL":
        return words.called_off(title=title, period=period, by=by, zone=zone)
    return words.invited(
        title=title,
        about=found.about,
        period=period,
        names=", ".join(one.name for one in session.invited.all()),
        by=by,
        again=session.sequence > 0,
        zone=zone,
    )


def _invitation(session: ReviewSession, guests: Sequence[Engineer], link: str) -> SessionInvitation:
    found = session.postmortem
    return SessionInvitation(
        uid=f"postmortem-{found.pk}@{installation()}",
        sequence=session.sequence,
        period=session.period,
        title=f"Postmortem: {found.incident.title}",
        text="We look at what contributed and what to improve, not at people.",
        url=link,
        guests=tuple((one.name, one.email) for one in guests),
    )


def choices(found: Postmortem) -> list[Engineer]:
    """Give who may be invited: those who were in it first, then the rest of the team."""
    first = involved(found.incident)
    rest = Engineer.objects.filter(active=True).exclude(pk__in=[one.pk for one in first])
    return [*first, *rest]
