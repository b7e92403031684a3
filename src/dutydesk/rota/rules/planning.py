"""Filling the months to come: who takes which turn, fairly, without breaking a rule."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from ortools.sat.python import cp_model

from dutydesk.kernel.periods import Period
from dutydesk.rota.rules.pairing import NOBODY, Experience

Seat = tuple[int, str]  # A turn's number, and a duty.
Rule = Literal["absence", "rest", "pairing", "stint"]
RULES: tuple[Rule, ...] = ("absence", "rest", "pairing", "stint")
_MOST_UNITS = 12
_CLOSE_ENOUGH = 0.001


@dataclass(frozen=True)
class Turn:
    """One turn to fill, and what it weighs: promised, weekend and public holiday hours."""

    period: Period
    hours: float
    weekend: float = 0.0
    holiday: float = 0.0


@dataclass(frozen=True)
class Wanted:
    """What to plan. People go by number. `had`: hours that each carried before, to even out.

    `published` is what everybody has been told already, which a plan keeps where it can. `fixed`
    seats are not planned.
    """

    turns: Sequence[Turn]
    people: Sequence[int]
    duties: Sequence[str] = ("primary", "secondary")
    away: Mapping[int, Sequence[Period]] = field(default_factory=dict)
    wishes: Mapping[int, Sequence[Period]] = field(default_factory=dict)
    stints: Mapping[int, Sequence[Period]] = field(default_factory=dict)
    known: Experience = NOBODY
    rest: timedelta | None = None
    in_stint: bool = True
    published: Mapping[Seat, int] = field(default_factory=dict)
    had: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """Who takes which seat; or none, and the rules any of which makes it impossible.

    `gap`: how far it may be from the best one, from 0 to 1. `proven`: within 1% of the best.
    """

    seats: Mapping[Seat, int] = field(default_factory=dict)
    moved: tuple[Seat, ...] = ()
    gap: float = 0.0
    broken_by: tuple[Rule, ...] = ()
    stuck: tuple[int, ...] = ()
    wishes_missed: int = 0

    @property
    def possible(self) -> bool:
        """Say whether there is a plan."""
        return bool(self.seats)

    @property
    def proven(self) -> bool:
        """Say whether it is known to be within 1% of the best plan there is."""
        return self.possible and self.gap <= 0.01


class _Model:
    """The rules as CP-SAT understands them: `x[person, turn, duty]` is whether they have it."""

    def __init__(self, wanted: Wanted, rules: Collection[Rule]) -> None:
        self.wanted = wanted
        self.model: Any = cp_model.CpModel()
        self.x = {
            (person, turn, duty): self.model.new_bool_var("")
            for person in wanted.people
            for turn in range(len(wanted.turns))
            for duty in wanted.duties
        }
        self._cover()
        if "absence" in rules:
            self._never(wanted.away)
        if "stint" in rules and not wanted.in_stint:
            self._never(wanted.stints)
        if "rest" in rules and wanted.rest:
            self._rest(wanted.rest)
        if "pairing" in rules and wanted.known.experienced:
            self._pairing()

    def of(self, person: int, turn: int) -> list[Any]:
        return [self.x[person, turn, duty] for duty in self.wanted.duties]

    def _cover(self) -> None:
        """Each seat is one person's, and nobody has two seats of a turn."""
        for turn in range(len(self.wanted.turns)):
            for duty in self.wanted.duties:
                self.model.add_exactly_one(self.x[p, turn, duty] for p in self.wanted.people)
            for person in self.wanted.people:
                self.model.add_at_most_one(self.of(person, turn))

    def _never(self, when: Mapping[int, Sequence[Period]]) -> None:
        for person, turn in clashes(self.wanted, when):
            for seat in self.of(person, turn):
                self.model.add(seat == 0)

    def _rest(self, rest: timedelta) -> None:
        """Between the end of one turn and the start of somebody's next lies at least `rest`."""
        turns = self.wanted.turns
        for first, turn in enumerate(turns):
            last = first
            while last + 1 < len(turns) and turns[last + 1].period.start < turn.period.end + rest:
                last += 1
            for person in self.wanted.people:
                near = range(first, last + 1)
                self.model.add_at_most_one(s for each in near for s in self.of(person, each))

    def _pairing(self) -> None:
        known, people = self.wanted.known, self.wanted.people
        for turn in range(len(self.wanted.turns)):
            for duty in self.wanted.duties:
                others = [d for d in self.wanted.duties if d != duty]
                able = [
                    self.x[p, turn, d] for p in people if p in known.experienced for d in others
                ]
                for person in people:
                    if person in known.newcomers:
                        self.model.add(self.x[person, turn, duty] <= sum(able))

    def moves(self) -> Any:
        """Give how many published seats change hands."""
        kept = [
            self.x[person, *seat]
            for seat, person in self.wanted.published.items()
            if (person, *seat) in self.x
        ]
        return len(self.wanted.published) - sum(kept)

    def wishes(self) -> Any:
        """Give how many seats fall where somebody would rather not."""
        seats = [s for p, t in clashes(self.wanted, self.wanted.wishes) for s in self.of(p, t)]
        return sum(seats)

    def unevenness(self) -> Any:
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
        weights = [getattr(turn, what) for turn in wanted.turns]
        seats = len(wanted.duties)
        smallest = min((w for w in weights if w), default=0)
        if not smallest:
            return []
        unit = max(smallest / 2, seats * sum(weights) / len(wanted.people) / _MOST_UNITS / 2)
        rounded = [round(w / unit) for w in weights]
        lowest = min(wanted.had.values(), default=0.0)
        parts = []
        for person in wanted.people:
            before = wanted.had.get(person, lowest) - lowest if what == "hours" else 0
            most = sum(rounded)
            load = sum(
                units * seat
                for turn, units in enumerate(rounded)
                if units
                for seat in self.of(person, turn)
            )
            steps = [self.model.new_bool_var("") for _ in range(min(most, 4 * _MOST_UNITS))]
            beyond = self.model.new_int_var(0, most, "")  # Only where others are away a lot.
            self.model.add(load == sum(steps) + beyond)
            first = round(before / unit)
            parts += [weight * (2 * (first + k) + 1) * step for k, step in enumerate(steps)]
            parts.append(weight * (2 * (first + len(steps)) + 1) * beyond)
        return parts


