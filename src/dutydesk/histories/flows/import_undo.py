"""Taking an import back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import transaction

from dutydesk.histories.flows import imported_facts as facts
from dutydesk.histories.flows.imports import take_turn
from dutydesk.incidents.models import IncidentImport, IncidentImportRow
from dutydesk.kernel.refusals import Refused

Undone = Literal["removed", "restored", "kept"]


@dataclass(frozen=True)
class TakenBack:
    """What became of an import that was taken back: how much went, changed back, stays.

    `kept` names each.
    """

    removed: int
    restored: int
    kept: tuple[str, ...]


@transaction.atomic
def take_back(*, number: int, at: datetime) -> TakenBack:
    """Undo what an import did: what was new goes, what it changed is as it was.

    What was changed here since stays as it is now, and is named; so does what a later import told
    of too, until that one is taken back. Raises Refused.
    """
    take_turn()
    batch = IncidentImport.objects.select_for_update().filter(pk=number).first()
    if batch is None:
        raise Refused(f"There is no import {number}.", "`dutydesk import take-back` lists them.")
    if batch.taken_back_at is not None:
        raise Refused(f"Import {number} was taken back already.", "Nothing is left of it.")
    batch.taken_back_at = at
    batch.save(update_fields=["taken_back_at"])
    done: dict[Undone, list[str]] = {"removed": [], "restored": [], "kept": []}
    for row in batch.rows.select_related("incident", "maintenance").order_by("-pk"):
        thing = facts.thing_of(row)
        if thing is not None:
            done[_undo_all(row, thing, at)].append(facts.name_of(thing))
    return TakenBack(len(done["removed"]), len(done["restored"]), tuple(done["kept"]))


def _undo_all(row: IncidentImportRow, thing: facts.Thing, at: datetime) -> Undone:
    """Undo a row, and then the rows before it whose import was taken back while this one stood."""
    undone = _undo(row, thing, at)
    if undone != "restored":
        return undone
    earlier = facts.rows_of(thing).filter(pk__lt=row.pk).select_related("batch")
    before = earlier.order_by("-pk").first()
    if before is None or before.batch.taken_back_at is None:
        return undone
    further = _undo_all(before, thing, at)
    return undone if further == "kept" else further


def _undo(row: IncidentImportRow, thing: facts.Thing, at: datetime) -> Undone:
    now = facts.as_json(facts.known(thing, row.after))
    if any(facts.differs(name, now[name], value) for name, value in row.after.items()):
        return "kept"
    if row.before is not None:
        facts.keep(thing, facts.read_back(thing, row.before), at=at)
        return "restored"
    standing = facts.rows_of(thing).filter(batch__taken_back_at=None)
    if standing.exists() or facts.used(thing):
        return "kept"
    thing.delete()
    return "removed"
