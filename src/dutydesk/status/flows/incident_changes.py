"""What the journal holds of incidents that users may know: how far, and what became of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dutydesk.incidents.flows import public_changes
from dutydesk.incidents.flows.events import IncidentCorrected, IncidentMerged, IncidentMistaken
from dutydesk.incidents.flows.receipts import TOLD_PUBLIC
from dutydesk.incidents.flows.updates import IncidentUpdated
from dutydesk.incidents.models import Incident, Update
from dutydesk.incidents.rules import phases
from dutydesk.journal.flows import journal
from dutydesk.journal.models import JournalEntry
from dutydesk.ports.audiences import PublicChange
from dutydesk.status.rules.facts import IncidentChange


@dataclass(frozen=True)
class ToldOf:
    """By the number of an update how far it was, if it said so; by an incident's, its changes.

    `affecting`: since when it was known that an incident affects users, if that wasn't so at first.
    """

    phases: Mapping[int, str]
    changes: Mapping[int, Sequence[IncidentChange]]
    affecting: Mapping[int, datetime]

    def phase(self, update: Update) -> str:
        """Give how far an incident was by an update: the last one says that it is resolved."""
        return phases.RESOLVED if update.next_at is None else self.phases.get(update.pk, "")


def told_of(incidents: Sequence[Incident]) -> ToldOf:
    """Read it of all of them in one query, and of what they were parts of once in another."""
    found: dict[int, list[IncidentChange]] = defaultdict(list)
    told, affecting = dict[int, str](), dict[int, datetime]()
    by_number = {one.pk: one for one in incidents}
    kinds = (IncidentUpdated.kind, IncidentCorrected.kind, *TOLD_PUBLIC)
    rows = journal.timeline([one.about for one in incidents]).filter(kind__in=kinds)
    entries = list(rows.order_by("pk"))
    wholes = _wholes(by_number, entries)
    for entry in entries:
        if entry.kind == IncidentCorrected.kind:
            if "user_impact" in entry.data["what"]:  # The last of these is why it does.
                affecting[entry.data["incident"]] = entry.at
        elif entry.kind != IncidentUpdated.kind:
            row = by_number[entry.data["incident"]]
            found[row.pk].append(_change(row, entry, found[row.pk], wholes.get(entry.pk)))
        elif (fact := IncidentUpdated.from_json(entry.data)).phase in phases.PHASES:
            told[fact.update] = fact.phase
    return ToldOf(told, found, affecting)


def _wholes(
    by_number: Mapping[int, Incident], entries: Sequence[JournalEntry]
) -> dict[int, Incident | None]:
    """Give by the number of each entry of a merge what it made the incident a part of.

    The last one of an incident that is still a part gives what it is part of by now.
    """
    merges = [one for one in entries if one.kind == IncidentMerged.kind]
    last = {one.data["incident"]: one.pk for one in merges}
    wholes = {entry: by_number[part].merged_into for part, entry in last.items()}
    once = {one.pk: one.data["into"] for one in merges if wholes.get(one.pk) is None}
    named = Incident.objects.in_bulk(set(once.values())) if once else {}
    return wholes | {entry: named.get(into) for entry, into in once.items()}


def _change(
    row: Incident, entry: JournalEntry, before: Sequence[IncidentChange], whole: Incident | None
) -> IncidentChange:
    """Give one change, by what was told before it; `whole` is what it is or was part of."""
    change: PublicChange
    match entry.kind:
        case IncidentMistaken.kind:
            change = public_changes.MISTAKEN
        case IncidentMerged.kind:
            change = public_changes.merged(whole)
        case _:
            mistaken = bool(before) and before[-1].change.what == "mistaken"
            change = public_changes.reopened(row, mistaken=mistaken)
    return IncidentChange(entry.pk, change, entry.at)
