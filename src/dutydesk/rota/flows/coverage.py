"""Declared hours that nobody covers, and what an edit would do to them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args

from django.db import transaction

from dutydesk.kernel.periods import Period, subtract, union
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Duty as Promised
from dutydesk.rota.flows import roster
from dutydesk.rota.flows.cover_nominations import Nomination, hole, nominations
from dutydesk.rota.flows.shift_build import DUTIES, BuildOutcome
from dutydesk.rota.models import Duty
from dutydesk.rota.rules import gaps as rules
from dutydesk.rota.rules.duty import open_clock
from dutydesk.rota.rules.schedule import OnShift, Source


@dataclass(frozen=True)
class Gap:
    """Declared hours without anybody reachable: of a duty, or of a part of the support day.

    `number` names a part of a day, for a press that takes it; None for a `duty`. `unheard`: who
    has that time, but no message reaches them.
    """

    what: str
    period: Period
    number: int | None = None
    duty: str = ""
    unheard: str = ""

    @property
    def told(self) -> str:
        """Give what is uncovered, and who has it without being reached."""
        return f"{self.what} (no message reaches {self.unheard})" if self.unheard else self.what

    def of(self, duty: str) -> bool:
        """Say whether this is of a duty; of any if none is named. Parts of a day are support."""
        return duty in ("", self.duty or Duty.SUPPORT)


def gaps(*, at: datetime, until: datetime, reachable: Collection[int] | None = None) -> list[Gap]:
    """Give what of the declared hours in [at, until) nobody covers, in order of time.

    To the minute, by duty and by part of the day. `reachable`: whom a message reaches, if
    that was asked already. Clauses hours.*, oncall.rota, ask.cover.
    """
    span = Period(at, until)
    current = process.in_force()
    reachable = roster.reachable() if reachable is None else reachable
    named = nominations(span, reachable=reachable)
    names = dict(Engineer.objects.exclude(pk__in=reachable).values_list("pk", "name"))
    found = [
        Gap(Duty(duty).label, part, duty=duty, unheard=" and ".join(names[who] for who in unheard))
        for duty, shifts in _shifts(named, span).items()
        if duty in current.on_call.order
        for period in rules.gaps(
            current.clock(open_clock(duty)).periods(span.start, span.end),
            shifts,
            reachable=reachable,
        )
        for part, unheard in rules.unheard(period, shifts, reachable=reachable)
    ]
    parts = nameless(named, span, unheard=names)
    return sorted(found + parts, key=lambda gap: (gap.period, gap.what))


def _shifts(named: list[Nomination], span: Period) -> dict[str, list[OnShift]]:
    """Give everybody's shifts in `span` by duty; a nominee who is there counts as on support."""
    found: dict[str, list[OnShift]] = {duty: [] for duty in DUTIES}
    for shift in roster.between(span):
        found[shift.duty].append(shift.on_shift)
    for each in named:
        found["support"] += [OnShift(who, period, Source("cover")) for who, period in each.there]
    return found


def nameless(named: list[Nomination], span: Period, *, unheard: Mapping[int, str]) -> list[Gap]:
    """Give the time of support days in `span` for which nobody is named who is there."""
    return [
        Gap(
            hole(each.part),
            shared,
            each.number,
            unheard=unheard.get(each.engineer.pk, "") if each.engineer else "",
        )
        for each in named
        for period in each.missing
        if (shared := period.overlap(span)) is not None
    ]


@dataclass(frozen=True)
class Coverage:
    """How much of a duty's declared hours is covered."""

    duty: str
    declared: timedelta
    missing: timedelta

    @property
    def percent(self) -> float | None:
        """Give the share of the declared hours that is covered, from 0 to 100; None of none."""
        return 100 * (1 - self.missing / self.declared) if self.declared else None


def coverage(*, at: datetime, until: datetime, found: list[Gap]) -> list[Coverage]:
    """Give for each duty how much of its declared hours is covered, given the gaps found."""
    current = process.in_force()
    rows = []
    for duty in current.on_call.order:
        label = Duty(duty).label
        missing = union(gap.period for gap in found if gap.what == label)
        declared = current.clock(open_clock(duty)).between(at, until)
        rows.append(Coverage(label, declared, sum((p.length for p in missing), timedelta())))
    return rows


@dataclass(frozen=True)
class Preview:
    """What an edit would do: to people, and to the hours that nobody covers."""

    outcome: BuildOutcome
    opened: list[Gap]
    closed: list[Gap]


_LOOKED_AHEAD = timedelta(weeks=8)


def preview(
    edit: Callable[[], BuildOutcome], *, at: datetime, until: datetime | None = None
) -> Preview:
    """Give what an edit would do, without doing it. Raises what it would refuse with.

    Holes are looked for as far as anybody's shifts change, eight weeks at least, or up to `until`.
    """
    with transaction.atomic():
        outcome = edit()
        until = until or max(outcome.until or at, at + _LOOKED_AHEAD)
        after = _open(at, until)
        transaction.set_rollback(True)
    before = _open(at, until)
    return Preview(outcome, _beyond(after, before), _beyond(before, after))


def _open(at: datetime, until: datetime) -> dict[str, list[Period]]:
    found: dict[str, list[Period]] = {}
    for gap in gaps(at=at, until=until):
        found.setdefault(gap.what, []).append(gap.period)
    return found


def _beyond(some: dict[str, list[Period]], others: dict[str, list[Period]]) -> list[Gap]:
    found = [
        Gap(what, period)
        for what, periods in some.items()
        for period in subtract(periods, others.get(what, []))
    ]
    return sorted(found, key=lambda gap: (gap.period, gap.what))


def unasked(outcome: BuildOutcome) -> list[Gap]:
    """Give what anybody would gain wholly outside a duty's declared hours, when nobody is asked.

    Clauses hours.*.
    """
    current = process.in_force()
    found: list[Gap] = []
    for duty in get_args(Promised):
        clock = current.clock(open_clock(duty))
        for change in outcome.moved.get(duty, {}).values():
            parts = change.gained
            if not any(clock.between(part.start, part.end) for part in parts):
                found += [Gap(Duty(duty).label, part) for part in parts]
    return sorted(found, key=lambda gap: (gap.period, gap.what))
