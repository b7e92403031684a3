"""What an import tells of an incident, or of a maintenance: how it is written, and put as JSON.

Beside an incident's own columns these are its services, by number, and the entries of its timeline
that were imported, as [moment, words].
"""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

from dutydesk.histories.rules.imported import ImportedIncident
from dutydesk.histories.rules.imported_maintenance import ImportedMaintenance
from dutydesk.incidents.models import Incident, IncidentImportRow, Maintenance, Note
from dutydesk.journal.flows import journal
from dutydesk.people.models import Service

IMPORTED = "imported"
SERVICES, _TIMELINE = "services", "timeline"


def told(read: ImportedIncident, here: Mapping[str, int]) -> dict[str, Any]:
    """Give all that was read of an incident, by the names under which it is kept.

    `here`: the services that are known, as `service_numbers` gives them.
    """
    fields: dict[str, Any] = {
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
    if read.priority is not None:
        fields["priority"] = read.priority
    if read.user_impact is not None:
        fields["user_impact"] = read.user_impact
    if read.estimated is not None:
        fields["estimated"] = read.estimated
    if read.services is not None:
        fields[SERVICES] = services_here(read.services, here)
    if read.entries is not None:
        fields[_TIMELINE] = [[one.at.isoformat(), one.text] for one in read.entries]
    return fields


def services_here(names: Iterable[str], here: Mapping[str, int]) -> list[int]:
    """Give the numbers of those that are services here, whatever their case, in order."""
    return sorted({here[name.lower()] for name in names if name.lower() in here})


def with_services_of(incident: Incident, told: Mapping[str, Any]) -> dict[str, Any]:
    """Give what is told with the services that an incident has too.

    For where a name is told that no service has: it may be one of these, under its name of before.
    """
    return {**told, SERVICES: sorted({*told[SERVICES], *_services(incident)})}


def service_numbers() -> dict[str, int]:
    """Give the numbers of the services here, by their names in small letters."""
    return {name.lower(): number for number, name in Service.objects.values_list("pk", "name")}


def told_of_maintenance(read: ImportedMaintenance) -> dict[str, Any]:
    """Give all that was read of planned maintenance; what a status page called it, all may read."""
    return {
        "on_at": read.start,
        "until": read.end,
        "off_at": read.end,
        "reason": read.title,
        "message": read.title,
    }


def known(thing: Any, names: Iterable[str]) -> dict[str, Any]:
    """Give what stands here now of an incident or a maintenance, under these names."""
    return {name: _READ.get(name, lambda one, n=name: getattr(one, n))(thing) for name in names}


def _services(incident: Incident) -> list[int]:
    return sorted(incident.services.values_list("pk", flat=True))


def settled_here(incident: Incident) -> set[str]:
    """Give what people decided themselves, so that no import writes it again.

    It is the timeline, once an entry of it was corrected or taken out: what was taken out stays so.
    """
    return {_TIMELINE} if _touched(incident).exists() else set()


def _touched(incident: Incident) -> QuerySet[Note]:
    imported = Note.objects.filter(incident=incident, by=IMPORTED)
    return imported.exclude(corrected_at=None, removed_at=None)


def kept_here(incident: Incident, told: Mapping[str, Any]) -> str:
    """Say what is told otherwise than before and stays as people settled it here; "" for nothing.

    One entry of a timeline that somebody touched keeps all of them.
    """
    touched = _touched(incident).count() if _TIMELINE in told else 0
    if not touched or told[_TIMELINE] == _last_told(incident):
        return ""
    entries = "1 entry" if touched == 1 else f"{touched} entries"
    return (
        f"its timeline stays as it is, since people corrected or removed {entries} of it here; "
        "what the file tells of it now is not taken in"
    )


def _last_told(incident: Incident) -> Any:
    """Give the timeline that was taken in last, and stands."""
    rows = IncidentImportRow.objects.filter(incident=incident, batch__taken_back_at=None)
    newest = rows.filter(after__has_key=_TIMELINE).order_by("-pk").first()
    return newest.after[_TIMELINE] if newest else None


def _timeline(incident: Incident) -> list[list[str]]:
    """Give the imported entries; one that somebody corrected or removed here is not as it was."""
    rows = Note.objects.filter(incident=incident, by=IMPORTED).order_by("happened_at", "id")
    return [
        [one.happened_at.isoformat(), "(removed)" if one.removed_at else one.text] for one in rows
    ]


_READ: dict[str, Callable[[Incident], Any]] = {SERVICES: _services, _TIMELINE: _timeline}


def new(fields: Mapping[str, Any], *, key: str, declared_by: str, at: datetime) -> Incident:
    """Keep an incident that is new here."""
    own = {name: value for name, value in fields.items() if name not in _READ}
    made = Incident.objects.create(imported_key=key, declared_by=declared_by, **own)
    keep(made, {name: value for name, value in fields.items() if name in _READ}, at=at)
    return made


def keep(thing: Incident | Maintenance, fields: Mapping[str, Any], *, at: datetime) -> None:
    """Write these facts of an incident, or of a maintenance."""
    own = {name: value for name, value in fields.items() if name not in _READ}
    for name, value in own.items():
        setattr(thing, name, value)
    if own:
        thing.save(update_fields=list(own))
    if isinstance(thing, Incident):
        _keep_around(thing, fields, at)


def _keep_around(incident: Incident, fields: Mapping[str, Any], at: datetime) -> None:
    """Write what an incident has beside its own columns."""
    if SERVICES in fields:
        incident.services.set(Service.objects.filter(pk__in=fields[SERVICES]))
    if _TIMELINE in fields:
        Note.objects.filter(incident=incident, by=IMPORTED).delete()
        Note.objects.bulk_create(
            Note(
                incident=incident,
                text=text,
                happened_at=datetime.fromisoformat(when),
                by=IMPORTED,
                at=at,
            )
            for when, text in fields[_TIMELINE]
        )


def read_back(thing: Incident | Maintenance, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Give the values that `as_json` was given of this."""
    column: Callable[[str], Any] = thing._meta.get_field
    return {
        name: value if name in _READ else column(name).to_python(value)
        for name, value in fields.items()
    }


def as_json(fields: Mapping[str, Any]) -> Any:
    """Give facts as a row of an import keeps them."""
    return json.loads(json.dumps(dict(fields), cls=DjangoJSONEncoder))


def used(thing: Incident | Maintenance) -> bool:
    """Say whether somebody here built on it: did anything to it, wrote, linked, or looked back.

    An import itself leaves nothing in the journal.
    """
    return isinstance(thing, Incident) and _used(thing)


def _used(incident: Incident) -> bool:
    notes = incident.notes.exclude(by=IMPORTED).exists()
    over = incident.state == Incident.State.RESOLVED
    done = journal.timeline([incident.about]).exists() or incident.merged.exists()
    return not over or done or notes or incident.links.exists() or hasattr(incident, "postmortem")
