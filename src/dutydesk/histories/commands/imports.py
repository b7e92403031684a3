"""Taking in incidents from a terminal."""

import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import typer
from django.db import transaction
from django.db.models import Count

from dutydesk.histories.commands.sources import read_source
from dutydesk.histories.flows.import_undo import take_back
from dutydesk.histories.flows.imports import Import, Imported, Outcome
from dutydesk.histories.rules.histories import SkippedEntry
from dutydesk.histories.rules.imported import COLUMNS
from dutydesk.histories.rules.imported_maintenance import ImportedMaintenance
from dutydesk.histories.rules.imported_times import STEPS, LogReading
from dutydesk.histories.rules.published import PublishedQuarter, read_quarters
from dutydesk.incidents.models import IncidentImport
from dutydesk.kernel.durations import read_duration
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.tables import Refusal
from dutydesk.process.flows import process

Log = Annotated[Path, typer.Argument(help="The log, history or folder; - reads a log from a pipe.")]
Quarters = Annotated[
    Path | None, typer.Option(help="Published means of quarters, to compare with.")
]
Zone = Annotated[str, typer.Option(help="Whose clock its times are by, as Europe/London.")]
DayFirst = Annotated[bool, typer.Option("--day-first", help="Read 03/11/2021 as 3 November.")]
Longest = Annotated[str, typer.Option(help="How long an incident may have lasted.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what it would do; keep nothing.")]
WithoutWrong = Annotated[
    bool, typer.Option("--without-wrong-times", help="Keep rows, and leave out mistyped times.")
]
_NOTHING = "Nothing of it was kept."
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@dataclass(frozen=True)
class IncidentCommands:
    """The commands that take in logs of incidents, and take one back."""

    now: Callable[[], datetime]

    def incidents(
        self,
        file: Log,
        quarters: Quarters = None,
        zone: Zone = "",
        day_first: DayFirst = False,
        longest: Longest = "28 days",
        without_wrong_times: WithoutWrong = False,
        dry_run: DryRun = False,
        as_json: AsJson = False,
    ) -> None:
        """Take in incidents from before the desk; safe to run twice, and to take back.

        A hand-kept log (CSV, one incident a row), a folder of postmortems in Markdown with a table
        “| Time (UTC) | Event |”, cstate's folder of issues, Statuspage's /api/v2/incidents.json, or
        Upptime's issues from GitHub's API: which it is, is seen by itself.
        Sloppy but unambiguous times are read, impossible ones refused by row and field, unusual
        ones kept with a warning. A log's own `id` for an incident is what it is known by again, and
        it may say `priority`, `services` and `user_impact`. Planned maintenance is kept as that.
        Example: dutydesk import incidents incident-log.csv --quarters incident-quarters.csv
        """
        reading = self._reading(zone, longest, day_first, without_wrong_times)
        try:
            with transaction.atomic():  # A file that can't be read to its end leaves nothing.
                batch = Import.begin(name=file.name, zone=reading.zone, at=self.now())
                rows = _read(file, reading, batch, as_json)
                published, unread = _published(quarters, batch)
                for refusal in unread:
                    _tell(_refused(refusal))
                if dry_run:
                    transaction.set_rollback(True)
        except OSError as error:
            raise _stop(f"{error.filename} can't be read: {error.strerror}.") from error
        except UnicodeDecodeError as error:
            raise _stop(f"It is not UTF-8. Save it again as “CSV, UTF-8”. {_NOTHING}") from error
        except Refused as refusal:
            raise _stop(f"{refusal.reason} {refusal.remedy} {_NOTHING}") from refusal
        counts = Counter(str(row["outcome"]) for row in rows)
        if as_json:
            _print(incidents=rows, counts=counts, quarters=published)
        else:
            _say_what_stays(rows, dry_run=dry_run)
            _sum_up(rows, counts, published, batch, dry_run=dry_run)
        if counts["refused"] or unread:
            raise typer.Exit(1)

    def take_back(
        self,
        number: Annotated[
            int | None, typer.Argument(help="Which import; without it they are listed.")
        ] = None,
    ) -> None:
        """Undo an import of incidents and of quarters: new ones go, changed ones are as before.

        Example: dutydesk import take-back 3
        """
        if number is None:
            for one in IncidentImport.objects.annotate(many=Count("rows"))[:50]:
                back = ", taken back" if one.taken_back_at else ""
                typer.echo(f"{one.pk}: {one.name}, {one.at:%Y-%m-%d %H:%M} UTC, {one.many}{back}")
            return
        done = take_back(number=number, at=self.now())
        for title in done.kept:
            typer.echo(f"stays, since it was changed here: {title}", err=True)
        typer.echo(f"{done.removed} removed, {done.restored} as before, {len(done.kept)} stay.")

    def _reading(self, zone: str, longest: str, day_first: bool, without_wrong: bool) -> LogReading:
        try:
            clock = ZoneInfo(zone) if zone else process.in_force().zone
        except (ValueError, OSError, ZoneInfoNotFoundError) as error:
            raise _stop(f"“{zone[:60]}” is no time zone. Write Europe/London, or UTC.") from error
        try:
            most = read_duration(longest)
        except (ValueError, OverflowError) as error:
            raise _stop(f"“{longest[:40]}” is no length of time. Write “60 days”.") from error
        return LogReading(clock, most, day_first, self.now(), without_wrong)


