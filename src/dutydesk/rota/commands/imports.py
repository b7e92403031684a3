"""Taking in rotas from a terminal, looking first at what that would do, and taking one back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.rota import words
from dutydesk.rota.flows import imports
from dutydesk.rota.flows.imports import ImportedRota
from dutydesk.rota.models import RotaImport
from dutydesk.rota.rules import rota_csv

ByWhom = Annotated[str, typer.Option(help="Who takes it in, for the record.")]
Preview = Annotated[
    bool, typer.Option("--preview", "--dry-run", help="Say what it would do; change nothing.")
]
Replace = Annotated[bool, typer.Option("--replace", help="Instead of whoever is on then.")]
Beside = Annotated[bool, typer.Option("--beside", help="Beside whoever is on then.")]
Source = Annotated[
    str, typer.Option(help="Which calendar this is, if it doesn't say its own name.")
]


@dataclass(frozen=True)
class RotaImportCommands:
    """The commands that take in rotas, and take one back; told what time it is."""

    now: Callable[[], datetime]

    def shifts(
        self,
        file: Annotated[Path, typer.Argument(help="An .ics, .json or .csv file.")],
        duty: Annotated[str, typer.Option(help="support, primary or secondary.")],
        preview: Preview = False,
        replace: Replace = False,
        beside: Beside = False,
        source: Source = "",
        by: ByWhom = "an import",
    ) -> None:
        """Take in a rota: a calendar, or a PagerDuty or Opsgenie schedule or its overrides.

        Wholly or not at all. Taken in again it follows what changed there, and leaves alone what
        people changed here. Example: dutydesk import shifts rota.ics --duty primary --preview
        """
        try:
            text = file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            typer.echo(f"{file} can't be read: {error}", err=True)
            raise typer.Exit(2) from error
        if file.suffix.lower() == ".csv":
            text = rota_csv.as_calendar(text, duty, process.in_force().zone)
            source = source or file.name
        take_in(
            text, duty, self.now(), by=by,
            preview=preview, replace=replace, beside=beside, source=source,
        )  # fmt: skip

    def take_back(
        self,
        number: Annotated[
            int | None, typer.Argument(help="Which import; without it they are listed.")
        ] = None,
        by: ByWhom = "an import",
    ) -> None:
        """Take an import of a rota back as one, for the time to come.

        Example: dutydesk rota take-back 3
        """
        zone = process.in_force().zone
        if number is None:
            for one in RotaImport.objects.order_by("-pk")[:50]:
                back = ", taken back" if one.taken_back_at else ""
                when = f"{one.made_at.astimezone(zone):%Y-%m-%d %H:%M}"
                typer.echo(f"{one.pk}: {one.duty}, {one.name}, {when}, by {one.made_by}{back}")
            return
        outcome = imports.take_back(number=number, at=self.now(), by=by)
        typer.echo(f"Taken back; {len(outcome.people)} people were told.")
        for line in outcome.notes:
            typer.echo(line, err=True)


def take_in(
    text: str,
    duty: str,
    at: datetime,
    *,
    by: str,
    preview: bool,
    replace: bool,
    beside: bool,
    source: str = "",
) -> None:
    """Take a rota in, or say what that would do, and print it."""
    if preview:
        _show(text, duty, at, replace=replace, beside=beside, source=source)
        return
    done = imports.take_in(
        text=text, duty=duty, at=at, by=by, source=source, beside=beside, instead=replace
    )
    typer.echo(f"Took in {_counted(done)} {len(done.outcome.people)} people were told.")
    _note(done)
    typer.echo(f"To take it back as one: dutydesk rota take-back {done.number}")


def _counted(done: ImportedRota) -> str:
    return (
        f"{done.rotations} rotations and {done.shifts} shifts; {done.changed} changed and "
        f"{done.ended} ended; {done.left} were here already or are past."
    )


def _note(done: ImportedRota) -> None:
    for line in [*done.outcome.notes, *done.notes, *done.beside]:
        typer.echo(line, err=True)


def _show(text: str, duty: str, at: datetime, *, replace: bool, beside: bool, source: str) -> None:
    done, seen = imports.preview(text=text, duty=duty, at=at, source=source, instead=replace)
    zone = process.in_force().zone
    names = dict(Engineer.objects.values_list("pk", "name"))
    typer.echo(f"{done.name}: would take in {_counted(done)}")
    for who in sorted(seen.outcome.people, key=names.__getitem__):
        lines = words.moves(seen.outcome.of(who), zone)
        typer.echo(f"{names[who]}\n  " + "\n  ".join(lines))
    for what, gaps in (("leaves uncovered", seen.opened), ("covers", seen.closed)):
        for line in words.by_day([(gap.told, gap.period) for gap in gaps], zone):
            typer.echo(f"{what}: {line}")
    _note(done)
    if done.beside and not beside:
        other = "" if replace else "--replace or "
        typer.echo(f"It would be refused without {other}--beside.", err=True)
    typer.echo("Nothing was changed.")
