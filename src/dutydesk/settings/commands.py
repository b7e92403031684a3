"""`dutydesk settings`: what is in force, and what is wrong. It needs neither Django nor a desk."""

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Annotated

import typer

from dutydesk.settings.environment import Reading, check_at_start, reading
from dutydesk.settings.variables import VARIABLES, Variable, shown

_WIDTH = max(len(one.name) for one in VARIABLES)
_VALUES = 32


def settings(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    as_table: Annotated[
        bool, typer.Option("--markdown", help="Print what can be set, as a table for documents.")
    ] = False,
    at_start: Annotated[bool, typer.Option(hidden=True, help="Refuse as a start does.")] = False,
) -> None:
    """Say which settings are in force and where they come from, and everything that is wrong.

    Of a secret it says only whether it is set. The exit code is 2 if the desk wouldn't start.
    """
    if as_table:
        typer.echo("\n".join(table()))
        return
    found = reading()
    if at_start:
        check_at_start()
    if as_json:
        typer.echo(json.dumps(told(found), indent=2, ensure_ascii=False))
    else:
        typer.echo("\n".join(lines(found)))
        for warning in found.unknown:
            typer.secho(f"warning: {warning}", err=True, fg="yellow")
        for mistake in found.mistakes:
            typer.secho(str(mistake), err=True, fg="red")
    if found.mistakes:
        raise typer.Exit(2)


def lines(found: Reading) -> Iterator[str]:
    """Give what is in force line by line, group after group."""
    wrong = {mistake.name for mistake in found.mistakes}
    known = [one for one in VARIABLES if not one.for_tests or one.name in found.origins]
    for group, variables in groupby(sorted(known, key=_place), key=lambda one: one.group):
        yield typer.style(group, bold=True)
        yield from (_line(one, found, one.name in wrong) for one in variables)
        yield ""


def _place(variable: Variable) -> int:
    """Give where its group comes, for sorting."""
    groups = list(dict.fromkeys(one.group for one in VARIABLES))
    return groups.index(variable.group)


def _line(variable: Variable, found: Reading, wrong: bool) -> str:
    value, origin = shown(variable.value(found.settings)), found.origins.get(variable.name, "")
    name = f"  {variable.name:<{_WIDTH}}  "
    if wrong:
        return name + typer.style("wrong", fg="red")
    if not value:
        return name + typer.style("not set", dim=True)
    return f"{name}{value:<{_VALUES}}  {typer.style(origin or 'default', dim=True)}"


def told(found: Reading) -> dict[str, object]:
    """Give all of it as values for JSON."""
    wrong = {mistake.name for mistake in found.mistakes}
    rows = [
        {
            "name": one.name,
            "group": one.group,
            "meaning": one.meaning,
            "value": None if one.secret else shown(one.value(found.settings)),
            "set": one.name in found.origins,
            "source": found.origins.get(one.name, "default"),
            "secret": one.secret,
            "wrong": one.name in wrong,
        }
        for one in VARIABLES
    ]
    return {
        "settings": rows,
        "mistakes": [vars(mistake) for mistake in found.mistakes],
        "unknown": [vars(one) for one in found.unknown],
    }


def table() -> Iterator[str]:
    """Give the lines of the table of settings in docs/operating.md."""
    yield "| variable | what it is | if it is not set |"
    yield "|---|---|---|"
    for one in sorted(VARIABLES, key=_place):
        if not one.for_tests:
            yield f"| `{one.name}` | {one.meaning} | {one.without} |"


app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
app.command()(settings)
app.callback()(lambda: None)
