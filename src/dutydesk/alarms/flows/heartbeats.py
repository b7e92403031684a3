"""Heartbeats: pings that are expected, and the alarm when one stays away."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from dutydesk.alarms.flows import ingestion, listeners
from dutydesk.alarms.models import Heartbeat
from dutydesk.alarms.rules.beat_schedule import LONGEST, SHORTEST, read_cron
from dutydesk.alarms.rules.beat_words import BeatStory
from dutydesk.alarms.rules.notifications import Notification, NotifiedAlert
from dutydesk.alarms.rules.promises import HEARTBEAT
from dutydesk.alarms.rules.signals import SUCCESS, Signal
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import CommitmentDue
from dutydesk.commitments.rules import Promise
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import number_of, subject
from dutydesk.kernel.tokens import digest_of, make_token
from dutydesk.people.models import Service
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Severity

SHORTEST_RUN = timedelta(minutes=1)
"""A run that began may last at least so long, however late a ping may be."""
_STANDING = (*("last_seen", "due_at", "missing_since", "failure", "started_at", "took", "word"),)


class NoHeartbeat(Refused):
    """No heartbeat has this address, or it was removed."""


@dataclass(frozen=True)
class Beat:
    """What a heartbeat is: when a ping comes, how late it may be, and what it is about.

    `every`, or `cron` in `zone`. A run that began may last as long as a ping may be late.
    """

    name: str
    every: timedelta | None
    grace: timedelta
    severity: Severity
    service: int | None = None
    cron: str = ""
    zone: str = ""


@transaction.atomic
def make(*, beat: Beat, by: str, at: datetime) -> tuple[Heartbeat, str]:
    """Make a heartbeat and give its secret, which is shown once; it begins with its first ping."""
    name = beat.name.strip()[:100]
    if not name:
        raise Refused("The heartbeat has no name.", "Say what pings, such as “Nightly backup”.")
    _check(beat)
    if Heartbeat.objects.filter(name=name).exists():
        raise Refused(f"There is a heartbeat called {name} already.", "Choose another name.")
    if beat.service is not None and not Service.objects.filter(pk=beat.service).exists():
        raise Refused("That service isn't there.", "Open the page again, and choose one.")
    token = make_token()
    found = Heartbeat.objects.create(
        name=name,
        digest=digest_of(token),
        every=beat.every,
        cron=read_cron(beat.cron) if beat.cron else "",
        zone=beat.zone if beat.cron else "",
        grace=beat.grace,
        severity=beat.severity,
        service_id=beat.service,
        made_at=at,
        made_by=by,
    )
    return found, token


def _check(beat: Beat) -> None:
    """Refuse what can't be expected. Raises Refused."""
    if (beat.every is None) == (not beat.cron):
        raise Refused(
            "A heartbeat has one schedule.", "Say how often it pings, or give a cron expression."
        )
    if beat.every is not None and not SHORTEST <= beat.every <= LONGEST:
        raise Refused("That is too often or too seldom.", "Choose 30 seconds to a year.")
    if not timedelta() <= beat.grace <= LONGEST:
        raise Refused("That is too late.", "Choose at most a year.")


@transaction.atomic
def ping(*, token: str, at: datetime, signal: Signal = SUCCESS, word: str = "") -> None:
    """Take a ping, and what its job says with it: three small statements while all is well.

    A paused one is taken and changes nothing but when it was last seen, and what it said. Raises
    NoHeartbeat.
    """
    mine = Heartbeat.objects.filter(digest=digest_of(token))
    found = mine.select_for_update(of=("self",)).select_related("service").first()
    if found is None:
        raise NoHeartbeat("No heartbeat has this address.", "Make one on the page Heartbeats.")
    found.word = word
    if signal.kind in ("success", "fail"):
        found.last_seen = at
    if found.paused_at is None:
        _follow(found, signal, at)
    found.save(update_fields=_STANDING)


def _follow(found: Heartbeat, signal: Signal, at: datetime) -> None:
    """Do what follows from what its job said."""
    if signal.kind == "start":
        found.started_at = at
        ends_by = at + max(found.grace, SHORTEST_RUN)
        if found.missing_since is None and (found.due_at is None or ends_by < found.due_at):
            _expect(found, ends_by, at)
    elif signal.kind != "log":
        if found.started_at is not None:
            found.took, found.started_at = max(at - found.started_at, timedelta()), None
        if signal.failure:
            _fail(found, signal.failure, at)
        else:
            _begin(found, at)


def _fail(found: Heartbeat, failure: str, at: datetime) -> None:
    """Raise the alarm about a job that failed; its next success ends it."""
    commitments.withdraw(kind=HEARTBEAT, subject=subject("heartbeat", found.pk), at=at)
    found.failure = failure
    found.missing_since = found.missing_since or at
    ingestion.receive(told=_told(found, found.missing_since), at=at)


def _begin(found: Heartbeat, at: datetime) -> None:
    """Expect the next ping, and end the alarm about the one that stayed away, or failed."""
    if found.missing_since is not None:
        ingestion.receive(told=_told(found, found.missing_since, ended=at), at=at)
        found.missing_since, found.failure, found.due_at = None, "", None
    _expect(found, found.schedule.after(at) + found.grace, at)


def _expect(found: Heartbeat, by: datetime, at: datetime) -> None:
    """Expect a ping by then: what is promised is moved, or promised anew."""
    about, waits = subject("heartbeat", found.pk), found.due_at is not None
    found.due_at = by
    if waits:
        commitments.postpone(kind=HEARTBEAT, subject=about, due_at=by)
    else:
        commitments.promise(
            kind=HEARTBEAT,
            subject=about,
            owner="",
            text=HEARTBEAT.says(name=found.name),
            times=Promise(due_at=by),
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
    if found.started_at is not None:
        found.failure = "It began and didn't end in time."
    found.save(update_fields=["missing_since", "failure"])
    ingestion.receive(told=_told(found, at), at=at)


def _told(found: Heartbeat, since: datetime, ended: datetime | None = None) -> Notification:
    """Give what is told of it, as if a monitoring system had."""
    high = process.in_force().alarms.high_severities
    zone = process.in_force().zone
    last, began = found.last_seen, found.started_at
    story = BeatStory(
        found.name,
        str(found.schedule),
        found.grace,
        last.astimezone(zone) if last and ended is None else None,
        began.astimezone(zone) if began else None,
        found.failure,
        found.word,
    )
    labels = {
        "alertname": story.alert_name,
        "heartbeat": found.name,
        "severity": high[0] if found.severity == "high" and high else "low",
        "service": found.service.name if found.service else "",
    }
    alert = NotifiedAlert(
        fingerprint=f"heartbeat-{found.pk}",
        firing=ended is None,
        labels={name: value for name, value in labels.items() if value},
        annotations={"summary": story.summary, "description": story.description},
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
        found.failure, found.started_at = "", None
        found.save(update_fields=[*_STANDING, "paused_at"])
    return found


@transaction.atomic
def resume(*, heartbeat: int, at: datetime) -> Heartbeat:
    """Expect pings again from now on."""
    found = _mine(heartbeat)
    if found.paused_at is not None:
        found.paused_at = None
        if found.last_seen is not None:
            _begin(found, at)
        found.save(update_fields=[*_STANDING, "paused_at"])
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
