"""Taking in incidents that were kept elsewhere."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Self
from unicodedata import normalize
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q

from dutydesk.database import limits, rows
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

_LOCK = "imports of incidents"
Outcome = Literal["new", "changed", "same"]
_WEIGHT: tuple[Outcome, ...] = ("same", "changed", "new")


def take_turn() -> None:
    """Wait until no other import is under way, or taken back, and take as long as it takes then."""
    rows.run(limits.LIFT)
    rows.lock([_LOCK])


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
    """A log that is being taken in, row by row. It is remembered once a row changes something.

    `_matched`: the incidents that rows told of until now; `_keyed`: the same by the rows' keys.
    """

    name: str
    zone: ZoneInfo
    at: datetime
    number: int | None = None
    _matched: set[int] = field(default_factory=set)
    _keyed: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _services: Mapping[str, int] = field(default_factory=facts.service_numbers)

    @classmethod
    def begin(cls, *, name: str, zone: ZoneInfo, at: datetime) -> Self:
        """Begin to take in a log; another waits until the transaction around this is over."""
        take_turn()
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
                self._match(read, found)
            else:
                self._match(read, found)
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

    def take_in_quarters(
        self, read: Iterable[PublishedQuarter | Refusal]
    ) -> tuple[int, list[Refusal]]:
        """Keep the published figures of quarters; give how many, and the rows that were refused."""
        count, refused = 0, []
        for position, one in enumerate(read):
            if isinstance(one, Refusal):
                refused.append(one)
                continue
            with transaction.atomic():
                self._keep_quarter(one, position)
            count += 1
        return count, refused

    def _keep_out(self, read: ImportedMaintenance, service: Service) -> Outcome:
        """Keep it of one service."""
        told = facts.told_of_maintenance(read)
        here = Maintenance.objects.select_for_update(of=("self",))
        found = here.filter(_any_form(read.key), service=service).first()
        if found is None:
            whose = {"on_by": facts.IMPORTED, "off_by": facts.IMPORTED, "imported_key": read.key}
            found = Maintenance.objects.create(service=service, **whose, **told)
            self._remember(found, read.row, None, told)
            return "new"
        return self._bring_up(found, read.row, told)

    def _keep_quarter(self, read: PublishedQuarter, position: int) -> None:
        told = facts.told_of_quarter(read, position)
        row = facts.quarter_row(read.quarter)
        found = Quarter.objects.select_for_update().filter(quarter=read.quarter).first()
        if found is None:
            found = Quarter.objects.create(quarter=read.quarter, **told)
            self._remember(found, row, None, told)
        else:
            self._bring_up(found, row, told)

    def _bring_up(
        self, found: Maintenance | Quarter, row: Mapping[str, str], told: Mapping[str, Any]
    ) -> Outcome:
        """Bring what is here already up to what is told."""
        now = facts.known(found, told)
        before = {name: now[name] for name, value in told.items() if now[name] != value}
        if not before:
            return "same"
        changed = {name: told[name] for name in before}
        facts.keep(found, changed, at=self.at)
        self._remember(found, row, before, changed)
        return "changed"

    def _match(self, read: ImportedIncident, found: Incident) -> None:
        self._matched.add(found.pk)
        self._keyed[read.key].add(found.pk)

    def _left(self, found: Iterable[Incident]) -> Iterator[Incident]:
        """Give those of which no row told yet."""
        return (one for one in found if one.pk not in self._matched)

    def _here(self, read: ImportedIncident) -> Incident | None:
        """Find the incident that a row tells of, if an earlier log told of it."""
        here = Incident.objects.select_for_update().order_by("pk")
        named = here.filter(_known_by(read)).exclude(pk__in=self._keyed[read.key])
        for one in self._left(named):
            if read.has_id or same_incident(read.times, times_of(one), self.zone):
                return one
        if read.has_id or sum(moment is not None for moment in read.times.values()) < 2:
            return None
        times = {COLUMN_OF[step]: moment for step, moment in read.times.items()}
        alike = self._left(here.filter(imported_key__isnull=False, **times))
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
        found: facts.Thing,
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
        if name not in settled and facts.differs(name, now[name], value)
    }


def _known_by(read: ImportedIncident) -> Q:
    """Ask for what has its id; or else its name."""
    if read.has_id:
        return _any_form(read.key)
    return Q(imported_key=read.key) | Q(imported_key__startswith=f"{read.key}/")


def _any_form(key: str) -> Q:
    """Ask for what has a key, in whichever way its letters are put together."""
    return Q(imported_key__in=[key, normalize("NFD", key)])
