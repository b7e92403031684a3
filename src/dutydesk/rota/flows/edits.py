"""Editing rotas: shifts by hand, overrides, rotations, temporary schedules, absences."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Q

from dutydesk.kernel.moments import zone_names
from dutydesk.kernel.periods import Period
from dutydesk.process.flows import process
from dutydesk.rota import words
from dutydesk.rota.flows import absences, rota_lock, schedule_inputs, swap_posts
from dutydesk.rota.flows.edit_checks import (
    ChangesNothing,
    in_sight,
    inside,
    known_duty,
    member,
    puts_on,
    still_to_come,
)
from dutydesk.rota.flows.shift_build import DUTIES, BuildOutcome, EditRefused, rebuild
from dutydesk.rota.models import Absence, Override, Rotation, Shift, Swap, TemporarySchedule
from dutydesk.rota.rules import schedule
from dutydesk.rota.rules.stretches import within

_SHOWN = 3


def period(start: datetime, end: datetime) -> Period:
    """Give the period from `start` up to `end`; refused if it isn't one."""
    if end <= start:
        raise EditRefused("The end is not after the start.", "Give it a later end.")
    return Period(start, end)


def _span(span: Period) -> str:
    return words.span(span, process.in_force().zone)


@rota_lock.held
@process.held()
def override(
    *,
    duty: str,
    span: Period,
    add: int | None = None,
    remove: int | None = None,
    everybody: bool = False,
    kind: str = "override",
    at: datetime,
    by: str,
) -> BuildOutcome:
    """Add, remove or replace somebody on a duty for a period. Clause oncall.rota.

    `everybody`: whoever is on goes off.
    """
    comes, goes = (None if number is None else member(number) for number in (add, remove))
    if comes is None and (goes is None or everybody):
        raise EditRefused("Nobody was chosen.", "Choose who comes on, who goes off, or both.")
    coming = in_sight(span, at)
    row = Override.objects.create(
        duty=known_duty(duty),
        start=coming.start,
        end=coming.end,
        add=comes,
        remove=None if everybody else goes,
        everybody=everybody,
        kind=kind,
        made_by=by,
        made_at=at,
    )
    outcome = rebuild([duty], at=at, by=by, why=lambda done: _says(row, done), reaches=row.end)
    puts_on(row, outcome)
    return outcome


def _says(row: Override, done: BuildOutcome | None = None) -> str:
    """Say what an override does; with what came of it, for the time in which it does that."""
    if row.add and row.everybody:
        did = f"{row.add.name} replaces whoever has {row.duty}"
    elif row.add and row.remove:
        did = f"{row.add.name} replaces {row.remove.name} as {row.duty}"
    elif row.add:
        did = f"{row.add.name} has {row.duty}"
    else:
        did = f"{row.remove.name if row.remove else 'nobody'} no longer has {row.duty}"
    return f"{did}, {_when(row, done)}"


def _when(row: Override, done: BuildOutcome | None) -> str:
    """Say when: the whole time, or the parts of it in which somebody's shifts changed."""
    changes = done.moved.get(row.duty, {}).values() if done else ()
    moved = [part for each in changes for part in (*each.gained, *each.lost)]
    parts = within(moved, row.period)
    if not parts or parts == [row.period]:
        return _span(row.period)
    left = len(parts) - _SHOWN
    more = f" and {'once' if left == 1 else f'{left} times'} more" if left > 0 else ""
    return "; ".join(_span(part) for part in parts[:_SHOWN]) + more


def add_shift(
    *, duty: str, engineer: int, start: datetime, end: datetime, at: datetime, by: str
) -> BuildOutcome:
    """Give somebody a shift by hand; others who have the duty then keep it.

    Changes go after shifts by hand. Where one took off whoever is on, it is a change after that.
    """
    shift: dict[str, Any] = {"duty": duty, "span": period(start, end), "add": engineer}
    try:
        return override(**shift, kind="hand", at=at, by=by)
    except ChangesNothing:
        return override(**shift, at=at, by=by)


@rota_lock.held
def remove_shift(*, shift: int, at: datetime, by: str) -> BuildOutcome:
    """Take a shift away, whatever made it; one that has begun ends now: the past is a record."""
    found = Shift.objects.select_for_update(of=("self",)).filter(pk=shift, end__gt=at).first()
    if found is None or found.cancelled_at is not None:
        raise EditRefused("This shift is over or gone.", "There is nothing to take away.")
    if found.kind == "hand":
        row = Override.objects.get(pk=found.source)
        if found.end == row.end and found.start <= max(row.start, at):  # All that is left of it.
            return _take_back(row, at=at, by=by)
    return override(duty=found.duty, span=found.period, remove=found.engineer_id, at=at, by=by)


