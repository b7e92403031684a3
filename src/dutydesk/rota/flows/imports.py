"""Taking over rotas from other tools: calendars, and PagerDuty's and Opsgenie's exports."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from dutydesk.kernel import bounds
from dutydesk.kernel.periods import Period
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.rota.flows.shift_build import DUTIES, HORIZON, BuildOutcome, EditRefused, rebuild
from dutydesk.rota.models import Override, Rotation
from dutydesk.rota.rules import exports, ical, person_match
from dutydesk.rota.rules.exports import Taken, TakenShift


@dataclass(frozen=True)
class ImportedRota:
    """How much was taken in, and how much was there already or is past."""

    rotations: int
    shifts: int
    left: int
    outcome: BuildOutcome


@transaction.atomic
def take_in(*, text: str, duty: str, at: datetime, by: str) -> ImportedRota:
    """Take in a calendar or an export for a duty, wholly or not at all; safe to do twice.

    People are matched by address or name. What is past is left alone. What was taken in before
    and is in the export no more, or otherwise, ends now.
    """
    if duty not in DUTIES:
        raise EditRefused(f"“{duty}” is not a duty.", f"Choose {', '.join(DUTIES)}.")
    told = _read(text, at)
    taken = told.coming(at)
    people = _people(taken)
    rotations = [_rotation(each, duty, people, at) for each in taken.rotations]
    new = [row for row in rotations if not _here(row)]
    if told.rotations:
        _end_others(duty, rotations, at)
    Rotation.objects.bulk_create(new)
    shifts = [_shift(shift, duty, people, at, by) for shift in taken.shifts]
    added = [row for row in shifts if row is not None]
    Override.objects.bulk_create(added)
    left = len(told.rotations) + len(told.shifts) - len(new) - len(added)
    why = f"{len(new)} rotations and {len(added)} shifts of {duty} were taken in"
    return ImportedRota(len(new), len(added), left, rebuild([duty], at=at, by=by, why=why))


def _read(text: str, at: datetime) -> Taken:
    bounds.check_text(text, longest=bounds.LONGEST_FILE, what="The export")
    current = process.in_force()
    try:
        if text.lstrip("\ufeff \r\n").upper().startswith("BEGIN:VCALENDAR"):
            entries = ical.read(text, Period(at, at + HORIZON), current.zone)
            return Taken(shifts=tuple(map(_entry_shift, entries)))
        return exports.read(json.loads(text))
    except ical.CalendarError as error:
        raise EditRefused(str(error), "Export it again as iCalendar (.ics).") from error
    except exports.ExportError as error:
        raise EditRefused(str(error), "Export it again, or enter that part by hand.") from error
    except (ValueError, RecursionError) as error:
        raise EditRefused(
            "This is neither a calendar nor JSON.",
            "Give an .ics file, or the JSON of a PagerDuty or Opsgenie schedule or its overrides.",
        ) from error


def _entry_shift(entry: ical.CalendarEntry) -> TakenShift:
    return TakenShift(
        entry.summary, entry.period, addresses=entry.addresses, organizer=entry.organizer
    )


Told = tuple[str, tuple[str, ...], str]
"""A text, and beside it the addresses of those who are invited and of whoever invites."""


def _told(shift: TakenShift) -> Told:
    return shift.who, shift.addresses, shift.organizer


def _people(taken: Taken) -> dict[Told, int]:
    """Match everybody whom an export names; refused with all whom nobody here is."""
    known: dict[str, int] = {}
    for number, name, email in Engineer.objects.filter(active=True).values_list(
        "pk", "name", "email"
    ):
        known[name.casefold()] = known[email.casefold()] = number
    wanted: set[Told] = {
        (who, (), "") for each in taken.rotations for place in each.places for who in place
    }
    wanted |= set(map(_told, taken.shifts))
    found = {
        (who, invited, organizer): person_match.find(who, invited, known, organizer)
        for who, invited, organizer in wanted
    }
    missing = sorted({who for (who, _, _), number in found.items() if number is None})
    if missing:
        raise EditRefused(
            f"Nobody here is {', '.join(f'“{who}”' for who in missing)}.",
            "Add them under People with that name or address, and take it in again.",
        )
    return {each: number for each, number in found.items() if number is not None}


def _rotation(
    each: exports.TakenRotation, duty: str, people: dict[Told, int], at: datetime
) -> Rotation:
    return Rotation(
        duty=duty,
        unit=each.unit,
        length=each.length,
        starts=each.starts.isoformat(timespec="minutes"),
        zone=each.zone,
        places=[[people[who, (), ""] for who in place] for place in each.places],
        windows=list(each.windows),
        priority=each.priority,
        begins_at=each.begins,
        taken_in=True,
        ends_at=each.ends,
    )


_TOLD_APART_BY = (
    "duty", "unit", "length", "starts", "zone", "places", "windows", "priority", "begins_at",
    "ends_at",
)  # fmt: skip


def _here(row: Rotation) -> bool:
    """Say whether the very same rotation is here already."""
    return Rotation.objects.filter(**{name: getattr(row, name) for name in _TOLD_APART_BY}).exists()


def _end_others(duty: str, rotations: Iterable[Rotation], at: datetime) -> None:
    """Let what was taken in before end, where that isn't among the rotations of this export."""
    kept = [_mark(row) for row in rotations]
    for row in Rotation.objects.filter(duty=duty, taken_in=True).exclude(ends_at__lte=at):
        if _mark(row) not in kept:
            row.ends_at = at
            row.save(update_fields=["ends_at"])


def _mark(row: Rotation) -> str:
    told = {name: getattr(row, name) for name in _TOLD_APART_BY}
    return json.dumps(told, sort_keys=True, default=str)


def _shift(
    shift: TakenShift, duty: str, people: dict[Told, int], at: datetime, by: str
) -> Override | None:
    period = shift.period
    if period.end <= at or period.start == period.end:
        return None
    if shift.partly and Rotation.objects.filter(duty=duty).exclude(ends_at__lte=at).count() > 1:
        raise EditRefused(
            f"An override of {shift.who} is of some rotations only, and {duty} has several.",
            "Leave it out, and enter it under Change by hand: who comes on and who goes off.",
        )
    row = Override(
        duty=duty,
        start=max(period.start, at),
        end=period.end,
        add_id=people[_told(shift)],
        everybody=shift.replaces,
        kind="override" if shift.replaces else "hand",
        made_by=by,
        made_at=at,
    )
    same = Override.objects.filter(
        duty=duty, end=row.end, add_id=row.add_id, everybody=row.everybody
    )
    return None if same.filter(start__lte=row.start).exists() else row
