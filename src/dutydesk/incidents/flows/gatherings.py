"""The support team's gatherings. Clause incident.hourly."""

from datetime import datetime

from django.db import transaction

from dutydesk.chat.flows import desk_posts
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.models import Commitment
from dutydesk.incidents.flows import crews, owners, updates
from dutydesk.incidents.models import Gathering, Incident
from dutydesk.incidents.rules.owners import WHOEVER
from dutydesk.incidents.rules.priority import gathering_promise
from dutydesk.incidents.rules.promises import GATHERING
from dutydesk.incidents.words import change_words, role_words
from dutydesk.kernel.actions import Person
from dutydesk.kernel.messages import Message
from dutydesk.kernel.moments import when
from dutydesk.kernel.refusals import Refused
from dutydesk.process.flows import process


class GatheringRefused(Refused):
    """There is no gathering in this incident."""


def expected(incident: Incident, at: datetime) -> list[str]:
    """Give who is expected at a gathering, by name: who is in it, and who has support.

    In an exercise those alone who are in it.
    """
    crew = crews.crew_of(incident)
    there = (*crew.holders.values(), *crew.others) if crew else ()
    support = () if incident.exercise else (owners.on_support(at=at),)
    names = [one.name for one in (*there, *support) if one.name]
    return list(dict.fromkeys(names))


def _high(incident: int) -> Incident:
    """Give an incident that goes on and is high, locked; refuse another."""
    found = updates.open_incident(incident)
    if not found.high:
        raise GatheringRefused(
            "The team gathers in high-priority incidents, and this one is of normal priority.",
            "Write an update, or change its priority first.",
        )
    return found


@transaction.atomic
def skip(*, incident: int, reason: str, by: Person, at: datetime) -> datetime:
    """Leave the gathering out this once, for a reason; give when the next one is.

    Raises GatheringRefused in an incident that isn't high. Clause incident.hourly.
    """
    found = _high(incident)
    Gathering.objects.create(
        incident=found, answers={}, decided=reason, skipped=True, by=by.name, at=at
    )
    left_out = commitments.withdraw(kind=GATHERING, subject=found.about, at=at)
    due_at = promise_next(found, at)
    following = when(due_at, process.in_force().zone, at)
    message = role_words.gather_skipped(
        title=found.title, by=by.name, reason=reason, following=following
    )
    _answer_call(left_out, message, at)
    text = f"The gathering is left out, because: {reason}"
    updates.record_step(found, "gathering-skipped", text, by.name, at, "incident.hourly")
    return due_at


@transaction.atomic
def gather(
    *, incident: int, answers: dict[str, str], decided: str, by: Person, at: datetime
) -> None:
    """Record a gathering of a high-priority incident; the next is promised. incident.hourly.

    Raises GatheringRefused in another.
    """
    found = _high(incident)
    Gathering.objects.create(incident=found, answers=answers, decided=decided, by=by.name, at=at)
    kept = commitments.keep(kind=GATHERING, subject=found.about, at=at)
    due_at = promise_next(found, at)
    following = when(due_at, process.in_force().zone, at)
    message = Message(
        f"Decided: {decided}",
        title=f"Gathered: {found.title}",
        facts=(("Next", following),),
        tone="kept",
    )
    _answer_call(kept, message, at)
    updates.record_step(
        found,
        "gathering",
        f"Gathered and decided: {decided}",
        by.name,
        at,
        "incident.hourly",
    )


def call_off(incident: Incident, why: str, at: datetime) -> None:
    """Owe no gathering any more, and say why where the next one was called."""
    message = change_words.called_off(title=incident.title, why=why)
    owed = commitments.withdraw(kind=GATHERING, subject=incident.about, at=at)
    _answer_call(owed, message, at)


def call_key(owed: Commitment) -> str:
    """Give the key of the post that calls a gathering."""
    return f"{owed.subject}:gather:{owed.pk}"


def _answer_call(owed: Commitment | None, message: Message, at: datetime) -> None:
    """Let the call of a gathering say what came of it."""
    if owed is not None:
        desk_posts.rewrite(key=call_key(owed), message=message, at=at)


def promise_next(incident: Incident, at: datetime) -> datetime:
    """Owe the next gathering, as long after this moment as the process says; give when it is."""
    owed = commitments.promise(
        kind=GATHERING,
        subject=incident.about,
        owner=WHOEVER,
        text=GATHERING.says(title=incident.title),
        times=gathering_promise(process.in_force(), at),
        at=at,
    )
    return owed.due_at
