"""Planning the months to come: proposing, showing beside what is there, accepting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction

from dutydesk.kernel.periods import Period
from dutydesk.people.models import Engineer
from dutydesk.process import flows as process
from dutydesk.process.rules.model import Process
from dutydesk.rota.flows import asking, checking, sharing
from dutydesk.rota.flows.building import EditRefused, Outcome, rebuild
from dutydesk.rota.models import Absence, Override, Rotation
from dutydesk.rota.rules import planning as rules
from dutydesk.rota.rules.planning import Plan, Seat, Turn, Wanted
from dutydesk.rota.rules.tallies import Tally
from dutydesk.rota.rules.turns import Turns

DUTIES = ("primary", "secondary")
_LONGEST = timedelta(weeks=53)


@dataclass(frozen=True)
class Proposal:
    """A plan beside what is published, and why a published seat moves.

    `tallies` are the planned hours of each person.
    """

    turns: Sequence[Turn]
    plan: Plan
    published: Mapping[Seat, int]
    reasons: Mapping[Seat, str]
    names: Mapping[int, str]
    tallies: Mapping[int, Tally]
    counts: Mapping[int, int]


def propose(
    *, at: datetime, until: datetime, seconds: float = 8.0, afresh: bool = False
) -> Proposal:
    """Work out who is on call in the turns from the next handoff on. Takes up to `seconds`.

    Keeps published turns where it can; `afresh`: evens them out again too.

    Clauses oncall.rota, oncall.newcomers.
    """
    current = process.in_force()
    periods = _periods(current, at, until)
    names = dict(Engineer.objects.filter(active=True).values_list("pk", "name"))
    if len(names) < len(DUTIES):
        raise EditRefused("There are too few engineers.", "Add them under People first.")
    tallies = sharing.tallies(periods, "primary")
    span = Period(periods[0].start, periods[-1].end)
    published = _published(periods, span)
    away = _away(span, wish=False)
    wanted = Wanted(
        turns=[
            Turn(period, _hours(t.total), _hours(t.weekend), _hours(t.holiday))
            for period, t in zip(periods, tallies, strict=True)
        ],
        people=tuple(names),
        away=_and_resting(away, span, current.on_call.rest),
        wishes=_away(span, wish=True),
        stints=_stints(span),
        known=checking.experience(at),
        rest=current.on_call.rest,
        in_stint=current.on_call.in_stint,
        published={} if afresh else published,
        had=sharing.served(at=at, people=names),
    )
    found = rules.plan(wanted, seconds=seconds)
    sums = {person: Tally() for person in names}
    counts = dict.fromkeys(names, 0)
    for (number, _), person in found.seats.items():
        sums[person] += tallies[number]
        counts[person] += 1
    reasons = {
        (number, duty): _reason(person, periods[number], away)
        for (number, duty), person in published.items()
        if found.seats.get((number, duty)) not in (None, person)
    }
    return Proposal(wanted.turns, found, published, reasons, names, sums, counts)


def _periods(current: Process, at: datetime, until: datetime) -> list[Period]:
    """Give the turns that begin between the two moments; refused if there is none."""
    if until - at > _LONGEST:
        raise EditRefused("That is more than a year.", "Plan a year at most.")
    periods = [turn for _, turn in cadence(current, at).during(Period(at, until))]
    periods = [turn for turn in periods if turn.start >= at]
    if not periods:
        raise EditRefused("No turn begins in that time.", "Plan for longer.")
    return periods


def _and_resting(
    away: Mapping[int, list[Period]], span: Period, rest: timedelta | None
) -> dict[int, list[Period]]:
    """Count as away who rests after a turn just before the plan, or before a planned one after."""
    found = {person: list(periods) for person, periods in away.items()}
    if rest is None:
        return found
    near = asking.between(Period(span.start - rest, span.end + rest)).filter(duty__in=DUTIES)
    for shift in near:
        if shift.start < span.start or (shift.kind == "plan" and shift.start >= span.end):
            end = shift.end if shift.start >= span.end else min(shift.end, span.start) + rest
            resting = Period(shift.start - rest, end)
            found.setdefault(shift.engineer_id, []).append(resting)
    return found


def _reason(person: int, turn: Period, away: Mapping[int, list[Period]]) -> str:
    """Say why somebody no longer has a turn that was published as theirs."""
    if any(turn.overlap(period) for period in away.get(person, ())):
        return "is away"
    return "so that the rules hold for all, or more evenly"


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


def _published(periods: Sequence[Period], span: Period) -> dict[Seat, int]:
    """Give who has most of each turn by a rotation or an earlier plan."""
    found: dict[Seat, dict[int, timedelta]] = {}
    shifts = asking.between(span).filter(duty__in=DUTIES, kind__in=["rotation", "plan"])
    for shift in shifts.filter(engineer__active=True):
        for number, turn in enumerate(periods):
            shared = shift.period.overlap(turn)
            if shared is not None:
                mine = found.setdefault((number, shift.duty), {})
                mine[shift.engineer_id] = mine.get(shift.engineer_id, timedelta()) + shared.length
    return {seat: max(people, key=lambda who: people[who]) for seat, people in found.items()}


def _away(span: Period, *, wish: bool) -> dict[int, list[Period]]:
    rows = Absence.objects.filter(end__gt=span.start, start__lt=span.end, wish=wish)
    found: dict[int, list[Period]] = {}
    for row in rows:
        found.setdefault(row.engineer_id, []).append(row.period)
    return found


def _stints(span: Period) -> dict[int, list[Period]]:
    found: dict[int, list[Period]] = {}
    for shift in asking.between(span, duty="support"):
        found.setdefault(shift.engineer_id, []).append(shift.period)
    return found


Row = tuple[str, str, str, int]  # Start and end in ISO 8601, duty, engineer's number.


def rows(proposal: Proposal) -> list[Row]:
    """Give a proposal in a form that can be kept until somebody accepts it."""
    return [
        (
            proposal.turns[number].period.start.isoformat(),
            proposal.turns[number].period.end.isoformat(),
            duty,
            person,
        )
        for (number, duty), person in proposal.plan.seats.items()
    ]


@transaction.atomic
def accept(*, seats: Sequence[Row], at: datetime, by: str) -> Outcome:
    """Publish a plan: it takes over from the rotations of on call when its first turn begins.

    Shifts by hand, overrides and swaps stay.
    """
    if not seats:
        raise EditRefused("There is no plan.", "Propose one first.")
    spans = [(Period(*map(datetime.fromisoformat, row[:2])), row[2], row[3]) for row in seats]
    first = min(span.start for span, _, _ in spans)
    if first < at:
        raise EditRefused("The plan's first turn has begun meanwhile.", "Propose it again.")
    last = max(span.end for span, _, _ in spans)
    for rotation in Rotation.objects.select_for_update().filter(duty__in=DUTIES):
        if rotation.ends_at is None or rotation.ends_at > first:
            rotation.ends_at = first
            rotation.save(update_fields=["ends_at"])
    old = Override.objects.filter(kind="plan", duty__in=DUTIES, end__gt=first)
    old.filter(start__lt=first).update(end=first)
    old.filter(start__gte=first, start__lt=last).delete()
    Override.objects.bulk_create(
        Override(
            duty=duty,
            start=span.start,
            end=span.end,
            add_id=person,
            kind="plan",
            made_by=by,
            made_at=at,
        )
        for span, duty, person in spans
    )
    turns = len({span for span, _, _ in spans})
    return rebuild(DUTIES, at=at, by=by, why=f"A plan of {turns} turns on call")
