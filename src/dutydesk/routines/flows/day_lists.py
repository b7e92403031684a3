"""Checklists as screens show them: of today, and of the days before."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from dutydesk.process.flows import process
from dutydesk.routines.models import Checklist

OUTCOMES = (("left", "something left"), ("late", "done late"), ("done", "done in time"))
_LEFT, _LATE = Q(done_at=None), Q(done_at__gt=F("due_at"))


def today(*, at: datetime) -> Sequence[Checklist]:
    """Give the checklists of today with their items, in order of time."""
    day = at.astimezone(process.in_force().zone).date()
    return list(Checklist.objects.filter(day=day).prefetch_related("items"))


def unfinished(*, at: datetime) -> Sequence[Checklist]:
    """Give those of today on which something is left."""
    return [
        one
        for one in today(at=at)
        if one.closed_at is None and any(item.done_at is None for item in one.items.all())
    ]


def past(outcome: str = "") -> QuerySet[Checklist]:
    """Give the checklists whose day is over, each with its `outcome`: 0 if something was left.

    Those of one outcome, if its word is given.
    """
    rank = Case(
        When(_LEFT, then=Value(0)),
        When(_LATE, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    over = Checklist.objects.exclude(closed_at=None).annotate(outcome=rank)
    words = [word for word, _ in OUTCOMES]
    chosen = over.filter(outcome=words.index(outcome)) if outcome else over
    return chosen.prefetch_related("items")
