"""Reminding those whose turn it is of what is left, before a routine is due."""

from datetime import datetime

from dutydesk.commitments.flows import commitments
from dutydesk.commitments.flows.commitments import CommitmentEvent
from dutydesk.kernel.moments import when
from dutydesk.kernel.subjects import number_of
from dutydesk.process.flows import process
from dutydesk.routines import words
from dutydesk.routines.flows import checklist_posts, checklists
from dutydesk.routines.flows.turns import turn_of
from dutydesk.routines.models import Checklist, ChecklistItem


def warn(*, event: CommitmentEvent, at: datetime) -> None:
    """Remind by name of what is left; nothing left is nothing said. Clauses support.*."""
    found, left = _looked_at(event, at)
    if found is None or not left:
        return
    turn = turn_of(found.who, at=at)
    message = words.reminder(
        about=found.about,
        title=found.title,
        who=checklist_posts.whose(found, turn, at),
        left=[one.text for one in left],
        due=when(found.due_at, process.in_force().zone, at),
    )
    checklist_posts.reply(found, message, turn, key="remind", at=at)


def due(*, event: CommitmentEvent, at: datetime) -> None:
    """Let the checklist say that its time has come, and what is left."""
    _looked_at(event, at)


def _looked_at(
    event: CommitmentEvent, at: datetime
) -> tuple[Checklist | None, list[ChecklistItem]]:
    """Give the checklist of a promise that still stands, and what of it is left now."""
    if commitments.still_owed(event) is None:
        return None, []
    rows = Checklist.objects.select_for_update(of=("self",))
    found = rows.get(pk=number_of(event.subject, "checklist"))
    left = checklists.look(found, at) if found.closed_at is None else []
    return found, left
