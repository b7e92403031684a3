"""The rotations of a source as they stand here, and what another import of it does to them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dutydesk.rota.flows import schedule_inputs
from dutydesk.rota.models import RotaImport, Rotation

_TOLD_APART_BY = (
    "duty", "unit", "length", "starts", "zone", "places", "windows", "priority", "begins_at",
    "ends_at",
)  # fmt: skip


@dataclass
class RotationChanges:
    """How many rotations are new and ended, and the numbers of those that stay as people made them.

    `first`: when the earliest of the source that stands begins.
    """

    new: int = 0
    ended: int = 0
    kept: list[int] = field(default_factory=list)


def mark(row: Rotation) -> str:
    """Give what a rotation is, but for its number."""
    told = {name: getattr(row, name) for name in _TOLD_APART_BY}
    return json.dumps(told, sort_keys=True, default=str)


def apply(
    run: RotaImport, last: RotaImport | None, wanted: Mapping[str, Rotation], at: datetime
) -> RotationChanges:
    """Let new rotations begin, and those end that are in the source no more or otherwise.

    One that people changed here since stays as it is.
    """
    changes = RotationChanges()
    before = {row["key"]: row for row in (last.rotations if last else _unknown(run))}
    by_mark = {row["mark"]: key for key, row in before.items()}
    for key, rotation in wanted.items():
        told = mark(rotation)
        old = before.pop(by_mark.get(told, key), None)
        if old is not None and old["mark"] == told:
            run.rotations.append(old | {"key": key})
        elif old is not None and _touched(old):
            changes.kept.append(old["row"])
            run.rotations.append(old)
        else:
            if old is not None:
                changes.ended += _end(run, old["row"], at)
            run.rotations.append(_begun(run, key, rotation, told, changes))
    for old in before.values():
        if not _touched(old):
            changes.ended += _end(run, old["row"], at)
        elif Rotation.objects.filter(pk=old["row"]).exclude(ends_at__lte=at).exists():
            changes.kept.append(old["row"])
            run.rotations.append(old)
    return changes


def _unknown(run: RotaImport) -> list[dict[str, Any]]:
    """Give what was taken in for this duty before sources were kept: it is of any of them."""
    if RotaImport.objects.filter(duty=run.duty).exclude(pk=run.pk).exists():
        return []
    rows = Rotation.objects.filter(duty=run.duty, taken_in=True)
    return [{"key": f"#{row.pk}", "mark": mark(row), "row": row.pk, "made": 0} for row in rows]


def _begun(
    run: RotaImport, key: str, rotation: Rotation, told: str, changes: RotationChanges
) -> dict[str, Any]:
    """Let a rotation begin, unless the very same is here already; give it as imports keep it."""
    same = {name: getattr(rotation, name) for name in _TOLD_APART_BY}
    there = Rotation.objects.filter(**same).first()
    if there is None:
        rotation.save()
        changes.new += 1
    made = 0 if there else run.pk
    return {"key": key, "mark": told, "row": (there or rotation).pk, "made": made}


def _touched(old: dict[str, Any]) -> bool:
    row = Rotation.objects.filter(pk=old["row"]).first()
    return row is None or mark(row) != old["mark"]


def _end(run: RotaImport, number: int, at: datetime) -> int:
    """Let a rotation end then; the import remembers when it was to end. Give how many ended."""
    row = Rotation.objects.select_for_update().filter(pk=number).exclude(ends_at__lte=at).first()
    if row is None:
        return 0
    run.ended[str(number)] = [row.ends_at and row.ends_at.isoformat(), at.isoformat()]
    row.ends_at = at
    row.save(update_fields=["ends_at"])
    return 1


def end_others(run: RotaImport, at: datetime) -> int:
    """Let every other rotation of the duty end where those of this import begin."""
    mine = [row["row"] for row in run.rotations]
    first = min(
        (
            lasts.start
            for row in Rotation.objects.filter(pk__in=mine).exclude(ends_at__lte=at)
            if (lasts := schedule_inputs.rotation(row).lasts) is not None
        ),
        default=None,
    )
    if first is None:
        return 0
    others = Rotation.objects.filter(duty=run.duty).exclude(pk__in=mine)
    return sum(_end(run, row.pk, max(at, first)) for row in others.exclude(ends_at__lte=at))


def take_back(run: RotaImport, at: datetime) -> set[tuple[str, int]]:
    """Let what an import began end now, and what it ended go on; give that, as shifts name it.

    What people let end otherwise since stays so.
    """
    begun = [row["row"] for row in run.rotations if row["made"] == run.pk]
    Rotation.objects.filter(pk__in=begun).exclude(ends_at__lte=at).update(ends_at=at)
    back = {
        row["row"]
        for each in RotaImport.objects.filter(duty=run.duty).exclude(taken_back_at=None)
        for row in each.rotations
        if row["made"] == each.pk
    }
    revived = set[tuple[str, int]]()
    for number, told in run.ended.items():
        was, ends = told if isinstance(told, list) else (told, None)
        row = Rotation.objects.exclude(pk__in=back).filter(pk=int(number)).first()
        if row is None or (ends and row.ends_at != datetime.fromisoformat(ends)):
            continue  # Whoever began it took it back, or somebody let it end otherwise.
        row.ends_at = datetime.fromisoformat(was) if was else None
        row.save(update_fields=["ends_at"])
        revived.add(("rotation", row.pk))
    return revived
