"""Asking what is silenced, and keeping an alarm quiet or letting it be heard."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, ClassVar

from dutydesk import rows
from dutydesk.alarms.models import Alarm, Alert, Silence
from dutydesk.alarms.rules import silences as rules
from dutydesk.alarms.rules.silences import InEffect
from dutydesk.journal.flows import Happening
from dutydesk.kernel.facts import Fact
from dutydesk.kernel.moments import when
from dutydesk.kernel.periods import Period
from dutydesk.kernel.subjects import subject
from dutydesk.process import flows as process
from dutydesk.rota.flows.inputs import window

# Held shared by whoever takes alerts in, and alone by whoever changes a silence.
_LOCK = 7_305_801


High = Callable[[Mapping[str, str]], bool]
"""Says of an alert's labels whether it is high."""


@dataclass(frozen=True)
class AlarmSilenced(Fact):
    """An alarm is quieted by a silence from now on."""

    kind: ClassVar[str] = "alarm.silenced"
    alarm: int
    silence: int


@dataclass(frozen=True)
class AlarmHeard(Fact):
    """An alarm that still fires is not silenced any more."""

    kind: ClassVar[str] = "alarm.heard"
    alarm: int


@dataclass(frozen=True, slots=True)
class Quiet:
    """The silences that quiet something at one moment."""

    silences: tuple[InEffect, ...] = ()

    def of(self, labels: Mapping[str, str], service: int | None) -> InEffect | None:
        """Give the silence that quiets such an alert for longest, or None."""
        return rules.quieted_by(labels, service, self.silences)

    def number(self, number: int | None) -> InEffect | None:
        """Give the silence of that number, if it quiets now."""
        return next((each for each in self.silences if each.number == number), None)

    def of_alarm(
        self, alerts: Iterable[Mapping[str, str]], service: int | None, high: High
    ) -> InEffect | None:
        """Give the first silence to end of those that keep an alarm quiet; None if it is heard.

        `alerts`: the labels of those that fire. The high ones count, or all if none is high.
        """
        if not self.silences:
            return None
        every = list(alerts)
        count = [labels for labels in every if high(labels)] or every
        found = []
        for labels in count:
            one = self.of(labels, service)
            if one is None:
                return None
            found.append(one)
        return min(found, key=lambda each: each.until, default=None)


def asked(*, at: datetime) -> Callable[[], Quiet]:
    """Ask what is silenced at `at`; the answer is there when it is fetched, as often as wanted.

    Asked first in a transaction, before any alarm is locked: who changes a silence waits for
    those who asked, and then looks at the alarms that they stored.
    """
    rows.run("SELECT pg_advisory_xact_lock_shared(%s)", [_LOCK])
    found = rows.run(_KEPT, [at, at])

    @cache
    def fetched() -> Quiet:
        global _last
        kept = _last = tuple(rule_of(_row(values)) for values in found.fetchall())
        return Quiet(rules.in_effect(kept, at, process.in_force().zone) if kept else ())

    return fetched


_last: tuple[rules.Silence, ...] = ()


def remembered(*, at: datetime) -> tuple[Quiet, tuple[list[int], list[datetime]]]:
    """Give what was silenced when that was asked last, without asking again.

    With it comes what tells whether that still holds: the numbers of the silences that are kept
    at `at`, in order, and their ends.
    """
    kept = sorted((one for one in _last if at in one.period), key=lambda one: one.number)
    signs = [one.number for one in kept], [one.period.end for one in kept]
    return Quiet(rules.in_effect(kept, at, process.in_force().zone) if kept else ()), signs


_COLUMNS = ("id", "service_id", "starts_at", "ends_at", "made_by", "reason", "matchers", "windows")
_KEPT = f"""
SELECT {", ".join(_COLUMNS)} FROM alarms_silence
WHERE lifted_at IS NULL AND starts_at <= %s AND ends_at > %s
"""


def _row(values: Sequence[Any]) -> Silence:
    row = Silence(**dict(zip(_COLUMNS, values, strict=True)))
    row.matchers, row.windows = json.loads(values[-2]), json.loads(values[-1])
    return row


