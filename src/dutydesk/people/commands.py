"""Who there is, from a terminal: loaded from a file, let in by a link."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from dutydesk.kernel.refusals import Refused
from dutydesk.people import flows
from dutydesk.people.rules import EngineerRow, counted, read_people, read_row


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


@dataclass(frozen=True)
class InvitationCommands:
    """Letting people in from the machine that the desk runs on, told its time and address."""

    now: Callable[[], datetime]
    here: Callable[[], str]

    def invite(
        self,
        email: Annotated[str, typer.Argument(help="Their e-mail address.")],
        name: Annotated[str, typer.Option(help="Their name, for a new account.")] = "",
        where: Annotated[
            str, typer.Option("--address", help="Where the web is, for the link.")
        ] = "",
    ) -> None:
        """Make a link that makes an account, or sets a new password; it works once, for a day.

        For an administrator who forgot theirs, too. Example: dutydesk invite ada@example.org
        """
        row = read_row(EngineerRow, name=name or "Somebody", email=email)
        token = flows.invite(at=self.now(), name=name, email=row.email)
        typer.echo(f"{where.rstrip('/') or self.here()}/welcome/{token}")
