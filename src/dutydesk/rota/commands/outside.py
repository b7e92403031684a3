"""Comparing our rotas with PagerDuty's, taking theirs over, and putting ours there."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, TypeVar

import typer

from dutydesk.kernel.periods import Period
from dutydesk.kernel.refusals import Refused
from dutydesk.outbox.flows import outbox
from dutydesk.ports.delivery import Undelivered
from dutydesk.ports.rota import Schedules
from dutydesk.process.flows import process
from dutydesk.rota import words
from dutydesk.rota.commands.imports import Beside, ByWhom, Preview, Replace, take_in
from dutydesk.rota.flows import external_rotas
from dutydesk.rota.rules.differences import RotaDifference

Given = TypeVar("Given")
Weeks = Annotated[int, typer.Option(min=1, max=12, help="For so many weeks from now.")]


class NoSchedules(Refused):
    """PagerDuty's schedules aren't there, or can't be asked for."""


class OutsideCommands:
    """The commands under `dutydesk pagerduty`."""

    def __init__(
        self, now: Callable[[], datetime], schedules: Callable[[], Schedules | None]
    ) -> None:
        """Ask `now` for the time, and `schedules` for PagerDuty's; None if it isn't set up."""
        self._now, self._schedules = now, schedules

    def diff(
        self,
        weeks: Weeks = 4,
        as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    ) -> None:
        """Say where PagerDuty's schedules differ from our rotas. Exits with 1 if they do.

        Example: dutydesk pagerduty diff --weeks 2
        """
        span = self._span(weeks)
        found = [
            (duty, each) for duty in self._there().duties for each in self._compared(duty, span)
        ]
        if as_json:
            typer.echo(json.dumps([_row(*one) for one in found], ensure_ascii=False))
        else:
            for duty, each in found:
                typer.echo(_line(duty, each))
            if not found:
                typer.echo("PagerDuty says the same as the desk.")
        if found:
            raise typer.Exit(1)

    def take_over(
        self,
        duty: Annotated[str, typer.Option(help="The duty whose schedule to take over.")],
        weeks: Weeks = 12,
        preview: Preview = False,
        replace: Replace = False,
        beside: Beside = False,
        by: ByWhom = "an import",
    ) -> None:
        """Take over PagerDuty's schedule of a duty, wholly or not at all; again after it changed.

        Example: dutydesk pagerduty take-over --duty primary --preview
        """
        there, span = self._there(), self._span(weeks)
        if duty not in there.duties:
            raise NoSchedules(f"“{duty}” has no schedule in PagerDuty.", _SETTING)
        text = self._asked(lambda: there.document(duty, span))
        take_in(text, duty, self._now(), by=by, preview=preview, replace=replace, beside=beside)

    def push(
        self,
        weeks: Weeks = 4,
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show it.")] = False,
        yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    ) -> None:
        """Put our rotas into PagerDuty as overrides, where they differ; shows them first.

        Example: dutydesk pagerduty push --weeks 2 --dry-run
        """
        there, span = self._there(), self._span(weeks)
        people = self._asked(there.people)
        wanted = [
            external_rotas.wanted(duty=duty, found=self._compared(duty, span), people=people)
            for duty in there.duties
        ]
        overrides = [one for each in wanted for one in each.overrides]
        zone = process.in_force().zone
        for one in overrides:
            typer.echo(f"{one.duty}: {words.span(one.period, zone)} {one.name}")
        for difference, why in (left for each in wanted for left in each.left):
            typer.echo(f"left: {words.span(difference.period, zone)}: {why}", err=True)
        if not overrides:
            typer.echo("There is nothing to put there.")
            return
        if dry_run or not (yes or typer.confirm(f"Put {len(overrides)} overrides there?")):
            typer.echo("Nothing was put there.")
            return
        count = external_rotas.put_there(overrides=overrides, at=self._now())
        typer.echo(
            f"{count} overrides are on their way; a worker delivers them. See with "
            "`dutydesk pagerduty diff` that they arrived."
        )

    def _span(self, weeks: int) -> Period:
        now = self._now().replace(microsecond=0)
        return Period(now, now + timedelta(weeks=weeks))

    def _there(self) -> Schedules:
        found = self._schedules()
        if found is None or not outbox.can_deliver(external_rotas.KIND):
            raise NoSchedules("The desk doesn't know PagerDuty's schedules.", _SETTING)
        return found

    def _compared(self, duty: str, span: Period) -> list[RotaDifference]:
        theirs = self._asked(lambda: self._there().shifts(duty, span))
        return external_rotas.compare(duty=duty, theirs=theirs, span=span)

    def _asked(self, ask: Callable[[], Given]) -> Given:
        try:
            return ask()
        except Undelivered as failure:
            raise NoSchedules(
                f"PagerDuty did not say: {failure.reason}.",
                "Try again, or see to the settings of PagerDuty.",
            ) from failure


_SETTING = "Set DUTYDESK_PAGERDUTY_API_KEY and DUTYDESK_PAGERDUTY_SCHEDULES."


def _row(duty: str, each: RotaDifference) -> dict[str, str]:
    return {
        "duty": duty,
        "start": each.period.start.isoformat(),
        "end": each.period.end.isoformat(),
        "ours": each.ours,
        "theirs": each.theirs,
    }


def _line(duty: str, each: RotaDifference) -> str:
    when = words.span(each.period, process.in_force().zone)
    return f"{duty}: {when}: here {each.ours or 'nobody'}, there {each.theirs or 'nobody'}"
