"""Telling whoever owes something by themselves, by their contact methods."""

from dataclasses import replace
from datetime import datetime

from dutydesk.commitments.models import Commitment
from dutydesk.incidents.rules.owners import Owner
from dutydesk.kernel.messages import Message
from dutydesk.oncall.flows import notices
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process


def notify(owed: Commitment, who: Owner, text: str, at: datetime, *, key: str) -> None:
    """Out of working hours, when nobody looks, tell them by contact methods, once a key."""
    if who.engineer is None or process.in_force().clock("working").is_open(at):
        return
    title = owed.text[:150]
    notices.notify(
        engineer=who.engineer, key=key, about=owed.subject, title=title, text=text, at=at
    )


def mentioning(message: Message, *engineers: int | None) -> Message:
    """Give a post that calls these people by name where the chat can."""
    accounts = Engineer.objects.filter(pk__in=[one for one in engineers if one is not None])
    found = accounts.exclude(account=None).values_list("account", flat=True)
    return replace(message, mentions=tuple(sorted(found)))
