"""Gatherings, the limit of on call's work, and what is owed after it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from dutydesk.chat import flows as chat
from dutydesk.commitments import flows as commitments
from dutydesk.incidents import words
from dutydesk.incidents.flows import telling
from dutydesk.incidents.models import Gathering, Incident, Maintenance
from dutydesk.incidents.rules.priority import after_limit_promise, gathering_promise
from dutydesk.journal import flows as journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.facts import Fact
from dutydesk.kernel.messages import Message
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import subject
from dutydesk.people.models import Service
from dutydesk.process import flows as process

AFTER_LIMIT = {
    "incident.maintenance": ("Put the service into maintenance", "oncall.maintenance"),
    "incident.inform": ("Inform the affected team", "oncall.inform"),
    "incident.plan": ("Write a plan to resolve it in hours", "oncall.plan"),
}


class MaintenanceRefused(Refused):
    """The service is there already, or isn't there."""


@dataclass(frozen=True)
class IncidentStep(Fact):
    """Something was done in an incident: `what` names it."""

    kind: ClassVar[str] = "incident.step"
    incident: int
    what: str


def _record(incident: Incident, what: str, text: str, by: str, at: datetime, clause: str) -> None:
    journal.record(
        fact=IncidentStep(incident.pk, what),
        subject=subject("incident", incident.pk),
        text=text,
        at=at,
        actor=by,
        clause=clause,
    )


@transaction.atomic
def gather(
    *, incident: int, answers: dict[str, str], decided: str, by: Person, at: datetime
) -> None:
    """Record a gathering, and promise the next one. Clause incident.hourly."""
    found = telling.open_incident(incident)
    if not decided.strip():
        raise Refused("Nothing was decided.", "Write what you decided, even if it is to go on.")
    Gathering.objects.create(
        incident=found, answers=answers, decided=decided.strip(), by=by.name, at=at
    )
    about = subject("incident", found.pk)
    commitments.keep(kind="incident.gathering", subject=about, at=at)
    commitments.promise(
        kind="incident.gathering",
        subject=about,
        owner="support",
        text=f"Gather about “{found.title}”",
        times=gathering_promise(process.in_force(), at),
        at=at,
        clause="incident.hourly",
    )
    chat.rewrite(
        key=f"{about}:gather",
        message=Message(
            f"Decided: {decided.strip()}", title=f"Gathered: {found.title}", tone="kept"
        ),
        at=at,
    )
    _record(
        found,
        "gathering",
        f"Gathered and decided: {decided.strip()}",
        by.name,
        at,
        "incident.hourly",
    )


def reach_limit(incident: Incident, at: datetime) -> None:
    """Owe what follows when on call has worked on it for as long as the process asks."""
    current = process.in_force()
    about = subject("incident", incident.pk)
    for kind, (text, clause) in AFTER_LIMIT.items():
        commitments.promise(
            kind=kind,
            subject=about,
            owner="on call",
            text=f"{text}: “{incident.title}”",
            times=after_limit_promise(current, at),
            at=at,
            clause=clause,
        )
    chat.say(
        key=f"{about}:limit",
        channel=current.team.channel,
        message=words.limit_reached(
            about=about, title=incident.title, limit=write_duration(current.on_call.limit)
        ),
        at=at,
    )


@transaction.atomic
def maintain(*, incident: int, service: int, by: Person, at: datetime) -> Maintenance:
    """Put a service into maintenance on purpose. Clause oncall.maintenance."""
    found = telling.open_incident(incident)
    wanted = Service.objects.select_for_update(of=("self",)).filter(pk=service).first()
    if wanted is None:
        raise MaintenanceRefused("That service isn't there.", "Choose one of the list.")
    if Maintenance.objects.filter(service=wanted, off_at=None).exists():
        raise MaintenanceRefused(f"{wanted.name} is in maintenance already.", "Leave it there.")
    made = Maintenance.objects.create(service=wanted, incident=found, on_at=at, on_by=by.name)
    about = subject("incident", found.pk)
    commitments.keep(kind="incident.maintenance", subject=about, at=at)
    _record(
        found, "maintenance", f"{wanted.name} is in maintenance", by.name, at, "oncall.maintenance"
    )
    return made


@transaction.atomic
def end_maintenance(*, maintenance: int, by: Person, at: datetime) -> Maintenance:
    """Put a service back."""
    found = Maintenance.objects.select_for_update(of=("self",)).get(pk=maintenance)
    if found.off_at is not None:
        raise MaintenanceRefused(f"{found.service.name} is back already.", "Nothing is left.")
    found.off_at, found.off_by = at, by.name
    found.save(update_fields=["off_at", "off_by"])
    if found.incident is not None:
        _record(
            found.incident,
            "maintenance-over",
            f"{found.service.name} is back",
            by.name,
            at,
            "oncall.maintenance",
        )
    return found


@transaction.atomic
def inform(*, incident: int, text: str, by: Person, at: datetime) -> list[str]:
    """Tell the teams whose services are affected, in their own channels. Clause oncall.inform."""
    found = telling.open_incident(incident)
    if not text.strip():
        raise Refused("There is nothing to tell.", "Write what the team needs to know.")
    services = found.services.filter(team__isnull=False).select_related("team")
    channels = sorted({service.team.channel for service in services if service.team})
    if not channels:
        channels = [process.in_force().ask.channel]
    about = subject("incident", found.pk)
    for channel in channels:
        chat.say(
            key=f"{about}:inform:{channel}:{at.isoformat()}",
            channel=channel,
            message=Message(text.strip(), title=f"About: {found.title}", tone="announcement"),
            at=at,
        )
    commitments.keep(kind="incident.inform", subject=about, at=at)
    _record(
        found,
        "inform",
        f"Informed {', '.join(channels)}: {text.strip()}",
        by.name,
        at,
        "oncall.inform",
    )
    return channels


@transaction.atomic
def plan(*, incident: int, text: str, by: Person, at: datetime) -> None:
    """Write the plan to resolve it in hours; a later one replaces it. Clause oncall.plan."""
    found = telling.open_incident(incident)
    if not text.strip():
        raise Refused("The plan is empty.", "Write what happens when support opens, and who.")
    found.plan = text.strip()
    found.save(update_fields=["plan"])
    commitments.keep(kind="incident.plan", subject=subject("incident", found.pk), at=at)
    _record(found, "plan", f"Plan: {found.plan}", by.name, at, "oncall.plan")
