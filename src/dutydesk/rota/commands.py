"""Asking who covers what, from a terminal."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from dutydesk.process import flows as process
from dutydesk.process.rules.hours import in_zone
from dutydesk.rota.flows import asking
from dutydesk.rota.rules.duty import OnDuty


class RotaCommands:
    """The commands, told what time it is."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Ask `now` when no time is given."""
        self._now = now

    def who(
        self,
        at: Annotated[str, typer.Option(help="Then instead of now, as 2026-03-29T09:00.")] = "",
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    ) -> None:
        """Say who covers what, now or at another time, and why.

        Example: dutydesk who --at 2026-12-25T08:00
        """
        zone = process.in_force().zone
        try:
            moment = in_zone(at, zone) if at else self._now()
        except ValueError as error:
            typer.echo(f"That is not a time: {error}. Write it like 2026-03-29T09:00.", err=True)
            raise typer.Exit(2) from error
        answer = asking.who(at=moment)
        if as_json:
            rows = [_row(duty) for duty in answer]
            typer.echo(json.dumps({"at": moment.isoformat(), "covers": rows}, ensure_ascii=False))
            return
        typer.echo(f"{moment.astimezone(zone):%a %d %b %Y %H:%M %Z}")
        for duty in answer:
            typer.echo(f"  {duty.duty:10} {_line(duty, zone)}")


def _line(duty: OnDuty, zone: ZoneInfo) -> str:
    until = f", until {duty.until.astimezone(zone):%a %d %b %H:%M}" if duty.until else ""
    return f"{duty.name or 'nobody'}: {duty.why}{until}"


def _row(duty: OnDuty) -> dict[str, str | bool | None]:
    return {
        "duty": duty.duty,
        "name": duty.name or None,
        "why": duty.why,
        "until": duty.until.isoformat() if duty.until else None,
        "hole": duty.hole,
    }
