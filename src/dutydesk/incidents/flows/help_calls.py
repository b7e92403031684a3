"""What goes out to those who are called on, where they are called: asked, asked again, settled."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing

from dutydesk.chat.flows import desk_posts, direct_messages
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.rules import Promise
from dutydesk.incidents.models import HelpRequest, Incident
from dutydesk.incidents.rules.owners import SPOKEN
from dutydesk.incidents.rules.promises import HELP
from dutydesk.incidents.words import role_words
from dutydesk.kernel.addresses import path_to
from dutydesk.oncall.flows import notices
from dutydesk.outbox.flows import outbox
from dutydesk.ports.delivery import MAIL
from dutydesk.process.flows import process

LINK_LASTS = timedelta(days=1)
SALT = "dutydesk.incidents.help"
_NONE = HelpRequest.Answer.NONE


def asked_key(request: HelpRequest) -> str:
    """Give the key of the message that asks somebody to join."""
    return f"help-request:{request.pk}"


def ask(incident: Incident, request: HelpRequest, at: datetime, *, again: bool = False) -> None:
    """Ask one person in the chat, and by contact methods if they are called; or once more."""
    who, key = request.engineer, f"{asked_key(request)}:again" if again else asked_key(request)
    said = {"by": request.by, "title": incident.title, "reason": request.reason}
    if who.account_id is not None:
        desk_posts.say(
            key=key,
            channel=process.in_force().team.channel,
            message=role_words.asked(about=incident.about, name=who.name, **said),
            at=at,
            only_for=who.account_id,
        )
    title, body = role_words.asked_by_message(name=who.name, link=_link(request), **said)
    _write(incident, request, key, title, body, at)


def _write(
    incident: Incident,
    request: HelpRequest,
    key: str,
    title: str,
    body: str,
    at: datetime,
    replaces: str = "",
) -> None:
    """Write to one person where the chat alone doesn't reach them for sure.

    By direct message where they are known; by contact methods if they are called; by e-mail if
    they have no account.
    """
    who, about = request.engineer, incident.about
    if who.account_id is not None and direct_messages.reached([who.account_id]):
        direct_messages.write(
            key=f"{key}:direct",
            about=about,
            account=who.account_id,
            name=who.name,
            title=title,
            body=body,
            at=at,
            replaces=replaces,
        )
    if request.called:
        notices.notify(engineer=who.pk, key=key, about=about, title=title, text=body, at=at)
    elif who.account_id is None and outbox.can_deliver(MAIL):
        letter = {"to": who.email, "subject": title, "body": body, "what": f"The e-mail to {who}"}
        outbox.enqueue(key=key, kind=MAIL, subject=about, payload=letter, at=at)


def _link(request: HelpRequest) -> str:
    token = signing.dumps(request.pk, salt=SALT)
    return settings.BASE_URL + path_to("answer-help-request", token)


def answer(
    incident: Incident, request: HelpRequest, says: HelpRequest.Answer, at: datetime
) -> None:
    """Keep what somebody says who was asked to join, also where they were asked.

    Whoever was asked instead of them, and has not answered, is needed no longer once they join.
    """
    name = request.engineer.name
    joins = says == HelpRequest.Answer.JOINS
    _keep(
        incident, request, says, role_words.joined(name) if joins else role_words.declined(name), at
    )
    if joins and request.one_of is not None:
        others = incident.help_requests.filter(answer=_NONE, one_of=request.one_of)
        settle(incident, others, role_words.has_joined(name), at)
    follow(incident, at)


def settle(incident: Incident, requests: Iterable[HelpRequest], why: str, at: datetime) -> None:
    """Tell those who have not answered, where they were called, that they are no longer needed."""
    text = role_words.not_needed(why)
    for one in requests:
        _keep(incident, one, HelpRequest.Answer.SETTLED, text, at)
        key = asked_key(one)
        title = role_words.not_needed_title(incident.title)
        _write(incident, one, f"{key}:settled", title, f"{text}.", at, replaces=f"{key}:direct")


def _keep(
    incident: Incident, request: HelpRequest, says: HelpRequest.Answer, text: str, at: datetime
) -> None:
    request.answer, request.answered_at = says, at
    request.save(update_fields=["answer", "answered_at"])
    message = role_words.answered(about=incident.about, title=incident.title, says=text)
    for key in (asked_key(request), f"{asked_key(request)}:again"):
        desk_posts.rewrite(key=key, message=message, at=at)


def end(incident: Incident, why: str, at: datetime) -> None:
    """Need nobody any longer in an incident that is over."""
    settle(incident, incident.help_requests.filter(answer=_NONE), why, at)
    follow(incident, at)


def move(incident: Incident, into: Incident, at: datetime) -> None:
    """Let those who have not answered be asked for the incident that this one is part of.

    Who is in that one, or is asked for it already, is needed no longer for this one.
    """
    waiting = incident.help_requests.filter(answer=_NONE).select_related("engineer__account")
    here = set(into.participants.filter(left=None).values_list("engineer", flat=True))
    here |= set(into.help_requests.filter(answer=_NONE).values_list("engineer", flat=True))
    twice = [one for one in waiting if one.engineer_id in here]
    settle(incident, twice, role_words.goes_on_in(into.title), at)
    for one in waiting:
        if one in twice:
            continue
        one.incident = into
        one.save(update_fields=["incident"])
        said = {"by": one.by, "title": into.title, "reason": one.reason}
        message = role_words.asked(about=into.about, name=one.engineer.name, **said)
        for key in (asked_key(one), f"{asked_key(one)}:again"):
            desk_posts.rewrite(key=key, message=message, at=at)
    follow(incident, at)
    follow(into, at)


def next_step(request: HelpRequest) -> datetime | None:
    """Give when somebody who has not answered is called again, or told of; None if both is done."""
    within = process.in_force().incidents.help_within
    if request.again_at is None:
        return request.at + within
    return None if request.told_at is not None else request.again_at + within


def follow(incident: Incident, at: datetime) -> None:
    """Owe that those who were called on answer, for as long as one has not."""
    waiting = list(incident.help_requests.filter(answer=_NONE))
    due = min(filter(None, map(next_step, waiting)), default=None)
    owed = commitments.owed([incident.about]).filter(kind=HELP).first()
    if due is None:
        settled = commitments.miss if waiting else commitments.keep
        settled(kind=HELP, subject=incident.about, at=at)
    elif owed is None or owed.due_at != due:
        commitments.promise(
            kind=HELP,
            subject=incident.about,
            owner=SPOKEN,
            text=HELP.says(title=incident.title),
            times=Promise(due_at=due),
            at=at,
        )
