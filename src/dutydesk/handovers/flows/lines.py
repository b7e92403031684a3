"""The lines of a handover: made of the record, and made again while it is a draft."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db.models import Max

from dutydesk.handovers.flows import record, sides
from dutydesk.handovers.models import Handover, HandoverLine
from dutydesk.handovers.rules.facts import RecordedFact
from dutydesk.journal.models import JournalEntry

READ_EVERY = timedelta(minutes=1)
_READ = ("title", "text", "at", "place", "about")


def stale(handover: Handover, at: datetime) -> bool:
    """Say whether something happened since the record was read. One query.

    While much happens it is read once a minute; and once more when its time has come.
    """
    if handover.read_at < handover.due_at <= at:
        return True
    if at - handover.read_at < READ_EVERY:
        return False
    return _latest() != handover.read_entry


def _latest() -> int:
    return JournalEntry.objects.aggregate(last=Max("pk"))["last"] or 0


def read(handover: Handover, at: datetime) -> list[HandoverLine]:
    """Read the record again, and who gives and takes; give the lines that are new.

    A draft's lines become what the record says now; one that somebody wrote a note to stays. Once
    it is given what was handed over stays as it is, and what comes in up to its time is added.
    """
    handover.read_entry = _latest()
    draft = handover.state == Handover.State.DRAFT
    new = _renewed(handover, at) if draft or handover.read_at < handover.due_at else []
    if handover.state != Handover.State.ACCEPTED:
        handover.givers, handover.takers = sides.sides(handover, at)
    handover.read_at = at
    handover.save(update_fields=["read_entry", "read_at", "givers", "takers"])
    return new


def _renewed(handover: Handover, at: datetime) -> list[HandoverLine]:
    facts = record.facts(
        when=handover.kind,
        told=handover.told,
        ahead=handover.ahead,
        at=min(at, handover.due_at),
    )
    there = {line.key: line for line in handover.lines.all()}
    draft = handover.state == Handover.State.DRAFT
    new = _added(handover, facts, there, late=not draft, at=at)
    if draft:
        _followed(facts, there)
    return new


def _added(
    handover: Handover,
    facts: Iterable[RecordedFact],
    there: Mapping[str, HandoverLine],
    *,
    late: bool,
    at: datetime,
) -> list[HandoverLine]:
    return HandoverLine.objects.bulk_create(
        HandoverLine(
            handover=handover,
            key=fact.key,
            part=fact.part,
            about=fact.about,
            title=fact.title,
            text=fact.text,
            at=fact.at,
            place=place,
            late=late,
            added_at=at,
        )
        for place, fact in enumerate(facts)
        if fact.key not in there
    )


def _followed(facts: list[RecordedFact], there: Mapping[str, HandoverLine]) -> None:
    """Let the lines that are there say what the record says now; drop what it says no more."""
    said = {fact.key: (place, fact) for place, fact in enumerate(facts)}
    changed = []
    for key, line in there.items():
        if key not in said:
            if not line.note:
                line.delete()
            continue
        place, fact = said[key]
        before = [getattr(line, name) for name in _READ]
        line.title, line.text, line.at = fact.title, fact.text, fact.at
        line.place, line.about = place, fact.about
        if before != [getattr(line, name) for name in _READ]:
            changed.append(line)
    HandoverLine.objects.bulk_update(changed, _READ)
