"""What users are told of, each as one entry of the page: what it is, how far, and what was said."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, takewhile
from typing import Literal

from dutydesk.incidents.rules import phases
from dutydesk.ports.audiences import PublicChange
from dutydesk.status.rules.conditions import ServiceCondition
from dutydesk.status.rules.facts import (
    IncidentChange,
    IncidentFact,
    MaintenanceFact,
    NewsFact,
    StatusFacts,
    StatusUpdate,
    WorkFact,
)

EntryState = Literal[
    "open", "scheduled", "over", "called off", "declared by mistake", "part of another"
]
_INCIDENT: Mapping[str, EntryState] = {
    "open": "open",
    "resolved": "over",
    "mistake": "declared by mistake",
    "merged": "part of another",
}


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """Something that users are told of: an incident, planned work, a maintenance, or news.

    `starts` and `ends` are what is expected, `begun` and `over` what came to be; `updates` are
    newest first. `key` names it for good: “incident-12”. `shown_since`: when it came to be for
    users to know, if that was later than it was told of.
    """

    key: str
    kind: Literal["incident", "planned work", "maintenance", "news"]
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
    shown_since: datetime | None = None

    @property
    def changed(self) -> datetime:
        """Give when something of it last became known."""
        known = (self.told, self.begun, self.over, *(one.at for one in self.updates))
        return max(one for one in known if one is not None)

    def phase_at(self, update: StatusUpdate) -> str:
        """Give how far an incident was when an update was told; "" of what is none.

        It is as far as the last update that said so; without any, it is looked into.
        """
        if self.kind != "incident":
            return ""
        place = self.updates.index(update)
        if place == 0 and self.state != "open":
            return phases.RESOLVED
        told = (one.phase for one in self.updates[place:] if one.phase)
        return next(told, phases.INVESTIGATING)

    @property
    def phase(self) -> str:
        """Give how far an incident is now; "" of what is none."""
        return self.phase_at(self.updates[0])

    @property
    def monitored(self) -> datetime | None:
        """Give since when an incident is only watched; None if it isn't, or never was."""
        said = [one for one in self.updates if one.phase in phases.PHASES]
        if self.kind != "incident" or not said or said[0].phase != phases.MONITORING:
            return None
        watched = takewhile(lambda one: one.phase == phases.MONITORING, said)
        return min(one.at for one in watched)

    def heard_at(self, update: StatusUpdate) -> datetime:
        """Give when users could hear of an update first.

        When an incident comes to be for them to know, what was said last is their first news.
        """
        since = self.shown_since
        if since is None or update.at >= since:
            return update.at
        newest = next(one for one in self.updates if one.at < since)
        return since if update == newest else update.at

    def hears(self, update: StatusUpdate, since: datetime) -> bool:
        """Say whether an update is for who is told since then.

        What is for who was told of it before, such as that there was none, is for nobody else.
        """
        before = self.updates[self.updates.index(update) + 1 :]
        told = not update.for_told or any(one.at >= since for one in before)
        return self.heard_at(update) >= since and told


def maintained(maintenance: MaintenanceFact) -> ServiceCondition:
    """Give what it is for users: a service that an incident took out is down, by whatever name."""
    return ServiceCondition.MAJOR if maintenance.outage else ServiceCondition.MAINTENANCE


def public(incident: IncidentFact) -> bool:
    """Say whether users were told of it: it has an impact on them."""
    return incident.user_impact


def entries(facts: StatusFacts) -> Iterator[StatusEntry]:
    """Give an entry for each thing that users are told of."""
    names = {one.slug: one.name for one in facts.services}
    for incident in filter(public, facts.incidents):
        if told := incident.declared or incident.began or incident.resolved:
            yield _incident(incident, told, names)
    yield from (_work(one) for one in facts.work if not one.internal)
    yield from (_news(one) for one in facts.news if not one.internal)
    yield from map(_maintenance, facts.maintenance)


def _incident(fact: IncidentFact, told: datetime, names: Mapping[str, str]) -> StatusEntry:
    key = f"incident-{fact.number}"
    services = [names[slug] for slug in fact.services if slug in names]
    begins = StatusUpdate(f"{key}-told", first_words(services), told)
    first = () if fact.late else (begins,)
    since = [_changed(key, one, services) for one in reversed(fact.changes)]
    return StatusEntry(
        key=key,
        kind="incident",
        title=fact.title,
        condition=fact.condition,
        services=fact.services,
        state=_INCIDENT[fact.state],
        told=told,
        begun=fact.began,
        starts=None,
        ends=None,
        over=None if fact.open else fact.resolved or fact.ended,
        next_update=fact.next_update,
        updates=tuple(_newest_first(since, fact.updates, first)),
        shown_since=fact.affecting,
    )


def _changed(key: str, one: IncidentChange, services: Iterable[str]) -> StatusUpdate:
    phase = phase_of(one.change)
    text = change_words(one.change, services)
    return StatusUpdate(f"{key}-change-{one.number}", text, one.at, phase, for_told=not phase)


def _newest_first(*told: Iterable[StatusUpdate]) -> list[StatusUpdate]:
    """Give all of it; of two things of one moment the one that was given first."""
    return sorted(chain(*told), key=lambda one: one.at, reverse=True)


def first_words(services: Iterable[str]) -> str:
    """Say what users read of an incident before anybody wrote an update."""
    return f"We are looking into a problem with {', '.join(services) or 'our services'}."


def phase_of(change: PublicChange) -> str:
    """Give how far an incident is by what became of it; "" if there is none any more."""
    return phases.INVESTIGATING if change.what == "reopened" else ""


def change_words(change: PublicChange, services: Iterable[str]) -> str:
    """Say what users read when an incident is reopened, taken back, or part of another."""
    problem = f"a problem with {', '.join(services) or 'our services'}"
    match change.what, change.after:
        case "mistaken", _:
            return "This was declared by mistake: there was no such problem."
        case "merged", _:
            other = f"“{change.into}”" if change.into else "another problem that we work on"
            return f"This turned out to be part of {other}, and goes on there."
        case _, "late":
            return f"It began again: we are looking into {problem}."
        case _, "mistaken":
            return f"It is a problem after all: we are looking into {problem}."
    return f"It is not over: we are looking into {problem} again."


def work_words(text: str, expect: str) -> str:
    """Say what users read of planned work before anybody wrote an update."""
    return f"{text}\n\nWhat to expect: {expect}" if expect else text


def _work(fact: WorkFact) -> StatusEntry:
    key, state = f"work-{fact.number}", _state(fact)
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
        updates=(
            *fact.updates,
            StatusUpdate(f"{key}-told", work_words(fact.text, fact.expect), fact.announced),
        ),
    )


def _news(fact: NewsFact) -> StatusEntry:
    key = f"news-{fact.number}"
    return StatusEntry(
        key=key,
        kind="news",
        title=fact.title,
        condition=ServiceCondition.OPERATIONAL,
        services=fact.services,
        state="open" if fact.over is None else "over",
        told=fact.announced,
        begun=None,
        starts=None,
        ends=None,
        over=fact.over,
        next_update=fact.next_update,
        updates=(
            *fact.updates,
            StatusUpdate(f"{key}-told", work_words(fact.text, fact.expect), fact.announced),
        ),
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
        condition=maintained(fact),
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
