"""What an import tells of an incident, a maintenance or a quarter: written, and put as JSON.

Beside an incident's own columns these are its services, by number, and the entries of its timeline
that were imported, as [moment, words].
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

from dutydesk.histories.rules.imported import ImportedIncident
from dutydesk.histories.rules.imported_maintenance import ImportedMaintenance
from dutydesk.histories.rules.published import PublishedQuarter
from dutydesk.incidents.models import Incident, IncidentImportRow, Maintenance, Note, Quarter
from dutydesk.journal.flows import journal
from dutydesk.people.models import Service

IMPORTED = "imported"
SERVICES, _TIMELINE = "services", "timeline"
_QUARTER = "published quarter"  # No column of a log is called so: theirs have no spaces.
Thing = Incident | Maintenance | Quarter
"""What an import keeps."""


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


def told_of_quarter(read: PublishedQuarter, position: int) -> dict[str, Any]:
    """Give all that was read of what was published about a quarter."""
    return {
        "listed": read.listed,
        "mean_repair": read.mean_repair,
        "mean_resolve": read.mean_resolve,
        "position": position,
    }


def quarter_row(quarter: str) -> dict[str, str]:
    """Give what an import's row holds that tells of a quarter, and by which it is found again."""
    return {_QUARTER: quarter}


def thing_of(row: IncidentImportRow) -> Thing | None:
    """Give what a row made or changed; None if that is gone."""
    if quarter := row.row.get(_QUARTER):
        return Quarter.objects.filter(quarter=quarter).first()
    return row.incident or row.maintenance


def rows_of(thing: Thing) -> QuerySet[IncidentImportRow]:
    """Give the rows that told of it, of every import."""
    if isinstance(thing, Quarter):
        return IncidentImportRow.objects.filter(row=quarter_row(thing.quarter))
    which = "incident" if isinstance(thing, Incident) else "maintenance"
    return IncidentImportRow.objects.filter(**{which: thing})


def name_of(thing: Thing) -> str:
    """Say what it is called."""
    if isinstance(thing, Quarter):
        return f"what was published of {thing.quarter}"
    return thing.title if isinstance(thing, Incident) else thing.reason


def known(thing: Any, names: Iterable[str]) -> dict[str, Any]:
    """Give what stands here now of it, under these names."""
    return {name: _READ.get(name, lambda one, n=name: getattr(one, n))(thing) for name in names}


def _services(incident: Incident) -> list[int]:
    return sorted(incident.services.values_list("pk", flat=True))


def differs(name: str, one: Any, other: Any) -> bool:
    """Say whether two values of a fact are not the same.

    Entries of one moment stand in the order in which they came here, whatever a log says of it.
    """
    return bool(sorted(one) != sorted(other) if name == _TIMELINE else one != other)


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
    if not touched or not differs(_TIMELINE, told[_TIMELINE], _last_told(incident)):
        return ""
    entries = "1 entry" if touched == 1 else f"{touched} entries"
    return (
        f"its timeline stays as it is, since people corrected or removed {entries} of it here; "
        "what the file tells of it now is not taken in"
    )


def _last_told(incident: Incident) -> Any:
    """Give the timeline that was taken in last, and stands; an empty one if none was."""
    rows = IncidentImportRow.objects.filter(incident=incident, batch__taken_back_at=None)
    newest = rows.filter(after__has_key=_TIMELINE).order_by("-pk").first()
    return newest.after[_TIMELINE] if newest else []


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


def keep(thing: Thing, fields: Mapping[str, Any], *, at: datetime) -> None:
    """Write these facts of it."""
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
        entries = [(datetime.fromisoformat(when), text) for when, text in fields[_TIMELINE]]
        _keep_timeline(incident, entries, at)


_ALIKE: tuple[Callable[[datetime, str], object], ...] = (
    lambda when, text: (when, text),
    lambda when, _: when,
    lambda _, text: text,
)


def _keep_timeline(incident: Incident, told: Sequence[tuple[datetime, str]], at: datetime) -> None:
    """Let the imported entries be these.

    One of the same time and words stays, and so does one of the same time, or else words: whatever
    people wrote about it in a postmortem goes on being about it.
    """
    left = list(Note.objects.filter(incident=incident, by=IMPORTED).order_by("happened_at", "id"))
    new = list(told)
    for alike in _ALIKE:
        here, rest = defaultdict[object, list[Note]](list), list[tuple[datetime, str]]()
        for one in left:
            here[alike(one.happened_at, one.text)].append(one)
        for entry in new:
            if stays := here[alike(*entry)]:
                _put_right(stays.pop(0), *entry)
            else:
                rest.append(entry)
        left, new = [one for each in here.values() for one in each], rest
    Note.objects.filter(pk__in=[one.pk for one in left]).delete()
    Note.objects.bulk_create(
        Note(incident=incident, text=text, happened_at=when, by=IMPORTED, at=at)
        for when, text in new
    )


def _put_right(note: Note, when: datetime, text: str) -> None:
    if (note.happened_at, note.text) != (when, text):
        note.happened_at, note.text = when, text
        note.save(update_fields=["happened_at", "text"])


def read_back(thing: Thing, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Give the values that `as_json` was given of this."""
    column: Callable[[str], Any] = thing._meta.get_field
    return {
        name: value if name in _READ else column(name).to_python(value)
        for name, value in fields.items()
    }


def as_json(fields: Mapping[str, Any]) -> Any:
    """Give facts as a row of an import keeps them."""
    return json.loads(json.dumps(dict(fields), cls=DjangoJSONEncoder))


def used(thing: Thing) -> bool:
    """Say whether somebody here built on it: did anything to it, wrote, linked, or looked back.

    An import itself leaves nothing in the journal.
    """
    return isinstance(thing, Incident) and _used(thing)


def _used(incident: Incident) -> bool:
    notes = incident.notes.exclude(by=IMPORTED).exists()
    over = incident.state == Incident.State.RESOLVED
    done = journal.timeline([incident.about]).exists() or incident.merged.exists()
    return not over or done or notes or incident.links.exists() or hasattr(incident, "postmortem")
