"""Commands about the process file and its hours. They need no database."""

import json
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from dutydesk.kernel.durations import compact
from dutydesk.kernel.moments import NotAMoment, typed_moment
from dutydesk.kernel.refusals import Refused
from dutydesk.process.flows.process import read_bytes, read_file
from dutydesk.process.rules.check import DEFAULT_FILE, Checked, check, schema
from dutydesk.process.rules.model import Process
from dutydesk.process.words.openings import SHOWN_OPENINGS, openings

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


class ProcessCommands:
    """The commands, told where the team's process file lies."""

    def __init__(
        self,
        file: Path,
        cover: Callable[[int, bool], bool],
        unknown: Callable[[Process], Sequence[str]],
        now: Callable[[], datetime],
        *,
        settings_wrong: Sequence[str] = (),
        foreseen: Callable[[Process, datetime], Sequence[str]] = lambda _process, _at: (),
    ) -> None:
        """Use `file` when none is named; the shipped process if that isn't there.

        `cover` prints what nobody covers in so many weeks, as JSON or not, and says if all is.
        `unknown` says of names in a process that nothing and nobody has, as far as is known here.
        `settings_wrong` is what is wrong with the settings: a desk doesn't start on them.
        `foreseen` says whom a process would call for what fires now, as far as is known here.
        """
        self._foreseen = foreseen
        self._settings_wrong = settings_wrong
        self._cover, self._unknown, self._now = cover, unknown, now
        self._file = file if file.exists() else DEFAULT_FILE

    def check(
        self,
        file: Annotated[
            Path | None, typer.Argument(help="The process file; the team's own if not given.")
        ] = None,
        schema_: Annotated[
            bool, typer.Option("--schema", help="Print its JSON Schema, for editors.")
        ] = False,
        cover: Annotated[
            bool, typer.Option("--cover", help="Say which promised hours nobody covers.")
        ] = False,
        weeks: Annotated[int, typer.Option(min=1, max=52, help="With --cover: so far ahead.")] = 4,
        as_json: AsJson = False,
    ) -> None:
        """Say everything that is wrong with a process file, and what to write instead.

        Of a sound one it says when each clock opens next, and whom it would call for what fires.
        With --cover, say instead which of its hours have nobody on; the exit code is 1 then.
        Settings that are wrong are said too; if the file is sound, the exit code is 2 then.
        Example: dutydesk check process.yaml
        """
        if cover:
            if not self._cover(weeks, as_json):
                raise typer.Exit(1)
            return
        if schema_:
            typer.echo(json.dumps(schema(), indent=2, ensure_ascii=False))
            return
        path, at = file or self._file, self._now()
        checked = check(_read(path), at=at)
        (_print if as_json else _say)(path, checked, self._warnings(checked), at)
        for line in self._settings_wrong:
            typer.echo(f"settings: {line}", err=True)
        if checked.process is None:
            raise typer.Exit(1)
        if self._settings_wrong:
            raise typer.Exit(2)

    def _warnings(self, checked: Checked) -> list[str]:
        """Say what may be meant to be so, and is worth a look."""
        if checked.process is None:
            return [*map(str, checked.warnings)]
        return [
            *map(str, checked.warnings),
            *self._foreseen(checked.process, self._now()),
            *self._unknown(checked.process),
        ]

    def hours(
        self,
        start: Annotated[
            str, typer.Option("--from", help="By the team's clock, as 2026-03-29T09:00.")
        ],
        end: Annotated[str, typer.Option("--to", help="Until then.")],
        clock: Annotated[str, typer.Option(help="elapsed, or a clock of the process.")] = "support",
        as_json: AsJson = False,
        process: Annotated[
            Path | None, typer.Option("--process", help="Another process file.")
        ] = None,
    ) -> None:
        """Say how much of a clock lies between two moments.

        A time without an offset is in the process's zone; one that its clocks show twice needs it.
        Example: dutydesk hours --clock support --from 2021-05-10T12:15 --to 2021-05-11T10:00
        """
        loaded = _load(process or self._file)
        try:
            counting = loaded.clock(clock)
        except KeyError:
            known = ", ".join(["elapsed", *loaded.clocks])
            raise _stop(f"There is no clock “{clock}”. The clocks are {known}.") from None
        try:
            first, last = (typed_moment(text, loaded.zone) for text in (start, end))
        except NotAMoment as refusal:
            raise _stop(str(refusal)) from None
        if last < first:
            raise _stop(f"{end[:60]} is before {start[:60]}. Give --to a later time.")
        total = counting.between(first, last)
        if as_json:
            typer.echo(json.dumps({"clock": clock, "seconds": int(total.total_seconds())}))
        else:
            typer.echo(f"{compact(total, days=clock == 'elapsed')} of {counting.title.lower()}")


def _say(path: Path, checked: Checked, warnings: list[str], at: datetime) -> None:
    for mistake in checked.mistakes:
        typer.echo(f"{path}: {mistake}", err=True)
    for line in warnings:
        typer.echo(f"{path}: warning: {line}", err=True)
    if checked.process is None:
        return
    typer.echo(f"{path}: this process is sound.")
    for clock in openings(checked.process, at):
        typer.echo(
            "\n".join([f"\n{clock.title}: {clock.now}", *(f"  {one}" for one in clock.lines)])
        )


def _print(path: Path, checked: Checked, warnings: list[str], at: datetime) -> None:
    rows = [vars(mistake) for mistake in checked.mistakes]
    opens = _opens(checked.process, at) if checked.process else {}
    told = {"file": str(path), "mistakes": rows, "warnings": warnings, "openings": opens}
    typer.echo(json.dumps(told, ensure_ascii=False))


def _opens(process: Process, at: datetime) -> dict[str, list[dict[str, str]]]:
    """Give the next openings of each clock, in ISO 8601 and the process's zone."""
    return {
        name: [
            {
                "opens": period.start.astimezone(process.zone).isoformat(),
                "closes": period.end.astimezone(process.zone).isoformat(),
            }
            for period in process.clock(name).openings(at, SHOWN_OPENINGS)
        ]
        for name in process.clocks
    }


def _read(path: Path) -> str:
    try:
        if str(path) == "-":
            return read_bytes(sys.stdin.buffer.read(), "on standard input")
        return read_file(path)
    except Refused as refusal:
        raise _stop(str(refusal)) from refusal


def _load(path: Path) -> Process:
    checked = check(_read(path))
    if checked.process is None:
        for mistake in checked.mistakes:
            typer.echo(f"{path}: {mistake}", err=True)
        raise typer.Exit(1)
    return checked.process


def _stop(why: str) -> typer.Exit:
    typer.echo(why, err=True)
    return typer.Exit(2)
