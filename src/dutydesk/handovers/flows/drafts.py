"""Drafts: made of the record some time before a handover, and made again as things happen."""

from datetime import datetime, timedelta

from django.db import transaction

from dutydesk.database import rows
from dutydesk.handovers.flows import lines, posts, sides, steps
from dutydesk.handovers.flows.events import HandoverDrafted
from dutydesk.handovers.models import LOOKED_AFTER, Handover
from dutydesk.handovers.rules import moments
from dutydesk.handovers.rules.moments import Moment
from dutydesk.journal.flows import journal
from dutydesk.process.flows import process
from dutydesk.process.rules.handovers import TURN_CHANGE
from dutydesk.rota.flows import roster

_JUST = timedelta(seconds=1)


@process.held()
def look_after(*, at: datetime) -> None:
    """Draft what is soon to be handed over, and look whether something becomes of the open ones.

    Workers may do this at the same time. Clauses support.day-start, support.day-end.
    """
    if not roster.begun():
        return
    near = upcoming(at)
    there = Handover.objects.filter(due_at__in=[one.due_at for one in near])
    known = set(there.values_list("kind", "due_at"))
    for moment in near:
        if (moment.section.when, moment.due_at) not in known:
            draft(moment, at=at)
    for number in Handover.objects.filter(LOOKED_AFTER).values_list("pk", flat=True):
        follow(number, at=at)


def upcoming(at: datetime) -> list[Moment]:
    """Give the handovers whose draft is to be there now."""
    current = process.in_force()
    near = list(moments.days(current, at))
    ahead = [one.drafted_before for one in current.handovers if one.when == TURN_CHANGE]
    if ahead:
        ends = at + ahead[0] + _JUST  # A turn that begins just then is among them.
        found = sides.turns(at - moments.LATE - sides.LONGEST, ends)
        near += moments.changes(current, found, at)
    return near


@transaction.atomic
def draft(moment: Moment, *, at: datetime) -> Handover | None:
    """Draft one, once; None if another worker did, or if nobody has either duty then."""
    section = moment.section
    made = Handover(
        kind=section.when,
        due_at=moment.due_at,
        since=moment.told.start,
        until=moment.ahead.end,
        giver=section.giver,
        taker=section.taker,
        drafted_at=at,
        read_at=at,
    )
    made.givers, made.takers = sides.sides(made, at)
    if not (made.givers or made.takers) or not rows.insert_new(made):
        return None
    steps.miss_before(made, at)
    journal.record(
        event=HandoverDrafted(made.pk),
        subject=made.about,
        text=f"{posts.title(made)} is drafted. {posts.from_to(made)}",
        at=at,
        clause=steps.clause_of(made),
    )
    return renew(made, at)


@transaction.atomic
def follow(number: int, *, at: datetime) -> None:
    """Read the record again if something happened, and let its time come when it has."""
    rows_there = Handover.objects.filter(LOOKED_AFTER, pk=number)
    found = rows_there.select_for_update(skip_locked=True).first()
    if found is None:
        return
    if lines.stale(found, at):
        renew(found, at)
    if found.state == Handover.State.DRAFT and at >= found.due_at:
        steps.come(found, at)


def renew(found: Handover, at: datetime) -> Handover:
    """Let it say what the record says, and ask whom the rota says. Belongs in a transaction."""
    before = (found.givers[:1], found.takers[:1])
    new = lines.read(found, at)
    if found.state == Handover.State.DRAFT:
        steps.ask(found, at)
    if before != (found.givers[:1], found.takers[:1]):
        steps.move(found, at)
    if found.state != Handover.State.DRAFT and new:
        steps.extend(found, new, at)
    posts.show(found, at, new=steps.asks(found))
    return found
