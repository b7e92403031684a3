"""Declaring, leading and resolving by the sentences that the process has, in the team's channel."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from dutydesk.alarms.flows import takeover
from dutydesk.chat.flows import desk_posts
from dutydesk.chat.flows.people_posts import PersonPosted
from dutydesk.chat.models import Post
from dutydesk.chat.rules import title_of
from dutydesk.incidents import words
from dutydesk.incidents.flows import context, declaration, leads, prompts, resolution
from dutydesk.incidents.models import Incident
from dutydesk.incidents.words import chat_words
from dutydesk.kernel.actions import Person
from dutydesk.kernel.messages import Message
from dutydesk.kernel.moments import when
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows import people
from dutydesk.people.models import Service
from dutydesk.process.flows import process
from dutydesk.process.rules import sentences


@dataclass(frozen=True, slots=True)
class Spoken:
    """What an engineer wrote, where they may run an incident by it."""

    post: Post
    by: Person
    at: datetime

    @property
    def text(self) -> str:
        """Give what it says."""
        return self.post.words.body


def hear(*, event: PersonPosted, at: datetime) -> None:
    """Do what an engineer's sentence says, and answer under it. Clauses incident.declare, .lead.

    Heard in the team's channel, and in threads of announcements, alarms and questions.
    """
    post = Post.objects.select_related("channel", "thread", "account").get(pk=event.post)
    if post.account is None or post.removed_at is not None or post.only_for_id is not None:
        return
    if people.engineer_of(post.account_id) is None or not _heard_here(post):
        return
    spoken = Spoken(post, people.person(post.account), at)
    try:
        message = _carry_out(spoken)
    except Refused as refusal:
        message = chat_words.refused(str(refusal))
    if message is not None:
        _answer(spoken, message)


def _heard_here(post: Post) -> bool:
    if post.channel.name == process.in_force().team.channel:
        return True
    return bool(context.prompt_of(post) or (post.thread and context.incidents_of(post)))


def _answer(spoken: Spoken, message: Message) -> None:
    post = spoken.post
    desk_posts.say(
        key=f"sentence:{post.pk}",
        channel=post.channel.name,
        message=message,
        at=spoken.at,
        thread=post.thread or post,
    )


def _carry_out(spoken: Spoken) -> Message | None:
    """Do the first thing that a sentence says; give what to answer, nothing to other talk."""
    known = process.in_force().incidents.sentences
    for sentence in known.declare:
        if (said := sentences.said(sentence, spoken.text)) is not None:
            return _declare(spoken, said)
    text, number = sentences.numbered(spoken.text)
    for kind, does in ((known.lead, _lead), (known.resolve, _resolve)):
        found = _first(kind, spoken.text)
        named = None
        if found is None:
            found, named = _first(kind, text), number
        if found is not None:
            return does(spoken, found, named)
    for sentence in (*known.declare, *known.resolve):
        if sentences.begun(sentence, spoken.text):
            return chat_words.incomplete(sentence)
    return None


def _first(known: Iterable[str], text: str) -> dict[str, str] | None:
    found = (sentences.said(sentence, text) for sentence in known)
    return next((said for said in found if said is not None), None)


def _declare(spoken: Spoken, said: dict[str, str]) -> Message:
    prompted = prompts.prompt(context.prompt_of(spoken.post))
    reason = said["reason"][0].upper() + said["reason"][1:]
    what = declaration.Declaration(
        title=title_of(reason, 190),
        services=_services(spoken.text) or prompted.services,
        criteria=prompted.criteria,
        user_impact=True,
        source=prompted.source,
        impact=said["impact"],
    )
    incident = declaration.declare(what=what, by=spoken.by, at=spoken.at)
    return chat_words.declared(
        about=incident.about,
        title=incident.title,
        priority=incident.priority,
        criteria=[one.text for one in process.in_force().incidents.high],
    )


def _services(text: str) -> tuple[int, ...]:
    """Give the services that a text names."""
    return tuple(
        number
        for number, name in Service.objects.values_list("pk", "name")
        if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, re.IGNORECASE)
    )


def _lead(spoken: Spoken, said: dict[str, str], number: int | None) -> Message:
    def lead(incident: Incident) -> Message:
        engineer = spoken.by.engineer
        assert engineer is not None
        found = leads.take_lead(incident=incident.pk, engineer=engineer, by=spoken.by, at=spoken.at)
        return Message(f"{spoken.by.name} leads incident {found.pk}: {found.title}.", tone="kept")

    sentence = process.in_force().incidents.sentences.lead[0]
    return _of_one(spoken, number, lead, ("incident.take-lead", "I'll lead", sentence))


def _resolve(spoken: Spoken, said: dict[str, str], number: int | None) -> Message:
    def resolve(incident: Incident) -> Message:
        firing = takeover.still_firing(incident=incident.about)
        if firing:
            current = process.in_force()
            again = when(spoken.at + current.alarms.page_again_after, current.zone, spoken.at)
            still = words.still_fires((alarm.title for alarm in firing[:5]), again)
            return chat_words.confirm(about=incident.about, firing=still)
        text = said["reason"][0].upper() + said["reason"][1:]
        resolution.resolve(
            incident=incident.pk, text=text, repaired=None, by=spoken.by, at=spoken.at
        )
        return Message(f"Resolved: {incident.title}. Everybody who was told is told.", tone="kept")

    sentence = process.in_force().incidents.sentences.resolve[0]
    return _of_one(spoken, number, resolve, ("incident.resolve", "Resolve", sentence))


def _of_one(
    spoken: Spoken,
    number: int | None,
    does: Callable[[Incident], Message],
    offer: tuple[str, str, str],
) -> Message:
    """Do it to the incident that is meant; ask which if it may be several."""
    if number is not None:
        named = Incident.objects.filter(pk=number).first()
        return does(named) if named else Message(f"There is no incident {number}.")
    found = context.incidents_of(spoken.post)
    if len(found) == 1:
        return does(found[0])
    if not found:
        return chat_words.none_open(process.in_force())
    action, label, sentence = offer
    listed = [(one.about, one.pk, one.title) for one in found]
    return chat_words.which(listed, action=action, label=label, sentence=sentence)
