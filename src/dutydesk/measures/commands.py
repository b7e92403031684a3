"""The measures in a terminal: the same figures as on the screens, as text or as JSON."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer

from dutydesk.measures.flows.whole import whole
from dutydesk.measures.rules.choices import PeriodChoice, read_choice
from dutydesk.measures.rules.exports import described, json_parts
from dutydesk.measures.rules.figures import Figure
from dutydesk.process.flows import process

First = Annotated[
    str, typer.Option("--from", help="The first day, as 2026-10-01, in the team's zone.")
]
Last = Annotated[str, typer.Option("--to", help="The last day, as 2026-10-31.")]
Named = Annotated[
    str, typer.Option("--clock", help="The clock that counts, as the process has it.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON: every figure and every table.")]


@dataclass(frozen=True)
class MeasureCommands:
    """The command that tells the measures."""

    now: Callable[[], datetime]

    def measures(
        self, first: First = "", last: Last = "", clock: Named = "elapsed", as_json: AsJson = False
    ) -> None:
        """Tell how a range of days went; without days, this month so far.

        Example: dutydesk measures --from 2026-10-01 --to 2026-10-31 --json
        """
        at, current = self.now(), process.in_force()
        asked = {"from": first, "to": last, "clock": clock}
        each = "range" if first or last else "month"
        choice = read_choice(asked | {"each": each}, current.zone, current.clocks, at)
        if as_json:
            _as_json(choice, at)
            return
        typer.echo(choice.title)
        for subject, found in whole(choice, at=at):
            typer.echo(f"\n{subject.title}")
            for figure in found.figures:
                typer.echo(f"  {_line(figure)}")


def _as_json(choice: PeriodChoice, at: datetime) -> None:
    """Print one object with every subject, row by row, however many there are."""
    head = json.dumps(described(choice), ensure_ascii=False)
    typer.echo(f'{head[:-1]}, "subjects": [', nl=False)
    for place, (subject, found) in enumerate(whole(choice, at=at)):
        if place:
            typer.echo(",")
        for part in json_parts(subject.name, choice, found):
            typer.echo(part, nl=False)
    typer.echo("]}")


def _line(figure: Figure) -> str:
    said = (figure.counted_of, figure.compared, figure.wanted and f"target {figure.wanted}")
    return "; ".join(filter(None, (f"{figure.title}: {figure.written}", *said)))
