"""Taking an import back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import transaction

from dutydesk.histories.flows import imported_facts as facts
from dutydesk.incidents.models import Incident, IncidentImport, IncidentImportRow
from dutydesk.kernel.refusals import Refused

Undone = Literal["removed", "restored", "kept"]


@dataclass(frozen=True)
class TakenBack:
    """What became of an import that was taken back: how many incidents went, changed back, stay."""

    removed: int
    restored: int
    kept: tuple[str, ...]


@transaction.atomic
def take_back(*, number: int, at: datetime) -> TakenBack:
    """Undo what an import did: new incidents go, changed ones are as they were.

    What was changed here since stays as it is now, and is named; so does what a later import told
    of too, until that one is taken back. Raises Refused.
    """
    batch = IncidentImport.objects.select_for_update().filter(pk=number).first()
    if batch is None:
        raise Refused(f"There is no import {number}.", "`dutydesk import take-back` lists them.")
    if batch.taken_back_at is not None:
        raise Refused(f"Import {number} was taken back already.", "Nothing is left of it.")
    batch.taken_back_at = at
    batch.save(update_fields=["taken_back_at"])
    done: dict[Undone, list[str]] = {"removed": [], "restored": [], "kept": []}
    for row in batch.rows.select_related("incident").order_by("-pk"):
        incident = row.incident
        if incident is not None:
            done[_undo_all(row, incident, at)].append(incident.title)
    return TakenBack(len(done["removed"]), len(done["restored"]), tuple(done["kept"]))


def _undo_all(row: IncidentImportRow, incident: Incident, at: datetime) -> Undone:
    """Undo a row, and then the rows before it whose import was taken back while this one stood."""
    undone = _undo(row, incident, at)
    if undone != "restored":
        return undone
    earlier = IncidentImportRow.objects.filter(incident=incident, pk__lt=row.pk)
    before = earlier.select_related("batch").order_by("-pk").first()
    if before is None or before.batch.taken_back_at is None:
        return undone
    further = _undo_all(before, incident, at)
    return undone if further == "kept" else further


def _undo(row: IncidentImportRow, incident: Incident, at: datetime) -> Undone:
    now = facts.as_json(facts.known(incident, row.after))
    if now != row.after:
        return "kept"
    if row.before is not None:
        facts.keep(incident, facts.read_back(row.before), at=at)
        return "restored"
    standing = IncidentImportRow.objects.filter(incident=incident, batch__taken_back_at=None)
    if standing.exists() or facts.used(incident):
        return "kept"
    incident.delete()
    return "removed"
