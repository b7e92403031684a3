"""Checklists: begun when their time comes, looked at as the day goes on, and closed at its end."""

from datetime import datetime, timedelta

from django.db import transaction

from dutydesk.commitments.flows import commitments
from dutydesk.kernel.gatherers import Gathered, GatherRequest
from dutydesk.process.flows import process
from dutydesk.process.models import ProcessVersion
from dutydesk.process.rules import routine_times
from dutydesk.process.rules.model import Process
from dutydesk.process.rules.routine_times import RoutineSpell
from dutydesk.process.rules.routines import Routine
from dutydesk.rota.flows import roster
from dutydesk.routines.flows import checklist_posts, events, gatherers, waiting_things
from dutydesk.routines.flows.turns import turn_of
from dutydesk.routines.models import Checklist, ChecklistItem
from dutydesk.routines.rules.promises import BY_WORD, ROLES, kind_of, times

LOOK_EVERY = timedelta(minutes=1)
_KEPT = 12


def look_after(*, at: datetime) -> None:
    """Begin what comes now, and look at what goes on.

    Workers may do this at the same time: each checklist comes once, and is looked at by one.
    """
    for routine, spell in _due(process.in_force(), at):
        _begin(routine, spell, at)
    open_ = Checklist.objects.filter(closed_at=None, look_at__lte=at).order_by("look_at", "pk")
    for number in open_.values_list("pk", flat=True):
        _look_at(number, at)


def look_now(*, at: datetime) -> None:
    """Look at all that goes on at once, since something of what they ask for was done."""
    for number in Checklist.objects.filter(closed_at=None).values_list("pk", flat=True):
        _look_at(number, at)


def _due(current: Process, at: datetime) -> list[tuple[Routine, RoutineSpell]]:
    """Give the routines that have come today and have no checklist yet.

    One that nobody looked after until the working day was over doesn't come any more. Neither does
    one that was due before this desk was there, or while nobody has ever had a shift.
    """
    day = at.astimezone(current.zone).date()
    hours = routine_times.working_day(current, day)
    if hours is None:
        return []
    spells = [(one, routine_times.spell(current, one, day)) for one in current.day_routines]
    came = [
        (routine, spell)
        for routine, spell in spells
        if spell is not None and spell.comes <= at < max(spell.due, hours.end)
    ]
    if not came:
        return []
    there = set(Checklist.objects.filter(day=day).values_list("routine", flat=True))
    new = [(routine, spell) for routine, spell in came if routine.id not in there]
    if not new or not roster.begun():
        return []
    began = ProcessVersion.objects.order_by("id").values_list("adopted_at", flat=True).first()
    return [(routine, spell) for routine, spell in new if began and began <= spell.comes]


@transaction.atomic
@process.held()
def _begin(routine: Routine, spell: RoutineSpell, at: datetime) -> None:
    found, new = Checklist.objects.get_or_create(
        routine=routine.id,
        day=spell.day,
        defaults={
            "kind": kind_of(routine),
            "title": routine.title,
            "who": routine.who,
            "standing": routine.standing,
            "patience": routine.within,
            "comes_at": spell.comes,
            "due_at": spell.due,
            "closes_at": spell.closes,
        },
    )
    if not new:
        return
    ChecklistItem.objects.bulk_create(
        ChecklistItem(
            checklist=found,
            place=place,
            text=item.text,
            gathers=list(item.gathers),
            by_facts=item.done_when == "facts",
            clause=item.clause,
        )
        for place, item in enumerate(routine.items)
    )
    kind = BY_WORD[found.kind]
    commitments.promise(
        kind=kind,
        subject=found.about,
        owner=ROLES[found.who],
        text=kind.says(title=found.title),
        times=times(found.due_at, routine.remind_before),
        at=at,
    )
    turn = turn_of(found.who, at=at)
    whose = " and ".join(turn.names) or "nobody"
    text = f"{found.title}: it is the turn of {whose}"
    events.record(events.ChecklistCame, found, text, at, clause=kind.clause)
    look(found, at)


@transaction.atomic
@process.held()
def _look_at(number: int, at: datetime) -> None:
    rows = Checklist.objects.select_for_update(of=("self",), skip_locked=True)
    found = rows.filter(pk=number, closed_at=None).first()
    if found is not None:
        look(found, at)


