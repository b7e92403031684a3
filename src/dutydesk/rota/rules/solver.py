"""Filling the months to come: who takes which turn, fairly, without breaking a rule."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from importlib import import_module
from itertools import combinations
from typing import Any

from dutydesk.kernel.periods import Period
from dutydesk.rota.rules.plan_model import (
    RULES,
    Plan,
    PlanRequest,
    Rule,
    Seat,
    beside_by_change,
    clashes,
    stuck,
    too_near,
)

_MOST_UNITS = 12
_CLOSE_ENOUGH = 0.001
_WISH, _OVER = 40, 1000


@cache
def _solver() -> Any:
    """Give OR-Tools' CP-SAT, loaded for the first plan: it is as large as the rest of the desk."""
    return import_module("ortools.sat.python.cp_model")


class _Model:
    """The rules as CP-SAT understands them: `x[person, turn, duty]` is whether they have it."""

    def __init__(self, wanted: PlanRequest, rules: Collection[Rule]) -> None:
        if "fixed" not in rules:
            wanted = replace(wanted, fixed={}, busy=_outside(wanted))
        self.wanted = wanted
        self.model: Any = _solver().CpModel()
        self.x = {
            (person, turn, duty): self.model.new_bool_var("")
            for person in wanted.people
            for turn in range(len(wanted.turns))
            for duty in wanted.duties
        }
        self._cover()
        self._never(self._twice())
        if "absence" in rules:
            self._never(self._of(clashes(wanted, wanted.away)))
        if "stint" in rules and not wanted.in_stint:
            self._never(self._of(clashes(wanted, wanted.stints)))
        if "rest" in rules and wanted.rest:
            self._rest(wanted.rest)
        if "pairing" in rules and wanted.known.experienced:
            self._pairing()

    def free(self, person: int, turn: int) -> list[Any]:
        """Give the seats of a turn that are planned, as this person would have them."""
        duties, fixed = self.wanted.duties, self.wanted.fixed
        return [self.x[person, turn, duty] for duty in duties if (turn, duty) not in fixed]

    def _has(self, person: int, turn: int) -> bool:
        return any(self.wanted.fixed.get((turn, duty)) == person for duty in self.wanted.duties)

    def _cover(self) -> None:
        """Each seat is one person's, and nobody has two seats of a turn."""
        for (turn, duty), person in self.wanted.fixed.items():
            self.model.add(self.x[person, turn, duty] == 1)
        for turn in range(len(self.wanted.turns)):
            for duty in self.wanted.duties:
                self.model.add_exactly_one(self.x[p, turn, duty] for p in self.wanted.people)
            for person in self.wanted.people:
                if self._has(person, turn):
                    self._never(self.free(person, turn))
                else:
                    self.model.add_at_most_one(self.free(person, turn))

    def _never(self, seats: Sequence[Any]) -> None:
        for seat in seats:
            self.model.add(seat == 0)

    def _of(self, found: Any) -> list[Any]:
        return [seat for person, turn in found for seat in self.free(person, turn)]

    def _twice(self) -> list[Any]:
        """Give the seats beside time that somebody keeps on another duty."""
        return [
            self.x[busy.engineer, turn, duty]
            for turn in range(len(self.wanted.turns))
            for duty in self.wanted.duties
            if (turn, duty) not in self.wanted.fixed
            for busy in beside_by_change(self.wanted, (turn, duty))
            if (busy.engineer, turn, duty) in self.x
        ]

    def _rest(self, rest: timedelta) -> None:
        """Between the end of one turn and the start of somebody's next lies at least `rest`."""
        turns = self.wanted.turns
        for first, turn in enumerate(turns):
            last = first
            while last + 1 < len(turns) and turns[last + 1].period.start < turn.period.end + rest:
                last += 1
            for person in self.wanted.people:
                near = range(first, last + 1)
                self.model.add_at_most_one(s for each in near for s in self.free(person, each))
                if last > first and any(self._has(person, each) for each in near):
                    self._beside_fixed(person, near)
        for busy in self.wanted.busy:
            near_by = [
                number
                for number, turn in enumerate(turns)
                if too_near(turn.period, busy.period, rest)
            ]
            if busy.engineer in self.wanted.people:
                self._never(self._of((busy.engineer, number) for number in near_by))

    def _beside_fixed(self, person: int, near: range) -> None:
        """Keep free of planned seats what is too near a seat that somebody keeps."""
        rest, turns = self.wanted.rest, self.wanted.turns
        mine = [each for each in near if self._has(person, each)]
        for each in near:
            if any(too_near(turns[each].period, turns[own].period, rest) for own in mine):
                self._never(self.free(person, each))

    def _pairing(self) -> None:
        """No newcomer without somebody experienced, in seats that are planned."""
        duties, fixed = self.wanted.duties, self.wanted.fixed
        for turn in range(len(self.wanted.turns)):
            for duty in duties:
                others = [d for d in duties if d != duty]
                if all((turn, each) in fixed for each in duties):
                    continue
                able = self._seats(self.wanted.known.experienced, turn, others)
                for seat in self._seats(self.wanted.known.newcomers, turn, [duty]):
                    self.model.add(seat <= sum(able))
                if (turn, duty) not in fixed:
                    self._pairing_with_change((turn, duty))

    def _pairing_with_change(self, seat: Seat) -> None:
        """Heed whom a change that stays puts beside this seat for part of its turn."""
        known, (turn, duty) = self.wanted.known, seat
        beside = {busy.engineer for busy in beside_by_change(self.wanted, seat)}
        if beside & known.newcomers:
            self.model.add_exactly_one(self._seats(known.experienced, turn, [duty]))
        if beside - known.experienced:
            self._never(self._seats(known.newcomers, turn, [duty]))

    def _seats(self, who: Collection[int], turn: int, duties: Sequence[str]) -> list[Any]:
        people = [person for person in self.wanted.people if person in who]
        return [self.x[person, turn, duty] for person in people for duty in duties]

    def moves(self) -> Any:
        """Give how many published seats change hands."""
        kept = [
            self.x[person, *seat]
            for seat, person in self.wanted.published.items()
            if (person, *seat) in self.x
        ]
        return len(self.wanted.published) - sum(kept)

    def cost(self) -> Any:
        """Give what a plan weighs: how uneven it is, wishes not kept, shares that are too large."""
        unwished = [*clashes(self.wanted, self.wanted.wishes)]
        unwished += clashes(self.wanted, self.wanted.after)
        return self._unevenness() + _WISH * sum(self._of(unwished)) + _OVER * self._over()

    def _unevenness(self) -> Any:
        """Give the sum of squares of everybody's hours, weekends and holidays, in rough units.

        Squares make two people's extra turns worse than one turn for each, and the relaxation of
        it is tight, so that the solver knows how good its plan is.
        """
        parts = []
        for what, weight in (("hours", 4), ("weekend", 2), ("holiday", 2)):
            parts += self._squares(what, weight)
        return sum(parts)

    def _squares(self, what: str, weight: int) -> list[Any]:
        wanted = self.wanted
        unit = step(wanted, what)
        if not unit:
            return []
        rounded = {seat: round(getattr(wanted.load(seat), what) / unit) for seat in self._all()}
        lowest = min(wanted.had.values(), default=0.0)
        parts = []
        most = sum(
            max(rounded[turn, d] for d in wanted.duties) for turn in range(len(wanted.turns))
        )
        for person in wanted.people:
            before = wanted.had.get(person, lowest) - lowest if what == "hours" else 0.0
            before += getattr(wanted.kept(person), what)
            load = self._load(person, rounded)
            steps = [self.model.new_bool_var("") for _ in range(min(most, 4 * _MOST_UNITS))]
            beyond = self.model.new_int_var(0, 2 * most, "")  # Only where others are away a lot.
            self.model.add(load == sum(steps) + beyond)
            first = round(before / unit)
            parts += [weight * (2 * (first + k) + 1) * one for k, one in enumerate(steps)]
            parts.append(weight * (2 * (first + len(steps)) + 1) * beyond)
        return parts

    def _all(self) -> list[Seat]:
        return [
            (turn, duty) for turn in range(len(self.wanted.turns)) for duty in self.wanted.duties
        ]

    def _load(self, person: int, weights: Mapping[Seat, int]) -> Any:
        return sum(weight * self.x[person, *seat] for seat, weight in weights.items() if weight)

    def _over(self) -> Any:
        """Give by how many turns people carry more than their share, all together."""
        below = self.wanted.share_below
        if below is None:
            return 0
        hours = [round(turn.hours) for turn in self.wanted.turns]
        weights = {seat: round(self.wanted.load(seat).hours) for seat in self._all()}
        over = []
        for person in self.wanted.people:
            more = self.model.new_int_var(0, 2 * sum(hours), "")
            left = below * sum(hours) - self.wanted.kept(person).hours
            most = int(left - 0.001) + max(min(hours), 1) * more
            self.model.add(self._load(person, weights) <= most)
            over.append(more)
        return sum(over)


