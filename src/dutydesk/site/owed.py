"""What is owed next, and by whom: what incidents promised stands before all else."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from dutydesk.commitments.flows import commitments
from dutydesk.commitments.models import Commitment
from dutydesk.incidents.flows import owners
from dutydesk.incidents.flows.owners import Owed

SHOWN = 8
_INCIDENTS, _PAGES = Q(kind__startswith="incident."), Q(kind__startswith="page.")
_RANK = Case(
    When(_INCIDENTS, then=Value(0)),
    When(_PAGES, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)


@dataclass(frozen=True, slots=True)
class Next:
    """What is owed next, how much more is, and how much of all is late."""

    lines: list[Owed]
    more: int
    late: int


def in_order() -> QuerySet[Commitment]:
    """Give all that is owed: incidents first, then pages, then the rest; each soonest first."""
    return commitments.owed().order_by(_RANK, "due_at", "id")


def owed_next(*, at: datetime) -> Next:
    """Give what is owed next: all that incidents owe, then pages, and then a few things more.

    Of those, what is late leaves room for what can still be kept.
    """
    rows = in_order()
    counts = rows.aggregate(all=Count("pk"), late=Count("pk", filter=Q(due_at__lt=at)))
    others = rows.exclude(_INCIDENTS | _PAGES)
    late = list(others.filter(due_at__lt=at)[:SHOWN])
    coming = list(others.filter(due_at__gte=at)[:SHOWN])
    kept = late[: max(SHOWN // 2, SHOWN - len(coming))]
    urgent = [*rows.filter(_INCIDENTS), *rows.filter(_PAGES)[:SHOWN]]
    shown = [*urgent, *kept, *coming[: SHOWN - len(kept)]]
    return Next(owners.named(shown, at=at), counts["all"] - len(shown), counts["late"])
