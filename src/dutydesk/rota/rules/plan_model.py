"""Plans for the months to come: what is asked, what is found, and why a seat is whose it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from dutydesk.kernel.periods import Period
from dutydesk.rota.rules.newcomers import NOBODY, Experience

Seat = tuple[int, str]  # A turn's number, and a duty.
Rule = Literal["absence", "rest", "pairing", "stint", "fixed"]
Against = Rule | Literal["twice", ""]
RULES: tuple[Rule, ...] = ("absence", "rest", "pairing", "stint", "fixed")
CLOSE = 0.01


@dataclass(frozen=True)
class Load:
    """What time on call weighs: promised, weekend and public holiday hours."""

    hours: float = 0.0
    weekend: float = 0.0
    holiday: float = 0.0


@dataclass(frozen=True)
class Turn:
    """One turn to fill, and what it weighs: promised, weekend and public holiday hours."""

    period: Period
    hours: float
    weekend: float = 0.0
    holiday: float = 0.0


@dataclass(frozen=True)
class Busy:
    """Time on call that somebody has and keeps, whatever is planned beside it."""

    engineer: int
    duty: str
    period: Period


@dataclass(frozen=True)
class PlanRequest:
    """What to plan. People go by number. `had`: hours that each carried before, to even out.

    `published` is what everybody has been told already, which a plan keeps where it can. `fixed`
    seats are not planned: they stay whose they are. `after`: time just before turns that people
    have by a rotation once the plan ends, which plans rather leave free. Nobody should carry as
    much as `share_below` of all promised hours, from 0 to 1. `partly`: times in which somebody
    can't be on and another stands in, within turns that they can have. `loads`: what a seat weighs
    where a part of its turn is somebody else's whatever is planned; `keeps`: what people carry in
    these turns beside the seats.
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
    busy: Sequence[Busy] = ()
    fixed: Mapping[Seat, int] = field(default_factory=dict)
    after: Mapping[int, Sequence[Period]] = field(default_factory=dict)
    share_below: float | None = None
    partly: Mapping[int, Sequence[Period]] = field(default_factory=dict)
    loads: Mapping[Seat, Load] = field(default_factory=dict)
    keeps: Mapping[int, Load] = field(default_factory=dict)

    def load(self, seat: Seat) -> Load | Turn:
        """Give what a seat weighs for whoever has it."""
        return self.loads.get(seat) or self.turns[seat[0]]

    def kept(self, person: int) -> Load:
        """Give what somebody carries in these turns beside the seats."""
        return self.keeps.get(person, Load())


@dataclass(frozen=True)
class Plan:
    """Who takes which seat; or none, and the rules any of which makes it impossible.

    `gap`: how far it may be from the best one that moves as few seats, from 0 to 1. `fewer`: how
    many seats fewer might do. `together`: rules that only together make it impossible. With
    `timed_out` it isn't known whether there is one. `unpaired`: no newcomer's partner could be
    checked, since nobody is experienced. Fairness counts hours in steps of `unit`.
    """

    seats: Mapping[Seat, int] = field(default_factory=dict)
    moved: tuple[Seat, ...] = ()
    gap: float = 0.0
    fewer: int = 0
    broken_by: tuple[Rule, ...] = ()
    together: tuple[Rule, ...] = ()
    stuck: tuple[int, ...] = ()
    timed_out: bool = False
    wishes_missed: int = 0
    unpaired: bool = False
    unit: float = 0.0

    @property
    def possible(self) -> bool:
        """Say whether there is a plan."""
        return bool(self.seats)

    @property
    def proven(self) -> bool:
        """Say whether it is known to be within 1% of the best, and to move as few as can be."""
        return self.possible and self.gap <= CLOSE and not self.fewer


def clashes(wanted: PlanRequest, when: Mapping[int, Sequence[Period]]) -> Iterable[tuple[int, int]]:
    """Give each (person, turn's number) where a person's periods meet a turn."""
    for person in wanted.people:
        for number, turn in enumerate(wanted.turns):
            if any(turn.period.overlap(period) for period in when.get(person, ())):
                yield person, number


def too_near(some: Period, other: Period, rest: timedelta | None) -> bool:
    """Say whether two periods share nothing but have less than `rest` between them."""
    if rest is None or some.overlap(other) is not None:
        return False
    return max(some.start, other.start) - min(some.end, other.end) < rest


def stuck(wanted: PlanRequest) -> tuple[int, ...]:
    """Give the turns in which fewer people can be on than it takes, whatever else is planned."""
    found = []
    for number in range(len(wanted.turns)):
        seats = [(number, duty) for duty in wanted.duties if (number, duty) not in wanted.fixed]
        people = {person for seat in seats for person in able(wanted, wanted.fixed, seat)}
        if len(people) < len(seats):
            found.append(number)
    return tuple(found)


def against(wanted: PlanRequest, seats: Mapping[Seat, int], seat: Seat, person: int) -> Against:
    """Give the rule that keeps somebody out of a seat as the others are filled; "" if none does."""
    turn = wanted.turns[seat[0]].period
    if any(turn.overlap(period) for period in wanted.away.get(person, ())):
        return "absence"
    if not wanted.in_stint and any(turn.overlap(p) for p in wanted.stints.get(person, ())):
        return "stint"
    mine = [busy for busy in wanted.busy if busy.engineer == person]
    beside = [who for (n, duty), who in seats.items() if n == seat[0] and duty != seat[1]]
    if person in beside or any(b.duty != seat[1] and turn.overlap(b.period) for b in mine):
        return "twice"
    others = [wanted.turns[n].period for (n, _), who in seats.items() if who == person]
    if any(too_near(turn, p, wanted.rest) for p in [*others, *(b.period for b in mine)]):
        return "rest"
    beside += [b.engineer for b in beside_by_change(wanted, seat)]
    return "" if _paired(wanted.known, person, beside) else "pairing"


def beside_by_change(wanted: PlanRequest, seat: Seat) -> list[Busy]:
    """Give who is on in the other duties during a seat's turn by something that stays."""
    turn = wanted.turns[seat[0]].period
    return [b for b in wanted.busy if b.duty != seat[1] and turn.overlap(b.period)]


def _paired(known: Experience, person: int, beside: Sequence[int]) -> bool:
    if not known.experienced or not beside or person in known.experienced:
        return True
    if person in known.newcomers:
        return all(other in known.experienced for other in beside)
    return not known.newcomers.intersection(beside)


def able(wanted: PlanRequest, seats: Mapping[Seat, int], seat: Seat) -> list[int]:
    """Give who could have a seat by the rules, as the others are filled."""
    return [person for person in wanted.people if not against(wanted, seats, seat, person)]


def over_share(wanted: PlanRequest, seats: Mapping[Seat, int]) -> dict[int, float]:
    """Give who would carry more than their share, and which share, from 0 to 1."""
    total = sum(turn.hours for turn in wanted.turns)
    if wanted.share_below is None or not total:
        return {}
    mine = {person: load.hours / total for person, load in wanted.keeps.items()}
    for seat, person in seats.items():
        mine[person] = mine.get(person, 0.0) + wanted.load(seat).hours / total
    return {who: share for who, share in mine.items() if share >= wanted.share_below}
