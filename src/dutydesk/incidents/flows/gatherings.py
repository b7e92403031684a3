"""The support team's gatherings. Clause incident.hourly."""

from datetime import datetime

from django.db import transaction

from dutydesk.chat.flows import desk_posts
from dutydesk.commitments.flows import commitments
from dutydesk.incidents.flows import updates
from dutydesk.incidents.models import Gathering, Incident
from dutydesk.incidents.rules.owners import WHOEVER
from dutydesk.incidents.rules.priority import gathering_promise
from dutydesk.incidents.rules.promises import GATHERING
from dutydesk.kernel.actions import Person
from dutydesk.kernel.messages import Message
from dutydesk.kernel.subjects import subject
from dutydesk.process.flows import process


@transaction.atomic
def gather(
    *, incident: int, answers: dict[str, str], decided: str, by: Person, at: datetime
) -> None:
    """Record a gathering; in a high-priority incident the next is promised. incident.hourly."""
    found = updates.open_incident(incident)
    Gathering.objects.create(incident=found, answers=answers, decided=decided, by=by.name, at=at)
    about = subject("incident", found.pk)
    commitments.keep(kind=GATHERING, subject=about, at=at)
    if found.high:
        promise_next(found, at)
    desk_posts.rewrite(
        key=f"{about}:gather",
        message=Message(f"Decided: {decided}", title=f"Gathered: {found.title}", tone="kept"),
        at=at,
    )
    updates.record_step(
        found,
        "gathering",
        f"Gathered and decided: {decided}",
        by.name,
        at,
        "incident.hourly",
    )


def promise_next(incident: Incident, at: datetime) -> None:
    """Owe the next gathering, as long after this moment as the process says."""
    commitments.promise(
        kind=GATHERING,
        subject=incident.about,
        owner=WHOEVER,
        text=GATHERING.says(title=incident.title),
        times=gathering_promise(process.in_force(), at),
        at=at,
    )
