"""Two people change places in one deed: their weeks, or primary and secondary for an evening."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from dutydesk.kernel.periods import Period
from dutydesk.process.flows import process
from dutydesk.rota import words
from dutydesk.rota.flows import edit_checks, roster, rota_lock
from dutydesk.rota.flows.shift_build import BuildOutcome, EditRefused, rebuild
from dutydesk.rota.models import Override


@dataclass(frozen=True)
class Seat:
    """Somebody's time on a duty."""

    duty: str
    engineer: int
    span: Period


@rota_lock.held
def exchange(*, first: Seat, second: Seat, at: datetime, by: str) -> BuildOutcome:
    """Give each of two people the other's time, both or neither. Clause oncall.rota."""
    names = {seat.engineer: edit_checks.member(seat.engineer).name for seat in (first, second)}
    if len(names) == 1:
        raise EditRefused("These are the same person.", "Choose two people.")
    if first.duty == second.duty and first.span.overlap(second.span):
        raise EditRefused(
            f"Both are times of {first.duty}, and they overlap.",
            "Give two times that follow each other, or two duties.",
        )
    both = ((first, second), (second, first))
    times = [_give(mine, other, names, at=at, by=by) for mine, other in both]
    zone = process.in_force().zone
    told = [
        f"{mine.duty} {words.span(time, zone)}" for (mine, _), time in zip(both, times, strict=True)
    ]
    why = f"{' and '.join(names.values())} change places: {' and '.join(told)}"
    outcome = rebuild({first.duty, second.duty}, at=at, by=by, why=why)
    for (mine, other), time in zip(both, times, strict=True):
        change = outcome.moved[mine.duty].get(other.engineer)
        if change is None or not change.gained:
            raise EditRefused(
                f"That changes nothing: {names[other.engineer]} is away, or on call anyway, when "
                f"{names[mine.engineer]} is {mine.duty}.",
                "Choose other times or other people.",
            )
        left = edit_checks.unmanned(
            outcome, duty=mine.duty, span=time, giver=mine.engineer, taker=other.engineer
        )
        if left:
            away = words.span(left[0], zone)
            raise EditRefused(
                f"{names[other.engineer]} is away then, or not on the team: {away}.",
                "Choose a time in which both are there.",
            )
    return outcome


def _give(mine: Seat, other: Seat, names: Mapping[int, str], *, at: datetime, by: str) -> Period:
    """Let the other have somebody's time; give what of it is still to come."""
    edit_checks.known_duty(mine.duty)
    coming = edit_checks.in_sight(mine.span, at)
    if not roster.between(coming, duty=mine.duty, engineer=mine.engineer).exists():
        raise EditRefused(
            f"{names[mine.engineer]} is not {mine.duty} then.", "Choose time that they have."
        )
    Override.objects.create(
        duty=mine.duty,
        start=coming.start,
        end=coming.end,
        add_id=other.engineer,
        remove_id=mine.engineer,
        kind="swap",
        made_by=by,
        made_at=at,
    )
    return coming
