"""Heartbeats: pings that are expected, and the alarm when one stays away."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from dutydesk.alarms.flows import ingestion, listeners
from dutydesk.alarms.models import Alarm, Heartbeat
from dutydesk.alarms.rules.beat_schedule import LONGEST, SHORTEST, read_cron
from dutydesk.alarms.rules.beat_words import BeatStory
from dutydesk.alarms.rules.destination import labels_of
from dutydesk.alarms.rules.notifications import Notification, NotifiedAlert
from dutydesk.alarms.rules.promises import HEARTBEAT
from dutydesk.alarms.rules.signals import SUCCESS, Signal
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import CommitmentDue
from dutydesk.commitments.rules import Promise
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import number_of
from dutydesk.kernel.tokens import digest_of, make_token
from dutydesk.people.models import Service
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Severity

SHORTEST_RUN = timedelta(minutes=1)
"""A run that began may last at least so long, however late a ping may be."""
AGAIN = timedelta(minutes=5)
"""One that stays away is looked at again no sooner, however often it should ping."""
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
    found.word = word or found.word
    if signal.kind in ("success", "fail"):
        found.last_seen = at
    if found.paused_at is None:
        _follow(found, signal, at)
    found.save(update_fields=_STANDING)


def _follow(found: Heartbeat, signal: Signal, at: datetime) -> None:
    """Do what follows from what its job said: whatever came, the next ping is owed."""
    if signal.kind == "start":
        _start(found, at)
    elif signal.kind != "log":
        if found.started_at is not None:
            found.took, found.started_at = max(at - found.started_at, timedelta()), None
        if signal.failure:
            found.failure = signal.failure
            _raise(found, at)
        else:
            _end(found, at)
        _expect(found, found.schedule.after_ping(at, found.grace) + found.grace, at)


def _start(found: Heartbeat, at: datetime) -> None:
    """Let the run that begins last as long as it may; begun again meanwhile, it has no longer."""
    longest = max(found.grace, SHORTEST_RUN)
    if found.started_at is None or found.started_at + longest <= at:
        _expect(found, at + longest, at)
    found.started_at = at


def _raise(found: Heartbeat, at: datetime) -> None:
    """Raise its alarm; one that still fires is told of again, one that was ended begins anew."""
    if found.missing_since is None or not _fires(found):
        found.missing_since = at
    ingestion.receive(told=_told(found, found.missing_since), at=at)


def _fires(found: Heartbeat) -> bool:
    """Say whether its alarm goes on: somebody may have ended it, or it may rest."""
    mine = Alarm.objects.filter(group_key=found.about, state=Alarm.State.FIRING)
    return mine.filter(firing_count__gt=0).exists()


def _end(found: Heartbeat, at: datetime) -> None:
    """End the alarm about the ping that stayed away, or failed."""
    if found.missing_since is not None:
        ingestion.receive(told=_told(found, found.missing_since, ended=at), at=at)
        found.missing_since, found.failure = None, ""


def _expect(found: Heartbeat, by: datetime, at: datetime) -> None:
    """Expect a ping by then: what is promised is moved, or promised anew."""
    found.due_at = by
    if not commitments.postpone(kind=HEARTBEAT, subject=found.about, due_at=by):
        commitments.promise(
            kind=HEARTBEAT,
            subject=found.about,
            owner="",
            text=HEARTBEAT.says(name=found.name),
            times=Promise(due_at=by),
            at=at,
        )


def due(*, event: CommitmentDue, at: datetime) -> None:
    """Raise the alarm about a ping that stayed away, unless it came meanwhile; owe the next one.

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
    found = rows.filter(pk=number, paused_at=None).first()
    if found is None or found.due_at is None or found.due_at > at:
        return
    commitments.miss(kind=HEARTBEAT, subject=event.subject, at=at)
    if not _fires(found):
        found.failure = ""
    if found.started_at is not None and not found.failure:
        found.failure = "It began and didn't end in time."
    _raise(found, at)
    _expect(found, max(found.schedule.after(at) + found.grace, at + AGAIN), at)
    found.save(update_fields=_STANDING)


def _told(found: Heartbeat, since: datetime, ended: datetime | None = None) -> Notification:
    """Give what is told of it, as if a monitoring system had; no more than that once it is over."""
    zone = process.in_force().zone
    last, began = found.last_seen, found.started_at
    story = BeatStory(
        found.name,
        str(found.schedule),
        found.grace,
        last.astimezone(zone) if last else None,
        began.astimezone(zone) if began else None,
        found.failure,
        found.word,
    )
    labels = {
        "alertname": story.alert_name,
        "heartbeat": found.name,
        "service": found.service.name if found.service else "",
    }
    labels |= labels_of(process.in_force().alarms, high=found.severity == "high")
    said = {"summary": story.summary, "description": story.description}
    alert = NotifiedAlert(
        fingerprint=f"heartbeat-{found.pk}",
        firing=ended is None,
        labels={} if ended else {name: value for name, value in labels.items() if value},
        annotations={} if ended else said,
        starts_at=since,
        ends_at=ended,
    )
    return Notification(found.about, (alert,), ordered=True)


@transaction.atomic
def pause(*, heartbeat: int, at: datetime) -> Heartbeat:
    """Expect nothing until it is resumed; an alarm about it is over."""
    found = _mine(heartbeat)
    if found.paused_at is None:
        _forget(found, at)
        found.paused_at, found.due_at, found.started_at = at, None, None
        found.save(update_fields=[*_STANDING, "paused_at"])
    return found


@transaction.atomic
def resume(*, heartbeat: int, at: datetime) -> Heartbeat:
    """Expect pings again from now on, if any ever came or was expected."""
    found = _mine(heartbeat)
    if found.paused_at is not None:
        found.paused_at = None
        if found.last_seen is not None or commitments.history([found.about]).exists():
            _expect(found, found.schedule.after(at) + found.grace, at)
        found.save(update_fields=[*_STANDING, "paused_at"])
    return found


@transaction.atomic
def remove(*, heartbeat: int, at: datetime) -> str:
    """Remove it for good, with its address; an alarm about it is over. Gives its name."""
    found = _mine(heartbeat)
    _forget(found, at)
    found.delete()
    return found.name


def _mine(heartbeat: int) -> Heartbeat:
    rows = Heartbeat.objects.select_for_update(of=("self",)).select_related("service")
    found = rows.filter(pk=heartbeat).first()
    if found is None:
        raise NoHeartbeat("That heartbeat isn't there any more.", "Open the page again.")
    return found


def _forget(found: Heartbeat, at: datetime) -> None:
    """Expect nothing of it; an alarm about it is over."""
    commitments.withdraw(kind=HEARTBEAT, subject=found.about, at=at)
    _end(found, at)
