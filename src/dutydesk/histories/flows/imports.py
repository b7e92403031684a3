"""Taking in incidents that were kept elsewhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from dutydesk.database import rows
from dutydesk.histories.flows import imported_facts as facts
from dutydesk.histories.rules.imported import ImportedIncident, may_be_two, same_incident
from dutydesk.histories.rules.imported_maintenance import ImportedMaintenance
from dutydesk.histories.rules.imported_times import COLUMN_OF, times_of
from dutydesk.histories.rules.published import PublishedQuarter
from dutydesk.incidents.models import (
    Incident,
    IncidentImport,
    IncidentImportRow,
    Maintenance,
    Quarter,
)
from dutydesk.kernel.tables import Refusal
from dutydesk.people.models import Service

LOCK = "imports of incidents"
Outcome = Literal["new", "changed", "same"]
_WEIGHT: tuple[Outcome, ...] = ("same", "changed", "new")


@dataclass(frozen=True)
class Imported:
    """What became of one row that was read.

    `stays`: what of it people settled here instead. `unknown`: what it names as services, and is
    none here. `was_called`: its name here until now, if it has another.
    """

    incident: ImportedIncident
    outcome: Outcome
    stays: str = ""
    unknown: tuple[str, ...] = ()
    was_called: str = ""


@dataclass
class Import:
    """A log that is being taken in, row by row. It is remembered once a row changes something."""

    name: str
    zone: ZoneInfo
    at: datetime
    number: int | None = None
    _matched: set[int] = field(default_factory=set)
    _services: Mapping[str, int] = field(default_factory=facts.service_numbers)

    @classmethod
    def begin(cls, *, name: str, zone: ZoneInfo, at: datetime) -> Self:
        """Begin to take in a log; another waits until the transaction around this is over."""
        rows.lock([LOCK])
        return cls(name, zone, at)

    def take_in(self, read: ImportedIncident) -> Imported | Refusal:
        """Keep one incident, wholly or not at all; one that is here already is brought up to date.

        It is here if an earlier log had its id; or its quarter and name, and a time of it or the
        day on which it began; or all of its times, under another name, unless of other services.
        Refused is one of the same name and day as another that was over before it began, or began
        when it was over; and so is another of the same file name and day.
        """
        with transaction.atomic():
            found, told = self._here(read), facts.told(read, self._services)
            if found and _may_be_another(read, found):
                return _another(read, found, self.zone)
            before, stays = None, ""
            unknown = tuple(n for n in read.services or () if n.lower() not in self._services)
            if found is None:
                key = self._free_key(read)
                found = facts.new(told, key=key, declared_by=facts.IMPORTED, at=self.at)
                self._matched.add(found.pk)
            else:
                self._matched.add(found.pk)
                if unknown:
                    told = facts.with_services_of(found, told)
                stays = facts.kept_here(found, told)
                before = _differing(found, told)
                if not before:
                    return Imported(read, "same", stays, unknown)
                told = {name: told[name] for name in before}
                facts.keep(found, told, at=self.at)
            self._remember(found, read.row, before, told)
        if before is None:
            return Imported(read, "new", stays, unknown)
        return Imported(read, "changed", stays, unknown, before.get("title", ""))

    def take_in_maintenance(self, read: ImportedMaintenance) -> Outcome | None:
        """Keep planned maintenance of each service here that it names; None if it names none.

        It takes the service out by the process's rule for planned time, and is no incident.
        """
        with transaction.atomic():
            services = Service.objects.filter(
                pk__in=facts.services_here(read.services, self._services)
            )
            found = [self._keep_out(read, service) for service in services.order_by("pk")]
        return max(found, key=_WEIGHT.index, default=None)

    def _keep_out(self, read: ImportedMaintenance, service: Service) -> Outcome:
        """Keep it of one service."""
        told = facts.told_of_maintenance(read)
        here = Maintenance.objects.select_for_update(of=("self",))
        found = here.filter(imported_key=read.key, service=service).first()
        if found is None:
            whose = {"on_by": facts.IMPORTED, "off_by": facts.IMPORTED, "imported_key": read.key}
            found = Maintenance.objects.create(service=service, **whose, **told)
            self._remember(found, read.row, None, told)
            return "new"
        now = facts.known(found, told)
        before = {name: now[name] for name, value in told.items() if now[name] != value}
        if not before:
            return "same"
        changed = {name: told[name] for name in before}
        facts.keep(found, changed, at=self.at)
        self._remember(found, read.row, before, changed)
        return "changed"

    def _here(self, read: ImportedIncident) -> Incident | None:
        """Find the incident that a row tells of, if an earlier log told of it."""
        others = Incident.objects.select_for_update().exclude(pk__in=self._matched)
        same = Q(imported_key=read.key) if read.has_id else _named(read.key)
        named = others.filter(same).order_by("pk")
        for one in named:
            if read.has_id or same_incident(read.times, times_of(one), self.zone):
                return one
        if read.has_id or sum(moment is not None for moment in read.times.values()) < 2:
            return None
        times = {COLUMN_OF[step]: moment for step, moment in read.times.items()}
        alike = others.filter(imported_key__isnull=False, **times).order_by("pk")
        return next((one for one in alike if not self._elsewhere(read, one)), None)

    def _elsewhere(self, read: ImportedIncident, other: Incident) -> bool:
        """Say whether a row tells of services, and another incident is of none of these."""
        told = facts.services_here(read.services or (), self._services)
        known = set(facts.known(other, [facts.SERVICES])[facts.SERVICES])
        return bool(told and known) and known.isdisjoint(told)

    def _free_key(self, read: ImportedIncident) -> str:
        """Give its key, with the moment in which it began where another incident has that key."""
        if not Incident.objects.filter(imported_key=read.key).exists():
            return read.key
        return f"{read.key}/{read.began:%Y%m%dT%H%M%S}"

    def _remember(
        self,
        found: Incident | Maintenance,
        row: Mapping[str, str],
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any],
    ) -> None:
        if self.number is None:
            self.number = IncidentImport.objects.create(name=self.name[:200], at=self.at).pk
        IncidentImportRow.objects.create(
            batch_id=self.number,
            incident=found if isinstance(found, Incident) else None,
            maintenance=found if isinstance(found, Maintenance) else None,
            row=dict(row),
            before=None if before is None else facts.as_json(before),
            after=facts.as_json(after),
        )


def _may_be_another(read: ImportedIncident, found: Incident) -> bool:
    """Say whether a row and what has its name here may be two; an id leaves no doubt of that."""
    if read.has_id and not (read.by_file and read.title != found.title):
        return False
    return may_be_two(read.times, times_of(found))


def _another(read: ImportedIncident, found: Incident, zone: ZoneInfo) -> Refusal:
    """Refuse a row that tells of one incident more, or puts another right: nobody can see which."""
    same = "file name and day" if read.by_file else "quarter, name and day"
    known = sorted(moment.astimezone(zone) for moment in times_of(found).values() if moment)
    return Refusal(
        read.number,
        "incident",
        read.title,
        f"Incident {found.pk} has the same {same}, and went from {known[0]:%H:%M} "
        f"to {known[-1]:%H:%M}: this may be another.",
        "Name them apart if they are two; take the earlier import back first if it was wrong.",
        place=read.row.get("place", ""),
    )


def _differing(found: Incident, told: Mapping[str, Any]) -> dict[str, Any]:
    """Give what stands here and is told otherwise, but for what people settled here themselves."""
    now, settled = facts.known(found, told), facts.settled_here(found)
    return {
        name: now[name]
        for name, value in told.items()
        if name not in settled and now[name] != value
    }


def _named(key: str) -> Q:
    return Q(imported_key=key) | Q(imported_key__startswith=f"{key}/")


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
