"""Finding, and taking in logs of requests, from a terminal."""

import json
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from django.conf import settings

from dutydesk.desk.flows import imports, search
from dutydesk.desk.rules.kinds import kinds, respelt
from dutydesk.desk.rules.requests import Request, read_requests
from dutydesk.desk.rules.similarity import unmarked
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.tables import Refusal
from dutydesk.process.flows import process

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class DeskCommands:
    """The commands, told what time it is."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Ask `now` what day it is."""
        self._now = now

    def find(
        self,
        words: Annotated[list[str], typer.Argument(help="The words, or a whole question.")],
        kind: Annotated[str, typer.Option(help="Only question, ticket or incident.")] = "",
        as_json: AsJson = False,
    ) -> None:
        """Find questions with their answers, tickets and incidents; exits with 1 if there is none.

        Example: dutydesk find cert-manager renew --kind question
        """
        if kind and kind not in search.KINDS:
            raise _stop(f"There is no kind “{kind}”. Say {', '.join(search.KINDS)}.")
        found = search.find(words=" ".join(words), among=search.Among(kind=kind))
        told = [_told(one) for one in found.found]
        if as_json:
            typer.echo(json.dumps({"exact": found.exact, "found": told}, ensure_ascii=False))
        else:
            if not found.exact and told:
                typer.echo("Nothing has all of these words; these have some.", err=True)
            for one in told:
                typer.echo(f"{one['kind']} {one['number']}  {one['title']}\n  {one['link']}")
        if not told:
            raise typer.Exit(1)

    def requests(
        self,
        file: Annotated[Path, typer.Argument(help="The log: CSV with type, action and date.")],
        as_json: AsJson = False,
    ) -> None:
        """Take in a log of requests from before the desk; safe to run twice.

        The whole file is checked first. What it tells of a day replaces what was taken in for
        that day; rows that can't be read are refused by row and field. Spellings of one kind are
        counted as one on the page Measures.
        Example: dutydesk import requests support-requests.csv
        """
        read = _read(file, self._now().astimezone(process.in_force().zone).date(), as_json)
        good = [one for one in read if isinstance(one, Request)]
        refused = [one for one in read if isinstance(one, Refusal)]
        taken = imports.take_in(good)
        counts = imports.spellings()
        known = kinds(counts)
        if as_json:
            typer.echo(json.dumps(_summary(good, refused, taken, counts), ensure_ascii=False))
        else:
            typer.echo(
                f"{taken.new} new, {taken.same} the same as before, {taken.gone} no longer in the "
                f"log, {len(refused)} rows refused. {len(known)} spellings are "
                f"{len(set(known.values()))} kinds."
            )
            for one in respelt(counts):
                typer.echo(f"“{one.spelling}” ({one.count}) counts as “{one.kind}”: {one.why}")
        if refused:
            raise typer.Exit(1)


def _told(one: search.Found) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "number": one.number,
        "title": unmarked(one.title),
        "text": unmarked(one.text),
        "channel": one.channel,
        "at": one.at.isoformat(),
        "solved": one.solved,
        "link": settings.BASE_URL + one.address,
    }


def _read(file: Path, today: date, quiet: bool) -> list[Request | Refusal]:
    """Read the whole file; each refusal is told as it comes, unless JSON is wanted."""
    read: list[Request | Refusal] = []
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            for one in read_requests(lines, today=today):
                read.append(one)
                if isinstance(one, Refusal) and not quiet:
                    _tell(one)
                if len(read) % 1000 == 0 and sys.stderr.isatty():
                    typer.echo(f"{len(read)} rows", err=True)
    except OSError as error:
        raise _stop(f"{error.filename} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise _stop(f"{file} is not UTF-8. Save it again as “CSV, UTF-8”.") from error
    except Refused as refusal:
        raise _stop(f"{refusal.reason} {refusal.remedy}") from refusal
    return read


def _tell(refusal: Refusal) -> None:
    for one in (refusal, *refusal.more):
        said = f"row {one.row}, {one.field} “{one.value}”: {one.reason} {one.remedy}"
        typer.echo(said, err=True)


def _summary(
    good: list[Request], refused: list[Refusal], taken: imports.ImportedLog, counts: Counter[str]
) -> dict[str, Any]:
    faults = [
        {"row": f.row, "field": f.field, "value": f.value, "reason": f.reason, "remedy": f.remedy}
        for one in refused
        for f in (one, *one.more)
    ]
    return {
        "read": len(good),
        "new": taken.new,
        "same": taken.same,
        "gone": taken.gone,
        "refused": faults,
        "spellings": len(counts),
        "kinds": len(set(kinds(counts).values())),
        "respelt": [
            {"spelling": s.spelling, "count": s.count, "kind": s.kind, "why": s.why}
            for s in respelt(counts)
        ],
    }


def _stop(why: str) -> typer.Exit:
    typer.echo(why, err=True)
    return typer.Exit(2)
