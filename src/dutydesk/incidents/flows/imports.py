"""Taking in logs of incidents that were kept elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.db import transaction

from dutydesk.incidents.models import Incident, Quarter
from dutydesk.incidents.rules.imported import ImportedIncident
from dutydesk.incidents.rules.published import PublishedQuarter
from dutydesk.kernel.tables import Refusal

Outcome = Literal["new", "changed", "same"]


@dataclass(frozen=True)
class Imported:
    """What became of one row that was read."""

    incident: ImportedIncident
    outcome: Outcome


def take_in(read: ImportedIncident) -> Imported:
    """Keep one incident, wholly or not at all; one that is here already is brought up to date."""
    fields = {
        "title": read.title[:200],
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
    with transaction.atomic():
        found = Incident.objects.select_for_update().filter(imported_key=read.key).first()
        if found is None:
            Incident.objects.create(imported_key=read.key, declared_by="imported", **fields)
            return Imported(read, "new")
        changed = [name for name, value in fields.items() if getattr(found, name) != value]
        for name in changed:
            setattr(found, name, fields[name])
        if changed:
            found.save(update_fields=changed)
        return Imported(read, "changed" if changed else "same")


@transaction.atomic
def take_in_quarters(read: Iterable[PublishedQuarter | Refusal]) -> int:
    """Keep the published figures of quarters; give how many were kept."""
    count = 0
    for position, quarter in enumerate(read):
        if isinstance(quarter, Refusal):
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
    return count
