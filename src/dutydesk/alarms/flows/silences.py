"""Making silences, changing them, lifting them, and what happens when they begin and end."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import ClassVar

from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet

from dutydesk.alarms import words
from dutydesk.alarms.flows import active_silences, ingestion
from dutydesk.alarms.flows.active_silences import ActiveSilences, rule_of
from dutydesk.alarms.models import GOES_ON, Alarm, Alert, Silence
from dutydesk.alarms.rules import silence_matchers
from dutydesk.alarms.rules.destination import is_high
from dutydesk.alarms.rules.promises import SILENCE
from dutydesk.alarms.rules.silence_matchers import Matcher, SilenceRefused
from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import CommitmentDue
from dutydesk.commitments.rules import Promise
from dutydesk.journal.flows import journal
from dutydesk.kernel.events import Event
from dutydesk.kernel.moments import when
from dutydesk.kernel.subjects import number_of
from dutydesk.oncall.flows import storms
from dutydesk.oncall.models import Page
from dutydesk.people.models import Service
from dutydesk.process.flows import process

MOST_KEPT = 500
LOOK_AGAIN = timedelta(seconds=30)  # So long before its end; see passing.


@dataclass(frozen=True)
class SilenceEvent(Event):
    """Something happened to a silence; `change` is how often it has changed by then."""

    kind: ClassVar[str]
    silence: int
    change: int


class SilenceMade(SilenceEvent):
    """Somebody made it."""

    kind: ClassVar[str] = "silence.made"


class SilenceExtended(SilenceEvent):
    """Somebody moved its end."""

    kind: ClassVar[str] = "silence.extended"


class SilenceLifted(SilenceEvent):
    """Somebody ended it early."""

    kind: ClassVar[str] = "silence.lifted"


class SilenceBegan(SilenceEvent):
    """Its time, or that of one of its windows, has come."""

    kind: ClassVar[str] = "silence.began"


class SilenceEnded(SilenceEvent):
    """Its time, or that of one of its windows, is over."""

    kind: ClassVar[str] = "silence.ended"


@dataclass(frozen=True)
class SilenceDraft:
    """A silence that somebody would like: what `rules.Silence` is made of, not yet checked."""

    matchers: tuple[Matcher, ...]
    starts_at: datetime
    ends_at: datetime
    reason: str
    service: int | None = None
    windows: Sequence[Mapping[str, object]] = ()


@dataclass(frozen=True)
class Affected:
    """A firing alarm that a silence matches: how many of its alerts, and its page.

    `page`: the one that is over once all that falls quiet is; None if none is.
    """

    alarm: Alarm
    matched: int
    firing: int
    quiet: bool
    page: Page | None


def _row(wanted: SilenceDraft, by: str, at: datetime) -> Silence:
    """Give what would be stored, or refuse it."""
    if wanted.ends_at <= wanted.starts_at:
        raise SilenceRefused("The silence ends before it starts.", "Choose a later end.")
    row = Silence(
        matchers=[[one.name, one.operator, one.value] for one in wanted.matchers],
        starts_at=max(wanted.starts_at, at),
        ends_at=max(wanted.ends_at, wanted.starts_at),
        windows=list(wanted.windows),
        reason=wanted.reason.strip()[:300],
        made_by=by,
        made_at=at,
    )
    if wanted.service is not None:
        row.service = Service.objects.filter(pk=wanted.service).first()
        if row.service is None:
            raise SilenceRefused("That service isn't there.", "Choose one under People.")
    if row.ends_at <= row.starts_at:
        raise SilenceRefused("The silence would be over already.", "Choose a later end.")
    silence_matchers.check(rule_of(row), at, process.in_force().zone)
    return row


def preview(*, wanted: SilenceDraft, by: str, at: datetime) -> list[Affected]:
    """Give the firing alarms that this would match while it lasts, or refuse it as making it does.

    Nothing is changed. Those that fall quiet come first.
    """
    return affected(_row(wanted, by, at), at=at)


def affected(silence: Silence, *, at: datetime) -> list[Affected]:
    """Give the firing alarms that a silence matches, whether or not its time has come."""
    alone = _alone(silence)
    high = partial(is_high, process.in_force().alarms)
    found: list[tuple[Alarm, int, int, bool]] = []
    for alarm in _firing():
        alerts = list(alarm.alerts.all())
        matched = sum(alone.of(one.labels, one.service_id) is not None for one in alerts)
        if matched:
            quiet = alone.of_alarm((one, high(one.labels)) for one in alerts) is not None
            found.append((alarm, matched, len(alerts), quiet))
    pages = storms.ending_with([alarm.about for alarm, *_, quiet in found if quiet])
    affected = (Affected(*each, pages.get(each[0].about)) for each in found)
    return sorted(affected, key=lambda each: not each.quiet)


def matched(silence: Silence) -> list[Alert]:
    """Give the firing alerts that a silence matches, each with its alarm."""
    alone = _alone(silence)
    firing = Alert.objects.filter(GOES_ON, alarm__state=Alarm.State.FIRING)
    every = firing.select_related("alarm").order_by("id")
    return [alert for alert in every if alone.of(alert.labels, alert.service_id)]


def _alone(silence: Silence) -> ActiveSilences:
    """Give what would be quiet if this silence were the only one, at any time."""
    rule = rule_of(silence)
    return ActiveSilences((rule.taking_effect(rule.period.end),))


def _firing() -> QuerySet[Alarm]:
    """Give the firing alarms with the alerts that fire, in the order in which they are locked."""
    alerts = Prefetch("alerts", Alert.objects.filter(GOES_ON))
    return Alarm.objects.filter(state=Alarm.State.FIRING).prefetch_related(alerts).order_by("pk")


@transaction.atomic
def silence(
    *, wanted: SilenceDraft, by: str, at: datetime, replaces: Collection[int] = ()
) -> Silence:
    """Make a silence, in the name of `by`. Alarms it keeps quiet from now stop paging at once.

    `replaces`: those that are lifted for it afterwards; they don't count among those there are.
    """
    active_silences.hold()
    kept = Silence.objects.filter(lifted_at=None, ends_at__gt=at).exclude(pk__in=replaces)
    if kept.count() >= MOST_KEPT:
        raise SilenceRefused(f"There are {MOST_KEPT} silences already.", "Lift some of them.")
    made = _row(wanted, by, at)
    made.save()
    text = f"{by} made a silence of {made.title}: {made.reason}"
    journal.record(
        event=SilenceMade(made.pk, made.change), subject=made.about, text=text, at=at, actor=by
    )
    _look_ahead(made, at)
    _look_at_alarms(made, at)
    return made


@transaction.atomic
def extend(*, silence: int, until: datetime, by: str, at: datetime) -> Silence:
    """Move a silence's end, later or sooner; the limits are those of a new one."""
    active_silences.hold()
    found = _kept(silence, at)
    found.ends_at = until
    if until <= max(at, found.starts_at):
        raise SilenceRefused("It would be over already.", "Lift it, or choose a later end.")
    silence_matchers.check(rule_of(found), at, process.in_force().zone)
    found.change += 1
    found.save(update_fields=["ends_at", "change"])
    ends = when(until, process.in_force().zone, at)
    text = f"{by} moved the end of the silence of {found.title}: it ends {ends}"
    event = SilenceExtended(found.pk, found.change)
    journal.record(event=event, subject=found.about, text=text, at=at, actor=by)
    _look_ahead(found, at)
    _look_at_alarms(found, at)
    return found


