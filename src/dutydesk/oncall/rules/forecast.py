"""What would come of a page that nobody answers: who is called when, and what waits until when."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from dutydesk.oncall.rules.call_order import Line, covered_from, next_called
from dutydesk.process.rules.model import Process


@dataclass(frozen=True, slots=True)
class Calls:
    """Somebody is called."""

    at: datetime
    engineer: int
    round: int


@dataclass(frozen=True, slots=True)
class Holds:
    """Nobody is called until then; None: nobody is ever promised. `hole`: somebody should be."""

    at: datetime
    until: datetime | None
    hole: bool


@dataclass(frozen=True, slots=True)
class TellsTeam:
    """The team's channel is told that nobody answers, or that nobody covers."""

    at: datetime
    hole: bool


Step = Calls | Holds | TellsTeam


@dataclass(frozen=True)
class Course:
    """What happens to a page that nobody answers, and who they are that it names.

    `methods`: by what each of them is called. `ends`: what comes at that time or later is left out.
    """

    steps: tuple[Step, ...]
    names: Mapping[int, str]
    methods: Mapping[int, str]
    ends: datetime


@dataclass(frozen=True)
class PageProgress:
    """How far a page has come: its round, who was called in it, and what the team was told.

    That there is a hole, and that nobody answers: each is told once.
    """

    round: int = 1
    called: Collection[int] = ()
    hole_told: bool = False
    unanswered_told: bool = False


@dataclass(frozen=True)
class Asked:
    """How to ask about a moment: the line then, with whether it has a hole; the next shift."""

    line_at: Callable[[datetime], Line]
    next_start: Callable[[datetime], datetime | None]


@dataclass
class _Course:
    process: Process
    asked: Asked
    round: int
    called: set[int]
    hole_told: bool
    unanswered_told: bool
    steps: list[Step] = field(default_factory=list)

    def go(self, at: datetime) -> datetime | None:
        """Take what happens at `at` down, and give when something happens next."""
        order, hole = self.asked.line_at(at)
        engineer, again = next_called(order, self.called)
        if engineer is not None:
            return self._call(engineer, again, at)
        until = covered_from(self.process, at, self.asked.next_start(at))
        self.steps.append(Holds(at, until, hole))
        if hole and not self.hole_told:
            self.hole_told = True
            self.steps.append(TellsTeam(at, hole=True))
        return until

    def _call(self, engineer: int, again: bool, at: datetime) -> datetime:
        if again:
            self.round += 1
            self.called = set()
            if not self.unanswered_told:
                self.unanswered_told = True
                self.steps.append(TellsTeam(at, hole=False))
        self.called.add(engineer)
        self.steps.append(Calls(at, engineer, self.round))
        return at + self.process.on_call.acknowledge_within


def foresee(
    process: Process, asked: Asked, *, begins: datetime, ends: datetime, so_far: PageProgress
) -> tuple[Step, ...]:
    """Give what happens from `begins` until before `ends`, if nobody answers and nothing changes.

    It goes by what the desk pages by, so it stays true across a change of shifts, a night that
    nobody is promised for, and a change of clocks. Clauses oncall.escalate, hours.closed.
    """
    told = so_far.hole_told, so_far.unanswered_told
    course = _Course(process, asked, so_far.round, set(so_far.called), *told)
    moment: datetime | None = begins
    while moment is not None and moment < ends:
        moment = course.go(moment)
    return tuple(course.steps)
