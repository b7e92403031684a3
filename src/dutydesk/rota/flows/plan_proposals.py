"""Planning the months to come: proposing, and showing it beside what is there."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from dutydesk.kernel.periods import Period
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Process
from dutydesk.rota import words
from dutydesk.rota.flows import plan_constraints, plan_notes, planned_hours, violations, workload
from dutydesk.rota.flows.planned_hours import PlannedTime
from dutydesk.rota.flows.shift_build import EditRefused
from dutydesk.rota.rules import plan_model
from dutydesk.rota.rules.plan_model import Load, Plan, PlanRequest, Seat, Turn
from dutydesk.rota.rules.solver import plan
from dutydesk.rota.rules.stand_ins import StandIn, stand_ins
from dutydesk.rota.rules.tallies import Tally
from dutydesk.rota.rules.turns import Turns

DUTIES = plan_constraints.DUTIES
_LONGEST = timedelta(weeks=53)


@dataclass(frozen=True)
class Proposal:
    """A plan beside what is published, and why each seat is whose it is.

    `tallies` are each person's hours in these turns as they would come out, `before` as they come
    out now; `fixed` seats stay as they are. `stand_ins`: who is on where somebody can't in a part
    of their turn. `notes`: what else to know before publishing it.
    """

    turns: Sequence[Turn]
    plan: Plan
    published: Mapping[Seat, int]
    fixed: Mapping[Seat, int]
    reasons: Mapping[Seat, str]
    names: Mapping[int, str]
    tallies: Mapping[int, Tally]
    counts: Mapping[int, int]
    before: Mapping[int, Tally]
    counts_before: Mapping[int, int]
    stand_ins: Sequence[StandIn] = ()
    notes: Sequence[str] = ()

    def was(self, seat: Seat) -> int | None:
        """Give who has a seat now if the plan gives it to somebody else."""
        before = self.published.get(seat)
        return None if before == self.plan.seats.get(seat) else before

    @property
    def moved(self) -> tuple[Seat, ...]:
        """Give the published seats that change hands, whether or not it tried to keep them."""
        return tuple(seat for seat in self.plan.seats if self.was(seat) is not None)


def propose(
    *, at: datetime, until: datetime, seconds: float = 7.0, afresh: bool = False
) -> Proposal:
    """Work out who is on call in the turns from the next handoff on. Takes up to `seconds`.

    Keeps published turns where it can; `afresh`: evens them out again too. Swaps, overrides and
    time by hand stay either way. Clauses oncall.rota, oncall.newcomers.
    """
    current = process.in_force()
    periods = _periods(current, at, until)
    names = dict(Engineer.objects.filter(active=True).values_list("pk", "name"))
    if len(names) < len(DUTIES):
        raise EditRefused("There are too few engineers.", "Add them under People first.")
    wanted = _wanted(current, periods, names, at, afresh)
    found = plan(wanted, seconds=seconds)
    before = {**plan_constraints.published(periods), **wanted.fixed}
    covers = stand_ins(wanted, found.seats, planned_hours.holders(periods))
    times = _times(wanted.turns, found.seats, wanted.fixed, covers)
    sums = planned_hours.tallies(periods, times)
    sums_before = planned_hours.tallies_now(periods)
    return Proposal(
        turns=wanted.turns,
        plan=found,
        published=before,
        fixed=wanted.fixed,
        reasons=_reasons(wanted, found, before, names),
        names={**dict(Engineer.objects.values_list("pk", "name")), **names},
        tallies={person: sums.get(person, Tally()) for person in names},
        counts=_counts(found.seats, names),
        before={person: sums_before.get(person, Tally()) for person in names},
        counts_before=_counts(before, names),
        stand_ins=covers,
        notes=plan_notes.notes(wanted, found, current, names, covers, afresh=afresh),
    )


def _counts(seats: Mapping[Seat, int], names: Mapping[int, str]) -> dict[int, int]:
    """Give how many turns the seats are for each person."""
    had = Counter(seats.values())
    return {person: had[person] for person in names}


def _wanted(
    current: Process,
    periods: Sequence[Period],
    names: Mapping[int, str],
    at: datetime,
    afresh: bool,
) -> PlanRequest:
    span = Period(periods[0].start, periods[-1].end)
    kept = plan_constraints.kept(periods, rest=current.on_call.rest)
    published = {} if afresh else plan_constraints.published(periods)
    around = planned_hours.around(periods, kept.fixed)
    unavailable = plan_constraints.unavailable(periods)
    tallies = workload.tallies(periods, "primary")
    return PlanRequest(
        turns=[Turn(period, *_load(t)) for period, t in zip(periods, tallies, strict=True)],
        people=tuple(names),
        away=unavailable.away,
        partly=unavailable.partly,
        wishes=unavailable.wishes,
        stints=plan_constraints.stints(span),
        known=violations.experience(at),
        rest=current.on_call.rest,
        in_stint=current.on_call.in_stint,
        published={seat: who for seat, who in published.items() if seat not in kept.fixed},
        had=workload.served(at=at, people=names),
        busy=kept.busy,
        fixed=kept.fixed,
        after=kept.after,
        share_below=current.on_call.health.share_below / 100,
        loads={seat: Load(*_load(found)) for seat, found in around.seats.items()},
        keeps={person: Load(*_load(found)) for person, found in around.keeps.items()},
    )


def _load(tally: Tally) -> tuple[float, float, float]:
    hour = timedelta(hours=1)
    return tally.total / hour, tally.weekend / hour, tally.holiday / hour


def _times(
    turns: Sequence[Turn],
    seats: Mapping[Seat, int],
    fixed: Mapping[Seat, int],
    covers: Sequence[StandIn],
) -> list[PlannedTime]:
    """Give whom a plan puts on when: the seats that it fills, then who stands in for a part."""
    planned = [
        (turns[number].period, duty, person)
        for (number, duty), person in seats.items()
        if (number, duty) not in fixed
    ]
    parts = [(one.period, one.duty, one.engineer) for one in covers if one.engineer is not None]
    return [*planned, *parts]


def _reasons(
    wanted: PlanRequest, found: Plan, before: Mapping[Seat, int], names: Mapping[int, str]
) -> dict[Seat, str]:
    """Say for each seat of a plan why it is whose it is."""
    reasons = {}
    for seat, person in found.seats.items():
        was = before.get(seat)
        if seat in wanted.fixed:
            reasons[seat] = "stays: somebody chose it"
        elif was == person:
            reasons[seat] = "as published"
        elif was is not None and was in names:
            why = plan_model.against(wanted, found.seats, seat, was)
            reasons[seat] = words.WHY_NOT[why].format(name=names[was])
        else:
            count = len(plan_model.able(wanted, found.seats, seat))
            reasons[seat] = f"one of {count} who could" if count > 1 else "nobody else could"
    return reasons


def _periods(current: Process, at: datetime, until: datetime) -> list[Period]:
    """Give the turns that begin between the two moments; refused if there is none."""
    if until - at > _LONGEST:
        raise EditRefused("That is more than a year.", "Plan a year at most.")
    periods = [turn for _, turn in cadence(current, at).during(Period(at, until))]
    periods = [turn for turn in periods if turn.start >= at]
    if not periods:
        raise EditRefused("No turn begins in that time.", "Plan for longer.")
    return periods


def cadence(current: Process, at: datetime) -> Turns:
    """Give the on-call turns that the process says, counted from the handoff before `at`."""
    turn = current.on_call.turn
    day, clock = turn.starts.split()
    local = at.astimezone(current.zone).date()
    back = next(n for n in range(7) if f"{local - timedelta(days=n):%A}" == day)
    start = datetime.combine(local - timedelta(days=back), time.fromisoformat(clock))
    hours = int(turn.length / timedelta(hours=1))
    if hours % (7 * 24) == 0:
        return Turns("weekly", hours // (7 * 24), start, current.zone)
    if hours % 24 == 0:
        return Turns("daily", hours // 24, start, current.zone)
    return Turns("hourly", max(hours, 1), start, current.zone)


Row = tuple[str, str, str, int]  # Start and end in ISO 8601, duty, engineer's number.


def rows(proposal: Proposal) -> list[Row]:
    """Give the seats to publish in a form that can be kept until somebody accepts it."""
    times = _times(proposal.turns, proposal.plan.seats, proposal.fixed, proposal.stand_ins)
    return [
        (period.start.isoformat(), period.end.isoformat(), duty, person)
        for period, duty, person in times
    ]
