"""Who covers what at a moment, and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from dutydesk.kernel.periods import Period
from dutydesk.process.rules.model import Duty, Process


@dataclass(frozen=True)
class Assigned:
    """One person's shift of one duty; `reached`: whether a message can reach them."""

    duty: Duty
    engineer: int
    name: str
    period: Period
    kind: str = "hand"
    reached: bool = True


@dataclass(frozen=True)
class OnDuty:
    """One duty at a moment: who has it and until when, or that nobody is promised and why.

    `engineer` is None when nobody has the duty. `hole`: it should be covered and isn't: nobody
    has it, or only people whom no message reaches (`reached`). `by` is what put somebody on:
    rotation, plan, hand, override, swap, cover or temporary.
    """

    duty: Duty
    engineer: int | None
    name: str
    why: str
    until: datetime | None
    hole: bool = False
    by: str = ""
    reached: bool = True

    def row(self) -> dict[str, str | bool | None]:
        """Give it as JSON shows it, in the API as on the command line."""
        return {
            "duty": self.duty,
            "name": self.name or None,
            "why": self.why,
            "by": self.by or None,
            "until": self.until.isoformat() if self.until else None,
            "hole": self.hole,
            "reached": self.reached,
        }


@dataclass(frozen=True)
class Coming:
    """Who has a duty next, and from when on."""

    duty: Duty
    name: str
    at: datetime


_CLOCKS: dict[Duty, str] = {
    "support": "working",
    "primary": "on_call",
    "secondary": "on_call",
}


def open_clock(duty: Duty) -> str:
    """Give the clock during which a duty is promised."""
    return _CLOCKS[duty]


def who(
    process: Process, shifts: Iterable[Assigned], at: datetime, duties: Sequence[Duty] = ()
) -> tuple[OnDuty, ...]:
    """Give who covers each duty at `at`: these, or else those that the process pages, in order.

    A duty outside its hours is nobody's, whoever has the shift. Clauses hours.*.
    """
    now = [shift for shift in shifts if at in shift.period]
    answer: list[OnDuty] = []
    for duty in duties or process.on_call.order:
        answer.extend(_one_duty(process, duty, [s for s in now if s.duty == duty], at))
    return tuple(answer)


def coming(process: Process, shifts: Iterable[Assigned], at: datetime) -> Coming | None:
    """Give who is on next from `at` on, by these shifts; None if none of them covers anything."""
    found: list[Coming] = []
    for shift in shifts:
        clock = process.clock(_CLOCKS[shift.duty])
        begins = max(shift.period.start, at)
        opens = begins if clock.is_open(begins) else clock.next_open(begins)
        if opens is not None and opens < shift.period.end and shift.reached:
            found.append(Coming(shift.duty, shift.name, opens))
    return min(found, key=lambda one: one.at, default=None)


UNREACHED = "no message reaches them: they have no account, and the desk sends no mail"
_BY = {
    "rotation": "has the {duty} turn",
    "hand": "has the {duty} shift",
    "override": "has the {duty} shift by an override",
    "swap": "took over the {duty} shift in a swap",
    "plan": "has the {duty} turn by the plan",
    "cover": "is named to answer",
    "temporary": "has the {duty} shift by a temporary schedule",
    "corrected": "had the {duty} shift, as was put right later",
}


def why(duty: str, by: str) -> str:
    """Say in words what put somebody on a duty."""
    return _BY.get(by, _BY["hand"]).format(duty=duty)


def _one_duty(process: Process, duty: Duty, shifts: list[Assigned], at: datetime) -> list[OnDuty]:
    clock = process.clock(_CLOCKS[duty])
    changes = clock.next_change(at)
    title = clock.title.lower()
    if not clock.is_open(at):
        return [OnDuty(duty, None, "", f"it is outside {title}", changes)]
    if not shifts:
        return [OnDuty(duty, None, "", f"nobody has this shift in {title}", changes, hole=True)]
    found: dict[int, OnDuty] = {}
    covered = any(shift.reached for shift in shifts)
    for shift in sorted(shifts, key=lambda shift: (not shift.reached, shift.kind != "cover")):
        until = min(shift.period.end, changes) if changes else shift.period.end
        told = f"{why(duty, shift.kind)} in {title}"
        if not shift.reached:
            told += f", but {UNREACHED}"
        found.setdefault(
            shift.engineer,
            OnDuty(
                duty,
                shift.engineer,
                shift.name,
                told,
                until,
                hole=not covered,
                by=shift.kind,
                reached=shift.reached,
            ),
        )
    return list(found.values())
