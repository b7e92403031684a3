"""Absences that come again each week, and changing one that is noted already."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import F, QuerySet

from dutydesk.kernel.periods import Period, instant
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.rota import words
from dutydesk.rota.flows import rota_lock
from dutydesk.rota.flows.shift_build import DUTIES, HORIZON, BuildOutcome, EditRefused, rebuild
from dutydesk.rota.models import Absence, RegularAbsence
from dutydesk.rota.rules import weekly_windows

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
FOREVER = datetime(9990, 1, 1, tzinfo=UTC)
"""An absence from the one on is before somebody joins, one until the other is after they left."""
_DAY = timedelta(days=1)
_MOST_WEEKS = 52


def noted() -> QuerySet[Absence]:
    """Give what people noted as absences and wishes: not when they aren't on the team."""
    return Absence.objects.exclude(start=BEGINNING).exclude(end=FOREVER)


def away(engineer: int, *, at: datetime) -> bool:
    """Say whether somebody has noted that they can't be on at that moment."""
    return noted().filter(engineer=engineer, wish=False, start__lte=at, end__gt=at).exists()


def in_parts(engineer: int, parts: Sequence[Period]) -> Period | None:
    """Give the first part of a time in which somebody can't be on, or isn't on the team."""
    span = Period(parts[0].start, parts[-1].end)
    away = Absence.objects.filter(
        engineer=engineer, wish=False, start__lt=span.end, end__gt=span.start
    )
    missed = (part.overlap(row.period) for row in away for part in parts)
    return min((each for each in missed if each is not None), default=None)


def not_away_yet(who: Engineer, period: Period, *, wish: bool, besides: int | None = None) -> None:
    """Refuse an absence that is wholly within another that is noted: taken back, it stayed.

    Neither a day of a regular one nor the time after somebody leaves is: these may still change.
    """
    others = noted().filter(engineer=who, wish=wish, regular=None).exclude(pk=besides or 0)
    known = others.filter(start__lte=period.start, end__gte=period.end).first()
    if known is not None:
        says = "would rather be away" if wish else "is away"
        zone = process.in_force().zone
        raise EditRefused(
            f"{who} {says} then already: {words.span(known.period, zone)}.",
            "Change that one, or take it back first.",
        )


@dataclass(frozen=True)
class Regularly:
    """Days of the week, 0 is Monday, in every so many weeks from that of a day on, up to a last."""

    weekdays: Sequence[int]
    first: date
    every: int = 1
    last: date | None = None


@rota_lock.held
def be_away_regularly(
    *,
    engineer: int,
    days: Regularly,
    at: datetime,
    by: str,
    wish: bool = False,
    anyway: bool = False,
) -> BuildOutcome:
    """Note days of the week on which somebody can't be on; or, as a wish, would rather not."""
    who = Engineer.objects.filter(pk=engineer, active=True).first()
    if who is None:
        raise EditRefused("That engineer is not on the team.", "Choose somebody who is.")
    _check(days)
    row = RegularAbsence.objects.create(
        engineer=who,
        weekdays=sorted(set(days.weekdays)),
        every=days.every,
        first=days.first,
        last=days.last,
        wish=wish,
        written_until=days.first,
    )
    if not _write(row, at) and not _comes_later(row):
        raise EditRefused("No such day is still to come.", "Give another first or last day.")
    if wish:
        return BuildOutcome()
    why = f"{who.name} is away {told(row)}"
    first = instant(datetime.combine(days.first, time()), process.in_force().zone)
    return rebuild(DUTIES, at=at, by=by, why=why, anyway=anyway, reaches=first)


def _comes_later(row: RegularAbsence) -> bool:
    """Say whether a day of it lies after what is noted so far."""
    first = max(row.first, row.written_until)
    return next(_days(row, first, first + (_MOST_WEEKS + 1) * 7 * _DAY), None) is not None


def _check(days: Regularly) -> None:
    if not days.weekdays:
        raise EditRefused("No day of the week was chosen.", "Choose at least one.")
    if len(set(days.weekdays)) == len(weekly_windows.EVERY_DAY) and days.every == 1:
        raise EditRefused("That is every day.", "Note it as an absence from a day to another.")
    if not 1 <= days.every <= _MOST_WEEKS:
        raise EditRefused("Weeks between are too few or too many.", "Give them from 1 to 52.")
    if days.last is not None and days.last < days.first:
        raise EditRefused("The last day is before the first.", "Give a later one.")


