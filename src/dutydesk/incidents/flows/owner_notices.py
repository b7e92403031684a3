"""Telling whoever owes something by themselves, by their contact methods."""

from dataclasses import replace
from datetime import datetime

from dutydesk.commitments.models import Commitment
from dutydesk.incidents.flows import exercises
from dutydesk.incidents.rules.owners import Owner
from dutydesk.kernel.messages import Message
from dutydesk.oncall.flows import notices
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process


def notify(owed: Commitment, who: Owner, text: str, at: datetime, *, key: str) -> None:
    """Out of working hours, when nobody looks, tell them by contact methods, once a key.

    Nobody is called for an exercise that they aren't in.
    """
    if who.engineer is None or process.in_force().clock("working").is_open(at):
        return
    if exercises.spares(owed.subject, who.engineer):
        return
    title = owed.text[:150]
    notices.notify(
        engineer=who.engineer, key=key, about=owed.subject, title=title, text=text, at=at
    )


def mentioning(message: Message, engineer: int | None, *, about: str = "") -> Message:
    """Give a post that calls somebody by name where the chat can.

    `about`: what it is of; for an exercise nobody is called who isn't in it.
    """
    if engineer is None or exercises.spares(about, engineer):
        return message
    known = Engineer.objects.filter(pk=engineer).exclude(account=None)
    found = known.values_list("account", flat=True)
    return replace(message, mentions=tuple(sorted(found)))
