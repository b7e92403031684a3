"""Declared hours that nobody covers, and who is named for each part of the support day."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from django.db import transaction

from dutydesk.journal import flows as journal
from dutydesk.kernel.facts import Fact
from dutydesk.kernel.periods import Period, instant, subtract, union
from dutydesk.people.models import Engineer
from dutydesk.process import flows as process
from dutydesk.process.rules.model import Part, Process
from dutydesk.rota.flows import asking
from dutydesk.rota.flows.building import DUTIES, EditRefused, Outcome
from dutydesk.rota.models import Duty, Nominee
from dutydesk.rota.rules import gaps as rules
from dutydesk.rota.rules.duty import open_clock
from dutydesk.rota.rules.schedule import OnShift, Source


@dataclass(frozen=True)
class Gap:
    """Declared hours without anybody reachable: of a duty, or of a part of the support day.

    `number` names a part of a day, for a press that takes it; None for a duty.
    """

    what: str
    period: Period
    number: int | None = None


@dataclass(frozen=True)
class CoverChanged(Fact):
    """Somebody was named for a part of a day, or nobody is any more."""

    kind: ClassVar[str] = "cover.changed"
    day: str
    part: str
    engineer: str


def gaps(*, at: datetime, until: datetime) -> list[Gap]:
    """Give what of the declared hours in [at, until) nobody covers, in order of time.

    To the minute, by duty and by part of the day. Clauses hours.*, oncall.rota, ask.cover.
    """
    span = Period(at, until)
    current = process.in_force()
    reachable = asking.reachable()
    named = nominations(span)
    found = [
        Gap(Duty(duty).label, period)
        for duty, shifts in _shifts(named, span).items()
        if duty in current.on_call.order
        for period in rules.gaps(
            current.clock(open_clock(duty)).periods(span.start, span.end),
            shifts,
            reachable=reachable,
        )
    ]
    return sorted(found + nameless(named), key=lambda gap: (gap.period, gap.what))


def _shifts(named: list["Nomination"], span: Period) -> dict[str, list[OnShift]]:
    """Give everybody's shifts in `span` by duty; a nominee counts as on support."""
    found: dict[str, list[OnShift]] = {duty: [] for duty in DUTIES}
    for shift in asking.between(span):
        found[shift.duty].append(shift.on_shift)
    for each in named:
        if each.engineer is not None:
            found["support"].append(OnShift(each.engineer.pk, each.period, Source("cover")))
    return found


@dataclass(frozen=True)
class Nomination:
    """One part of one day, and who is named for it, if anybody is."""

    day: date
    part: Part
    period: Period
    number: int
    engineer: Engineer | None


def nominations(span: Period) -> list[Nomination]:
    """Give every part of every support day that reaches into `span`, with who is named for it.

    Days on which the working hours don't open have none. Clause ask.cover.
    """
    current = process.in_force()
    if not current.ask.cover.parts:
        return []
    zone = current.zone
    first, last = (moment.astimezone(zone).date() for moment in (span.start, span.end))
    rows = Nominee.objects.filter(day__range=(first, last)).select_related("engineer")
    named = {(row.day, row.part): row.engineer for row in rows if row.engineer.active}
    return [
        Nomination(day, part, period, _number(day, index), named.get((day, part.id)))
        for day, index, part, period in _parts(current, first, last)
        if period.overlap(span) is not None
    ]


def _parts(current: Process, first: date, last: date) -> Iterator[tuple[date, int, Part, Period]]:
    zone, clock = current.zone, current.clock("working")
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        for index, part in enumerate(current.ask.cover.parts):
            starts = instant(datetime.combine(day, part.starts), zone)
            ends = instant(datetime.combine(day, part.ends), zone, last=True)
            if starts < ends and clock.between(starts, ends):
                yield day, index, part, Period(starts, ends)


def _number(day: date, index: int) -> int:
    return day.toordinal() * 100 + index


def _day_part(number: int) -> tuple[date, Part]:
    parts = process.in_force().ask.cover.parts
    ordinal, index = divmod(number, 100)
    if not 0 < ordinal <= date.max.toordinal() or index >= len(parts):
        raise EditRefused("There is no such part of a day.", "Look at the page again.")
    return date.fromordinal(ordinal), parts[index]


def nameless(named: list[Nomination]) -> list[Gap]:
    """Give the parts of support days for which nobody is named."""
    return [
        Gap(f"Answering, {each.part.title.lower()}", each.period, each.number)
        for each in named
        if each.engineer is None
    ]


@transaction.atomic
def name(*, number: int, engineer: int | None, at: datetime, by: str) -> str:
    """Name somebody for a part of a day, instead of who was; None hands it back. Says so."""
    day, part = _day_part(number)
    ends = instant(datetime.combine(day, part.ends), process.in_force().zone, last=True)
    if ends <= at:
        raise EditRefused("That part of the day is over.", "Name somebody for one to come.")
    Nominee.objects.filter(day=day, part=part.id).delete()
    who = None
    if engineer is not None:
        who = Engineer.objects.filter(pk=engineer, active=True).first()
        if who is None:
            raise EditRefused("That engineer is not on the team.", "Choose somebody who is.")
        Nominee.objects.create(day=day, part=part.id, engineer=who)
    says = f"{who.name if who else 'Nobody'} answers on {day:%a} {day.day} {day:%b}: {part.title}"
    journal.record(
        fact=CoverChanged(day.isoformat(), part.id, who.name if who else ""),
        subject="rota",
        text=says,
        at=at,
        actor=by,
        clause="ask.cover",
    )
    return f"{says}."


@dataclass(frozen=True)
class Coverage:
    """How much of a duty's declared hours is covered."""

    duty: str
    declared: timedelta
    missing: timedelta

    @property
    def percent(self) -> float:
        """Give the share of the declared hours that is covered, from 0 to 100."""
        return 100 * (1 - self.missing / self.declared) if self.declared else 100.0


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

    outcome: Outcome
    opened: list[Gap]
    closed: list[Gap]


_LOOKED_AHEAD = timedelta(weeks=8)


def preview(edit: Callable[[], Outcome], *, at: datetime) -> Preview:
    """Give what an edit would do, without doing it. Raises what it would refuse with."""
    before = _open(at)
    with transaction.atomic():
        outcome = edit()
        after = _open(at)
        transaction.set_rollback(True)
    return Preview(outcome, _beyond(after, before), _beyond(before, after))


def _open(at: datetime) -> dict[str, list[Period]]:
    found: dict[str, list[Period]] = {}
    for gap in gaps(at=at, until=at + _LOOKED_AHEAD):
        found.setdefault(gap.what, []).append(gap.period)
    return found


def _beyond(some: dict[str, list[Period]], others: dict[str, list[Period]]) -> list[Gap]:
    return [
        Gap(what, period)
        for what, periods in some.items()
        for period in subtract(periods, others.get(what, []))
    ]