@rota_lock.held
def be_back_regularly(*, number: int, at: datetime, by: str) -> BuildOutcome:
    """Take a regular absence or wish back for what of it is still to come."""
    row = RegularAbsence.objects.select_for_update(of=("self",)).filter(pk=number).first()
    if row is None:
        raise EditRefused("This absence is over or gone.", "There is nothing to take back.")
    who, wish = row.engineer, row.wish
    why = f"{who.name} is not away {told(row)} after all"
    row.days.filter(start__gte=at).delete()
    row.days.filter(end__gt=at).update(end=at)
    row.days.update(regular=None)
    row.delete()
    return BuildOutcome() if wish else rebuild(DUTIES, at=at, by=by, why=why)


@rota_lock.held
def change(
    *,
    absence: int,
    span: Period,
    at: datetime,
    by: str,
    wish: bool = False,
    anyway: bool = False,
) -> BuildOutcome:
    """Let an absence be at another time, or be a wish. One that has begun keeps its beginning."""
    row = noted().select_for_update(of=("self",)).filter(pk=absence, end__gt=at).first()
    if row is None:
        raise EditRefused("This absence is over or gone.", "Note a new one.")
    begun = row.start < at
    start = row.start if begun else max(span.start, at)
    if span.end <= max(start, at):
        raise EditRefused("That time is wholly in the past.", "Change what is still to come.")
    if begun and wish != row.wish:
        raise EditRefused(
            "It has begun, so what it is stays.", "Take it back, and note another one."
        )
    not_away_yet(row.engineer, Period(start, span.end), wish=wish, besides=row.pk)
    was = row.wish
    row.start, row.end, row.wish, row.regular = start, span.end, wish, None
    row.save(update_fields=["start", "end", "wish", "regular"])
    if was and wish:
        return BuildOutcome()
    when = words.span(row.period, process.in_force().zone)
    kind = "would rather not" if wish else "is away"
    why = f"{row.engineer.name} {kind}, {when}"
    return rebuild(DUTIES, at=at, by=by, why=why, anyway=anyway, reaches=row.end)


def told(row: RegularAbsence) -> str:
    """Say on which days: “every second Tue from 1 Dec 2026”."""
    return words.regularly(row.weekdays, row.every, row.first, row.last)


def standing(at: datetime) -> list[tuple[RegularAbsence, str]]:
    """Give the regular absences and wishes that are not over, each with its days in words."""
    today = at.astimezone(process.in_force().zone).date()
    rows = RegularAbsence.objects.exclude(last__lt=today).select_related("engineer")
    return [(row, told(row)) for row in rows.filter(engineer__active=True)]


def behind(until: datetime) -> bool:
    """Say whether days of regular absences are not noted as far as that."""
    rows = RegularAbsence.objects.filter(written_until__lt=until.date())
    return rows.exclude(last__lt=F("written_until")).exists()


def write_on(at: datetime) -> None:
    """Note the days of regular absences that have come nearer than rotas are worked out."""
    for row in RegularAbsence.objects.filter(written_until__lt=(at + HORIZON).date()):
        _write(row, at)


def _write(row: RegularAbsence, at: datetime) -> int:
    """Note the days that are not noted yet, as far as rotas are worked out; give how many."""
    zone = process.in_force().zone
    today, until = (moment.astimezone(zone).date() for moment in (at, at + HORIZON))
    days = [
        Absence(engineer_id=row.engineer_id, wish=row.wish, regular=row, start=start, end=end)
        for day in _days(row, max(row.written_until, today), until)
        if (start := max(at, instant(datetime.combine(day, time()), zone)))
        < (end := instant(datetime.combine(day + _DAY, time()), zone))
    ]
    Absence.objects.bulk_create(days)
    row.written_until = until
    row.save(update_fields=["written_until"])
    return len(days)


def _days(row: RegularAbsence, first: date, until: date) -> Iterator[date]:
    """Give its days in [first, until)."""
    last = min(until, row.last + _DAY) if row.last else until
    week = row.first - row.first.weekday() * _DAY
    day = max(first, row.first)
    while day < last:
        if day.weekday() in row.weekdays and (day - week).days // 7 % row.every == 0:
            yield day
        day += _DAY
