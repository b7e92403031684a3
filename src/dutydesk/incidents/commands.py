"""Taking in logs from a terminal."""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from dutydesk.incidents.flows.imports import Imported, take_in, take_in_quarters
from dutydesk.incidents.rules.imported import read_log
from dutydesk.incidents.rules.published import read_quarters
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.tables import Refusal
from dutydesk.process.flows import process


def incidents(
    file: Annotated[Path, typer.Argument(help="The log: a CSV file with one incident a row.")],
    quarters: Annotated[
        Path | None, typer.Option(help="Published means of quarters, to compare with.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Take in a hand-kept log of incidents; safe to run twice.

    Sloppy but unambiguous times are read, impossible ones refused by row and field, unusual ones
    kept with a warning. An incident is taken wholly or not at all.
    Example: dutydesk import incidents incident-log.csv --quarters incident-quarters.csv
    """
    try:
        rows = []
        with file.open(encoding="utf-8-sig", newline="") as lines:
            for row in _each(lines):
                rows.append(row)
                if not as_json:
                    _tell(row, len(rows))
        published = _published(quarters)
    except OSError as error:
        raise _stop(f"{error.filename} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise _stop(f"{file} is not UTF-8. Save it again as “CSV, UTF-8”.") from error
    except Refused as refusal:
        raise _stop(f"{refusal.reason} {refusal.remedy}") from refusal
    counts = Counter(str(row["outcome"]) for row in rows)
    if as_json:
        summary = {"incidents": rows, "counts": dict(counts), "quarters": published}
        typer.echo(json.dumps(summary, ensure_ascii=False))
    else:
        typer.echo(
            f"{counts['new']} new, {counts['changed']} changed, {counts['same']} the same as "
            f"before, {counts['refused']} refused; {published} quarters' published means."
        )
    if counts["refused"]:
        raise typer.Exit(1)


def _each(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for read in read_log(lines, process.in_force().zone):
        yield _refused(read) if isinstance(read, Refusal) else _taken(take_in(read))


def _published(quarters: Path | None) -> int:
    if quarters is None:
        return 0
    with quarters.open(encoding="utf-8-sig", newline="") as lines:
        return take_in_quarters(read_quarters(lines))


def _taken(imported: Imported) -> dict[str, Any]:
    incident = imported.incident
    return {
        "outcome": imported.outcome,
        "incident": incident.title,
        "warnings": list(incident.warnings),
    }


def _refused(refusal: Refusal) -> dict[str, Any]:
    faults = [
        {
            "row": fault.row,
            "field": fault.field,
            "value": fault.value,
            "reason": fault.reason,
            "remedy": fault.remedy,
        }
        for fault in (refusal, *refusal.more)
    ]
    return {"outcome": "refused", "faults": faults}


def _tell(row: dict[str, Any], done: int) -> None:
    for fault in row.get("faults", ()):
        typer.echo(
            f"row {fault['row']}, {fault['field']} “{fault['value']}”: {fault['reason']} "
            f"{fault['remedy']}",
            err=True,
        )
    for warning in row.get("warnings", ()):
        typer.echo(f"kept, but unusual: {row['incident']}: {warning}", err=True)
    if done % 1000 == 0 and sys.stderr.isatty():
        typer.echo(f"{done} rows", err=True)


def _stop(why: str) -> typer.Exit:
    typer.echo(why, err=True)
    return typer.Exit(2)
