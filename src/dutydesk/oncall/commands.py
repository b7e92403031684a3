"""Pages from a terminal: listed, shown with every try, acknowledged."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from dutydesk.oncall.flows import acknowledgement, records
from dutydesk.oncall.models import Page
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Number = Annotated[int, typer.Argument(help="The page's number, as `page list` shows it.")]


class PageCommands:
    """The commands, told what time it is."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Ask `now` for the time."""
        self._now = now

    def list(
        self,
        everything: Annotated[bool, typer.Option("--all", help="Those that are over too.")] = False,
        as_json: AsJson = False,
    ) -> None:
        """List the pages that are open, newest first.

        Example: dutydesk page list --json
        """
        pages = records.listed(everything=everything)[:200]
        if as_json:
            _print([records.row(page) for page in pages])
            return
        zone = process.in_force().zone
        for page in pages:
            typer.echo(_line(page, zone))
        if not pages:
            typer.echo("No page is open.")

    def show(self, number: Number, as_json: AsJson = False) -> None:
        """Show a page: who was called when, by which contact method, and what became of each try.

        Example: dutydesk page show 12
        """
        record = records.of(_page(number))
        if as_json:
            _print(records.as_json(record))
            return
        zone = process.in_force().zone
        typer.echo(_line(record.page, zone))
        for called in record.calls:
            skipped = " was not called: nothing reaches them" if called.call.skipped else ""
            typer.echo(f"  {_time(called.call.at, zone)} {called.call.engineer.name}{skipped}")
            for used in called.methods:
                typer.echo(f"    {used.name}: {used.message.shown}")
                for each in used.message.tries.all():
                    end = f", {each.reason}" if each.reason else ""
                    typer.echo(f"      {_time(each.began, zone)} {each.outcome or 'trying'}{end}")
        for owed in record.owed:
            typer.echo(f"  next: {owed.text}, {_time(owed.due_at, zone)}")

    def acknowledge(
        self,
        number: Number,
        name: Annotated[str, typer.Option("--as", help="The engineer who has it.")],
        as_json: AsJson = False,
    ) -> None:
        """Say that an engineer has it, so that nobody else is called.

        Example: dutydesk page acknowledge 12 --as Ada
        """
        engineer = Engineer.objects.filter(name=name, active=True).first()
        if engineer is None:
            raise _stop(f"There is no engineer called {name}. Write the name as under People.")
        page = acknowledgement.acknowledge(
            page=_page(number).pk, engineer=engineer.pk, at=self._now()
        )
        if as_json:
            _print(records.row(page))
        else:
            typer.echo(f"{engineer.name} has it: {page.title}")


def _page(number: int) -> Page:
    page = records.listed(everything=True).filter(pk=number).first()
    if page is None:
        raise _stop(f"There is no page {number}. `dutydesk page list --all` shows all.")
    return page


def _line(page: Page, zone: ZoneInfo) -> str:
    who = page.acknowledged_by or page.called
    return f"{page.pk:>5}  {page.state:12} {_time(page.raised_at, zone)}  {page.title}" + (
        f"  ({who.name})" if who else ""
    )


def _time(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%a %d %b %H:%M:%S %Z}"


def _print(data: Any) -> None:
    typer.echo(json.dumps(data, indent=2))


def _stop(text: str) -> typer.Exit:
    typer.echo(text, err=True)
    return typer.Exit(1)
