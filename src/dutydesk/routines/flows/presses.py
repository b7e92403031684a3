"""Items done by a press, and undone within the day."""

from datetime import datetime

from django.db import transaction

from dutydesk.kernel.actions import Person
from dutydesk.process.flows import process
from dutydesk.routines.flows import checklists, events
from dutydesk.routines.flows.events import RoutineRefused
from dutydesk.routines.models import Checklist, ChecklistItem


@transaction.atomic
@process.held()
def done(*, item: int, by: Person, at: datetime) -> ChecklistItem:
    """Say that an item is done, in time or late, until its day is over. Raises RoutineRefused."""
    found, one = _locked(item, at)
    if one.done_at is not None:
        who = f"{one.done_by} did it" if one.done_by else "It is done, by what the facts say"
        raise RoutineRefused(f"{who} already.", "There is nothing more to do.")
    if not one.pressed:
        raise RoutineRefused(
            "This goes on through the day, and is done while nothing of it is left.",
            "Look at what is left, one by one.",
        )
    one.done_at, one.done_by = at, by.name
    one.save(update_fields=["done_at", "done_by"])
    text = f"{by.name} did: {one.text}"
    _pressed(events.ItemDone, found, one, text, by, at)
    return one


@transaction.atomic
@process.held()
def undo(*, item: int, by: Person, at: datetime) -> ChecklistItem:
    """Say that an item is not done after all, within its day. Raises RoutineRefused."""
    found, one = _locked(item, at)
    if not one.done_by:
        raise RoutineRefused("Nobody has pressed that it is done.", "There is nothing to undo.")
    one.done_at, one.done_by = None, ""
    one.save(update_fields=["done_at", "done_by"])
    text = f"{by.name} says it is not done after all: {one.text}"
    _pressed(events.ItemUndone, found, one, text, by, at)
    return one


def _locked(item: int, at: datetime) -> tuple[Checklist, ChecklistItem]:
    """Give an item with its checklist, locked, if its day goes on."""
    number = ChecklistItem.objects.values_list("checklist", flat=True).get(pk=item)
    found = Checklist.objects.select_for_update().get(pk=number)
    if found.closed_at is not None or at >= found.closes_at:
        raise RoutineRefused("That day is over.", "Its checklist stays as it was.")
    return found, found.items.get(pk=item)


def _pressed(
    event: type[events.ChecklistEvent],
    found: Checklist,
    item: ChecklistItem,
    text: str,
    by: Person,
    at: datetime,
) -> None:
    events.record(event, found, text, at, item=item.about, clause=item.clause, actor=by.name)
    checklists.look(found, at)
