"""Composing who is on: rotations in layers, then overrides and swaps, then absences."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from dutydesk.kernel.periods import Period
from dutydesk.rota.rules.turns import Turns
from dutydesk.rota.rules.weekly_windows import Window, open_in

Kind = Literal["rotation", "hand", "override", "swap", "cover", "plan", "temporary"]


@dataclass(frozen=True)
class Source:
    """What put somebody on: its kind, the number of that thing, and when the turn began."""

    kind: Kind
    number: int = 0
    turn: datetime | None = None


@dataclass(frozen=True)
class OnShift:
    """One person's period of duty, and what put them on."""

    engineer: int
    period: Period
    source: Source


@dataclass(frozen=True)
class RotationLayer:
    """Places that take turns; turn `k` is for place `k`, round and round.

    A place is a group of engineers, and an empty one keeps the cadence. Outside its `windows`,
    if it has any, and outside `lasts` nobody is on by it. The highest `priority` masks lower ones.
    """

    turns: Turns
    places: tuple[tuple[int, ...], ...]
    windows: tuple[Window, ...] = ()
    priority: int = 1
    number: int = 0
    lasts: Period | None = None

    def place(self, turn: int) -> tuple[int, ...]:
        """Give who has turn number `turn`."""
        return self.places[turn % len(self.places)] if self.places else ()


@dataclass(frozen=True)
class OverrideLayer:
    """A change for a period: `add` comes on, `remove` goes off, or one replaces the other.

    A replacement happens only where the replaced person is on. `everybody`: all go off first.
    Where several overlap, a later one (by priority, then number) changes what earlier ones made.
    `group`: who was put on by another of the same group stays, also where everybody goes off.
    """

    period: Period
    add: int | None = None
    remove: int | None = None
    everybody: bool = False
    priority: int = 0
    number: int = 0
    kind: Kind = "override"
    group: int = 0


@dataclass(frozen=True)
class Temporary:
    """A schedule that replaces everything while it lasts; where it names nobody, nobody is on.

    `after`: the number of the last override before it. Later ones change it as they change what is
    usual, but a plan doesn't; if it isn't known, none does.
    """

    period: Period
    shifts: tuple[OnShift, ...]
    number: int = 0
    after: int | None = None


@dataclass(frozen=True)
class AbsencePeriod:
    """A person who can't be on."""

    engineer: int
    period: Period


@dataclass(frozen=True)
class Rota:
    """All that decides who is on for one duty."""

    rotations: tuple[RotationLayer, ...] = ()
    overrides: tuple[OverrideLayer, ...] = ()
    temporary: tuple[Temporary, ...] = ()
    absences: tuple[AbsencePeriod, ...] = ()


@dataclass(frozen=True, slots=True)
class _Layered:
    engineer: int
    source: Source
    priority: int


@dataclass
class _Now:
    """What applies at one moment of the sweep."""

    base: dict[int, _Layered] = field(default_factory=dict)
    overrides: dict[int, OverrideLayer] = field(default_factory=dict)
    temporary: dict[int, Temporary] = field(default_factory=dict)
    standing_in: dict[int, tuple[int, OnShift]] = field(default_factory=dict)
    absent: dict[int, AbsencePeriod] = field(default_factory=dict)

    def on(self) -> dict[int, Source]:
        found = self._temporarily() if self.temporary else self._usually()
        for absence in self.absent.values():
            found.pop(absence.engineer, None)
        return found

    def _temporarily(self) -> dict[int, Source]:
        newest = max(self.temporary.values(), key=lambda schedule: schedule.number)
        mine = (shift for number, shift in self.standing_in.values() if number == newest.number)
        found = {shift.engineer: Source("temporary", newest.number) for shift in mine}
        if newest.after is not None:
            self._change(found, after=newest.after)
        return found

    def _usually(self) -> dict[int, Source]:
        highest = max((layer.priority for layer in self.base.values()), default=0)
        found: dict[int, Source] = {}
        for layer in self.base.values():
            if layer.priority == highest:
                found.setdefault(layer.engineer, layer.source)
        self._change(found)
        return found

    def _change(self, on: dict[int, Source], after: int | None = None) -> None:
        """Change who is on by all overrides; or by those that people made after that one."""
        together: dict[int, set[Source]] = {}
        for change in sorted(self.overrides.values(), key=_in_turn):
            if after is None or (change.number > after and change.kind != "plan"):
                stay = together.setdefault(change.group, set()) if change.group else set()
                _apply(change, on, stay)
                stay.add(Source(change.kind, change.number))


