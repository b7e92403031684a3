"""The `dutydesk` command: every room's commands in one."""

import dutydesk.site.django_setup  # noqa: F401  # isort: skip -- flows can be imported after this only

import errno
import os
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from typing import Annotated, Any, TypeVar

import psycopg
import typer
from django.db import DatabaseError, OperationalError

from dutydesk.alarms import words as alarm_words
from dutydesk.alarms.commands import AlarmCommands, SilenceCommands
from dutydesk.alarms.flows.foreseen_calls import foreseen
from dutydesk.availability.commands import AvailabilityCommands
from dutydesk.chat.commands import SlackCommands
from dutydesk.data_folder import database_url, process_file
from dutydesk.desk.commands import DeskCommands
from dutydesk.histories.commands.imports import IncidentCommands
from dutydesk.inbox.commands import ArrivalCommands
from dutydesk.kernel import bounds
from dutydesk.kernel.refusals import Refused
from dutydesk.measures.commands import MeasureCommands
from dutydesk.oncall.commands import PageCommands
from dutydesk.oncall.flows import held_pages
from dutydesk.people.commands import PeopleCommands
from dutydesk.people.flows import process_names
from dutydesk.ports.outside import Manifest
from dutydesk.ports.rota import Schedules
from dutydesk.process.commands import ProcessCommands
from dutydesk.process.rules.model import Process
from dutydesk.rota.commands.imports import RotaImportCommands
from dutydesk.rota.commands.outside import OutsideCommands
from dutydesk.rota.commands.rotas import RotaCommands
from dutydesk.settings import commands as settings
from dutydesk.settings import reading, settings_in_force
from dutydesk.site import commands as site
from dutydesk.site import start_commands
from dutydesk.site.backups import commands as backups
from dutydesk.site.demo import commands as demo
from dutydesk.site.versions import VERSION, ZONE_RULES
from dutydesk.wiring import build, now

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dutydesk {VERSION}; time zones by {ZONE_RULES}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_tell_version, help="Say which version this is."
        ),
    ] = False,
) -> None:
    """Run a platform team's written process: support, on call, incidents, measures."""


Given = TypeVar("Given")


def with_database(command: Callable[..., Given]) -> Callable[..., Given]:
    """Give the command that says so at once if there is no database to ask."""

    @wraps(command)
    def run(*args: Any, **values: Any) -> Given:
        if not database_url():
            typer.echo(
                "There is no database here. Start `dutydesk serve`, or set DATABASE_URL.", err=True
            )
            raise typer.Exit(2)
        return command(*args, **values)

    return run


def unknown_names(process: Process) -> Sequence[str]:
    """Say of names in a process that there are not; nothing if there is no database to ask."""
    try:
        return [str(one) for one in process_names.unknown(process)] if database_url() else ()
    except (DatabaseError, psycopg.Error):
        return ()


def foreseen_calls(process: Process, at: datetime) -> Sequence[str]:
    """Say whom a process would call for what fires now, or is held; nothing without a database."""
    try:
        if not database_url():
            return ()
        held = held_pages.foreseen(draft=process, at=at)
        return alarm_words.foreseen(foreseen(rules=process.alarms, at=at), held)
    except (DatabaseError, psycopg.Error):
        return ("whom it calls for what fires now can't be said: the database can't be asked.",)


taking_in = typer.Typer(help="Take in what was kept elsewhere.", no_args_is_help=True)
incidents = IncidentCommands(now)
taking_in.command()(with_database(incidents.incidents))
taking_in.command("take-back")(with_database(incidents.take_back))
people = PeopleCommands(now, site.here)
taking_in.command()(with_database(people.people))
desk = DeskCommands(now)
taking_in.command("requests")(with_database(desk.requests))
rota = RotaCommands(now)
rota_imports = RotaImportCommands(now)
taking_in.command()(with_database(rota_imports.shifts))
app.add_typer(taking_in, name="import")
process = ProcessCommands(
    process_file(),
    with_database(rota.cover),
    unknown_names,
    now,
    settings_wrong=tuple(map(str, reading().mistakes)),
    foreseen=foreseen_calls,
)
rotas = typer.Typer(help="Look at rotas, try changes, plan on call.", no_args_is_help=True)
rotas.command()(with_database(rota.show))
rotas.command()(with_database(rota.preview))
rotas.command()(with_database(rota.plan))
rotas.command("take-back")(with_database(rota_imports.take_back))
app.add_typer(rotas, name="rota")
silences = SilenceCommands(now)
silence = typer.Typer(help="Silence alarms, see what is, and lift it.", no_args_is_help=True)
silence.command("add")(with_database(silences.add))
silence.command("list")(with_database(silences.listed))
silence.command("lift")(with_database(silences.lift))
app.add_typer(silence, name="silence")
explaining = typer.Typer(help="Say what the desk would do, and why.", no_args_is_help=True)
explaining.command()(with_database(AlarmCommands(now).alert))
explaining.callback()(lambda: None)
app.add_typer(explaining, name="explain")
page = PageCommands(now)
pages = typer.Typer(help="List, show and acknowledge pages.", no_args_is_help=True)
pages.command()(with_database(page.list))
pages.command()(with_database(page.show))
pages.command()(with_database(page.acknowledge))
app.add_typer(pages, name="page")
outside = OutsideCommands(now, lambda: build().offers.get(Schedules))
pagerduty = typer.Typer(help="Compare rotas with PagerDuty's schedules.", no_args_is_help=True)
pagerduty.command()(with_database(outside.diff))
pagerduty.command("take-over")(with_database(outside.take_over))
pagerduty.command()(with_database(outside.push))
app.add_typer(pagerduty, name="pagerduty")
slack = typer.Typer(help="Set Slack up.", no_args_is_help=True)
slack.command()(SlackCommands(build().offers[Manifest], settings_in_force().url).manifest)
slack.callback()(lambda: None)
app.add_typer(slack, name="slack")
arrival = ArrivalCommands(now)
arrivals = typer.Typer(help="See what came in, and try it again.", no_args_is_help=True)
arrivals.command("list")(with_database(arrival.listed))
arrivals.command()(with_database(arrival.show))
arrivals.command()(with_database(arrival.retry))
app.add_typer(arrivals, name="arrivals")
for command in (
    start_commands.serve,
    start_commands.web,
    settings.settings,
    site.worker,
    site.prepare,
    site.rehearse,
    backups.backup,
    backups.restore,
    demo.demo,
    process.check,
    process.hours,
    with_database(people.invite),
    with_database(rota.who),
    with_database(desk.find),
    with_database(AvailabilityCommands(now).availability),
    with_database(MeasureCommands(now).measures),
):
    app.command()(command)


def _say_nothing_more() -> None:
    """Let what can't be printed go nowhere, so that the end doesn't try once more."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main() -> None:
    """Run the command that was typed."""
    try:
        for typed in sys.argv[1:]:
            bounds.check_text(typed, what="What was typed")
        app()
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        _say_nothing_more()
        sys.stderr.write("What was to be printed has no room where it goes. Make room there.\n")
        sys.exit(1)
    except OperationalError:
        sys.stderr.write("The database can't be reached. Start it, or correct DATABASE_URL.\n")
        sys.exit(2)
    except Refused as refusal:
        sys.stderr.write(f"{refusal.reason} {refusal.remedy}\n")
        sys.exit(1)
