"""The status page as one value: how services are doing, what is the matter, and the last days."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
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
from dutydesk.status.rules.entries import StatusEntry, entries, maintained, public
from dutydesk.status.rules.facts import StatusFacts


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
        entries=tuple(sorted(entries(facts), key=_order, reverse=True)),
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
    for incident in filter(public, facts.incidents):
        ended = incident.ended or incident.resolved
        if incident.open or (incident.counts and ended is not None):
            for slug in incident.services:
                found[slug] += spell(incident.condition, incident.began, ended)
    for work in facts.work:
        for slug in work.services:
            found[slug] += spell(ServiceCondition.MAINTENANCE, work.started, work.over)
    for one in facts.maintenance:
        found[one.service.slug] += spell(maintained(one), one.start, one.end)
    return found


def _changed(spells: Iterable[Spell], since: datetime, at: datetime) -> datetime:
    edges = (edge for one in spells for edge in (one.start, one.end) if edge and edge <= at)
    return max(edges, default=since)