def clashes(wanted: Wanted, when: Mapping[int, Sequence[Period]]) -> Iterable[tuple[int, int]]:
    """Give each (person, turn's number) where a person's periods meet a turn."""
    for person in wanted.people:
        for number, turn in enumerate(wanted.turns):
            if any(turn.period.overlap(period) for period in when.get(person, ())):
                yield person, number


def plan(wanted: Wanted, *, seconds: float = 8.0, workers: int = 2) -> Plan:
    """Fill every seat by the rules, first moving as few published ones as can be, then fairly.

    Gives the best found in about `seconds`; with no plan, which rules make it impossible.
    """
    if not wanted.turns or not wanted.people:
        return Plan()
    built = _Model(wanted, RULES)
    if wanted.published:
        built.model.minimize(built.moves())
        solver = _solve(built, seconds / 3, workers)
        if solver is None:
            return impossible(wanted, seconds, workers)
        fewest = round(solver.objective_value)
        _hint(built, solver)
        built.model.add(built.moves() <= fewest)
    built.model.minimize(built.unevenness() + 40 * built.wishes())
    solver = _solve(built, seconds * 2 / 3 if wanted.published else seconds, workers)
    if solver is None:
        return impossible(wanted, seconds, workers)
    return _read(built, solver)


def _solve(built: _Model, seconds: float, workers: int) -> Any:
    solver: Any = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.parameters.relative_gap_limit = _CLOSE_ENOUGH
    solver.parameters.random_seed = 1
    status = solver.solve(built.model)
    return solver if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None


def _hint(built: _Model, solver: Any) -> None:
    for variable in built.x.values():
        built.model.add_hint(variable, solver.value(variable))


def _read(built: _Model, solver: Any) -> Plan:
    seats = {
        (turn, duty): person
        for (person, turn, duty), variable in built.x.items()
        if solver.value(variable)
    }
    published = built.wanted.published
    best, found = solver.best_objective_bound, solver.objective_value
    return Plan(
        seats=dict(sorted(seats.items())),
        moved=tuple(seat for seat, who in sorted(published.items()) if seats.get(seat) != who),
        gap=max(0.0, (found - best) / found) if found else 0.0,
        wishes_missed=sum(1 for p, t in clashes(built.wanted, built.wanted.wishes)
                          for d in built.wanted.duties if seats.get((t, d)) == p),
    )  # fmt: skip


def impossible(wanted: Wanted, seconds: float, workers: int) -> Plan:
    """Give which rules, each given up alone, would make a plan possible, and which turns are stuck.

    No rule named: even without any one of them there is none, as with too few people.
    """
    blamed: list[Rule] = []
    for rule in RULES:
        others = [other for other in RULES if other != rule]
        if _solve(_Model(wanted, others), seconds / 4, workers) is not None:
            blamed.append(rule)
    gone = set(clashes(wanted, wanted.away))
    stuck = tuple(
        number
        for number in range(len(wanted.turns))
        if sum((p, number) not in gone for p in wanted.people) < len(wanted.duties)
    )
    return Plan(broken_by=tuple(blamed), stuck=stuck)