def _print(**told: object) -> None:
    typer.echo(json.dumps(told, ensure_ascii=False))


def _read(file: Path, reading: LogReading, batch: Import, quiet: bool) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    beside: set[str] = set()
    for read in read_source(file, reading):
        if isinstance(read, Refusal):
            rows.append(_refused(read))
        elif isinstance(read, SkippedEntry):
            rows.append({"outcome": "left out", "incident": read.title, "why": read.why})
        elif isinstance(read, ImportedMaintenance):
            rows.append(_maintained(read, batch.take_in_maintenance(read)))
        else:
            beside |= read.row.keys() - {*COLUMNS.all, "place"}
            done = batch.take_in(read)
            rows.append(_refused(done) if isinstance(done, Refusal) else _taken(done))
        if not quiet:
            _tell(rows[-1], len(rows))
    if beside and not quiet:
        named = ", ".join(sorted(beside))
        typer.echo(f"kept with the import, and not used: {named}", err=True)
    return rows


def _published(quarters: Path | None, batch: Import) -> tuple[int, list[Refusal]]:
    if quarters is None:
        return 0, []
    with quarters.open(encoding="utf-8-sig", newline="") as lines:
        read = read_quarters(lines)
    for one in read:
        if isinstance(one, PublishedQuarter):
            _tell({"incident": one.quarter, "warnings": one.warnings})
    return batch.take_in_quarters(read)


def _sum_up(
    rows: Sequence[Mapping[str, Any]],
    counts: Counter[str],
    published: int,
    batch: Import,
    *,
    dry_run: bool,
) -> None:
    maintenance = sum("maintenance" in row for row in rows)
    times = sum({one["field"] for one in row.get("faults", ())} & {*STEPS} != set() for row in rows)
    typer.echo(
        f"{counts['new']} new, {counts['changed']} changed, {counts['same']} the same as "
        f"before, {counts['refused']} refused; {published} quarters' published means."
        + (f" {maintenance} of them planned maintenance." if maintenance else "")
        + (f" {counts['left out']} left out." if counts["left out"] else "")
    )
    if times:
        told = f"{times} refused for a time. Correct it, or keep the rest: --without-wrong-times"
        typer.echo(told, err=True)
    if dry_run:
        typer.echo("Nothing was kept: this was a trial.")
    elif batch.number is not None:
        typer.echo(f"Take it back with: dutydesk import take-back {batch.number}")


def _say_what_stays(rows: list[dict[str, Any]], *, dry_run: bool) -> None:
    """Name each incident that the file tells of otherwise, and that stays as it is here."""
    for row in rows:
        if "stays" in row:
            typer.echo(f"{row['incident']}: {row['stays']}.")
    if count := sum("stays" in row for row in rows):
        verb = "would keep" if dry_run else "kept"
        typer.echo(f"{count} {verb} a timeline that people touched here.")


def _taken(imported: Imported) -> dict[str, Any]:
    incident = imported.incident
    return {
        "outcome": imported.outcome,
        "incident": incident.title,
        "warnings": [
            *incident.warnings,
            *(f"No service here is called “{name}”." for name in imported.unknown),
            *([f"Until now it was called “{was}” here."] if (was := imported.was_called) else []),
        ],
        **({"stays": imported.stays} if imported.stays else {}),
    }


def _maintained(read: ImportedMaintenance, outcome: Outcome | None) -> dict[str, Any]:
    """Say what became of planned maintenance; it is left out where it names no service of ours."""
    if outcome is None:
        named = ", ".join(read.services) or "none"
        why = f"it is planned maintenance, and no service here is named there ({named})"
        return {"outcome": "left out", "incident": read.title, "why": why}
    when = f"{read.start:%Y-%m-%d %H:%M} to {read.end:%Y-%m-%d %H:%M} UTC"
    return {"outcome": outcome, "maintenance": read.title, "when": when}


def _refused(refusal: Refusal) -> dict[str, Any]:
    faults = [
        {
            "row": fault.row,
            **({"place": fault.place} if fault.place else {}),
            "field": fault.field,
            "value": fault.value,
            "reason": fault.reason,
            "remedy": fault.remedy,
        }
        for fault in (refusal, *refusal.more)
    ]
    return {"outcome": "refused", "faults": faults}


def _tell(row: dict[str, Any], done: int = 1) -> None:
    for fault in row.get("faults", ()):
        typer.echo(
            f"{fault.get('place') or 'row ' + str(fault['row'])}, {fault['field']} "
            f"“{fault['value']}”: {fault['reason']} "
            f"{fault['remedy']}",
            err=True,
        )
    for warning in row.get("warnings", ()):
        typer.echo(f"kept, but unusual: {row['incident']}: {warning}", err=True)
    if "when" in row:
        typer.echo(f"planned maintenance: {row['maintenance']}, {row['when']}", err=True)
    if "why" in row:
        typer.echo(f"left out: {row['incident']}: {row['why']}", err=True)
    if done % 1000 == 0 and sys.stderr.isatty():
        typer.echo(f"{done} rows", err=True)


def _stop(why: str) -> typer.Exit:
    typer.echo(why, err=True)
    return typer.Exit(2)
