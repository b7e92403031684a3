"""Loading who there is from a terminal."""

from pathlib import Path
from typing import Annotated

import typer

from dutydesk.kernel.refusals import Refused
from dutydesk.people import flows
from dutydesk.people.rules import counted, read_people


def people(
    file: Annotated[Path, typer.Argument(help="A YAML file of engineers, teams and services.")],
) -> None:
    """Load engineers, user teams, services and leadership contacts; safe to run twice.

    Example: dutydesk import people people.yaml
    """
    try:
        counts = flows.load(file=read_people(file.read_text(encoding="utf-8")))
    except OSError as error:
        typer.echo(f"{file} can't be read: {error.strerror}.", err=True)
        raise typer.Exit(2) from error
    except UnicodeDecodeError as error:
        typer.echo(f"{file} is not UTF-8. Save it as UTF-8.", err=True)
        raise typer.Exit(2) from error
    except Refused as refusal:
        typer.echo(f"{file}: {refusal.reason} {refusal.remedy}", err=True)
        raise typer.Exit(1) from refusal
    typer.echo(counted(counts))
