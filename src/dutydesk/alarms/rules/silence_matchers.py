"""Which alerts a silence quiets: matchers over labels, as Alertmanager has them, and when.

Source: https://prometheus.io/docs/alerting/latest/configuration/#matcher
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import Period
from dutydesk.kernel.refusals import Refused
from dutydesk.process.rules.patterns import pattern, why_not
from dutydesk.rota.rules.weekly_windows import Window, whole_in

Operator = Literal["=", "!=", "=~", "!~"]
Test = Callable[[Mapping[str, str]], bool]
LONGEST_ONCE = timedelta(days=30)
LONGEST_REPEATED = timedelta(days=366)
MOST_MATCHERS = 30
LONGEST_MATCHER = 1000
_LOOK = timedelta(days=8)  # A weekly window is never further away, but for a clock change.
_MATCHER = re.compile(r'([^\s=!~{}",]+)\s*(=~|!~|!=|=)(.*)', re.DOTALL)


class SilenceRefused(Refused):
    """The silence can't be made so."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition on one label; a label that is missing counts as empty."""

    name: str
    operator: Operator
    value: str

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Say whether the labels fulfil it; a pattern has to match the whole value."""
        return self.test()(labels)

    def test(self) -> Test:
        """Give what says whether labels fulfil it, ready to be asked often."""
        name, wanted = self.name, self.value
        if self.operator == "=":
            return lambda labels: labels.get(name, "") == wanted
        if self.operator == "!=":
            return lambda labels: labels.get(name, "") != wanted
        if self.trouble:
            return lambda labels: False
        fits = pattern(wanted).fits
        if self.operator == "=~":
            return lambda labels: fits(labels.get(name, ""))
        return lambda labels: not fits(labels.get(name, ""))

    @property
    def trouble(self) -> str:
        """Say why it can't be used: its pattern, kept from before, is none. It matches nothing."""
        return why_not(self.value) if self.operator in ("=~", "!~") else ""

    def __str__(self) -> str:
        """Write it as people type it, and as Alertmanager shows it."""
        return f"{self.name}{self.operator}{json.dumps(self.value, ensure_ascii=False)}"


def read_matcher(text: str) -> Matcher:
    """Read `severity="critical"` or `job=~api-.*`, with or without quotes, or refuse it."""
    text = text.strip()
    if len(text) > LONGEST_MATCHER:
        raise SilenceRefused(
            f"“{text[:40]}…” is too long.", f"A matcher has {LONGEST_MATCHER} characters at most."
        )
    found = _MATCHER.fullmatch(text)
    if found is None:
        raise SilenceRefused(
            f"“{text}” is not a matcher.", "Write it like severity=critical or job=~api-.*"
        )
    name, operator, value = found[1], found[2], found[3].removesuffix(",").strip()
    if value.startswith('"'):
        try:
            value = json.loads(value)
        except ValueError as error:
            raise SilenceRefused(
                f"The quotes in “{text}” don't close.", "Close them, or leave them out."
            ) from error
    if "\0" in value:
        raise SilenceRefused("A label holds no such character.", "Leave it out.")
    matcher = Matcher(name, next(each for each in get_args(Operator) if each == operator), value)
    if operator in ("=~", "!~"):
        pattern(value)  # Refuses one that can't be read.
    return matcher


def read_matchers(lines: Iterable[str]) -> tuple[Matcher, ...]:
    """Read a matcher from each line that isn't empty."""
    typed = [line for line in lines if line.strip()]
    if len(typed) > MOST_MATCHERS:
        raise SilenceRefused("Those are too many matchers.", f"Use {MOST_MATCHERS} at most.")
    return tuple(dict.fromkeys(read_matcher(line) for line in typed))


