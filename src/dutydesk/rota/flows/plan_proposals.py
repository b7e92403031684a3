"""Planning the months to come: proposing, and showing it beside what is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from dutydesk.kernel.periods import Period
from dutydesk.people.models import Engineer
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Process
from dutydesk.rota import words
from dutydesk.rota.flows import plan_constraints, roster, violations, workload
from dutydesk.rota.flows.shift_build import EditRefused
from dutydesk.rota.models import Absence
from dutydesk.rota.rules import plan_model
from dutydesk.rota.rules.plan_model import Plan, PlanRequest, Seat, Turn
from dutydesk.rota.rules.solver import plan
from dutydesk.rota.rules.tallies import Tally
from dutydesk.rota.rules.turns import Turns

DUTIES = plan_constraints.DUTIES
_LONGEST = timedelta(weeks=53)


@dataclass(frozen=True)
class Proposal:
    """A plan beside what is published, and why each seat is whose it is.

    `tallies` are the planned hours of each person, `before` those of the published turns; `fixed`
    seats stay as they are. `notes`: what else to know before publishing it.
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
    notes: Sequence[str] = ()


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
    tallies = workload.tallies(periods, "primary")
    wanted = _wanted(current, periods, tallies, names, at, afresh)
    found = plan(wanted, seconds=seconds)
    seen = plan_constraints.published(periods)
    before = {**seen, **wanted.fixed}
    counts, sums = _sums(found.seats, tallies, names)
    counts_before, sums_before = _sums(before, tallies, names)
    return Proposal(
        turns=wanted.turns,
        plan=found,
        published=before,
        fixed=wanted.fixed,
        reasons=_reasons(wanted, found, before, names),
        names={**dict(Engineer.objects.values_list("pk", "name")), **names},
        tallies=sums,
        counts=counts,
        before=sums_before,
        counts_before=counts_before,
        notes=_notes(wanted, found, current, names, afresh),
    )


def _wanted(
    current: Process,
    periods: Sequence[Period],
    tallies: Sequence[Tally],
    names: Mapping[int, str],
    at: datetime,
    afresh: bool,
) -> PlanRequest:
    span = Period(periods[0].start, periods[-1].end)
    kept = plan_constraints.kept(periods, rest=current.on_call.rest)
    published = {} if afresh else plan_constraints.published(periods)
    return PlanRequest(
        turns=[
            Turn(period, _hours(t.total), _hours(t.weekend), _hours(t.holiday))
            for period, t in zip(periods, tallies, strict=True)
        ],
        people=tuple(names),
        away=_away(span, wish=False),
        wishes=_away(span, wish=True),
        stints=_stints(span),
        known=violations.experience(at),
        rest=current.on_call.rest,
        in_stint=current.on_call.in_stint,
        published={seat: who for seat, who in published.items() if seat not in kept.fixed},
        had=workload.served(at=at, people=names),
        busy=kept.busy,
        fixed=kept.fixed,
        after=kept.after,
        share_below=current.on_call.health.share_below / 100,
    )


def _sums(
    seats: Mapping[Seat, int], tallies: Sequence[Tally], names: Mapping[int, str]
) -> tuple[dict[int, int], dict[int, Tally]]:
    """Give how many turns and which hours the seats are for each person."""
    counts, sums = dict.fromkeys(names, 0), {person: Tally() for person in names}
    for (number, _), person in seats.items():
        if person in names:
            counts[person] += 1
            sums[person] += tallies[number]
    return counts, sums


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


def _notes(
    wanted: PlanRequest, found: Plan, current: Process, names: Mapping[int, str], afresh: bool
) -> list[str]:
    """Say what else to know of a plan before it is published."""
    if not found.possible:
        return []
    notes = []
    if found.unpaired:
        notes.append(
            "Nobody counts as experienced yet, so newcomers' partners were not looked at. Mark "
            "who is experienced under Shares."
        )
    limit = current.on_call.health.share_below
    for person, share in plan_model.over_share(wanted, found.seats).items():
        notes.append(
            f"{names[person]} would be on call for {100 * share:.0f}% of the promised hours; the "
            f"limit is below {limit}%."
        )
    if wanted.published and not afresh:
        notes.append(
            "It is compared with other plans that keep as many published turns. “Afresh” lets "
            "those move too, and may be fairer."
        )
    soon = {p for p, n in plan_model.clashes(wanted, wanted.after)
            if any(found.seats[n, duty] == p for duty in wanted.duties)}  # fmt: skip
    if soon:
        who = ", ".join(sorted(names[person] for person in soon))
        notes.append(f"{who}: too little rest before the rotation goes on after the plan.")
    return notes


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


def _hours(length: timedelta) -> float:
    return length / timedelta(hours=1)


def _away(span: Period, *, wish: bool) -> dict[int, list[Period]]:
    rows = Absence.objects.filter(end__gt=span.start, start__lt=span.end, wish=wish)
    found: dict[int, list[Period]] = {}
    for row in rows:
        found.setdefault(row.engineer_id, []).append(row.period)
    return found


def _stints(span: Period) -> dict[int, list[Period]]:
    found: dict[int, list[Period]] = {}
    for shift in roster.between(span, duty="support"):
        found.setdefault(shift.engineer_id, []).append(shift.period)
    return found


Row = tuple[str, str, str, int]  # Start and end in ISO 8601, duty, engineer's number.


def rows(proposal: Proposal) -> list[Row]:
    """Give the seats to publish in a form that can be kept until somebody accepts it."""
    return [
        (
            proposal.turns[number].period.start.isoformat(),
            proposal.turns[number].period.end.isoformat(),
            duty,
            person,
        )
        for (number, duty), person in proposal.plan.seats.items()
        if (number, duty) not in proposal.fixed
    ]
