"""A proposed plan on a terminal: for programs, and for people."""

from collections.abc import Mapping
from datetime import timedelta

import typer

from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.rota import words
from dutydesk.rota.flows import plan_proposals
from dutydesk.rota.flows.plan_proposals import Proposal
from dutydesk.rota.models import OnCallPlan
from dutydesk.rota.rules.stand_ins import StandIn
from dutydesk.rota.rules.tallies import Tally


def row(proposal: Proposal, shown: int | None) -> dict[str, object]:
    """Give a proposal as programs read it; `shown` is the number to publish it by."""
    found, names = proposal.plan, proposal.names
    turns = []
    for (number, duty), person in found.seats.items():
        before = proposal.published.get((number, duty))
        turns.append(
            {
                "start": proposal.turns[number].period.start.isoformat(),
                "end": proposal.turns[number].period.end.isoformat(),
                "duty": duty,
                "name": names[person],
                "before": names.get(before) if before else None,
                "why": proposal.reasons[number, duty],
                "stays": (number, duty) in proposal.fixed,
            }
        )
    totals = {
        names[person]: {
            "turns": count,
            "turns_before": proposal.counts_before[person],
            **_hours(proposal.tallies[person]),
            "hours_before": proposal.before[person].total / timedelta(hours=1),
        }
        for person, count in proposal.counts.items()
    }
    stuck = [proposal.turns[number].period.start.isoformat() for number in found.stuck]
    return {
        "plan": shown,
        "turns": turns,
        "totals": totals,
        "published": len(proposal.published),
        "moved": len(proposal.moved),
        "stand_ins": [_stand_in(one, names) for one in proposal.stand_ins],
        "fewer_might_move": found.fewer,
        "gap": found.gap,
        "proven": found.proven,
        "wishes_missed": found.wishes_missed,
        "notes": list(proposal.notes),
        "timed_out": found.timed_out,
        "broken_by": list(found.broken_by),
        "broken_together": list(found.together),
        "stuck": stuck,
    }


def published(number: int) -> dict[str, object]:
    """Give a published plan as programs read it: whose each of its times is."""
    names = dict(Engineer.objects.values_list("pk", "name"))
    seats = OnCallPlan.objects.get(pk=number).seats
    turns = [
        {"start": start, "end": end, "duty": duty, "name": names[who]}
        for start, end, duty, who in seats
    ]
    return {"plan": number, "turns": turns}


def _stand_in(one: StandIn, names: Mapping[int, str]) -> dict[str, str | None]:
    return {
        "start": one.period.start.isoformat(),
        "end": one.period.end.isoformat(),
        "duty": one.duty,
        "name": None if one.engineer is None else names[one.engineer],
        "instead_of": names[one.instead_of],
    }


def _hours(tally: Tally) -> dict[str, float]:
    hour = timedelta(hours=1)
    return {
        "hours": tally.total / hour,
        "weekend_hours": tally.weekend / hour,
        "holiday_hours": tally.holiday / hour,
    }


def show(proposal: Proposal, number: int | None) -> None:
    """Print a proposal for people, or why there is none; `number` is the one to publish it by."""
    found, zone = proposal.plan, process.in_force().zone
    if not found.possible:
        _why_none(proposal)
        return
    for number, turn in enumerate(proposal.turns):
        names = [proposal.names[found.seats[number, duty]] for duty in plan_proposals.DUTIES]
        typer.echo(f"{words.span(turn.period, zone):44} {names[0]:16} {names[1]}")
        for duty in plan_proposals.DUTIES:
            holder = proposal.was((number, duty))
            if holder is not None:
                was = proposal.names[holder]
                typer.echo(f"{'':44} {duty} was {was}: {proposal.reasons[number, duty]}")
    for person, count in sorted(proposal.counts.items(), key=lambda item: proposal.names[item[0]]):
        hours, before = (
            sums[person].total / timedelta(hours=1) for sums in (proposal.tallies, proposal.before)
        )
        was = f"{proposal.counts_before[person]:3} turns {before:7.1f} h before"
        typer.echo(f"  {proposal.names[person]:20} {count:3} turns {hours:7.1f} h, {was}")
    typer.echo(words.plan_found(proposal.moved, proposal.published, found))
    for note in proposal.notes:
        typer.echo(note)
    if number is None:
        typer.echo("Every turn stays as somebody chose it; there is nothing to publish.", err=True)
    else:
        typer.echo(
            f"This is plan {number}. To publish it as it is: "
            f"dutydesk rota plan --publish NAME --plan {number}",
            err=True,
        )


def _why_none(proposal: Proposal) -> None:
    found, zone = proposal.plan, process.in_force().zone
    if found.timed_out:
        typer.echo("No plan was found in time; it isn't known whether there is one.", err=True)
        return
    typer.echo("There is no such plan.", err=True)
    for rule in found.broken_by:
        typer.echo(f"There would be one but for this: {words.RULES[rule]}.", err=True)
    if found.together:
        both = " and ".join(words.RULES[rule] for rule in found.together)
        typer.echo(f"There would be one but for these two together: {both}.", err=True)
    for number in found.stuck:
        period = words.span(proposal.turns[number].period, zone)
        typer.echo(f"Too few people can be on: {period}", err=True)
