"""Calling again who was called on and has not answered, and then telling whoever owes updates."""

from collections.abc import Sequence
from datetime import datetime

from dutydesk.chat.flows import desk_posts
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import CommitmentDue
from dutydesk.commitments.models import Commitment
from dutydesk.incidents.flows import help_calls, owner_notices, owners, updates
from dutydesk.incidents.models import HelpRequest, Incident
from dutydesk.incidents.words import role_words
from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.subjects import number_of
from dutydesk.process.flows import process


def chase(*, event: CommitmentDue, at: datetime) -> None:
    """Call each again once who has not answered in time; then tell whoever owes the updates.

    Clause incident.lead.
    """
    number = number_of(event.subject, "incident")
    incident = Incident.objects.select_for_update(of=("self",)).get(pk=number)
    owed = commitments.still_owed(event)
    if owed is None:
        return
    waiting = incident.help_requests.filter(answer=HelpRequest.Answer.NONE)
    late = [
        one
        for one in waiting.select_related("engineer__account")
        if (step := help_calls.next_step(one)) is not None and step <= at
    ]
    again = [one for one in late if one.again_at is None]
    _call_again(incident, again, at)
    _tell(incident, [one for one in late if one not in again], owed, at)
    help_calls.follow(incident, at)


def _call_again(incident: Incident, requests: Sequence[HelpRequest], at: datetime) -> None:
    for one in requests:
        one.again_at = at
        one.save(update_fields=["again_at"])
        help_calls.ask(incident, one, at, again=True)
    if requests:
        within = write_duration(process.in_force().incidents.help_within)
        text = role_words.called_again([one.engineer.name for one in requests], within)
        updates.record_step(incident, "help", text, "the desk", at, "incident.lead")


def _tell(
    incident: Incident, requests: Sequence[HelpRequest], owed: Commitment, at: datetime
) -> None:
    """Tell whoever owes the updates who was called twice, and has not answered."""
    if not requests:
        return
    HelpRequest.objects.filter(pk__in=[one.pk for one in requests]).update(told_at=at)
    who = owners.owner_of(owed, at=at)
    names = [one.engineer.name for one in requests]
    text = role_words.nobody_answered(names, requests[0].reason)
    message = role_words.unanswered(
        about=incident.about,
        title=incident.title,
        text=owners.addressed(text, who, at=at, about=incident.about),
    )
    key = f"{incident.about}:help-unanswered:{requests[0].pk}"
    post = owner_notices.mentioning(message, who.engineer)
    channel = process.in_force().team.channel
    desk_posts.say(key=key, channel=channel, message=post, at=at)
    owner_notices.notify(owed, who, message.body, at, key=key)
    said = role_words.told_of(who.name or "the team", names)
    updates.record_step(incident, "help", said, "the desk", at, "incident.lead")
