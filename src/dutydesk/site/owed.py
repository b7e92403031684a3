"""What is owed next, and by whom: what incidents promised stands before all else."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, IntegerField, Min, Q, QuerySet, Value, When

from dutydesk.commitments.flows import commitments
from dutydesk.commitments.models import Commitment
from dutydesk.incidents.flows import owners
from dutydesk.incidents.flows.owners import Owed
from dutydesk.incidents.rules.promises import UPDATE
from dutydesk.kernel.actions import Person
from dutydesk.site.counts import questions_of

SHOWN = 8
INCIDENTS, _PAGES = Q(kind__startswith="incident."), Q(kind__startswith="page.")
_LISTS = Q(kind__startswith="routine.")
_ANNOUNCED = Q(kind__startswith="announcement.")
_RANK = Case(
    When(INCIDENTS, then=Value(0)),
    When(_PAGES, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)


@dataclass(frozen=True, slots=True)
class Next:
    """What is owed next, and how much more is."""

    lines: list[Owed]
    more: int


@dataclass(frozen=True, slots=True)
class OwedCount:
    """How much is owed, how much of that is late, and when the next will be.

    `lists`: how many of the late ones are checklists, which are the team's own to see to.
    """

    all: int
    late: int
    lists: int
    next_due: datetime | None


def in_order() -> QuerySet[Commitment]:
    """Give all that is owed: incidents first, then pages, then the rest; each soonest first."""
    return commitments.owed().order_by(_RANK, "due_at", "id")


def concerning(person: Person) -> Q:
    """Give what picks the promises that concern somebody: all of them, if they are of the team.

    Whoever asks is promised news of incidents and of planned work, and answers to their questions.
    """
    if person.may("engineer"):
        return Q()
    own = [question.about for question in questions_of(person)]
    return INCIDENTS | _ANNOUNCED | Q(subject__in=own)


def count(theirs: Q, *, at: datetime) -> OwedCount:
    """Give how much is owed of `theirs` (`concerning`). One query."""
    late, still = Q(due_at__lt=at), Q(due_at__gt=at)
    found = (
        commitments.owed()
        .filter(theirs)
        .aggregate(
            all=Count("pk"),
            late=Count("pk", filter=late),
            lists=Count("pk", filter=late & _LISTS),
            next_due=Min("due_at", filter=still),
        )
    )
    return OwedCount(**found)


def owed_next(counted: OwedCount, theirs: Q, *, at: datetime) -> Next:
    """Give what is owed next: all that incidents owe, then pages, and then a few things more.

    Of those, what is late leaves room for what can still be kept.
    """
    rows = in_order().filter(theirs)
    others = rows.exclude(INCIDENTS | _PAGES)
    late = list(others.filter(due_at__lt=at)[:SHOWN])
    coming = list(others.filter(due_at__gte=at)[:SHOWN])
    kept = late[: max(SHOWN // 2, SHOWN - len(coming))]
    urgent = [*rows.filter(INCIDENTS), *rows.filter(_PAGES)[:SHOWN]]
    shown = [*urgent, *kept, *coming[: SHOWN - len(kept)]]
    return Next(owners.named(shown, at=at), counted.all - len(shown))


def next_updates(incidents: Collection[str], *, at: datetime) -> dict[str, Owed]:
    """Give the next update of each of these incidents, and who owes it, by subject."""
    if not incidents:
        return {}
    rows = commitments.owed(incidents).filter(kind=UPDATE)
    return {one.promise.subject: one for one in owners.named(rows, at=at)}
