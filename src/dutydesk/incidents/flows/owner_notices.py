"""Telling whoever owes something by themselves, by their contact methods."""

from dataclasses import replace
from datetime import datetime

from dutydesk.commitments.models import Commitment
from dutydesk.database import rows
from dutydesk.incidents.rules.owners import Owner
from dutydesk.kernel.messages import Message
from dutydesk.oncall.flows import notices
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
    named = [one for one in engineers if one is not None]
    found = rows.run(_ACCOUNTS, [named]).fetchall() if named else []
    return replace(message, mentions=tuple(account for (account,) in found))


_ACCOUNTS = """
SELECT account_id FROM people_engineer
WHERE id = ANY(%s::bigint[]) AND account_id IS NOT NULL ORDER BY account_id
"""
