"""Changing a rotation that runs: whoever is on now stays on, and only what is to come changes."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.rota.flows import edits, rota_lock, schedule_inputs
from dutydesk.rota.flows.edits import Cadence
from dutydesk.rota.flows.shift_build import BuildOutcome, EditRefused, rebuild
from dutydesk.rota.models import Rotation
from dutydesk.rota.rules import places as places_of
from dutydesk.rota.rules.turns import Turns


def _running(number: int, at: datetime) -> Rotation:
    found = Rotation.objects.select_for_update().filter(pk=number).exclude(ends_at__lte=at).first()
    if found is None:
        raise EditRefused("This rotation has ended or is gone.", "Make a new one.")
    return found


@rota_lock.held
def change(*, number: int, cadence: Cadence, at: datetime, by: str) -> BuildOutcome:
    """Change a rotation from now on, or from its new first turn if that is still to come.

    Whoever is on now stays on, or whoever takes their place, however long turns are from now on.
    Clause oncall.rota.
    """
    row = _running(number, at)
    edits.check_cadence(cadence)
    zone = cadence.zone or process.in_force().place.zone
    turns = Turns(cadence.unit, cadence.length, cadence.starts, ZoneInfo(zone))  # type: ignore[arg-type]
    if turns.handoff(0) > at:
        if row.ends_at is not None and row.ends_at <= turns.handoff(0):
            raise EditRefused("It would begin after it ends.", "Give it an earlier first turn.")
        return edits.rotate(
            duty=row.duty, cadence=cadence, at=at, by=by, instead_of=[number], until=row.ends_at
        )
    before = schedule_inputs.rotation(row)
    places: Sequence[tuple[int, ...]] = [tuple(place) for place in cadence.places]
    if before.turns.handoff(0) <= at:
        turn, now = before.turns.number_at(at), turns.number_at(at)
        places = places_of.keeping_turn(before.places, places, turn=turn, now=now)
    row.unit, row.length, row.zone = cadence.unit, cadence.length, zone
    row.starts = cadence.starts.isoformat(timespec="minutes")
    row.places, row.windows = [list(place) for place in places], list(cadence.windows)
    row.priority = cadence.priority
    row.save()
    return rebuild([row.duty], at=at, by=by, why=f"A rotation of {row.duty} was changed")


@rota_lock.held
def close_up(*, number: int, engineer: int, at: datetime, by: str) -> BuildOutcome:
    """Take somebody out of a rotation for good; the others move up, and who is on stays on."""
    row = _running(number, at)
    before = schedule_inputs.rotation(row)
    turn = before.turns.number_at(at)
    active = turn % max(len(before.places), 1)
    left, on = places_of.close_up(before.places, active=active, leaver=engineer)
    if left == before.places:
        raise EditRefused("They have no turn in this rotation.", "Look at it again.")
    if not any(left):
        raise EditRefused("Nobody would take a turn.", "End the rotation instead.")
    places = places_of.starting_with(left, place=on, turn=turn)
    row.places = [list(place) for place in places]
    row.save(update_fields=["places"])
    name = Engineer.objects.get(pk=engineer).name
    why = f"{name} takes no more turns in a rotation of {row.duty}; the others move up"
    return rebuild([row.duty], at=at, by=by, why=why)
