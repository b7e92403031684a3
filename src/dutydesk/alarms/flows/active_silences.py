"""Asking what is silenced, and keeping an alarm quiet or letting it be heard."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from dutydesk.alarms.flows.events import AlarmHeard, AlarmSilenced
from dutydesk.alarms.models import Alarm, Alert, Silence
from dutydesk.alarms.rules import silence_matchers
from dutydesk.alarms.rules.silence_matchers import InEffect
from dutydesk.database import rows
from dutydesk.journal.flows.journal import Happening
from dutydesk.kernel.moments import when
from dutydesk.kernel.periods import Period
from dutydesk.kernel.subjects import subject
from dutydesk.process.flows import process
from dutydesk.rota.flows.schedule_inputs import window

# Held shared by whoever takes alerts in, and alone by whoever changes a silence.
_LOCK = 7_305_801


@dataclass(frozen=True, slots=True)
class ActiveSilences:
    """The silences that quiet something at one moment."""

    silences: tuple[InEffect, ...] = ()

    def of(self, labels: Mapping[str, str], service: int | None) -> InEffect | None:
        """Give the silence that quiets such an alert for longest, or None."""
        return silence_matchers.quieted_by(labels, service, self.silences)

    def number(self, number: int | None) -> InEffect | None:
        """Give the silence of that number, if it quiets now."""
        return next((each for each in self.silences if each.number == number), None)

    def of_alarm(self, alerts: Iterable[tuple[Alert, bool]]) -> InEffect | None:
        """Give the first silence to end of those that keep an alarm quiet; None if it is heard.

        `alerts`: those that fire, and whether each is high. The high ones count, or all if none is.
        """
        if not self.silences:
            return None
        every = list(alerts)
        count = [alert for alert, high in every if high] or [alert for alert, _ in every]
        found = []
        for alert in count:
            one = self.of(alert.labels, alert.service_id)
            if one is None:
                return None
            found.append(one)
        return min(found, key=lambda each: each.until, default=None)


def asked(*, at: datetime) -> Callable[[], ActiveSilences]:
    """Ask what is silenced at `at`; the answer is there when it is fetched, as often as wanted.

    Asked first in a transaction, before any alarm is locked: who changes a silence waits for
    those who asked, and then looks at the alarms that they stored.
    """
    share()
    found = rows.run(_KEPT, [at, at])

    @cache
    def fetched() -> ActiveSilences:
        kept = tuple(rule_of(_row(values)) for values in found.fetchall())
        return ActiveSilences(
            silence_matchers.in_effect(kept, at, process.in_force().zone) if kept else ()
        )

    return fetched


def share() -> None:
    """Let what is silenced stay as it is until this transaction ends; before any sender's lock."""
    rows.run("SELECT pg_advisory_xact_lock_shared(%s)", [_LOCK])


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


def seen(*, at: datetime) -> ActiveSilences:
    """Give what is silenced at `at`, to be shown or tried out; one query."""
    kept = Silence.objects.filter(lifted_at=None, starts_at__lte=at, ends_at__gt=at)
    zone = process.in_force().zone
    return ActiveSilences(silence_matchers.in_effect((rule_of(row) for row in kept), at, zone))


def kept_in(span: Period) -> list[silence_matchers.SilenceRule]:
    """Give the silences that reach into `span`, as the rules want them; one query."""
    kept = Silence.objects.filter(lifted_at=None, starts_at__lt=span.end, ends_at__gt=span.start)
    return [rule_of(row) for row in kept]


def rule_of(row: Silence) -> silence_matchers.SilenceRule:
    """Give a stored silence as the rules want it."""
    return silence_matchers.SilenceRule(
        number=row.pk,
        matchers=tuple(silence_matchers.Matcher(*each) for each in row.matchers),
        service=row.service_id,
        period=Period(row.starts_at, row.ends_at),
        windows=tuple(window(each) for each in row.windows),
        by=row.made_by,
        reason=row.reason,
    )


def turn(
    alarm: Alarm, firing: Sequence[Alert], high: Mapping[str, bool], quiet: ActiveSilences
) -> bool:
    """Set what silences an alarm; give whether that changed. `high`: by fingerprint."""
    found = quiet.of_alarm((alert, high[alert.fingerprint]) for alert in firing)
    turned = alarm.silence_id != (found.number if found else None)
    alarm.silence_id = found.number if found else None
    alarm.silent_until = found.until if found else None
    return turned


def happened(*, alarm: Alarm, quiet: ActiveSilences, at: datetime) -> Happening:
    """Give what the journal says when an alarm was silenced, or is silenced no more."""
    about = subject("alarm", alarm.pk)
    found = quiet.number(alarm.silence_id)
    if found is None:
        return Happening(AlarmHeard(alarm.pk), about, "Not silenced any more")
    text = f"Silenced {told(alarm=alarm, quiet=quiet, at=at)}"
    return Happening(AlarmSilenced(alarm.pk, found.number), about, text, found.by)


def told(*, alarm: Alarm, quiet: ActiveSilences, at: datetime) -> str:
    """Say until when an alarm is silenced, by whom and why; nothing if it isn't."""
    found = quiet.number(alarm.silence_id)
    if found is None or alarm.silent_until is None:
        return ""
    until = when(alarm.silent_until, process.in_force().zone, at)
    return f"until {until} by {found.by}: {found.reason}"