@transaction.atomic
def lift(*, silence: int, by: str, at: datetime) -> Silence:
    """End a silence now. High alarms that still fire, and that no other quiets, page at once."""
    active_silences.hold()
    found = _kept(silence, at)
    found.lifted_at, found.lifted_by = at, by
    found.change += 1
    found.save(update_fields=["lifted_at", "lifted_by", "change"])
    commitments.withdraw(kind=SILENCE, subject=found.about, at=at)
    text = f"{by} lifted the silence of {found.title}"
    event = SilenceLifted(found.pk, found.change)
    journal.record(event=event, subject=found.about, text=text, at=at, actor=by)
    _look_at_alarms(found, at)
    return found


def _kept(number: int, at: datetime) -> Silence:
    found = Silence.objects.select_for_update(of=("self",)).filter(pk=number).first()
    if found is None:
        raise SilenceRefused("That silence isn't there.", "Look at the list of silences.")
    if found.lifted_at is not None or found.ends_at <= at:
        raise SilenceRefused("That silence is over already.", "Make a new one.")
    return found


def due(*, event: CommitmentDue, at: datetime) -> None:
    """Let alarms fall quiet when a silence begins, and be heard and paged for when it ends."""
    active_silences.hold()
    found = Silence.objects.get(pk=number_of(event.subject, "silence"))
    promised = commitments.still_owed(event)
    if promised is None:
        return
    commitments.keep(kind=SILENCE, subject=found.about, at=at)
    zone = process.in_force().zone
    spell = rule_of(found).spell(at, zone)
    begins = spell is not None and at in spell
    if not begins:
        found.change += 1  # The next window is a silence of its own to Alertmanager.
        found.save(update_fields=["change"])
    what = "begins" if begins else "is over" if spell is None else "is over for this time"
    happened = SilenceBegan if begins else SilenceEnded
    journal.record(
        event=happened(found.pk, found.change),
        subject=found.about,
        text=f"The silence of {found.title} {what}",
        at=at,
    )
    _look_ahead(found, at)
    _look_at_alarms(found, at)


