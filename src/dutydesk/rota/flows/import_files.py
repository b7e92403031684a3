"""What a calendar or an export of another tool holds, with the people here whom it means."""

import json
from dataclasses import dataclass
from datetime import datetime

from dutydesk.kernel import bounds
from dutydesk.kernel.periods import Period
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.rota.flows.shift_build import HORIZON, EditRefused
from dutydesk.rota.models import Rotation
from dutydesk.rota.rules import exports, ical, person_match
from dutydesk.rota.rules.exports import Taken, TakenShift
from dutydesk.rota.rules.import_changes import ImportedShift, SourceSpan, told_apart

_BY_HAND = "Export it again, or enter that part by hand."


@dataclass(frozen=True)
class ImportedFile:
    """What a file has that is still to come, of whom here.

    `source`: what it is an export of, `name`: how people call that, `span`: what it can tell of.
    `schedule`: it has all rotations there are, over or not, or none. `count`: how much it has in
    all. `partly`: who has an override in it of some rotations only.
    """

    source: str
    name: str
    span: SourceSpan
    rotations: dict[str, Rotation]
    shifts: list[ImportedShift]
    schedule: bool
    count: int
    partly: str


def read(text: str, *, duty: str, at: datetime) -> ImportedFile:
    """Read a calendar or an export; refused if it is none, or names somebody who isn't here."""
    told = _read(text, at)
    coming = told.coming(at)
    for each in coming.rotations:
        if each.odd:
            raise EditRefused(each.odd, _BY_HAND)
    people = _people(coming)
    keys = told_apart([each.key or each.period.start.isoformat() for each in coming.shifts])
    return ImportedFile(
        source=told.source[:200],
        name=told.name[:200],
        span=SourceSpan(told.whole, told.until, told.called_off),
        rotations=dict(
            zip(
                told_apart([each.key for each in coming.rotations]),
                [_rotation(each, duty, people) for each in coming.rotations],
                strict=True,
            )
        ),
        shifts=[
            ImportedShift(key, people[_told(each)], each.period, each.replaces, each.sequence)
            for key, each in zip(keys, coming.shifts, strict=True)
            if each.period.start < each.period.end
        ],
        schedule=told.schedule,
        count=len(told.rotations) + len(told.shifts),
        partly=next((each.who for each in coming.shifts if each.partly), ""),
    )


def _read(text: str, at: datetime) -> Taken:
    bounds.check_text(text, longest=bounds.LONGEST_FILE, what="The export")
    current, text = process.in_force(), text.lstrip("\ufeff \r\n")
    try:
        if text.upper().startswith("BEGIN:VCALENDAR"):
            return _calendar(ical.read_file(text, Period(at, at + HORIZON), current.zone))
        return exports.read(json.loads(bounds.storable_json(text.encode())))
    except ical.CalendarError as error:
        raise EditRefused(str(error), "Export it again as iCalendar (.ics).") from error
    except exports.ExportError as error:
        raise EditRefused(str(error), _BY_HAND) from error
    except (ValueError, RecursionError) as error:
        raise EditRefused(
            "This is neither a calendar nor JSON.",
            "Give an .ics file, or the JSON of a PagerDuty or Opsgenie schedule or its overrides.",
        ) from error


def _calendar(found: ical.CalendarFile) -> Taken:
    shifts = [
        TakenShift(
            entry.summary,
            entry.period,
            addresses=entry.addresses,
            organizer=entry.organizer,
            key=key,
            sequence=entry.sequence,
        )
        for key, entry in found.entries.items()
    ]
    return Taken(
        shifts=tuple(shifts),
        source=f"calendar {found.name}".strip(),
        name=f"the calendar {found.name}" if found.name else "a calendar without a name",
        whole=not found.partial,
        called_off=found.called_off,
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
        known[person_match.key(name)] = known[person_match.key(email)] = number
    wanted: set[Told] = {
        (who, (), "") for each in taken.rotations for place in each.places for who in place
    }
    wanted |= set(map(_told, taken.shifts))
    found = {
        (who, invited, organizer): person_match.find(who, invited, known, organizer)
        for who, invited, organizer in wanted
    }
    unknown = sorted(each for each, number in found.items() if number is None)
    for who, invited, _ in unknown:
        several = person_match.candidates(who, invited, known)
        if several:
            names = Engineer.objects.filter(pk__in=several).order_by("name")
            raise EditRefused(
                f"“{who}” may be {' or '.join(one.name for one in names)}.",
                "Let each time name one person, once for each who is on then.",
            )
    missing = sorted({who for who, _, _ in unknown})
    if missing:
        raise EditRefused(
            f"Nobody here is {', '.join(f'“{who}”' for who in missing)}.",
            "Add them under People with that name or address, and take it in again.",
        )
    return {each: number for each, number in found.items() if number is not None}


def _rotation(each: exports.TakenRotation, duty: str, people: dict[Told, int]) -> Rotation:
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
