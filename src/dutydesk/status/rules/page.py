"""The status page as one value: how services are doing, what is the matter, and the last days."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from dutydesk.process.rules.status_page import Shown, StatusPageSection
from dutydesk.status.rules.conditions import (
    ServiceCondition,
    ServiceRecord,
    Spell,
    at_moment,
    calendar_days,
    record,
    spell,
    worst,
)
from dutydesk.status.rules.facts import (
    IncidentFact,
    MaintenanceFact,
    StatusFacts,
    StatusUpdate,
    WorkFact,
)

EntryState = Literal["open", "scheduled", "over", "called off"]


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """Something that users are told of: an incident, planned work, or a service in maintenance.

    `starts` and `ends` are what is expected, `begun` and `over` what came to be; `updates` are
    newest first. `key` names it for good: “incident-12”.
    """

    key: str
    kind: Literal["incident", "planned work", "maintenance"]
    title: str
    condition: ServiceCondition
    services: tuple[str, ...]
    state: EntryState
    told: datetime
    begun: datetime | None
    starts: datetime | None
    ends: datetime | None
    over: datetime | None
    next_update: datetime | None
    updates: tuple[StatusUpdate, ...]

    @property
    def changed(self) -> datetime:
        """Give when something of it last became known."""
        known = (self.told, self.begun, self.over, *(one.at for one in self.updates))
        return max(one for one in known if one is not None)


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """A service: how it is doing now, since when it is otherwise than before, and its days."""

    slug: str
    name: str
    condition: ServiceCondition
    changed: datetime
    record: ServiceRecord


@dataclass(frozen=True, slots=True)
class GroupStatus:
    """Services that are shown together; without a title, those of no group."""

    title: str
    services: tuple[ServiceStatus, ...]

    @property
    def condition(self) -> ServiceCondition:
        """Give how the worst of them is doing."""
        return worst(one.condition for one in self.services)


@dataclass(frozen=True, slots=True)
class StatusPage:
    """All that the page shows, as it was at `read_at`; nothing beyond `shown` where it is off.

    `by_mail`: whether people can subscribe to it by e-mail.
    """

    shown: Shown
    title: str
    logo: str
    logo_host: str
    light: str
    dark: str
    zone: str
    read_at: datetime
    since: datetime
    groups: tuple[GroupStatus, ...] = ()
    entries: tuple[StatusEntry, ...] = ()
    by_mail: bool = False

    @property
    def services(self) -> tuple[ServiceStatus, ...]:
        """Give every service, in the order of the page."""
        return tuple(one for group in self.groups for one in group.services)

    @property
    def condition(self) -> ServiceCondition:
        """Give the worst of it: of the services, and of incidents whatever service they are on."""
        running = (one.condition for one in self.entries if _unsolved(one))
        return worst([*(one.condition for one in self.services), *running])

    @property
    def changed(self) -> datetime:
        """Give when something on it last became known."""
        return max((self.since, *(one.changed for one in self.entries)))


def _unsolved(entry: StatusEntry) -> bool:
    return entry.kind == "incident" and entry.state == "open"


AS_JSON: TypeAdapter[StatusPage] = TypeAdapter(StatusPage)
"""How the page is written down, and read again."""


def switched_off(at: datetime) -> StatusPage:
    """Give the page where there is none."""
    return StatusPage("off", "", "", "", "", "", "UTC", at, at)


def build(
    facts: StatusFacts, section: StatusPageSection, *, title: str, zone: ZoneInfo, at: datetime
) -> StatusPage:
    """Give the page of these facts, in the look that the process file says."""
    spells = _spells(facts)
    days = calendar_days(at, zone)
    services = [
        ServiceStatus(
            one.slug,
            one.name,
            at_moment(spells[one.slug], at),
            _changed(spells[one.slug], facts.since, at),
            record(spells[one.slug], days, facts.since, at),
        )
        for one in facts.services
    ]
    return StatusPage(
        shown=section.shown,
        title=section.title or title,
        logo=section.logo,
        logo_host=section.logo_host,
        light=section.colours.light,
        dark=section.colours.dark,
        zone=zone.key,
        read_at=at.astimezone(UTC),
        since=facts.since.astimezone(UTC),
        groups=tuple(_groups(services, section)),
        entries=tuple(sorted(_entries(facts), key=_order, reverse=True)),
    )


def _order(entry: StatusEntry) -> tuple[datetime, str]:
    return entry.begun or entry.starts or entry.told, entry.key


def _groups(services: Sequence[ServiceStatus], section: StatusPageSection) -> Iterator[GroupStatus]:
    """Give the groups of the process file that hold a service, then what is in none."""
    by_name = {one.name: one for one in services}
    for group in section.groups:
        there = tuple(by_name.pop(name) for name in group.services if name in by_name)
        if there:
            yield GroupStatus(group.title, there)
    if by_name:
        yield GroupStatus("", tuple(by_name.values()))


def _spells(facts: StatusFacts) -> Mapping[str, list[Spell]]:
    found: dict[str, list[Spell]] = defaultdict(list)
    for incident in filter(_public, facts.incidents):
        ended = incident.ended or incident.resolved
        if incident.open or ended is not None:
            for slug in incident.services:
                found[slug] += spell(incident.condition, incident.began, ended)
    for work in facts.work:
        for slug in work.services:
            found[slug] += spell(ServiceCondition.MAINTENANCE, work.started, work.over)
    for one in facts.maintenance:
        found[one.service.slug] += spell(_condition(one), one.start, one.end)
    return found


def _condition(maintenance: MaintenanceFact) -> ServiceCondition:
    """Give what it is for users: a service that an incident took out is down, by whatever name."""
    return ServiceCondition.MAJOR if maintenance.outage else ServiceCondition.MAINTENANCE


def _changed(spells: Iterable[Spell], since: datetime, at: datetime) -> datetime:
    edges = (edge for one in spells for edge in (one.start, one.end) if edge and edge <= at)
    return max(edges, default=since)


def _public(incident: IncidentFact) -> bool:
    """Say whether users were told of it: it has an impact on them."""
    return incident.user_impact


def _entries(facts: StatusFacts) -> Iterator[StatusEntry]:
    names = {one.slug: one.name for one in facts.services}
    for incident in filter(_public, facts.incidents):
        if told := incident.declared or incident.began or incident.resolved:
            yield _incident(incident, told, names)
    yield from (_work(one) for one in facts.work if not one.internal)
    yield from map(_maintenance, facts.maintenance)


def _incident(fact: IncidentFact, told: datetime, names: Mapping[str, str]) -> StatusEntry:
    key = f"incident-{fact.number}"
    first = first_words(names[slug] for slug in fact.services if slug in names)
    return StatusEntry(
        key=key,
        kind="incident",
        title=fact.title,
        condition=fact.condition,
        services=fact.services,
        state="open" if fact.open else "over",
        told=told,
        begun=fact.began,
        starts=None,
        ends=None,
        over=None if fact.open else fact.resolved or fact.ended,
        next_update=fact.next_update,
        updates=(*fact.updates, StatusUpdate(f"{key}-told", first, told)),
    )


def first_words(services: Iterable[str]) -> str:
    """Say what users read of an incident before anybody wrote an update."""
    return f"We are looking into a problem with {', '.join(services) or 'our services'}."


def work_words(text: str, expect: str) -> str:
    """Say what users read of planned work before anybody wrote an update."""
    return f"{text}\n\nWhat to expect: {expect}" if expect else text


def _work(fact: WorkFact) -> StatusEntry:
    key, state = f"work-{fact.number}", _state(fact)
    said = work_words(fact.text, fact.expect)
    return StatusEntry(
        key=key,
        kind="planned work",
        title=fact.title,
        condition=ServiceCondition.MAINTENANCE,
        services=fact.services,
        state=state,
        told=fact.announced,
        begun=fact.started,
        starts=fact.window.start,
        ends=fact.window.end,
        over=fact.over,
        next_update=fact.next_update,
        updates=(*fact.updates, StatusUpdate(f"{key}-told", said, fact.announced)),
    )


def _state(fact: WorkFact) -> EntryState:
    if fact.over is not None:
        return "called off" if fact.cancelled else "over"
    return "open" if fact.started else "scheduled"


def _maintenance(fact: MaintenanceFact) -> StatusEntry:
    key, name = f"maintenance-{fact.number}", fact.service.name
    told = [StatusUpdate(f"{key}-told", fact.message, fact.start)]
    if fact.end is not None:
        told.insert(0, StatusUpdate(f"{key}-back", f"{name} is back.", fact.end))
    return StatusEntry(
        key=key,
        kind="maintenance",
        title=f"{name} is in maintenance" if fact.end is None else f"{name} was in maintenance",
        condition=_condition(fact),
        services=(fact.service.slug,),
        state="open" if fact.end is None else "over",
        told=fact.start,
        begun=fact.start,
        starts=fact.start,
        ends=fact.until,
        over=fact.end,
        next_update=None,
        updates=tuple(told),
    )