@rota_lock.held
def undo(*, number: int, at: datetime, by: str) -> BuildOutcome:
    """Take an override back for what of it is still to come."""
    row = Override.objects.select_for_update(of=("self",)).filter(pk=number, end__gt=at).first()
    if row is None:
        raise EditRefused("This change is over or gone.", "There is nothing to take back.")
    return _take_back(row, at=at, by=by)


def _take_back(row: Override, *, at: datetime, by: str) -> BuildOutcome:
    why = f"Taken back: {_says(row)}"
    rows = [row, *_same_deed(row, at)]
    swaps = Swap.objects.filter(override=row, state=Swap.State.TAKEN, end__gt=at)
    for swap in swaps.select_related("offered_by", "taken_by"):
        swap.state, swap.settled_at = Swap.State.TAKEN_BACK, at
        swap.save(update_fields=["state", "settled_at"])
        swap_posts.show(swap, at)
    for each in rows:
        if each.start < at:
            Override.objects.filter(pk=each.pk).update(end=at)
        else:
            each.delete()
    return rebuild({each.duty for each in rows}, at=at, by=by, why=why)


def _same_deed(row: Override, at: datetime) -> list[Override]:
    """Give what else was done in the deed in which two changed places, or the second stepped up."""
    if row.kind != "swap" or row.remove_id is None:
        return []
    deed = Override.objects.filter(kind="swap", made_by=row.made_by, made_at=row.made_at)
    others = deed.exclude(pk=row.pk).filter(end__gt=at)
    whose = Q(add=row.remove_id, remove=row.add_id)
    other_duty = ~Q(duty=row.duty)
    whose |= other_duty & Q(add=row.remove_id)
    if row.add_id is not None:
        whose |= other_duty & Q(remove=row.add_id)
    return list(others.filter(whose).order_by("pk").select_for_update(of=("self",)))


@dataclass(frozen=True)
class Cadence:
    """A rotation as people give it. `starts` is a local time; `places` are engineers' numbers.

    `zone`: whose wall clock its handoffs keep to, if another than the process's.
    """

    unit: str
    length: int
    starts: datetime
    places: Sequence[Sequence[int]]
    windows: Sequence[dict[str, object]] = ()
    priority: int = 1
    zone: str = ""


@rota_lock.held
def rotate(
    *,
    duty: str,
    cadence: Cadence,
    at: datetime,
    by: str,
    instead_of: Iterable[int] = (),
    until: datetime | None = None,
) -> BuildOutcome:
    """Let places take turns at a duty, instead of other rotations from that start on."""
    check_cadence(cadence)
    row = Rotation.objects.create(
        duty=known_duty(duty),
        unit=cadence.unit,
        length=cadence.length,
        starts=cadence.starts.isoformat(timespec="minutes"),
        zone=cadence.zone or process.in_force().place.zone,
        places=[list(place) for place in cadence.places],
        windows=list(cadence.windows),
        priority=cadence.priority,
        ends_at=until,
    )
    _end(Rotation.objects.filter(pk__in=list(instead_of), duty=duty), row, at)
    why = f"A rotation of {duty} from {row.starts} on"
    return rebuild([duty], at=at, by=by, why=why, reaches=_first(row))


def check_cadence(cadence: Cadence) -> None:
    """Refuse a cadence that can't be: its unit, length, zone, or who takes turns."""
    if cadence.unit not in ("hourly", "daily", "weekly", "monthly"):
        raise EditRefused(f"“{cadence.unit}” is not a unit.", "Choose days, weeks or months.")
    if not 1 <= cadence.length <= 366:
        raise EditRefused("A turn has no such length.", "Give it from 1 to 366 units.")
    if cadence.zone not in ("", *zone_names()):
        raise EditRefused(f"“{cadence.zone}” is no time zone.", "Write it like Europe/London.")
    if not any(cadence.places):
        raise EditRefused("Nobody takes a turn.", "Name at least one person.")
    for number in {person for place in cadence.places for person in place}:
        member(number)


def _end(rows: Iterable[Rotation], successor: Rotation, at: datetime) -> None:
    """Let rotations end where their successor begins, or before that if they were to."""
    ends = max(at, _first(successor))
    for row in rows:
        row.ends_at = min(row.ends_at or ends, ends)
        row.save(update_fields=["ends_at"])


def _first(row: Rotation) -> datetime:
    return schedule_inputs.rotation(row).turns.handoff(0)