def _look_ahead(found: Silence, at: datetime) -> None:
    """Promise to look again at the next moment at which it begins or ends."""
    spell = rule_of(found).spell(at, process.in_force().zone)
    if spell is None:
        commitments.withdraw(kind=SILENCE, subject=found.about, at=at)
        return
    begun = at in spell
    commitments.promise(
        kind=SILENCE,
        subject=found.about,
        owner=found.made_by,
        text=words.silence_turns(title=found.title, ends=begun),
        times=Promise(spell.end, spell.end - LOOK_AGAIN) if begun else Promise(spell.start),
        at=at,
    )


def _look_at_alarms(silence: Silence, at: datetime) -> None:
    """Reconsider the firing alarms of which the silence matches an alert, now that it changed."""
    concerned = {alert.alarm_id for alert in matched(silence)}
    if concerned:
        ingestion.reconsider(alarms=sorted(concerned), at=at)


def quieted(*, subjects: Sequence[str], at: datetime) -> None:
    """Let those of these alarms fall quiet that a silence quiets by now, so that they call nobody.

    What its own promise brings about comes later, if a call is due at the moment of its beginning.
    """
    seen = active_silences.seen(at=at)
    if not seen.silences:
        return
    high = partial(is_high, process.in_force().alarms)
    numbers = [int(each.partition(":")[2]) for each in subjects if each.startswith("alarm:")]
    found = [
        alarm.pk
        for alarm in _firing().filter(pk__in=numbers, silence=None)
        if seen.of_alarm((one, high(one.labels)) for one in alarm.alerts.all()) is not None
    ]
    if found:
        ingestion.reconsider(alarms=found, at=at)


def kept(*, at: datetime) -> tuple[list[Silence], list[Silence]]:
    """Give the silences that quiet now, and those to come, each with its `spell`; soonest first."""
    zone = process.in_force().zone
    rows = Silence.objects.filter(lifted_at=None, ends_at__gt=at).select_related("service")
    active: list[Silence] = []
    coming: list[Silence] = []
    for row in rows:
        spell = rule_of(row).spell(at, zone)
        if spell is not None:
            row.spell = spell
            (active if at in spell else coming).append(row)
    active.sort(key=lambda each: each.spell.end)
    coming.sort(key=lambda each: each.spell.start)
    return active, coming


def ended(*, at: datetime, count: int) -> list[Silence]:
    """Give the silences that are over, the latest first."""
    over = Silence.objects.filter(~Q(lifted_at=None) | Q(ends_at__lte=at))
    return list(over.select_related("service")[:count])
