"""What the record holds that users may see: told to them already, or times, or services' names.

Nothing else gets as far as the page is worked out: no note, no name of a person, no channel, no
alarm, no reason that was written for the team.
"""

from dataclasses import dataclass
from datetime import datetime

from dutydesk.kernel.periods import Period
from dutydesk.ports.audiences import PublicChange
from dutydesk.status.rules.conditions import ServiceCondition


@dataclass(frozen=True, slots=True)
class ServiceFact:
    """A service that users depend on."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class StatusUpdate:
    """What users were told, and when. `key` names it for good; `phase`: how far it was, if said.

    `for_told`: it is no news for anybody who wasn't told of the same thing before.
    """

    key: str
    text: str
    at: datetime
    phase: str = ""
    for_told: bool = False


@dataclass(frozen=True, slots=True)
class IncidentChange:
    """What became of an incident, and when; `number` names it for good."""

    number: int
    change: PublicChange
    at: datetime


@dataclass(frozen=True, slots=True)
class IncidentFact:
    """An incident. `services`: the slugs of those that users depend on.

    `began`: when users began to notice, as far as it is known; `ended` when they no longer did.
    `late`: it was over before it was declared. `changes`: the oldest first.
    `affecting`: since when it was known to affect users, if that wasn't so at first.
    """

    number: int
    title: str
    user_impact: bool
    condition: ServiceCondition
    services: tuple[str, ...]
    began: datetime | None
    declared: datetime | None
    ended: datetime | None
    resolved: datetime | None
    state: str
    late: bool
    next_update: datetime | None
    updates: tuple[StatusUpdate, ...]
    changes: tuple[IncidentChange, ...] = ()
    affecting: datetime | None = None

    @property
    def open(self) -> bool:
        """Say whether it goes on."""
        return self.state == "open"

    @property
    def counts(self) -> bool:
        """Say whether it happened, and is no part of another."""
        return self.state in ("open", "resolved")


@dataclass(frozen=True, slots=True)
class WorkFact:
    """Planned work that was announced. `internal`: it is on services that no user depends on."""

    number: int
    title: str
    text: str
    expect: str
    internal: bool
    services: tuple[str, ...]
    window: Period
    announced: datetime
    started: datetime | None
    over: datetime | None
    cancelled: bool
    next_update: datetime | None
    updates: tuple[StatusUpdate, ...]


@dataclass(frozen=True, slots=True)
class NewsFact:
    """News that was announced: no planned work. `internal`: of services that no user depends on.

    It goes on as long as updates of it are promised.
    """

    number: int
    title: str
    text: str
    expect: str
    internal: bool
    services: tuple[str, ...]
    announced: datetime
    over: datetime | None
    next_update: datetime | None
    updates: tuple[StatusUpdate, ...]


@dataclass(frozen=True, slots=True)
class MaintenanceFact:
    """A service that was taken out on purpose, with what everybody may read about it.

    `outage`: because of an incident with an impact on users, so that it was no choice.
    """

    number: int
    service: ServiceFact
    message: str
    outage: bool
    start: datetime
    until: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class StatusFacts:
    """All of it; `since`: from when on there is a record."""

    services: tuple[ServiceFact, ...]
    incidents: tuple[IncidentFact, ...]
    work: tuple[WorkFact, ...]
    news: tuple[NewsFact, ...]
    maintenance: tuple[MaintenanceFact, ...]
    since: datetime