def _in_turn(change: OverrideLayer) -> tuple[int, int, Period]:
    return change.priority, change.number, change.period


def _apply(change: OverrideLayer, on: dict[int, Source], stay: Collection[Source]) -> None:
    if change.everybody:
        for who in [who for who, source in on.items() if source not in stay]:
            del on[who]
    elif change.remove is not None and on.pop(change.remove, None) is None:
        return
    if change.add is not None:
        on.setdefault(change.add, Source(change.kind, change.number))


def compose(rota: Rota, span: Period) -> list[OnShift]:
    """Give every shift in `span`, cut to it, in order of start and then engineer.

    Two people on at once are both on. A shift ends where its source does: at a handoff, or
    where an override begins.
    """
    steps = sorted(_steps(rota, span), key=lambda step: step[0])
    state, begun = _Now(), dict[int, tuple[datetime, Source]]()
    shifts: list[OnShift] = []
    index = 0
    while index < len(steps):
        at = steps[index][0]
        while index < len(steps) and steps[index][0] == at:
            _, name, key, value = steps[index]
            table = getattr(state, name)
            if value is None:
                table.pop(key, None)
            else:
                table[key] = value
            index += 1
        _move_on(begun, state.on(), at, shifts)
    return sorted(shifts, key=lambda shift: (shift.period.start, shift.engineer))


def _move_on(
    begun: dict[int, tuple[datetime, Source]],
    on: dict[int, Source],
    at: datetime,
    shifts: list[OnShift],
) -> None:
    for engineer, (start, source) in list(begun.items()):
        if on.get(engineer) != source:
            shifts.append(OnShift(engineer, Period(start, at), source))
            del begun[engineer]
    for engineer, source in on.items():
        begun.setdefault(engineer, (at, source))


_Step = tuple[datetime, str, int, object]


def _steps(rota: Rota, span: Period) -> Iterator[_Step]:
    key = 0
    for table, period, value in _things(rota, span):
        shared = period.overlap(span)
        if shared is not None:
            key += 1
            yield shared.start, table, key, value
            yield shared.end, table, key, None


def _things(rota: Rota, span: Period) -> Iterator[tuple[str, Period, object]]:
    for rotation in rota.rotations:
        for shift in turns_of(rotation, span):
            layer = _Layered(shift.engineer, shift.source, rotation.priority)
            yield "base", shift.period, layer
    yield from (("overrides", change.period, change) for change in rota.overrides)
    yield from (("absent", absence.period, absence) for absence in rota.absences)
    for schedule in rota.temporary:
        yield "temporary", schedule.period, schedule
        for shift in schedule.shifts:
            shared = shift.period.overlap(schedule.period)
            if shared is not None:
                yield "standing_in", shared, (schedule.number, shift)


def turns_of(rotation: RotationLayer, span: Period) -> Iterator[OnShift]:
    """Give who is on by one rotation in `span`, cut to it, by turns and windows."""
    limited = span.overlap(rotation.lasts) if rotation.lasts else span
    if limited is None:
        return
    windows = (
        open_in(rotation.windows, limited, rotation.turns.zone) if rotation.windows else [limited]
    )
    for number, turn in rotation.turns.during(limited):
        source = Source("rotation", rotation.number, turn.start)
        while windows and windows[0].end <= turn.start:
            windows.pop(0)
        for window in windows:
            if window.start >= turn.end:
                break
            shared = window.overlap(turn)
            if shared is not None:
                for engineer in rotation.place(number):
                    yield OnShift(engineer, shared, source)


def clear(schedules: Iterable[Temporary], period: Period) -> list[Temporary]:
    """Give the temporary schedules with `period` cut out of them, shifts and all."""
    kept: list[Temporary] = []
    for schedule in schedules:
        for part in apart(schedule.period, period):
            cut = [
                replace(shift, period=shared)
                for shift in schedule.shifts
                if (shared := shift.period.overlap(part)) is not None
            ]
            kept.append(replace(schedule, period=part, shifts=tuple(cut)))
    return kept


def apart(whole: Period, cut: Period) -> list[Period]:
    """Give what is left of `whole` without `cut`: nothing, one part or two."""
    shared = whole.overlap(cut)
    if shared is None:
        return [whole]
    ends = (Period(whole.start, shared.start), Period(shared.end, whole.end))
    return [part for part in ends if part.start < part.end]
