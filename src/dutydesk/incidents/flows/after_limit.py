"""What is owed once on call has worked on an incident for as long as the process asks."""

from dataclasses import replace
from datetime import datetime, timedelta

from dutydesk.chat.flows import desk_posts
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.models import Commitment
from dutydesk.incidents import words
from dutydesk.incidents.flows import owners, updates
from dutydesk.incidents.models import Incident, Maintenance
from dutydesk.incidents.rules.limits import after_limit_promise
from dutydesk.incidents.rules.owners import WHOEVER
from dutydesk.incidents.rules.promises import AFTER_LIMIT, LIMIT, MAINTENANCE
from dutydesk.journal.flows import journal
from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.kinds import PromiseKind
from dutydesk.kernel.subjects import subject
from dutydesk.process.flows import process


def reach_limit(incident: Incident, at: datetime) -> None:
    """Owe what was not done before on call worked on it for as long as the process asks."""
    current = process.in_force()
    about = subject("incident", incident.pk)
    for kind in _undone(incident, about):
        commitments.promise(
            kind=kind,
            subject=about,
            owner=WHOEVER,
            text=f"{kind.text}: “{incident.title}”",
            times=after_limit_promise(current, at),
            at=at,
        )
    show_limit(incident, at)
    updates.announce(incident, at)


def show_limit(incident: Incident, at: datetime, since: str = "") -> None:
    """Keep one post of a limit that was reached in the team's channel: what is owed of it still.

    `since` is what happened to it, if nothing of it is owed for another reason than being done.
    """
    about = subject("incident", incident.pk)
    reached = reached_limit(incident)
    if reached is None:
        return
    current = process.in_force()
    ours = commitments.history([about])
    owed = {one.kind: one for one in ours.filter(kind__in=AFTER_LIMIT, state="open")}
    message = words.limit_reached(
        about=about,
        title=incident.title,
        limit=write_duration(worked(incident, reached)),
        owed=[kind for kind in AFTER_LIMIT if kind in owed],
        since=since,
    )
    if owed:
        who = owners.owner_of(next(iter(owed.values())), at=at)
        message = replace(message, body=owners.addressed(message.body, who, at=at))
    key = f"{about}:limit:{reached.pk}"
    desk_posts.show(key=key, channel=current.team.channel, message=message, at=at)


def reached_limit(incident: Incident) -> Commitment | None:
    """Give on call's last limit on it that was reached since work began; None if none was."""
    began = incident.limit_from or incident.declared
    ours = commitments.history([subject("incident", incident.pk)])
    return ours.filter(kind=LIMIT, state="missed", made_at__gte=began).last()


def worked(incident: Incident, reached: Commitment) -> timedelta:
    """Give how long on call had worked on it when this limit was reached, with more time given."""
    began = incident.limit_from or incident.declared
    more = incident.more_time.filter(at__gte=began, at__lte=reached.settled_at)
    return process.in_force().on_call.limit + sum((one.amount for one in more), timedelta())


def _undone(incident: Incident, about: str) -> list[PromiseKind]:
    """Give the kinds of what the limit asks for and nobody did since work began."""
    steps = journal.timeline([about]).filter(
        kind=updates.IncidentStep.kind, at__gte=incident.limit_from or incident.declared
    )
    done = {f"incident.{data['what']}" for data in steps.values_list("data", flat=True)}
    done.discard(MAINTENANCE)
    if all_out(incident):
        done.add(MAINTENANCE)
    return [kind for kind in AFTER_LIMIT if kind not in done]


def all_out(incident: Incident) -> bool:
    """Say whether every service of it is in maintenance; one of any, if it names none."""
    out = set(Maintenance.objects.filter(off_at=None).values_list("service_id", flat=True))
    affected = set(incident.services.values_list("pk", flat=True))
    if not affected:
        return incident.maintenance.filter(off_at=None).exists()
    return affected <= out
