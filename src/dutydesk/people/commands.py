"""Who there is, from a terminal: loaded from a file, let in by a link."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows import invitations
from dutydesk.people.flows import people as flows
from dutydesk.people.rules import counted, read_people


@dataclass(frozen=True)
class PeopleCommands:
    """Who there is, as whoever runs the machine says; told its time and the web's address."""

    now: Callable[[], datetime]
    here: Callable[[], str]

    def people(
        self,
        file: Annotated[Path, typer.Argument(help="A YAML file of engineers, teams and services.")],
    ) -> None:
        """Load engineers, user teams, services and leadership contacts; safe to run twice.

        Example: dutydesk import people people.yaml
        """
        try:
            read = read_people(file.read_text(encoding="utf-8"))
            counts = flows.load(file=read, at=self.now())
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

    def invite(
        self,
        email: Annotated[str, typer.Argument(help="Their e-mail address.")],
        name: Annotated[str, typer.Option(help="Their name, for a new account.")] = "",
        administrator: Annotated[
            bool, typer.Option("--administrator", help="Make them an administrator.")
        ] = False,
        where: Annotated[
            str, typer.Option("--address", help="Where the web is, for the link.")
        ] = "",
    ) -> None:
        """Make a link that makes an account, or sets a new password; it works once, for a day.

        It is for that address alone. For an administrator who forgot their password, too.
        Example: dutydesk invite ada@example.org --administrator
        """
        token, _ = invitations.invite(
            at=self.now(), name=name, email=email, administrator=administrator
        )
        typer.echo(f"{where.rstrip('/') or self.here()}{path_to('welcome', token)}")
