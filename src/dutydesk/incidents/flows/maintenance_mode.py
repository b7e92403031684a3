"""Taking a service out on purpose, saying until when, and putting it back."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from django.db import transaction

from dutydesk.chat.flows import desk_posts
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.rules import Promise
from dutydesk.incidents import words
from dutydesk.incidents.flows import exercises, maintenance_silences, updates
from dutydesk.incidents.flows.after_limit import all_out, show_limit
from dutydesk.incidents.models import Incident, Maintenance
from dutydesk.incidents.rules.limits import end_promise
from dutydesk.incidents.rules.owners import WHOEVER
from dutydesk.incidents.rules.promises import MAINTENANCE, MAINTENANCE_END
from dutydesk.journal.flows import journal
from dutydesk.kernel.actions import Person
from dutydesk.kernel.events import Event
from dutydesk.kernel.moments import when
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import subject
from dutydesk.people.models import Service
from dutydesk.process.flows import process


class MaintenanceRefused(Refused):
    """The service is there already, or isn't there."""


@dataclass(frozen=True)
class MaintenanceSwitched(Event):
    """A service was taken out on purpose, or put back."""

    kind: ClassVar[str] = "maintenance.switched"
    maintenance: int
    service: int
    on: bool


@dataclass(frozen=True)
class MaintenanceChanged(Event):
    """What is said about a maintenance changed, or when it is to end."""

    kind: ClassVar[str] = "maintenance.changed"
    maintenance: int


@dataclass(frozen=True)
class TakingOut:
    """What somebody says when they take a service out. `message` is what everybody may read."""

    service: int
    until: datetime
    reason: str = ""
    message: str = ""
    incident: int | None = None


def usual_end(at: datetime) -> datetime:
    """Give until when a maintenance that begins at `at` lasts, if nobody knows better."""
    return at + process.in_force().incidents.maintenance.ends_within


@transaction.atomic
def take_out(*, what: TakingOut, by: Person, at: datetime) -> Maintenance:
    """Put a service into maintenance on purpose, and owe its end. Clause oncall.maintenance."""
    incident = updates.open_incident(what.incident) if what.incident is not None else None
    if incident is not None:
        exercises.refuse(incident, "Say in the team's channel what you would take out.")
    service = _locked(what.service)
    if service is None:
        raise MaintenanceRefused("That service isn't there.", "Choose one of the list.")
    _check_end(what.until, at)
    if Maintenance.objects.filter(service=service, off_at=None).exists():
        raise MaintenanceRefused(f"{service.name} is in maintenance already.", "Leave it there.")
    made = Maintenance.objects.create(
        service=service,
        incident=incident,
        on_at=at,
        on_by=by.name,
        until=what.until,
        reason=what.reason,
        message=what.message,
    )
    heard = maintenance_silences.begin(made, at)
    _owe_end(made, at)
    _say(made, at)
    besides = f"; its alarms are heard all the same: {heard}" if heard else ""
    _switched(made, f"{service.name} is in maintenance{besides}", by, at)
    if incident is not None:
        if all_out(incident):
            about = subject("incident", incident.pk)
            commitments.keep(kind=MAINTENANCE, subject=about, at=at)
            show_limit(incident, at)
        _step(made, "maintenance", f"{service.name} is in maintenance", by, at)
    return made


def _locked(service: int) -> Service | None:
    """Lock a service against others who take it out, and not against alerts that name it."""
    locked = Service.objects.select_for_update(of=("self",), no_key=True)
    return locked.filter(pk=service).first()


def _check_end(until: datetime, at: datetime) -> None:
    if until <= at:
        raise MaintenanceRefused("The expected end is past.", "Give a time that is to come.")


def _owe_end(maintenance: Maintenance, at: datetime) -> None:
    if maintenance.until is not None:
        _promise(maintenance, "", end_promise(process.in_force(), maintenance.until), at)


def _promise(maintenance: Maintenance, why: str, times: Promise, at: datetime) -> None:
    commitments.promise(
        kind=MAINTENANCE_END,
        subject=maintenance.about,
        owner=WHOEVER,
        text=MAINTENANCE_END.says(service=maintenance.service.name, why=why),
        times=times,
        at=at,
    )


