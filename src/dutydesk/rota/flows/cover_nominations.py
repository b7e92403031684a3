"""Who is named to answer in each part of a support day: take, give, hand back in one press."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from django.db import transaction

from dutydesk.chat.flows import asking_posts
from dutydesk.journal.flows import journal
from dutydesk.kernel.events import Event
from dutydesk.kernel.periods import Period, instant, subtract
from dutydesk.people.flows import zones
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.process.rules.ask_channel import PartOfDay
from dutydesk.process.rules.model import Process
from dutydesk.rota import words
from dutydesk.rota.flows import notices, roster, rota_lock
from dutydesk.rota.flows.shift_build import HORIZON, EditRefused
from dutydesk.rota.models import Absence, CoverNomination, Outlook
from dutydesk.rota.rules import told_holes


@dataclass(frozen=True)
class CoverChanged(Event):
    """Somebody was named for a part of a day, or nobody is any more."""

    kind: ClassVar[str] = "cover.changed"
    day: str
    part: str
    engineer: str


@dataclass(frozen=True)
class Nomination:
    """One part of one day, and who is named for it.

    `engineer` has it to its end. `there`: who is named, is there and can be reached, and when.
    """

    day: date
    part: PartOfDay
    period: Period
    number: int
    engineer: Engineer | None
    there: tuple[tuple[int, Period], ...]

    @property
    def missing(self) -> list[Period]:
        """Give when nobody is named who is there and can be reached."""
        return subtract([self.period], [period for _, period in self.there])

    @property
    def covered(self) -> bool:
        """Say whether who has it to its end is there then, and can be reached."""
        return not any(period.end == self.period.end for period in self.missing)


def nominations(span: Period, *, reachable: Collection[int] | None = None) -> list[Nomination]:
    """Give every part of every support day that reaches into `span`, with who is named for it.

    Days on which the working hours don't open have none. `reachable`: whom a message reaches, if
    that was asked already. Clause ask.cover.
    """
    current = process.in_force()
    if not current.ask.cover.parts:
        return []
    first, last = (moment.astimezone(current.zone).date() for moment in (span.start, span.end))
    before = first - timedelta(days=1)  # Its last part may go on past midnight.
    parts = [part for part in _parts(current, before, last) if part[3].overlap(span)]
    if not parts:
        return []
    periods = [period for *_, period in parts]  # A process may name its parts in any order.
    rows = roster.named(Period(min(p.start for p in periods), max(p.end for p in periods)))
    reachable = roster.reachable() if reachable is None else reachable
    away = _away(rows)
    return [
        Nomination(
            day,
            part,
            period,
            _number(day, index),
            next((row.engineer for row in rows if row.start < period.end <= row.end), None),
            tuple(_present(period, rows, reachable=reachable, away=away)),
        )
        for day, index, part, period in parts
    ]


def _away(rows: Iterable[CoverNomination]) -> dict[int, list[Period]]:
    people = {row.engineer_id for row in rows}
    found: dict[int, list[Period]] = {}
    for absence in Absence.objects.filter(engineer__in=people, wish=False):
        found.setdefault(absence.engineer_id, []).append(absence.period)
    return found


def _present(
    period: Period,
    rows: Iterable[CoverNomination],
    *,
    reachable: Collection[int],
    away: dict[int, list[Period]],
) -> Iterator[tuple[int, Period]]:
    for row in rows:
        shared = row.period.overlap(period)
        if shared is not None and row.engineer_id in reachable:
            for part in subtract([shared], away.get(row.engineer_id, [])):
                yield row.engineer_id, part


def _parts(
    current: Process, first: date, last: date
) -> Iterator[tuple[date, int, PartOfDay, Period]]:
    clock = current.clock("working")
    for ahead in range((last - first).days + 1):
        day = first + timedelta(days=ahead)
        for index, part in enumerate(current.ask.cover.parts):
            period = _period(current, day, part)
            if period is not None and clock.between(period.start, period.end):
                yield day, index, part, period


def _period(current: Process, day: date, part: PartOfDay) -> Period | None:
    """Give when a part of a day is; None where a clock change leaves nothing of it."""
    first, last = part.on(day)
    starts, ends = instant(first, current.zone), instant(last, current.zone, last=True)
    return Period(starts, ends) if starts < ends else None


def _number(day: date, index: int) -> int:
    return day.toordinal() * 100 + index


def _day_part(number: int) -> tuple[date, PartOfDay, Period]:
    current = process.in_force()
    parts = current.ask.cover.parts
    ordinal, index = divmod(number, 100)
    if date(2000, 1, 1).toordinal() < ordinal < date(2200, 1, 1).toordinal() and index < len(parts):
        day, part = date.fromordinal(ordinal), parts[index]
        period = _period(current, day, part)
        if period is not None:
            return day, part, period
    raise EditRefused("There is no such part of a day.", "Look at the page again.")


@transaction.atomic
def take(*, number: int, engineer: int, at: datetime, by: str) -> str:
    """Take a part of a day that nobody answers in; refused once somebody else has it."""
    _, _, period = _day_part(number)
    _one_at_a_time(at)
    there = [one for each in nominations(period) if each.number == number for one in each.there]
    others = [(who, part) for who, part in there if who != engineer and part.end > at]
    coming = [Period(max(period.start, at), period.end)] if period.end > at else []
    if others and not subtract(coming, [part for _, part in others]):
        theirs = {who for who, _ in others}
        names = Engineer.objects.filter(pk__in=theirs).order_by("pk").values_list("name", flat=True)
        raise EditRefused(
            f"{' and '.join(names)} answers then already.", "Change it under Shifts, if need be."
        )
    return name(number=number, engineer=engineer, at=at, by=by)


@transaction.atomic
def name(*, number: int, engineer: int | None, at: datetime, by: str) -> str:
    """Name somebody for what is left of a part of a day, instead of who was. Says so.

    None hands it back. What was had of it stays as it was. Who gets it and who loses it are told.
    """
    day, part, period = _day_part(number)
    if period.end <= at:
        raise EditRefused("That part of the day is over.", "Name somebody for one to come.")
    coming = Period(max(period.start, at), period.end)
    who = _there(engineer, coming)
    _one_at_a_time(at)
    lost = _end(roster.named(coming), coming, at)
    if who is not None:
        CoverNomination.objects.create(
            day=day,
            part=part.id,
            engineer=who,
            start=coming.start,
            end=coming.end,
            changed_at=at,
        )
    says = f"{who.name if who else 'Nobody'} answers on {day:%a} {day.day} {day:%b}: {part.title}"
    entry = journal.record(
        event=CoverChanged(day.isoformat(), part.id, who.name if who else ""),
        subject="rota",
        text=says,
        at=at,
        actor=by,
        clause="ask.cover",
    )
    _tell(who, lost, coming, part.title, key=f"cover:{entry.pk}", at=at, by=by)
    if who is None:
        return f"{says}."
    if who.pk not in roster.reachable():
        return f"{says}. But no message reaches them, so it counts as nobody."
    asking_posts.end(
        keys="rota:holes:",
        actions="rota.cover",
        about=f"cover:{number}",
        since=f"{says}.",
        at=at,
    )
    _closed(hole(part), coming)
    return f"{says}."


def hole(part: PartOfDay) -> str:
    """Give what the team is told of a part that nobody answers in."""
    return f"Answering, {part.title.lower()}"


def _closed(what: str, period: Period) -> None:
    """Let a hole that is none any more be told anew if it opens again, even before the next look.

    Its post offers it no more.
    """
    for row in rota_lock.hold():
        marks = [str(mark) for mark in row.told]
        row.told = told_holes.without(marks, what, period)
        if row.told != marks:
            row.save(update_fields=["told"])


def _there(engineer: int | None, coming: Period) -> Engineer | None:
    if engineer is None:
        return None
    who = Engineer.objects.filter(pk=engineer, active=True).first()
    if who is None:
        raise EditRefused("That engineer is not on the team.", "Choose somebody who is.")
    away = Absence.objects.filter(
        engineer=who, wish=False, end__gt=coming.start, start__lt=coming.end
    )
    if away.exists():
        raise EditRefused(
            f"{who.name} is away then.", "Choose somebody who is there, or take the absence back."
        )
    return who


def _one_at_a_time(at: datetime) -> None:
    """Let namings follow each other, and holes that one opens be told at the next look."""
    rota_lock.hold()
    Outlook.objects.get_or_create(
        duty="support", defaults={"built_until": at + HORIZON, "look_at": at}
    )
    Outlook.objects.filter(duty="support").update(look_at=at)


def _end(rows: Iterable[CoverNomination], coming: Period, at: datetime) -> list[CoverNomination]:
    """Take these namings out of `coming`: what has begun ends, what was to come is cancelled."""
    ended = list(rows)
    for row in ended:
        if row.start < coming.start:
            row.end = coming.start
        else:
            row.cancelled_at = at
        row.changed_at, row.sequence = at, row.sequence + 1
        row.save(update_fields=["end", "cancelled_at", "changed_at", "sequence"])
    return ended


def _tell(
    who: Engineer | None,
    lost: list[CoverNomination],
    coming: Period,
    title: str,
    *,
    key: str,
    at: datetime,
    by: str,
) -> None:
    """Tell who gets it and who loses it, unless they did it themselves."""
    losers = {row.engineer for row in lost}
    told = [(who, True)] if who and who not in losers else []
    told += [(loser, False) for loser in sorted(losers, key=lambda e: e.pk) if loser != who]
    for engineer, gains in told:
        if engineer.name != by:
            zone = zones.zone_of(engineer)
            message = words.cover_changed(coming, title, gains=gains, by=by, zone=zone)
            notices.tell(engineer, message, key=key, at=at)


@transaction.atomic
def who_left(*, at: datetime) -> None:
    """End what people who have left are named for; what they answered stays as it was."""
    rows = CoverNomination.objects.filter(engineer__active=False, cancelled_at=None, end__gt=at)
    rows = rows.select_for_update(of=("self",)).select_related("engineer")
    for row in rows:
        _end([row], Period(max(at, row.start), row.end), at)
        journal.record(
            event=CoverChanged(row.day.isoformat(), row.part, ""),
            subject="rota",
            text=f"{row.engineer.name} left, so nobody answers on {row.day:%a} {row.day.day} "
            f"{row.day:%b}: {row.part}",
            at=at,
            actor="the desk",
            clause="ask.cover",
        )