@rota_lock.held
def end_rotation(*, number: int, at: datetime, by: str) -> BuildOutcome:
    """Let a rotation end now. Turns that were had stay on record."""
    row = Rotation.objects.select_for_update().filter(pk=number).exclude(ends_at__lte=at).first()
    if row is None:
        raise EditRefused("This rotation has ended or is gone.", "There is nothing to end.")
    row.ends_at = at
    row.save(update_fields=["ends_at"])
    return rebuild([row.duty], at=at, by=by, why=f"A rotation of {row.duty} ended")


@rota_lock.held
def be_away(
    *, engineer: int, span: Period, at: datetime, by: str, wish: bool = False, anyway: bool = False
) -> BuildOutcome:
    """Note that somebody can't be on in a period; or, as a wish, would rather not."""
    who, coming = member(engineer), still_to_come(span, at)
    absences.not_away_yet(who, coming, wish=wish)
    Absence.objects.create(engineer=who, start=coming.start, end=coming.end, wish=wish)
    if wish:
        return BuildOutcome()
    why = f"{who.name} is away, {_span(coming)}"
    return rebuild(DUTIES, at=at, by=by, why=why, anyway=anyway, reaches=coming.end)


@rota_lock.held
def be_back(*, absence: int, at: datetime, by: str) -> BuildOutcome:
    """Take an absence or a wish back for what of it is still to come."""
    row = absences.noted().select_for_update(of=("self",)).filter(pk=absence, end__gt=at).first()
    if row is None:
        raise EditRefused("This absence is over or gone.", "There is nothing to take back.")
    if row.start < at:
        Absence.objects.filter(pk=row.pk).update(end=at)
    else:
        row.delete()
    if row.wish:
        return BuildOutcome()
    return rebuild(DUTIES, at=at, by=by, why=f"{row.engineer.name} is not away after all")


@rota_lock.held
def stand_in(
    *, duty: str, span: Period, shifts: Sequence[tuple[int, Period]], at: datetime, by: str
) -> BuildOutcome:
    """Let a temporary schedule replace everything while it lasts, earlier overrides included."""
    coming = still_to_come(span, at)
    last = Override.objects.aggregate(last=Max("pk"))["last"]
    TemporarySchedule.objects.create(
        duty=known_duty(duty),
        start=coming.start,
        end=coming.end,
        shifts=[_stored(who, each) for who, each in inside(span, shifts)],
        after=last or 0,
        made_by=by,
    )
    why = f"A temporary schedule of {duty}, {_span(coming)}"
    return rebuild([duty], at=at, by=by, why=why, reaches=coming.end)


@rota_lock.held
def end_temporary(*, number: int, at: datetime, by: str) -> BuildOutcome:
    """Let the usual schedule come back now."""
    row = _temporary(number, at)
    return _clear(row, Period(max(at, row.start), row.end), at=at, by=by)


@rota_lock.held
def clear_temporary(*, number: int, span: Period, at: datetime, by: str) -> BuildOutcome:
    """Let the usual schedule come back for a part of a temporary one; the rest of it stays."""
    row, coming = _temporary(number, at), still_to_come(span, at)
    if row.period.overlap(coming) is None:
        raise EditRefused("This schedule doesn't last then.", "Clear a part of its own time.")
    return _clear(row, coming, at=at, by=by)


def _temporary(number: int, at: datetime) -> TemporarySchedule:
    row = TemporarySchedule.objects.select_for_update().filter(pk=number, end__gt=at).first()
    if row is None:
        raise EditRefused("This schedule is over or gone.", "There is nothing to end.")
    return row


def _clear(row: TemporarySchedule, span: Period, *, at: datetime, by: str) -> BuildOutcome:
    left = schedule.clear([schedule_inputs.temporary(row)], span)
    # They go before it, by their number.
    newer = list(TemporarySchedule.objects.filter(duty=row.duty, pk__gt=row.pk).order_by("pk"))
    TemporarySchedule.objects.filter(pk=row.pk).delete()
    TemporarySchedule.objects.bulk_create(
        TemporarySchedule(
            pk=row.pk if number == 0 else None,
            duty=row.duty,
            start=part.period.start,
            end=part.period.end,
            shifts=[_stored(shift.engineer, shift.period) for shift in part.shifts],
            after=row.after,
            made_by=row.made_by,
        )
        for number, part in enumerate(left)
    )
    for each in newer if len(left) > 1 else ():  # The rest is of a number from just now.
        each.delete()
        each.pk = None
        each.save(force_insert=True)
    why = f"A temporary schedule of {row.duty} ended, {_span(span)}"
    return rebuild([row.duty], at=at, by=by, why=why)


def _stored(engineer: int, period: Period) -> dict[str, object]:
    ends = {"start": period.start.isoformat(), "end": period.end.isoformat()}
    return {"engineer": engineer, **ends}
