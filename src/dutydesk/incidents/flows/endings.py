"""How an incident ends, however it does: nothing more is owed of it, and its alarms are let go."""

from datetime import datetime

from dutydesk.alarms.flows import takeover
from dutydesk.chat.flows import asking_posts
from dutydesk.commitments.flows import commitments
from dutydesk.incidents import words
from dutydesk.incidents.flows import gatherings, help_calls, updates
from dutydesk.incidents.flows.after_limit import show_limit
from dutydesk.incidents.models import Incident
from dutydesk.incidents.rules.promises import (
    AFTER_LIMIT,
    LEAD_CHOICE,
    LIMIT,
    ROLE_HANDOVER,
    TAKEOVER,
    UPDATE,
)
from dutydesk.kernel.moments import when
from dutydesk.kernel.subjects import subject
from dutydesk.process.flows import process


def owe_nothing(incident: Incident, at: datetime, since: str) -> None:
    """Withdraw what is still owed in an incident that is over; `since` says why.

    Whoever was called on and has not answered is told that they are no longer needed, and what
    stands in the channel and asks for something says that it is over.
    """
    help_calls.end(incident, since.rstrip("."), at)
    gatherings.call_off(incident, since, at)
    kinds = (UPDATE, LEAD_CHOICE, ROLE_HANDOVER, LIMIT, TAKEOVER, *AFTER_LIMIT)
    commitments.withdraw_all(kinds=kinds, subject=incident.about, at=at)
    show_limit(incident, at, since)
    about = incident.about  # Whoever ends it writes its announcements anew.
    asking_posts.end(
        keys=f"{about}:", actions="incident.", since=since, at=at, besides=f"{about}:in:"
    )


def let_alarms_go(incident: Incident, by: str, at: datetime, clause: str) -> None:
    """Let an incident that is over have its alarms no more.

    What still fires pages again after a time; the timeline says so.
    """
    firing = takeover.release(incident=subject("incident", incident.pk), at=at)
    if firing and firing[0].again_at is not None:
        again = when(firing[0].again_at, process.in_force().zone, at)
        text = words.still_fires((alarm.title for alarm in firing[:5]), again)
        updates.record_step(incident, "still firing", text, by, at, clause)
