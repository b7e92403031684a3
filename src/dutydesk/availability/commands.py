"""Availability on a terminal."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated

import typer

from dutydesk.availability.flows import exports, figures
from dutydesk.availability.flows.figures import AvailabilityFigures, OverallAvailability
from dutydesk.availability.rules.ranges import DayRange, holding
from dutydesk.availability.rules.typed import read_day
from dutydesk.availability.words import shown
from dutydesk.kernel.refusals import Refused
from dutydesk.process.flows import process


class AvailabilityCommands:
    """What one can ask of availability."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Go by this clock."""
        self._now = now

    def availability(
        self,
        first: Annotated[
            str,
            typer.Option("--from", help="The first day, like 2026-01-01, in the team's zone."),
        ] = "",
        last: Annotated[str, typer.Option("--to", help="The last day; today.")] = "",
        as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    ) -> None:
        """Say how available each service was."""
        at = self._now()
        chosen = _range(first, last, at)
        if as_json:
            typer.echo(json.dumps(exports.told(chosen, at=at), indent=2))
        else:
            _show(figures.overall(chosen.period(process.in_force().zone), at=at), chosen)


def _range(first: str, last: str, at: datetime) -> DayRange:
    today = at.astimezone(process.in_force().zone).date()
    begins = read_day(first) if first else holding(today, "month").first
    ends = read_day(last) if last else max(today, begins)
    if ends < begins:
        raise Refused(f"{ends} is before {begins}.", "Give --from a day that isn't after --to.")
    return DayRange("days", begins, ends + timedelta(days=1))


def _show(found: OverallAvailability, chosen: DayRange) -> None:
    typer.echo(f"{chosen.title}")
    if not found.services:
        typer.echo(
            "No service is measured yet. Add those that users depend on to the page People; each is"
            " measured by its incidents from then on."
        )
        return
    for one in found.services:
        now = one.now.value if one.now else "not now"
        _line(one.service.name, one, f"{now}, by {shown.source(one.source)}")
    _line("All services", found, "")


def _line(name: str, one: AvailabilityFigures, more: str) -> None:
    tally = one.tally
    parts = [f"{shown.percent(tally.share):>10}"]
    parts += [f"{shown.length(tally.down)} down", f"{shown.length(tally.unknown)} unknown"]
    parts += [shown.budget(one.budget)] if one.budget else []
    parts += [more] if more else []
    typer.echo(f"{name:32} {'; '.join(parts)}")
