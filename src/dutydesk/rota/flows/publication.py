"""Publishing a plan: it takes over from rotations while it lasts, and leaves all else as it is."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from dutydesk.kernel.periods import Period
from dutydesk.rota.flows import coverage, plan_constraints, plan_proposals, rota_lock
from dutydesk.rota.flows.coverage import Preview
from dutydesk.rota.flows.plan_proposals import Proposal, Row
from dutydesk.rota.flows.shift_build import BuildOutcome, EditRefused, rebuild
from dutydesk.rota.models import OnCallPlan, Override

_Seat = tuple[Period, str, int]
_AFTER = timedelta(weeks=1)
_KEPT = timedelta(weeks=1)


@transaction.atomic
def keep(proposal: Proposal, *, at: datetime, by: str = "") -> OnCallPlan | None:
    """Keep a proposal, to be published as it was shown; None if there is nothing to publish.

    Those that nobody published for a week are dropped.
    """
    OnCallPlan.objects.filter(published_at=None, proposed_at__lt=at - _KEPT).delete()
    seats = plan_proposals.rows(proposal) if proposal.plan.possible else []
    if not seats:
        return None
    periods = [turn.period for turn in proposal.turns]
    return OnCallPlan.objects.create(
        turns=[[each.start.isoformat(), each.end.isoformat()] for each in periods],
        seats=seats,
        rests_on=plan_constraints.rests_on(periods),
        proposed_by=by,
        proposed_at=at,
    )


def shown_last() -> int:
    """Give the number of the plan that the command showed last; 0 if that is published or none."""
    last = OnCallPlan.objects.filter(proposed_by="").first()
    return last.pk if last and last.published_at is None else 0


@rota_lock.held
def publish(*, number: int, at: datetime, by: str) -> BuildOutcome:
    """Publish a plan as it was shown. Refused once what it rests on is otherwise."""
    kept = OnCallPlan.objects.select_for_update().filter(pk=number).first()
    if kept is None:
        raise EditRefused("This proposal is too old.", "Propose it again.")
    if kept.published_at is not None:
        raise EditRefused("This plan is published already.", "There is nothing left to do.")
    changed = _changed(kept)
    if changed:
        told = " and ".join(changed)
        raise EditRefused(f"Since this plan was shown, {told} changed.", "Propose it again.")
    kept.published_at, kept.published_by = at, by
    kept.save(update_fields=["published_at", "published_by"])
    return accept(seats=[tuple(row) for row in kept.seats], at=at, by=by, plan=kept)


def _changed(kept: OnCallPlan) -> list[str]:
    """Give what a plan was worked out from and is no longer so."""
    periods = [Period(*map(datetime.fromisoformat, turn)) for turn in kept.turns]
    now = plan_constraints.rests_on(periods)
    return [what for what, mark in kept.rests_on.items() if now.get(what) != mark]


@rota_lock.held
def accept(
    *, seats: Sequence[Row], at: datetime, by: str, plan: OnCallPlan | None = None
) -> BuildOutcome:
    """Publish seats: in their turns they take over from the rotations, which go on after them.

    Swaps, overrides and shifts by hand stay. Refused where they changed since it was proposed.
    """
    if not seats:
        raise EditRefused("There is nothing to publish.", "Propose a plan first.")
    planned = [(Period(*map(datetime.fromisoformat, row[:2])), row[2], row[3]) for row in seats]
    if min(span.start for span, _, _ in planned) < at:
        raise EditRefused("The plan's first turn has begun meanwhile.", "Propose it again.")
    _still_so(planned)
    Override.objects.bulk_create(
        Override(
            duty=duty,
            start=span.start,
            end=span.end,
            add_id=person,
            everybody=True,
            kind="plan",
            plan=plan,
            made_by=by,
            made_at=at,
        )
        for span, duty, person in planned
    )
    turns = len({span.start for span, _, _ in planned} - _parts(planned))
    return rebuild(plan_constraints.DUTIES, at=at, by=by, why=f"A plan of {turns} turns on call")


def _parts(planned: Sequence[_Seat]) -> set[datetime]:
    """Give when the parts of turns begin in which somebody stands in."""
    spans = {span for span, _, _ in planned}
    return {
        part.start
        for part in spans
        for whole in spans
        if whole.start < part.start and part.end <= whole.end
    }


def _still_so(planned: Sequence[_Seat]) -> None:
    """Refuse if somebody swapped or changed a part of a planned seat since it was proposed."""
    periods = sorted({span for span, _, _ in planned})
    fixed = plan_constraints.kept(periods, rest=None).fixed
    if any((periods.index(span), duty) in fixed for span, duty, _ in planned):
        raise EditRefused("Somebody swapped or changed a shift meanwhile.", "Propose it again.")


def preview(*, seats: Sequence[Row], at: datetime) -> Preview:
    """Give what publishing a plan would do: to people, and to the hours that nobody covers."""
    until = max((datetime.fromisoformat(row[1]) for row in seats), default=at) + _AFTER
    return coverage.preview(lambda: accept(seats=seats, at=at, by="a preview"), at=at, until=until)


@rota_lock.held
def take_back(*, number: int, at: datetime, by: str) -> BuildOutcome:
    """Take a published plan back as one, for what of it is still to come.

    What it took over from is there again: an earlier plan, or the rotations.
    """
    found = OnCallPlan.objects.select_for_update().filter(pk=number, taken_back_at=None)
    kept = found.exclude(published_at=None).first()
    left = Override.objects.filter(plan=kept, end__gt=at)
    if kept is None or not left.exists():
        raise EditRefused("This plan is over or gone.", "There is nothing to take back.")
    left.filter(start__gte=at).delete()
    left.update(end=at)
    OnCallPlan.objects.filter(pk=kept.pk).update(taken_back_at=at)
    why = f"Taken back: the plan that {kept.published_by} published"
    return rebuild(plan_constraints.DUTIES, at=at, by=by, why=why)


def published(at: datetime) -> list[OnCallPlan]:
    """Give the plans that stand and are not over, the latest first."""
    standing = OnCallPlan.objects.filter(taken_back_at=None, overrides__end__gt=at)
    return list(standing.exclude(published_at=None).distinct())