def common(labels: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Give the labels that all of these have alike."""
    shared = set(labels[0].items()) if labels else set()
    return dict(shared.intersection(*(each.items() for each in labels)))


def match_all(matchers: Iterable[Matcher], labels: Mapping[str, str]) -> bool:
    """Say whether the labels fulfil every matcher."""
    return all(matcher.matches(labels) for matcher in matchers)


@dataclass(frozen=True, slots=True)
class SilenceRule:
    """Alerts that are kept quiet from `period.start` until `period.end`, and why.

    With `windows`, only in these of each week. `service`: only alerts of that service's alarms.
    """

    number: int
    matchers: tuple[Matcher, ...]
    service: int | None
    period: Period
    windows: tuple[Window, ...] = ()
    by: str = ""
    reason: str = ""

    @property
    def trouble(self) -> str:
        """Say why it quiets nothing: a kept matcher that can't be used. Empty if all can."""
        return next((each.trouble for each in self.matchers if each.trouble), "")

    def taking_effect(self, until: datetime) -> "InEffect":
        """Give it as what quiets until then."""
        tests = tuple(matcher.test() for matcher in self.matchers)
        return InEffect(self.number, tests, self.service, until, self.by, self.reason)

    def spell(self, at: datetime, zone: ZoneInfo) -> Period | None:
        """Give the time that it quiets around `at`, or else next after it; None if it is over."""
        if self.period.end <= at:
            return None
        if not self.windows:
            return self.period
        begin = max(self.period.start, at)
        ahead = Period(begin, begin + _LOOK)
        for window in whole_in(self.windows, ahead, zone):
            shared = window.overlap(self.period)
            if shared is not None and shared.end > begin:
                return shared
        return None


@dataclass(frozen=True, slots=True)
class InEffect:
    """A silence that quiets now, and until when; `tests` are its matchers, ready to be asked."""

    number: int
    tests: tuple[Test, ...]
    service: int | None
    until: datetime
    by: str
    reason: str


def in_effect(
    silences: Iterable[SilenceRule], at: datetime, zone: ZoneInfo
) -> tuple[InEffect, ...]:
    """Give the silences that quiet at `at`, those that last longest first."""
    found = []
    for one in silences:
        spell = one.spell(at, zone)
        if spell is not None and at in spell:
            found.append(one.taking_effect(spell.end))
    return tuple(sorted(found, key=lambda each: (-each.until.timestamp(), each.number)))


def quieted_by(
    labels: Mapping[str, str], service: int | None, silences: Sequence[InEffect]
) -> InEffect | None:
    """Give the silence that quiets an alert for longest, or None if none does.

    `silences`: what `in_effect` gave. Some microseconds for some dozens of them.
    """
    for one in silences:
        if one.service is not None and one.service != service:
            continue
        for test in one.tests:
            if not test(labels):
                break
        else:
            return one
    return None


def quiet_periods(
    silences: Iterable[SilenceRule],
    labels: Mapping[str, str],
    service: int | None,
    span: Period,
    zone: ZoneInfo,
) -> list[tuple[Period, SilenceRule]]:
    """Give when in `span` an alert is quieted and by which silence, in order; they may overlap."""
    found: list[tuple[Period, SilenceRule]] = []
    for one in silences:
        if one.service not in (None, service) or not match_all(one.matchers, labels):
            continue
        at = span.start
        while (spell := one.spell(at, zone)) is not None and spell.start < span.end:
            found.append((spell, one))
            at = spell.end
    return sorted(found, key=lambda each: each[0])


def check(silence: SilenceRule, at: datetime, zone: ZoneInfo) -> None:
    """Refuse a silence that would quiet everything, nothing, the past, or for too long."""
    if silence.service is None and match_all(silence.matchers, {}):
        raise SilenceRefused(
            "This would quiet every alert there is.", "Name at least one label, or a service."
        )
    if silence.trouble:
        raise SilenceRefused(f"It quiets nothing. {silence.trouble}", "Make a new one.")
    if not silence.reason:
        raise SilenceRefused("The reason is missing.", "Say why, for whoever finds it at night.")
    if not silence.by:
        raise SilenceRefused("Nobody answers for the silence.", "Say who makes it.")
    if silence.period.end <= at:
        raise SilenceRefused("The silence would be over already.", "Choose a later end.")
    longest = LONGEST_REPEATED if silence.windows else LONGEST_ONCE
    if silence.period.end - max(at, silence.period.start) > longest:
        raise SilenceRefused(
            f"That is longer than {longest.days} days.", "End it sooner; it can be extended then."
        )
    if silence.spell(at, zone) is None:
        raise SilenceRefused("None of its windows lies in that time.", "Change one or the other.")