def step(wanted: PlanRequest, what: str = "hours") -> float:
    """Give the step in which a plan counts hours, so that it can be proven in seconds."""
    weights = [getattr(turn, what) for turn in wanted.turns]
    largest = max(weights, default=0)
    mean = len(wanted.duties) * sum(weights) / len(wanted.people)
    return float(max(largest / 2, mean / _MOST_UNITS / 2)) if largest else 0.0


def _outside(wanted: PlanRequest) -> Sequence[Any]:
    """Give the time that people keep before and after the plan."""
    span = Period(wanted.turns[0].period.start, wanted.turns[-1].period.end)
    return [busy for busy in wanted.busy if busy.period.overlap(span) is None]


@dataclass
class _Solving:
    """Seconds to solve with, in all; every solve takes of them."""

    seconds: float
    workers: int
    last: Any = None

    def solve(self, built: _Model, *, most: float) -> bool | None:
        """Say whether there is a solution, which is `last` then; None if time ran out first."""
        solver: Any = _solver().CpSolver()
        solver.parameters.max_time_in_seconds = max(0.01, min(most, self.seconds))
        solver.parameters.num_workers = self.workers
        solver.parameters.relative_gap_limit = _CLOSE_ENOUGH
        solver.parameters.random_seed = 1
        status = solver.solve(built.model)
        self.seconds -= solver.wall_time
        if status in (_solver().OPTIMAL, _solver().FEASIBLE):
            self.last = solver
            return True
        return None if status == _solver().UNKNOWN else False


