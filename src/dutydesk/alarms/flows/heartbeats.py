"""Heartbeats: pings that are expected, and the alarm when one stays away."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from dutydesk.alarms.flows import ingestion, listeners
from dutydesk.alarms.models import Heartbeat
from dutydesk.alarms.rules.notifications import Notification, NotifiedAlert
from dutydesk.alarms.rules.promises import HEARTBEAT
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import CommitmentDue
from dutydesk.commitments.rules import Promise
from dutydesk.kernel.durations import write_duration
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import number_of, subject
from dutydesk.kernel.tokens import digest_of, make_token
from dutydesk.people.models import Service
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Severity

SHORTEST, LONGEST = timedelta(seconds=30), timedelta(days=366)


class NoHeartbeat(Refused):
    """No heartbeat has this address, or it was removed."""


@dataclass(frozen=True)
class Beat:
    """What a heartbeat is: how often a ping comes, how late it may be, and what it is about."""

    name: str
    every: timedelta
    grace: timedelta
    severity: Severity
    service: int | None = None


@transaction.atomic
def make(*, beat: Beat, by: str, at: datetime) -> tuple[Heartbeat, str]:
    """Make a heartbeat and give its secret, which is shown once; it begins with its first ping."""
    name = beat.name.strip()[:100]
    if not name:
        raise Refused("The heartbeat has no name.", "Say what pings, such as “Nightly backup”.")
    if not SHORTEST <= beat.every <= LONGEST or not timedelta() <= beat.grace <= LONGEST:
        raise Refused("That is too often or too seldom.", "Choose 30 seconds to a year.")
    if Heartbeat.objects.filter(name=name).exists():
        raise Refused(f"There is a heartbeat called {name} already.", "Choose another name.")
    if beat.service is not None and not Service.objects.filter(pk=beat.service).exists():
        raise Refused("That service isn't there.", "Open the page again, and choose one.")
    token = make_token()
    found = Heartbeat.objects.create(
        name=name,
        digest=digest_of(token),
        every=beat.every,
        grace=beat.grace,
        severity=beat.severity,
        service_id=beat.service,
        made_at=at,
        made_by=by,
    )
    return found, token


@transaction.atomic
def ping(*, token: str, at: datetime) -> None:
    """Take a ping: one small statement, and one for its promise. The first after a gap does more.

    A paused one is taken and changes nothing but when it was last seen.
    """
    mine = Heartbeat.objects.filter(digest=digest_of(token))
    well = mine.filter(missing_since=None, paused_at=None, due_at__isnull=False)
    due_at = at + F("every") + F("grace")
    if well.update(last_seen=at, due_at=due_at):
        number, moved = mine.values_list("pk", "due_at").get()
        if moved is not None:
            commitments.postpone(kind=HEARTBEAT, subject=subject("heartbeat", number), due_at=moved)
        return
    found = mine.select_for_update(of=("self",)).select_related("service").first()
    if found is None:
        raise NoHeartbeat("No heartbeat has this address.", "Make one on the page Heartbeats.")
    found.last_seen = at
    if found.paused_at is None:
        _begin(found, at)
    found.save(update_fields=["last_seen", "due_at", "missing_since"])


def _begin(found: Heartbeat, at: datetime) -> None:
    """Expect the next ping, and end the alarm about the one that stayed away."""
    found.due_at = at + found.every + found.grace
    if found.missing_since is not None:
        ingestion.receive(told=_told(found, found.missing_since, ended=at), at=at)
        found.missing_since = None
    commitments.promise(
        kind=HEARTBEAT,
        subject=subject("heartbeat", found.pk),
        owner="",
        text=HEARTBEAT.says(name=found.name),
        times=Promise(due_at=found.due_at),
        at=at,
    )


def due(*, event: CommitmentDue, at: datetime) -> None:
    """Raise the alarm about a ping that stayed away, unless it came meanwhile.

    While nobody listens, it is looked at again when somebody does.
    """
    if commitments.still_owed(event) is None:
        return
    if not listeners.listens(at=at):
        again = at + listeners.EVERY
        commitments.postpone(kind=HEARTBEAT, subject=event.subject, due_at=again)
        return
    number = number_of(event.subject, "heartbeat")
    rows = Heartbeat.objects.select_for_update(of=("self",)).select_related("service")
    found = rows.filter(pk=number, paused_at=None, missing_since=None).first()
    if found is None or found.due_at is None or found.due_at > at:
        return
    commitments.miss(kind=HEARTBEAT, subject=event.subject, at=at)
    found.missing_since = at
    found.save(update_fields=["missing_since"])
    ingestion.receive(told=_told(found, at), at=at)


def _told(found: Heartbeat, since: datetime, ended: datetime | None = None) -> Notification:
    """Give what is told of it, as if a monitoring system had."""
    high = process.in_force().alarms.high_severities
    labels = {
        "alertname": "HeartbeatMissing",
        "heartbeat": found.name,
        "severity": high[0] if found.severity == "high" and high else "low",
        "service": found.service.name if found.service else "",
    }
    zone = process.in_force().zone
    last = found.last_seen.astimezone(zone) if found.last_seen else None
    seen = f"The last ping came on {last:%a %d %b at %H:%M:%S %Z}. " if last and not ended else ""
    annotations = {
        "summary": f"{found.name} has stopped pinging",
        "description": f"{seen}One is expected every {write_duration(found.every)}, and may be "
        f"{write_duration(found.grace)} late.",
    }
    alert = NotifiedAlert(
        fingerprint=f"heartbeat-{found.pk}",
        firing=ended is None,
        labels={name: value for name, value in labels.items() if value},
        annotations=annotations,
        starts_at=since,
        ends_at=ended,
    )
    return Notification(subject("heartbeat", found.pk), (alert,), ordered=True)


@transaction.atomic
def pause(*, heartbeat: int, at: datetime) -> Heartbeat:
    """Expect nothing until it is resumed; an alarm about it is over."""
    found = _mine(heartbeat)
    if found.paused_at is None:
        _end(found, at)
        found.paused_at, found.due_at, found.missing_since = at, None, None
        found.save(update_fields=["paused_at", "due_at", "missing_since"])
    return found


@transaction.atomic
def resume(*, heartbeat: int, at: datetime) -> Heartbeat:
    """Expect pings again from now on."""
    found = _mine(heartbeat)
    if found.paused_at is not None:
        found.paused_at = None
        if found.last_seen is not None:
            _begin(found, at)
        found.save(update_fields=["paused_at", "due_at"])
    return found


@transaction.atomic
def remove(*, heartbeat: int, at: datetime) -> str:
    """Remove it for good, with its address; an alarm about it is over. Gives its name."""
    found = _mine(heartbeat)
    _end(found, at)
    found.delete()
    return found.name


def _mine(heartbeat: int) -> Heartbeat:
    rows = Heartbeat.objects.select_for_update(of=("self",)).select_related("service")
    found = rows.filter(pk=heartbeat).first()
    if found is None:
        raise NoHeartbeat("That heartbeat isn't there any more.", "Open the page again.")
    return found


def _end(found: Heartbeat, at: datetime) -> None:
    commitments.withdraw(kind=HEARTBEAT, subject=subject("heartbeat", found.pk), at=at)
    if found.missing_since is not None:
        ingestion.receive(told=_told(found, found.missing_since, ended=at), at=at)
