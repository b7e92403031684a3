"""Taking in logs of incidents that were kept elsewhere, and taking one back."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Q

from dutydesk.incidents.models import Incident, IncidentImport, IncidentImportRow, Quarter
from dutydesk.incidents.rules.imported import ImportedIncident, same_incident
from dutydesk.incidents.rules.published import PublishedQuarter
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.tables import Refusal

Outcome = Literal["new", "changed", "same"]


@dataclass(frozen=True)
class Imported:
    """What became of one row that was read."""

    incident: ImportedIncident
    outcome: Outcome


@dataclass(frozen=True)
class TakenBack:
    """What became of an import that was taken back: how many incidents went, changed back, stay."""

    removed: int
    restored: int
    kept: tuple[str, ...]


@dataclass
class Import:
    """A log that is being taken in, row by row. It is remembered once a row changes something."""

    name: str
    zone: ZoneInfo
    at: datetime
    number: int | None = None
    _matched: set[int] = field(default_factory=set)

    def take_in(self, read: ImportedIncident) -> Imported:
        """Keep one incident, wholly or not at all; one that is here already is brought up to date.

        It is here if an earlier log had its id; or its quarter and name, and a time of it or the
        day on which it began; or all of its times, under another name.
        """
        with transaction.atomic():
            found, fields = self._here(read), _fields(read)
            before = None
            if found is None:
                key = self._free_key(read)
                found = Incident.objects.create(imported_key=key, declared_by="imported", **fields)
                self._matched.add(found.pk)
            else:
                self._matched.add(found.pk)
                before = {n: old for n, v in fields.items() if (old := getattr(found, n)) != v}
                if not before:
                    return Imported(read, "same")
                fields = {name: fields[name] for name in before}
                _set(found, fields)
            self._remember(found, read.row, before, fields)
        return Imported(read, "new" if before is None else "changed")

    def _here(self, read: ImportedIncident) -> Incident | None:
        """Find the incident that a row tells of, if an earlier log told of it."""
        others = Incident.objects.select_for_update().exclude(pk__in=self._matched)
        same = Q(imported_key=read.key) if read.has_id else _named(read.key)
        named = others.filter(same).order_by("pk")
        for one in named:
            if read.has_id or same_incident(read.times, _times(one), self.zone):
                return one
        if read.has_id or sum(moment is not None for moment in read.times.values()) < 2:
            return None
        times = {_COLUMN[step]: moment for step, moment in read.times.items()}
        return others.filter(imported_key__isnull=False, **times).order_by("pk").first()

    def _free_key(self, read: ImportedIncident) -> str:
        """Give its key, with the moment in which it began where another incident has that key."""
        if not Incident.objects.filter(imported_key=read.key).exists():
            return read.key
        return f"{read.key}/{read.began:%Y%m%dT%H%M%S}"

    def _remember(
        self,
        found: Incident,
        row: Mapping[str, str],
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any],
    ) -> None:
        if self.number is None:
            self.number = IncidentImport.objects.create(name=self.name[:200], at=self.at).pk
        IncidentImportRow.objects.create(
            batch_id=self.number,
            incident=found,
            row=dict(row),
            before=None if before is None else _as_json(before),
            after=_as_json(after),
        )


_COLUMN = {
    "fault_occurs": "fault_occurs",
    "first_detected": "detected",
    "declared": "declared",
    "repaired": "repaired",
    "resolved": "resolved",
}


def _named(key: str) -> Q:
    return Q(imported_key=key) | Q(imported_key__startswith=f"{key}/")


def _times(incident: Incident) -> dict[str, datetime | None]:
    return {step: getattr(incident, column) for step, column in _COLUMN.items()}


def _fields(read: ImportedIncident) -> dict[str, Any]:
    return {
        "title": read.title,
        "state": Incident.State.RESOLVED,
        "fault_occurs": read.fault_occurs,
        "detected": read.detected,
        "declared": read.declared,
        "repaired": read.repaired,
        "resolved": read.resolved,
        "quarter": read.quarter,
        "published_repair": read.published_repair,
        "published_resolve": read.published_resolve,
        "warnings": list(read.warnings),
    }


def _set(incident: Incident, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(incident, name, value)
    incident.save(update_fields=list(fields))


def _as_json(fields: Mapping[str, Any]) -> Any:
    return json.loads(json.dumps(dict(fields), cls=DjangoJSONEncoder))


@transaction.atomic
def take_back(*, number: int, at: datetime) -> TakenBack:
    """Undo what an import did: new incidents go, changed ones are as they were.

    What was changed here since stays as it is now, and is named. Raises Refused.
    """
    batch = IncidentImport.objects.select_for_update().filter(pk=number).first()
    if batch is None:
        raise Refused(f"There is no import {number}.", "`dutydesk import take-back` lists them.")
    if batch.taken_back_at is not None:
        raise Refused(f"Import {number} was taken back already.", "Nothing is left of it.")
    removed = restored = 0
    kept = []
    for row in batch.rows.select_related("incident").order_by("-pk"):
        incident = row.incident
        if incident is None:
            continue
        now = _as_json({name: getattr(incident, name) for name in row.after})
        if now != row.after or (row.before is None and _is_used(incident)):
            kept.append(incident.title)
        elif row.before is None:
            incident.delete()
            removed += 1
        else:
            _set(incident, {n: _read_back(n, value) for n, value in row.before.items()})
            restored += 1
    batch.taken_back_at = at
    batch.save(update_fields=["taken_back_at"])
    return TakenBack(removed, restored, tuple(kept))


def _is_used(incident: Incident) -> bool:
    """Say whether a later import or somebody here built on it."""
    later = IncidentImportRow.objects.filter(incident=incident, batch__taken_back_at=None)
    written = Incident.objects.filter(pk=incident.pk).filter(
        Q(notes__isnull=False) | Q(links__isnull=False) | Q(postmortem__isnull=False)
    )
    return later.count() > 1 or incident.state != Incident.State.RESOLVED or written.exists()


def _read_back(name: str, value: Any) -> Any:
    column: Any = Incident._meta.get_field(name)
    return column.to_python(value)


@transaction.atomic
def take_in_quarters(read: Iterable[PublishedQuarter | Refusal]) -> tuple[int, list[Refusal]]:
    """Keep the published figures of quarters; give how many, and the rows that were refused."""
    count, refused = 0, []
    for position, quarter in enumerate(read):
        if isinstance(quarter, Refusal):
            refused.append(quarter)
            continue
        Quarter.objects.update_or_create(
            quarter=quarter.quarter,
            defaults={
                "listed": quarter.listed,
                "mean_repair": quarter.mean_repair,
                "mean_resolve": quarter.mean_resolve,
                "position": position,
            },
        )
        count += 1
    return count, refused
