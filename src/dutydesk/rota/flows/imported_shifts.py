"""The shifts of a source as they stand here, and what another import of it does to them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from dutydesk.kernel.periods import Period
from dutydesk.rota.models import Override, RotaImport
from dutydesk.rota.rules.import_changes import ImportChanges, ImportedShift, RecordedShift


def recorded(run: RotaImport | None, at: datetime) -> list[RecordedShift]:
    """Give what an import took in and is not over, and whether people changed it here since."""
    if run is None:
        return []
    stored = [(shift(row), row["row"]) for row in run.shifts]
    there = Override.objects.in_bulk([number for _, number in stored])
    by_hand = list(
        Override.objects.filter(duty=run.duty, taken_in=None, end__gt=at).exclude(kind="plan")
    )
    return [
        RecordedShift(
            each,
            number,
            touched=number not in there
            or there[number].end != each.period.end
            or any(_changes(change, each) for change in by_hand),
            there=number in there and there[number].end > at,
        )
        for each, number in stored
    ]


def _changes(change: Override, shift: ImportedShift) -> bool:
    """Say whether people changed a shift by this."""
    theirs = change.everybody or change.remove_id == shift.engineer
    return theirs and change.period.overlap(shift.period) is not None


def shift(row: dict[str, Any]) -> ImportedShift:
    """Give a shift as an import keeps it, as the rules want it."""
    start, end = (datetime.fromisoformat(row[name]) for name in ("start", "end"))
    return ImportedShift(
        row["key"], row["engineer"], Period(start, end), row["replaces"], row["sequence"]
    )


def stored(found: ImportedShift, row: int) -> dict[str, Any]:
    """Give a shift as an import keeps it, with the number of its override."""
    return {
        "key": found.key,
        "engineer": found.engineer,
        "start": found.period.start.isoformat(),
        "end": found.period.end.isoformat(),
        "replaces": found.replaces,
        "sequence": found.sequence,
        "row": row,
    }


def apply(
    changes: ImportChanges, run: RotaImport, *, at: datetime, by: str
) -> Iterator[tuple[ImportedShift, int]]:
    """Put on, change and let go of what has to; give what stands of the source after.

    What is over stays as it was: a shift that has begun ends now, and what follows is another.
    """
    numbers = [each.row for each in changes.gone] + [each.row for each, _ in changes.moved]
    rows = Override.objects.select_for_update(of=("self",)).in_bulk(numbers)
    for each in changes.gone:
        _let_go(rows[each.row], at)
    for each, found in changes.moved:
        row = rows[each.row]
        if row.start < at:
            _let_go(row, at)
            row = Override(duty=run.duty)
        yield found, _put_on(row, found, run, at=at, by=by)
    for found in changes.new:
        if not _here(found, run.duty, at):
            yield found, _put_on(Override(duty=run.duty), found, run, at=at, by=by)
    stay = [*changes.same, *(each for each, _ in (*changes.kept, *changes.older))]
    Override.objects.filter(pk__in=[each.row for each in stay]).update(taken_in=run)
    yield from ((each.shift, each.row) for each in stay)


def _let_go(row: Override, at: datetime) -> None:
    if row.start < at:
        Override.objects.filter(pk=row.pk).update(end=at)
    else:
        row.delete()


def _put_on(row: Override, found: ImportedShift, run: RotaImport, *, at: datetime, by: str) -> int:
    row.start, row.end = max(found.period.start, at), found.period.end
    row.add_id, row.everybody = found.engineer, found.replaces
    row.kind = "override" if found.replaces else "hand"
    row.made_by, row.made_at, row.taken_in = by, at, run
    row.save()
    return row.pk


def _here(found: ImportedShift, duty: str, at: datetime) -> bool:
    """Say whether people entered the very same by hand: then it is theirs."""
    same = Override.objects.filter(
        duty=duty,
        start__lte=max(found.period.start, at),
        end=found.period.end,
        add=found.engineer,
        everybody=found.replaces,
        taken_in=None,
    )
    return same.exists()


def sources(runs: Iterable[RotaImport]) -> set[tuple[str, int]]:
    """Give what these imports put people on by, as shifts name it."""
    of: Sequence[RotaImport] = list(runs)
    rows = Override.objects.filter(taken_in__in=of).values_list("kind", "pk")
    turns = {("rotation", int(row["row"])) for run in of for row in run.rotations}
    return turns | {(str(kind), number) for kind, number in rows}