def _say(maintenance: Maintenance, at: datetime) -> None:
    """Keep one post about it in the team's channel, as it stands."""
    current = process.in_force()
    message = words.maintenance(
        about=maintenance.about,
        service=maintenance.service.name,
        by=maintenance.on_by,
        reason=maintenance.reason or (maintenance.incident.title if maintenance.incident else ""),
        until=when(maintenance.until, current.zone, at) if maintenance.until else "",
        quiet=maintenance_silences.lasting(maintenance, at) is not None,
        back=f"{maintenance.off_by} put it back." if maintenance.off_at else "",
    )
    desk_posts.show(key=maintenance.about, channel=current.team.channel, message=message, at=at)


def _switched(maintenance: Maintenance, text: str, by: Person, at: datetime) -> None:
    event = MaintenanceSwitched(maintenance.pk, maintenance.service_id, maintenance.off_at is None)
    _record(event, maintenance, text, by, at)


def _record(event: Event, maintenance: Maintenance, text: str, by: Person, at: datetime) -> None:
    journal.record(
        event=event,
        subject=maintenance.about,
        text=text,
        at=at,
        actor=by.name,
        clause="oncall.maintenance",
    )


def _step(maintenance: Maintenance, what: str, text: str, by: Person, at: datetime) -> None:
    if maintenance.incident is not None:
        updates.record_step(maintenance.incident, what, text, by.name, at, "oncall.maintenance")


def _found(maintenance: int) -> Maintenance:
    """Give a maintenance that goes on, its service locked until the flow is done; or refuse."""
    seen = Maintenance.objects.filter(pk=maintenance).first()
    if seen is None:
        raise MaintenanceRefused("That maintenance isn't there.", "Open the page again.")
    _locked(seen.service_id)
    found = Maintenance.objects.select_related("service", "incident").get(pk=maintenance)
    if found.off_at is not None:
        raise MaintenanceRefused(f"{found.service.name} is back already.", "Nothing is left.")
    return found


@transaction.atomic
def put_back(*, maintenance: int, by: Person, at: datetime) -> Maintenance:
    """End a maintenance: the service is open to its users again."""
    found = _found(maintenance)
    found.off_at, found.off_by = at, by.name
    found.save(update_fields=["off_at", "off_by"])
    commitments.keep(kind=MAINTENANCE_END, subject=found.about, at=at)
    maintenance_silences.end(found, by.name, at)
    _say(found, at)
    _switched(found, f"{found.service.name} is back", by, at)
    _step(found, "maintenance-over", f"{found.service.name} is back", by, at)
    return found


@transaction.atomic
def move_end(*, maintenance: int, until: datetime, by: Person, at: datetime) -> Maintenance:
    """Say that a maintenance ends at another time than was expected."""
    found = _found(maintenance)
    _check_end(until, at)
    found.until = until
    found.save(update_fields=["until"])
    maintenance_silences.go_on(found, by.name, at)
    _owe_end(found, at)
    _say(found, at)
    ends = when(until, process.in_force().zone, at)
    _record(
        MaintenanceChanged(found.pk),
        found,
        f"{found.service.name}'s maintenance is to end {ends}",
        by,
        at,
    )
    return found


@transaction.atomic
def say_publicly(*, maintenance: int, message: str, by: Person, at: datetime) -> Maintenance:
    """Change what everybody reads on the maintenance page; nothing shows the usual words."""
    found = _found(maintenance)
    found.message = message
    found.save(update_fields=["message"])
    said = found.message or words.public_message(found.service.name)
    text = f"The maintenance page of {found.service.name} says: {said}"
    _record(MaintenanceChanged(found.pk), found, text, by, at)
    return found


def owe_ends(incident: Incident, at: datetime) -> None:
    """Owe the ends of an incident's maintenance as they were expected before it was over."""
    for one in incident.maintenance.filter(off_at=None).select_related("service"):
        _owe_end(one, at)


def owe_back(incident: Incident, at: datetime) -> None:
    """Owe at once that the services of a resolved incident come back."""
    soon = process.in_force().incidents.maintenance.warn_before
    for one in incident.maintenance.filter(off_at=None).select_related("service"):
        why = f": “{incident.title}” is resolved and it is still out"
        _promise(one, why, Promise(due_at=at, chase_every=soon), at)
