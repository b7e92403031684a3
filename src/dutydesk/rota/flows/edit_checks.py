"""What every edit of a rota is checked for first: its duty, its people, and its time."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Min

from dutydesk.kernel.periods import Period, subtract
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.rota import words
from dutydesk.rota.flows import roster
from dutydesk.rota.flows.shift_build import DUTIES, HORIZON, BuildOutcome, EditRefused
from dutydesk.rota.models import Outlook, Override


class ChangesNothing(EditRefused):
    """The same people are on with a change as without it."""


def still_to_come(period: Period, at: datetime) -> Period:
    """Give what of the period is still to come; refused if that is nothing."""
    if period.end <= at:
        raise EditRefused("That time is wholly in the past.", "Change what is still to come.")
    return Period(max(period.start, at), period.end)


def in_sight(period: Period, at: datetime) -> Period:
    """Give what of the period is still to come; refused beyond what rotas are worked out to."""
    coming = still_to_come(period, at)
    until = Outlook.objects.aggregate(first=Min("built_until"))["first"] or at + HORIZON
    if coming.start >= until:
        raise EditRefused(
            f"{words.worked_out(until, process.in_force().zone, at)}, and this is later: who is on "
            "then isn't known yet.",
            "Give a time before that, or change it once it has come nearer.",
        )
    return coming


def known_duty(duty: str) -> str:
    """Give the duty; refused if it is none."""
    if duty not in DUTIES:
        raise EditRefused(f"“{duty}” is not a duty.", f"Choose {', '.join(DUTIES)}.")
    return duty


def puts_on(row: Override, outcome: BuildOutcome) -> None:
    """Refuse a change by which whoever comes on isn't on: another would go off for nobody."""
    if row.add is None:
        return
    name = row.add.name
    if not outcome.moved[row.duty]:
        why = f"{name} is {row.duty} then already, away, or on call anyway"
        if row.remove is not None:
            why = f"{row.remove.name} is not {row.duty} then"
        raise ChangesNothing(
            f"That changes nothing: {why}.", "Choose another time or other people."
        )
    if not roster.between(row.period, duty=row.duty, engineer=row.add.pk).exists():
        raise EditRefused(
            f"{name} is away then, or on call anyway: nobody would be on instead.",
            "Choose somebody else, or only who goes off.",
        )


def inside(span: Period, shifts: Sequence[tuple[int, Period]]) -> Iterable[tuple[int, Period]]:
    """Give whose shifts these are, by number; refused if one reaches beyond `span`."""
    for number, period in shifts:
        who = member(number)
        if period.overlap(span) != period:
            zone = process.in_force().zone
            raise EditRefused(
                f"{who}'s shift {words.span(period, zone)} is not within {words.span(span, zone)}.",
                "Give it a time within that, or let the schedule last longer.",
            )
        yield who.pk, period


def member(number: int) -> Engineer:
    """Give who is on the team by that number; refused if nobody is."""
    found = Engineer.objects.filter(pk=number, active=True).first()
    if found is None:
        raise EditRefused("That engineer is not on the team.", "Choose somebody who is.")
    return found


def unmanned(
    outcome: BuildOutcome, *, duty: str, span: Period, giver: int, taker: int
) -> list[Period]:
    """Give what one gives away of a duty and the other doesn't get, being away: it is nobody's."""
    given = outcome.moved[duty].get(giver)
    theirs = roster.between(span, duty=duty, engineer=taker)
    return subtract(given.lost if given else (), [shift.period for shift in theirs])