def plan(wanted: PlanRequest, *, seconds: float = 7.0, workers: int = 2) -> Plan:
    """Fill every seat by the rules, first moving as few published ones as can be, then fairly.

    Gives the best found in about `seconds`, in all; with no plan, which rules make it impossible.
    """
    if not wanted.turns or not wanted.people:
        return Plan()
    solving = _Solving(seconds, workers)
    built = _Model(wanted, RULES)
    fewer = 0
    if wanted.published:
        built.model.minimize(built.moves())
        found = solving.solve(built, most=seconds / 2)
        if not found:
            return _none(wanted, solving, found)
        fewest, bound = (solving.last.objective_value, solving.last.best_objective_bound)
        fewer = max(0, round(fewest) - int(bound + 0.999))
        _hint(built, solving.last)
        built.model.add(built.moves() <= round(fewest))
    built.model.minimize(built.cost())
    found = solving.solve(built, most=seconds)
    if found:
        return _read(built, solving.last, fewer)
    if wanted.published:  # What moves few is a plan, if not known to be a fair one.
        return replace(_read(built, solving.last, fewer), gap=1.0)
    return _none(wanted, solving, found)


def _hint(built: _Model, solver: Any) -> None:
    for variable in built.x.values():
        built.model.add_hint(variable, solver.value(variable))


def _read(built: _Model, solver: Any, fewer: int) -> Plan:
    wanted = built.wanted
    seats = {
        (turn, duty): person
        for (person, turn, duty), variable in built.x.items()
        if solver.value(variable)
    }
    best, found = solver.best_objective_bound, solver.objective_value
    missed = [(p, t) for p, t in clashes(wanted, wanted.wishes) if _in(seats, p, t, wanted)]
    return Plan(
        seats=dict(sorted(seats.items())),
        moved=tuple(seat for seat, who in sorted(wanted.published.items()) if seats[seat] != who),
        gap=max(0.0, (found - best) / found) if found else 0.0,
        fewer=fewer,
        wishes_missed=len(missed),
        unpaired=not wanted.known.experienced,
        unit=step(wanted),
    )


def _in(seats: Mapping[Seat, int], person: int, turn: int, wanted: PlanRequest) -> bool:
    return any(seats[turn, duty] == person for duty in wanted.duties)


def _none(wanted: PlanRequest, solving: _Solving, found: bool | None) -> Plan:
    """Say why there is no plan: each rule that, given up alone, would make one possible.

    If there is no such rule, the first two that would do it together. No rule named: there are
    too few people whatever is given up, or it couldn't be told in time.
    """
    if found is None:
        return Plan(timed_out=True)
    most = solving.seconds / 4
    blamed = [rule for rule in RULES if _without(wanted, (rule,), solving, most)]
    pairs = combinations(RULES, 2) if not blamed else ()
    together = next((pair for pair in pairs if _without(wanted, pair, solving, most / 3)), ())
    return Plan(broken_by=tuple(blamed), together=together, stuck=stuck(wanted))


def _without(wanted: PlanRequest, given_up: Sequence[Rule], solving: _Solving, most: float) -> bool:
    left = [rule for rule in RULES if rule not in given_up]
    return bool(solving.solve(_Model(wanted, left), most=most))