def hold() -> None:
    """Wait for those who asked what is in effect; until this transaction ends others wait."""
    rows.run("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def seen(*, at: datetime) -> Quiet:
    """Give what is silenced at `at`, to be shown or tried out; one query."""
    kept = Silence.objects.filter(lifted_at=None, starts_at__lte=at, ends_at__gt=at)
    zone = process.in_force().zone
    return Quiet(rules.in_effect((rule_of(row) for row in kept), at, zone))


def kept_in(span: Period) -> list[rules.Silence]:
    """Give the silences that reach into `span`, as the rules want them; one query."""
    kept = Silence.objects.filter(lifted_at=None, starts_at__lt=span.end, ends_at__gt=span.start)
    return [rule_of(row) for row in kept]


def rule_of(row: Silence) -> rules.Silence:
    """Give a stored silence as the rules want it."""
    return rules.Silence(
        number=row.pk,
        matchers=tuple(rules.Matcher(*each) for each in row.matchers),
        service=row.service_id,
        period=Period(row.starts_at, row.ends_at),
        windows=tuple(window(each) for each in row.windows),
        by=row.made_by,
        reason=row.reason,
    )


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of an alarm: it pages, its page ends `because`, it was silenced or heard."""

    pages: bool = False
    ends_page: bool = False
    turned: bool = False
    because: str = ""


NOTHING = Decision()


def firing_labels(
    alarms: Iterable[tuple[Alarm, Mapping[str, Alert]]], quiet: Quiet
) -> dict[int, list[Mapping[str, str]]]:
    """Give the labels of the firing alerts of the alarms that a silence may concern; one query.

    With each alarm comes what is known better than it is stored, by fingerprint.
    """
    known = {alarm.pk: each for alarm, each in alarms if quiet.silences or alarm.silence_id}
    if not known:
        return {}
    found: dict[int, list[Mapping[str, str]]] = {
        number: [alert.labels for alert in each.values() if alert.firing]
        for number, each in known.items()
    }
    stored = Alert.objects.filter(alarm__in=list(known), firing=True)
    for alarm, name, labels in stored.values_list("alarm_id", "fingerprint", "labels"):
        if name not in known[alarm]:
            found[alarm].append(labels)
    return found


def decide(
    *,
    alarm: Alarm,
    firing: Sequence[Mapping[str, str]],
    quiet: Quiet,
    high: High,
    wanted: bool,
    paged: bool,
) -> Decision:
    """Set what silences the alarm and whether a page is held back, and say what follows.

    `firing`: the labels of its alerts that fire. `wanted`: it has just become high. `paged`:
    somebody is being called for it. Clause support.during.
    """
    found = quiet.of_alarm(firing, alarm.service_id, high)
    turned = alarm.silence_id != (found.number if found else None)
    alarm.silence_id = found.number if found else None
    alarm.silent_until = found.until if found else None
    owed = wanted or alarm.page_held_back
    if found is None:
        if owed and not wanted and not any(high(labels) for labels in firing):
            owed = False  # What was high when it was silenced is over.
        alarm.page_held_back = False
        return Decision(pages=owed, turned=turned and bool(alarm.firing_count))
    alarm.page_held_back = owed or paged
    because = f"{found.by} silenced it: {found.reason}"
    return Decision(ends_page=paged, turned=turned, because=because)


def happened(*, alarm: Alarm, quiet: Quiet, at: datetime) -> Happening:
    """Give what the journal says when an alarm was silenced, or is silenced no more."""
    about = subject("alarm", alarm.pk)
    found = quiet.number(alarm.silence_id)
    if found is None:
        return Happening(AlarmHeard(alarm.pk), about, "Not silenced any more")
    text = f"Silenced {told(alarm=alarm, quiet=quiet, at=at)}"
    return Happening(AlarmSilenced(alarm.pk, found.number), about, text, found.by)


def told(*, alarm: Alarm, quiet: Quiet, at: datetime) -> str:
    """Say until when an alarm is silenced, by whom and why; nothing if it isn't."""
    found = quiet.number(alarm.silence_id)
    if found is None or alarm.silent_until is None:
        return ""
    until = when(alarm.silent_until, process.in_force().zone, at)
    return f"until {until} by {found.by}: {found.reason}"


def taken_over(*, about: str) -> None:
    """Page no more for a silenced alarm when its silence ends: an incident has taken it over."""
    kind, _, number = about.partition(":")
    if kind == "alarm" and number.isdecimal():
        Alarm.objects.filter(pk=int(number), page_held_back=True).update(page_held_back=False)
