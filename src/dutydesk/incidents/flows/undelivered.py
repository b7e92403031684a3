"""Saying in the team's channel, once, that an audience was not reached, and what to do about it."""

from datetime import datetime

from dutydesk.chat.flows import desk_posts, post_receipts
from dutydesk.chat.flows.post_mirror import MirrorTrouble
from dutydesk.incidents.flows import leader_methods
from dutydesk.incidents.flows.declaration import IncidentDeclared
from dutydesk.incidents.flows.events import IncidentCorrected
from dutydesk.incidents.flows.leader_methods import MARK
from dutydesk.incidents.flows.leaders import WAYS, way_of
from dutydesk.incidents.models import Incident, Update
from dutydesk.incidents.words import untold_words
from dutydesk.kernel import bounds
from dutydesk.kernel.messages import Message
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.flows.outbox import MessageFailing, MessageSettled
from dutydesk.outbox.models import OutboxMessage
from dutydesk.ports.delivery import MAIL
from dutydesk.process.flows import process


def concerns(event: MessageSettled) -> bool:
    """Say whether a letter to somebody who tells senior leadership is given up, or their own went.

    What goes by a contact method of theirs is noted there.
    """
    if not _is_letter(event.message_kind, event.key):
        return False
    return not event.delivered or leader_methods.method_of(event.key) is not None


def settled(*, event: MessageSettled, at: datetime) -> None:
    """Say who was not told, once for each of them; by one who sends no mail it was said before."""
    leader_methods.heard(
        key=event.key, failed="" if event.delivered else event.reason or "it failed", at=at
    )
    if event.delivered:
        return
    letter = OutboxMessage.objects.get(key=event.key)
    if letter.kind == MAIL and not outbox.can_deliver(MAIL):
        return
    if leader_methods.use_next(letter, at=at) and leader_methods.method_of(letter.key):
        return
    said = untold_words.letter_failed(
        about=letter.subject,
        name=letter.payload.get("name", ""),
        title=letter.payload["subject"],
        way=way_of(letter),
        reason=event.reason,
    )
    _say(f"{letter.subject}:untold:{event.key.rpartition(MARK)[2]}", said, at)


def concerns_failing(event: MessageFailing) -> bool:
    """Say whether such a letter waits."""
    return _is_letter(event.message_kind, event.key)


def failing(*, event: MessageFailing, at: datetime) -> None:
    """Use what else they are told by; say at once who has none of it and no mail leaves here."""
    leader_methods.heard(key=event.key, failed=event.reason, at=at)
    letter = OutboxMessage.objects.get(key=event.key)
    leader_methods.use_next(letter, at=at)
    if event.message_kind == MAIL and not outbox.can_deliver(MAIL):
        _say_no_mail(letter.subject, event.reason, at)


def _say_no_mail(about: str, reason: str, at: datetime) -> None:
    letters = OutboxMessage.objects.filter(subject=about, kind__in=WAYS, key__contains=MARK)
    names = {one.payload.get("name", "") for one in letters if one.kind == MAIL}
    names -= {one.payload.get("name", "") for one in letters if one.kind != MAIL}
    if not names:
        return
    said = untold_words.no_mail(about=about, names=sorted(names), reason=reason)
    _say(f"{about}:untold:mail", said, at)


def _is_letter(kind: str, key: str) -> bool:
    return kind in WAYS and MARK in key


def concerns_trouble(event: MirrorTrouble) -> bool:
    """Say whether what was told of an incident can't be said in the chat outside."""
    return event.blocked or event.post.startswith(("incident:", "update:"))


def trouble(*, event: MirrorTrouble, at: datetime) -> None:
    """Say what can't be said where people read it, once for each incident and channel."""
    if not event.post:
        told = Incident.objects.filter(state=Incident.State.OPEN, told__contains=[event.channel])
        for one in told:
            say_blocked(one.about, one.title, {event.channel: event.reason}, at)
    elif ":untold:" not in event.post and (incident := _incident_of(event.post)) is not None:
        say_unsaid(incident.about, incident.title, event, at)


def _incident_of(key: str) -> Incident | None:
    kind, number = key.split(":")[:2]
    if kind == "incident":
        return Incident.objects.filter(pk=bounds.number(number) or 0).first()
    update = Update.objects.filter(pk=bounds.number(number) or 0).select_related("incident").first()
    return update.incident if update else None


def look(*, event: IncidentDeclared | IncidentCorrected, at: datetime) -> None:
    """Say which of its channels nothing can be said in outside, as soon as they are told."""
    found = Incident.objects.get(pk=event.incident)
    say_blocked(found.about, found.title, post_receipts.blocked(found.told), at)


def say_unsaid(about: str, title: str, event: MirrorTrouble, at: datetime) -> None:
    """Say that one post can't be said where people read it."""
    said = untold_words.unsaid(about=about, title=title, channel=event.channel, reason=event.reason)
    _say(f"{about}:untold:{event.channel}", said, at)


def say_blocked(about: str, title: str, channels: dict[str, str], at: datetime) -> None:
    """Say which channels nothing can be said in, and why."""
    for channel, reason in channels.items():
        said = untold_words.blocked(about=about, title=title, channel=channel, reason=reason)
        _say(f"{about}:untold:{channel}:blocked", said, at)


def _say(key: str, said: Message, at: datetime) -> None:
    desk_posts.say(key=key[:120], channel=process.in_force().team.channel, message=said, at=at)
