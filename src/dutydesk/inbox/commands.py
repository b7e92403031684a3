"""What came in from outside, from a terminal."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import typer

from dutydesk.inbox.flows import arrivals, search
from dutydesk.inbox.flows.search import ArrivalSearch
from dutydesk.inbox.models import Arrival
from dutydesk.inbox.rules import OUTCOMES, shown_body
from dutydesk.kernel.refusals import Refused

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Number = Annotated[int, typer.Argument(help="Its number, as “list” shows it.")]


class ArrivalCommands:
    """The commands, told what time it is."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Ask `now` for the present."""
        self._now = now

    def listed(
        self,
        door: Annotated[str, typer.Option(help="Only what came by it, as “alertmanager”.")] = "",
        sender: Annotated[str, typer.Option(help="Only from this key or vendor.")] = "",
        aside: Annotated[bool, typer.Option("--aside", help="Only what is put aside.")] = False,
        text: Annotated[str, typer.Option(help="Only what has this in its body.")] = "",
        before: Annotated[int, typer.Option(help="Only older ones than this number.")] = 0,
        as_json: AsJson = False,
    ) -> None:
        """List what came in, the newest first, 50 at a time.

        Example: dutydesk arrivals list --aside
        """
        outcome = Arrival.Outcome.ASIDE.value if aside else ""
        found = search.find(ArrivalSearch(door, sender, outcome, text, before))
        if as_json:
            told = [_told(one) for one in found.arrivals]
            typer.echo(json.dumps({"arrivals": told, "older": found.older}, indent=2))
            return
        for one in found.arrivals:
            became = ", ".join(one.became) or one.problem or "nothing"
            typer.echo(
                f"{one.pk:8} {one.at:%Y-%m-%d %H:%M:%S} {one.door} by {one.sender}: {became}"
                f" ({OUTCOMES[one.outcome]})"
            )
        if not found.arrivals:
            typer.echo("Nothing came in that is like that.", err=True)
        if found.older:
            typer.echo(f"Older ones: --before {found.older}", err=True)

    def show(self, arrival: Number, as_json: AsJson = False) -> None:
        """Show one as it was sent, and what became of it.

        Example: dutydesk arrivals show 12
        """
        one = Arrival.objects.filter(pk=arrival).first()
        if one is None:
            raise Refused(f"There is no arrival {arrival}.", "See “dutydesk arrivals list”.")
        body = shown_body(bytes(one.body))
        if as_json:
            more = {"headers": one.headers, "body": body.text, "left_out": body.more}
            typer.echo(json.dumps({**_told(one), **more}, indent=2))
            return
        typer.echo(
            f"Arrival {one.pk} by {one.door}, from {one.sender}, {one.at:%Y-%m-%d %H:%M:%S %Z}"
        )
        for name, value in sorted(one.headers.items()):
            typer.echo(f"{name}: {value}")
        typer.echo(f"\n{body.text}\n")
        became = ", ".join(one.became) or "nothing"
        typer.echo(f"It became {became}; {OUTCOMES[one.outcome]}, tried {one.attempts} times.")
        if one.problem:
            typer.echo(one.problem)

    def retry(
        self,
        arrival: Annotated[int | None, typer.Argument(help="Its number.")] = None,
        everything: Annotated[bool, typer.Option("--all", help="All that is put aside.")] = False,
        as_json: AsJson = False,
    ) -> None:
        """Work out once more what was put aside, after what was in the way is mended.

        Example: dutydesk arrivals retry 12
        """
        if (arrival is None) is not everything:
            raise Refused("That says not which.", "Give one number, or --all.")
        if arrival is not None:
            arrivals.retry(arrival=arrival, at=self._now())
            count, says = 1, f"Arrival {arrival} is tried again now."
        else:
            count = arrivals.retry_all(at=self._now())
            says = f"{count} are tried again now." if count else "Nothing is put aside."
        left = Arrival.objects.filter(outcome=Arrival.Outcome.ASIDE).count()
        if as_json:
            typer.echo(json.dumps({"tried_again": count, "put_aside": left}))
            return
        typer.echo(says)
        if everything and left:
            typer.echo(f"{left} more are put aside: do it again once these are worked out.")


def _told(one: Arrival) -> dict[str, Any]:
    return {
        "number": one.pk,
        "door": one.door,
        "sender": one.sender,
        "at": one.at.isoformat(),
        "outcome": one.outcome,
        "problem": one.problem,
        "became": one.became,
        "attempts": one.attempts,
        "note": one.note,
    }
