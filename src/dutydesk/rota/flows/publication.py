"""Publishing a plan: it takes over from rotations while it lasts, and leaves all else as it is."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from dutydesk.kernel.periods import Period, subtract
from dutydesk.rota.flows import coverage, plan_constraints
from dutydesk.rota.flows.coverage import Preview
from dutydesk.rota.flows.plan_proposals import Row
from dutydesk.rota.flows.shift_build import BuildOutcome, EditRefused, rebuild
from dutydesk.rota.models import Override

_Seat = tuple[Period, str, int]
_AFTER = timedelta(weeks=1)


@transaction.atomic
def accept(*, seats: Sequence[Row], at: datetime, by: str) -> BuildOutcome:
    """Publish a plan: in its turns it takes over from the rotations, which go on after it.

    Swaps, overrides and shifts by hand stay. Refused where they changed since it was proposed.
    """
    if not seats:
        raise EditRefused("There is nothing to publish.", "Propose a plan first.")
    planned = [(Period(*map(datetime.fromisoformat, row[:2])), row[2], row[3]) for row in seats]
    if min(span.start for span, _, _ in planned) < at:
        raise EditRefused("The plan's first turn has begun meanwhile.", "Propose it again.")
    _still_so(planned)
    _make_room(planned)
    Override.objects.bulk_create(
        Override(
            duty=duty,
            start=span.start,
            end=span.end,
            add_id=person,
            everybody=True,
            kind="plan",
            made_by=by,
            made_at=at,
        )
        for span, duty, person in planned
    )
    turns = len({span for span, _, _ in planned})
    return rebuild(plan_constraints.DUTIES, at=at, by=by, why=f"A plan of {turns} turns on call")


def _still_so(planned: Sequence[_Seat]) -> None:
    """Refuse if somebody swapped or changed a part of a planned seat since it was proposed."""
    periods = sorted({span for span, _, _ in planned})
    fixed = plan_constraints.kept(periods, rest=None).fixed
    if any((periods.index(span), duty) in fixed for span, duty, _ in planned):
        raise EditRefused("Somebody swapped or changed a shift meanwhile.", "Propose it again.")


def _make_room(planned: Sequence[_Seat]) -> None:
    """Take the planned seats out of earlier plans; what is left of those stays."""
    first = min(span.start for span, _, _ in planned)
    for duty in plan_constraints.DUTIES:
        mine = [span for span, each, _ in planned if each == duty]
        for row in Override.objects.filter(kind="plan", duty=duty, end__gt=first):
            left = subtract([row.period], mine)
            if left == [row.period]:
                continue
            if not left:
                row.delete()
                continue
            row.start, row.end = left[0].start, left[0].end
            row.save(update_fields=["start", "end"])
            for part in left[1:]:
                row.pk, row.start, row.end = None, part.start, part.end
                row.save(force_insert=True)


def preview(*, seats: Sequence[Row], at: datetime) -> Preview:
    """Give what publishing a plan would do: to people, and to the hours that nobody covers."""
    until = max((datetime.fromisoformat(row[1]) for row in seats), default=at) + _AFTER
    return coverage.preview(lambda: accept(seats=seats, at=at, by="a preview"), at=at, until=until)
