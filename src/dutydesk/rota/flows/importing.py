"""Taking over rotas from other tools: calendars, and PagerDuty's and Opsgenie's exports."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from dutydesk.kernel.periods import Period
from dutydesk.people.models import Engineer
from dutydesk.process import flows as process
from dutydesk.rota.flows.building import DUTIES, HORIZON, EditRefused, Outcome, rebuild
from dutydesk.rota.models import Override, Rotation
from dutydesk.rota.rules import exports, ical
from dutydesk.rota.rules.exports import Taken


@dataclass(frozen=True)
class TakenIn:
    """How much was taken in, and how much was there already or is past."""

    rotations: int
    shifts: int
    left: int
    outcome: Outcome


@transaction.atomic
def take_in(*, text: str, duty: str, at: datetime, by: str) -> TakenIn:
    """Take in a calendar or an export for a duty, wholly or not at all; safe to do twice.

    People are matched by address or name. What is past is left alone.
    """
    if duty not in DUTIES:
        raise EditRefused(f"“{duty}” is not a duty.", f"Choose {', '.join(DUTIES)}.")
    taken = _read(text, at)
    people = _people(taken.people)
    rotations = [_rotation(each, duty, people, at) for each in taken.rotations]
    shifts = [_shift(who, period, duty, people, at, by) for who, period in taken.shifts]
    new = [row for row in rotations if row is not None]
    added = [row for row in shifts if row is not None]
    Rotation.objects.bulk_create(new)
    Override.objects.bulk_create(added)
    left = len(rotations) + len(shifts) - len(new) - len(added)
    why = f"{len(new)} rotations and {len(added)} shifts of {duty} were taken in"
    return TakenIn(len(new), len(added), left, rebuild([duty], at=at, by=by, why=why))


def _read(text: str, at: datetime) -> Taken:
    current = process.in_force()
    try:
        if text.lstrip("\ufeff \r\n").upper().startswith("BEGIN:VCALENDAR"):
            entries = ical.read(text, Period(at, at + HORIZON), current.zone)
            return Taken(shifts=tuple((entry.summary, entry.period) for entry in entries))
        return exports.read(json.loads(text))
    except ical.CalendarError as error:
        raise EditRefused(str(error), "Export it again as iCalendar (.ics).") from error
    except json.JSONDecodeError as error:
        raise EditRefused(
            "This is neither a calendar nor JSON.",
            "Give an .ics file, or the JSON of a PagerDuty or Opsgenie schedule or its overrides.",
        ) from error
    except exports.ExportError as error:
        raise EditRefused(str(error), "Export it again, or enter that part by hand.") from error


def _people(wanted: Iterable[str]) -> dict[str, int]:
    """Match everybody whom an export names; refused with all whom nobody here is."""
    known: dict[str, int] = {}
    for number, name, email in Engineer.objects.filter(active=True).values_list(
        "pk", "name", "email"
    ):
        known[name.casefold()] = known[email.casefold()] = number
    found = {who: _match(who, known) for who in wanted}
    missing = sorted(who for who, number in found.items() if number is None)
    if missing:
        raise EditRefused(
            f"Nobody here is {', '.join(f'“{who}”' for who in missing)}.",
            "Add them under People with that name or address, and take it in again.",
        )
    return {who: number for who, number in found.items() if number is not None}


def _match(who: str, known: dict[str, int]) -> int | None:
    """Find the person meant: by name or address, or the only one whose name it holds."""
    text = who.strip().casefold()
    if text in known:
        return known[text]
    within = {number for name, number in known.items() if name in text}
    return within.pop() if len(within) == 1 else None


def _rotation(
    each: exports.TakenRotation, duty: str, people: dict[str, int], at: datetime
) -> Rotation | None:
    row = Rotation(
        duty=duty,
        unit=each.unit,
        length=each.length,
        starts=each.starts.isoformat(timespec="minutes"),
        zone=each.zone,
        places=[[people[who] for who in place] for place in each.places],
        windows=list(each.windows),
        priority=each.priority,
        ends_at=each.ends,
    )
    same = Rotation.objects.filter(
        duty=duty, starts=row.starts, zone=row.zone, places=row.places, windows=row.windows
    )
    return None if (each.ends and each.ends <= at) or same.exists() else row


def _shift(
    who: str, period: Period, duty: str, people: dict[str, int], at: datetime, by: str
) -> Override | None:
    if period.end <= at or period.start == period.end:
        return None
    row = Override(
        duty=duty,
        start=max(period.start, at),
        end=period.end,
        add_id=people[who],
        kind="hand",
        made_by=by,
        made_at=at,
    )
    same = Override.objects.filter(duty=duty, end=row.end, add_id=row.add_id)
    return None if same.filter(start__lte=row.start).exists() else row
