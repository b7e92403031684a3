"""What is known of a reviewed incident by itself: its timeline, lengths, tellings and promises."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Min, Q

from dutydesk.commitments.flows import commitments
from dutydesk.commitments.models import Commitment
from dutydesk.incidents.flows import links, receipts, timeline
from dutydesk.incidents.flows.changes import changes
from dutydesk.incidents.flows.timeline import TimelineEntry
from dutydesk.incidents.models import Incident, Update
from dutydesk.journal.flows import journal
from dutydesk.kernel.tellings import Receipts
from dutydesk.postmortems.rules.durations import StepLength, StepTimes, lengths
from dutydesk.process.flows import process


@dataclass(frozen=True, slots=True)
class ToldThing:
    """One thing that people were told about the incident, and what became of it everywhere."""

    at: datetime
    text: str
    by: str
    receipts: Receipts


@dataclass(frozen=True, slots=True)
class ProcessOutcome:
    """What the process asked for: how often it was kept in time, late, missed, or still owed."""

    state: str
    promises: tuple[Commitment, ...]


@dataclass(frozen=True, slots=True)
class KeyedEntry:
    """An entry of the timeline, with the key by which words about it are kept."""

    key: str
    entry: TimelineEntry


def entries(incident: Incident, *, at: datetime) -> list[KeyedEntry]:
    """Give what happened and what was done, up to its resolution. Clause postmortem.timeline.

    Without reminders, and without what became of the review itself.
    """
    belongs = [thing.about for thing in links.things_of(incident)]
    found = timeline.entries(incident, at=at, besides=belongs)
    until, own = incident.resolved or at, _of_reviews(incident)
    return [
        KeyedEntry(key_of(one), one) for one in found if one.at <= until and one.number not in own
    ]


def _of_reviews(incident: Incident) -> set[int]:
    abouts = [one.about for one in (incident, *incident.merged.all())]
    rows = journal.timeline(abouts).filter(kind__startswith="postmortem.")
    return set(rows.values_list("pk", flat=True))


def key_of(entry: TimelineEntry) -> str:
    """Name an entry for good: by its row, or else by its own name."""
    if entry.number is not None:
        return f"j{entry.number}"
    if entry.note is not None:
        return f"n{entry.note.pk}"
    assert entry.name, entry
    return entry.name


def times(incident: Incident) -> list[StepLength]:
    """Give how long its steps took, on every clock of the process."""
    current = process.in_force()
    clocks = [current.clock(name) for name in ("elapsed", *current.clocks)]
    whole = Update.objects.filter(Q(incident=incident) | Q(incident__merged_into=incident))
    return lengths(
        StepTimes(
            began=incident.began,
            noticed=incident.detected,
            declared=incident.first_declared,
            told=whole.aggregate(first=Min("at"))["first"],
            repaired=incident.repaired,
            resolved=incident.resolved,
        ),
        clocks,
    )


def told(incident: Incident) -> list[ToldThing]:
    """Give what people were told, when, and where it arrived; the first first."""
    arrived = receipts.of_incident(incident)
    said: dict[str, tuple[datetime, str, str]] = {}
    if incident.declared is not None:
        said["declared"] = (incident.declared, "It was declared", incident.declared_by)
    for update in incident.updates.all():
        said[f"update:{update.pk}"] = (update.at, update.text, update.by)
    for change in changes(incident.about):
        said[f"change:{change.pk}"] = (change.at, change.text, change.actor)
    found = [
        ToldThing(*said[name], arrived[name])
        for name in said
        if name in arrived and arrived[name].places
    ]
    return sorted(found, key=lambda one: one.at)


_STATES = ("missed", "late", "open", "kept", "withdrawn")


def promised(incident: Incident) -> list[ProcessOutcome]:
    """Give what the process asked for in it, by what became of that; the worst first."""
    abouts = [one.about for one in (incident, *incident.merged.all())]
    return list(_by_state(commitments.history(abouts).exclude(owner="")))


def _by_state(history: Iterable[Commitment]) -> Iterable[ProcessOutcome]:
    found: dict[str, list[Commitment]] = {state: [] for state in _STATES}
    for one in history:
        found[one.state].append(one)
    return (ProcessOutcome(state, tuple(of)) for state, of in found.items() if of)
