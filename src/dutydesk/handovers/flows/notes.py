"""What people write into a handover: its note, and a note to each of its lines, saved as they type.

Two may write at once, as in a postmortem: what both changed is joined line by line. Whoever changed
the same lines, on top of what they haven't seen, is shown that first.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from dutydesk.chat.rules import title_of
from dutydesk.database import notifications
from dutydesk.handovers.flows import posts, steps
from dutydesk.handovers.flows.events import HandoverRefused, HandoverWritten
from dutydesk.handovers.models import Handover, HandoverLine
from dutydesk.journal.flows import journal
from dutydesk.kernel import bounds
from dutydesk.kernel.actions import Person
from dutydesk.kernel.merge import merge
from dutydesk.kernel.refusals import ChangedMeanwhile

LONGEST, LONGEST_OF_LINE = 10_000, 500
Noted = Handover | HandoverLine


@dataclass(frozen=True, slots=True)
class SeenNote:
    """What somebody writes on: its `edition`, and its `text` where that is known."""

    edition: int | None = None
    text: str | None = None


@transaction.atomic
def write(
    *, handover: int, text: str, seen: SeenNote, by: Person, at: datetime, line: int | None = None
) -> Noted:
    """Write the note of a handover, or of a line; give it as it is then.

    `seen`: what it is written on; nothing where nobody looked first. Raises ChangedMeanwhile if
    somebody wrote in the same lines since, HandoverRefused once it is accepted or closed.
    """
    found = Handover.objects.select_for_update().filter(pk=handover).first()
    if found is None or not found.waits:
        raise HandoverRefused(
            "Nothing is added to it any more.", "Tell whoever has it in the team's channel."
        )
    noted: Noted = found if line is None else _line(found, line)
    longest = LONGEST if line is None else LONGEST_OF_LINE
    clean = _clean(_joined(noted, _clean(text, longest), seen), longest)
    if clean == noted.note:
        return noted
    _keep(found, noted, clean, by, at)
    return noted


def _joined(noted: Noted, text: str, seen: SeenNote) -> str:
    """Give what was typed with what others wrote since. Raises ChangedMeanwhile."""
    if text == noted.note or seen.edition in (None, noted.edition):
        return text
    base = None if seen.text is None else seen.text.replace("\r\n", "\n").strip()
    joined = None if base is None else merge(base, text, noted.note)
    if joined is None:
        raise ChangedMeanwhile(
            f"{noted.noted_by} wrote here meanwhile: “{noted.note}”.",
            "Look whether what you typed is still right, and save it again.",
        )
    return joined


def _line(handover: Handover, number: int) -> HandoverLine:
    found = handover.lines.filter(pk=number).first()
    if found is None:
        raise HandoverRefused(
            "The record has this line no more.", "Write it into the handover's note."
        )
    return found


def _clean(text: str, longest: int) -> str:
    clean = text.replace("\r\n", "\n").strip()
    bounds.check_text(clean, longest=longest, what="The note")
    return clean


def _keep(handover: Handover, noted: Noted, text: str, by: Person, at: datetime) -> None:
    """Keep it; the journal has once that somebody wrote here after somebody else."""
    another = noted.noted_by != by.name
    noted.note, noted.noted_by, noted.edition = text, by.name, noted.edition + 1
    noted.save(update_fields=["note", "noted_by", "edition"])
    if another:
        where = "" if noted is handover else f" to “{title_of(getattr(noted, 'text', ''), 90)}”"
        journal.record(
            event=HandoverWritten(handover.pk),
            subject=handover.about,
            text=f"{by.name} wrote a note{where}",
            at=at,
            actor=by.name,
            clause=steps.clause_of(handover),
        )
    if handover.state == Handover.State.DRAFT:
        steps.ask(handover, at)
    posts.show(handover, at, new=steps.asks(handover))
    notifications.notify(handover.about)