def look(found: Checklist, at: datetime) -> list[ChecklistItem]:
    """Let a checklist, locked, say what is so now: its items, its post, its promise.

    Gives the items that are left.
    """
    items, asked = list(found.items.all()), _asked(found, at)
    gathered = {one.pk: gatherers.gather(one.gathers, asked) for one in items}
    for item in items:
        _see(found, item, gathered[item.pk], at)
    left = [one for one in items if one.done_at is None]
    turn = turn_of(found.who, at=at)
    if at <= found.due_at:
        found.people = [*dict.fromkeys((*found.people, *turn.names))]
    found.looked_at = at
    _settle(found, items, at)
    if left or found.shown:
        found.shown = True
        checklist_posts.show(found, items, turn, at)
    if found.standing and at < found.due_at:
        facts = [(name, one) for item in items for name, one in _named(item, gathered[item.pk])]
        waiting_things.point_out(found, facts, turn, at)
    _close(found, left, at)
    found.save()
    return left


def _named(item: ChecklistItem, gathered: list[Gathered]) -> list[tuple[str, Gathered]]:
    return list(zip(filter(gatherers.known, item.gathers), gathered, strict=True))


def _asked(found: Checklist, at: datetime) -> GatherRequest:
    current = process.in_force()
    hours = routine_times.working_day(current, found.day)
    opens = hours.start if hours else found.comes_at
    before = routine_times.before(current, found.day) or opens
    return GatherRequest(
        at=at,
        since=opens if found.standing else before,
        until=routine_times.following(current, found.day) or found.closes_at,
        routine=found.routine,
        comes=found.comes_at,
        due=found.due_at,
        patience=found.patience,
    )


def _see(found: Checklist, item: ChecklistItem, gathered: list[Gathered], at: datetime) -> None:
    """Keep an item's facts, and let them say whether it is done, unless somebody did.

    Where nobody knows the facts that it names, only a press does. What goes on through the day is
    open again whenever something is left, until the day's end. Afterwards facts say nothing.
    """
    item.left = sum(one.left for one in gathered)
    item.facts = [_kept(name, one) for name, one in _named(item, gathered)]
    tells = item.by_facts and all(map(gatherers.known, item.gathers))
    item.pressed = not (tells and found.standing)
    if tells and not item.done_by and at < found.closes_at:
        if not item.left and item.done_at is None:
            item.done_at = at
        elif item.left and found.standing and at < found.due_at:
            item.done_at = None
    item.save(update_fields=["left", "facts", "pressed", "done_at"])


def _kept(name: str, gathered: Gathered) -> dict[str, object]:
    triaged = name in waiting_things.TRIAGED
    lines = [
        {
            "about": one.about,
            "text": one.text,
            "left": one.left,
            "triage": one.left and triaged,
        }
        for one in gathered.lines[:_KEPT]
    ]
    more = max(gathered.left, len(gathered.lines)) - len(lines)
    return {"says": gathered.says, "left": gathered.left, "lines": lines, "more": max(more, 0)}


def _settle(found: Checklist, items: list[ChecklistItem], at: datetime) -> None:
    """Keep the promise once nothing is left, or owe it again; and say when to look next.

    What goes on through the day is done at its end at the earliest.
    """
    kind, done = BY_WORD[found.kind], [one.done_at for one in items if one.done_at is not None]
    if len(done) < len(items):
        if found.done_at is not None:
            found.done_at = None
            commitments.owe_again(kind=kind, subject=found.about, at=at)
    elif found.done_at is None and not (found.standing and at < found.due_at):
        found.done_at = max(*done, found.due_at) if found.standing else max(done)
        commitments.keep(kind=kind, subject=found.about, at=found.done_at)
    ends = found.due_at if found.standing and at < found.due_at else found.closes_at
    found.look_at = found.closes_at if found.done_at else min(at + LOOK_EVERY, ends)


def _close(found: Checklist, left: list[ChecklistItem], at: datetime) -> None:
    """End a checklist with its day. What is left then stays to be seen."""
    if at < found.closes_at:
        return
    found.closed_at, found.look_at = at, None
    if left:
        kind = BY_WORD[found.kind]
        commitments.miss(kind=kind, subject=found.about, at=at)
        whose = " and ".join(found.people) or "nobody"
        text = (
            f"{found.title}: left were {'; '.join(one.text for one in left)}; whose turn: {whose}"
        )
        events.record(events.ChecklistLeft, found, text, at, clause=kind.clause)
