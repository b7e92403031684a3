"""What holds for every rota there could be."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import assume, given
from hypothesis import strategies as st

from dutydesk.kernel.periods import Period, subtract, union
from dutydesk.rota.rules import gaps
from dutydesk.rota.rules.places import close_up, starting_with
from dutydesk.rota.rules.schedule import (
    AbsencePeriod,
    OnShift,
    OverrideLayer,
    Rota,
    RotationLayer,
    Source,
    Temporary,
    clear,
    compose,
)
from dutydesk.rota.rules.shift_changes import ShiftChanges, difference, moved
from dutydesk.rota.rules.stretches import joined, together
from dutydesk.rota.rules.turns import Turns
from dutydesk.rota.rules.weekly_windows import Window, open_in

ZONES = ("Europe/London", "America/Chicago", "Australia/Sydney", "Australia/Lord_Howe")
FIRST = datetime(2026, 3, 20, tzinfo=UTC)
SPAN = Period(FIRST, FIRST + timedelta(days=24))  # Each zone's clock changes in it, or nearly so.
MINUTE = timedelta(minutes=1)

zones = st.sampled_from(ZONES).map(ZoneInfo)
people = st.integers(1, 5)
minutes = st.integers(0, int(SPAN.length / MINUTE)).map(lambda n: FIRST + n * MINUTE)
periods = (
    st.tuples(minutes, minutes).filter(lambda p: p[0] != p[1]).map(lambda p: Period(*sorted(p)))
)
clocks = st.times().map(lambda t: t.replace(second=0, microsecond=0))
starts = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1)).map(  # noqa: DTZ001
    lambda t: t.replace(second=0, microsecond=0)
)
units = st.sampled_from(("daily", "weekly", "monthly"))
turns = st.one_of(
    st.builds(Turns, units, st.integers(1, 3), starts, zones),
    st.builds(Turns, st.just("hourly"), st.integers(1, 30), starts, zones),
)
windows = st.builds(Window, st.frozensets(st.integers(0, 6), min_size=1), clocks, clocks)
rotations = st.builds(
    RotationLayer,
    turns=turns,
    places=st.lists(st.lists(people, max_size=3).map(tuple), min_size=1, max_size=4).map(tuple),
    windows=st.lists(windows, max_size=2).map(tuple),
    priority=st.integers(1, 2),
    number=st.integers(1, 9),
)
overrides = st.builds(
    OverrideLayer,
    period=periods,
    add=st.none() | people,
    remove=st.none() | people,
    everybody=st.booleans(),
    number=st.integers(1, 9),
)
absences = st.builds(AbsencePeriod, people, periods)
standing_in = st.builds(OnShift, people, periods, st.just(Source("hand", 1)))
temporary = st.builds(
    Temporary, periods, st.lists(standing_in, max_size=3).map(tuple), st.integers(1, 9)
)
rotas = st.builds(
    Rota,
    rotations=st.lists(rotations, max_size=3).map(tuple),
    overrides=st.lists(overrides, max_size=4).map(tuple),
    temporary=st.lists(temporary, max_size=1).map(tuple),
    absences=st.lists(absences, max_size=3).map(tuple),
)


def on_at(shifts: list[OnShift], at: datetime) -> set[int]:
    return {shift.engineer for shift in shifts if at in shift.period}


@given(turns, minutes)
def test_turns_partition_time_and_start_on_the_wall_clock(cadence: Turns, at: datetime) -> None:
    number = cadence.number_at(at)
    assert at in Period(cadence.handoff(number), cadence.handoff(number + 1))
    found = [turn for _, turn in cadence.during(SPAN)]
    assert found[0].start <= SPAN.start < SPAN.end <= found[-1].end
    assert all(before.end == after.start for before, after in pairwise(found))
    for turn in found[1:]:
        shown = turn.start.astimezone(cadence.zone)
        moved = shown.utcoffset() != (turn.start - MINUTE).astimezone(cadence.zone).utcoffset()
        assert moved or shown.minute == cadence.start.minute


@given(st.lists(windows, max_size=3), zones)
def test_a_window_is_open_by_the_minute_as_its_clock_says(
    some: list[Window], zone: ZoneInfo
) -> None:
    opened = open_in(some, SPAN, zone)
    assert opened == union(opened)
    for hour in range(0, 24 * 24, 5):
        at = SPAN.start + timedelta(hours=hour)
        local = at.astimezone(zone)
        if local.utcoffset() == (at - timedelta(days=2)).astimezone(zone).utcoffset():
            shown = any(_shows(window, local) for window in some)
            assert shown == any(at in period for period in opened)


def _shows(window: Window, local: datetime) -> bool:
    today, clock = local.weekday(), local.time()
    if window.start < window.end:
        return today in window.days and window.start <= clock < window.end
    late = today in window.days and clock >= window.start
    return late or ((today - 1) % 7 in window.days and clock < window.end)


@given(rotas, minutes, minutes)
def test_the_answer_at_an_instant_is_the_answer_for_a_period(
    rota: Rota, at: datetime, start: datetime
) -> None:
    assume(at in SPAN)
    whole = compose(rota, SPAN)
    assert on_at(whole, at) == on_at(compose(rota, Period(at, at + MINUTE)), at)
    if start <= at:
        assert on_at(whole, at) == on_at(compose(rota, Period(start, at + MINUTE)), at)


@given(rotas)
def test_hours_add_up_and_nobody_is_on_twice(rota: Rota) -> None:
    shifts = compose(rota, SPAN)
    for person in range(1, 6):
        mine = [shift.period for shift in shifts if shift.engineer == person]
        assert sum((p.length for p in mine), timedelta()) == sum(
            (p.length for p in union(mine)), timedelta()
        )
    covered = gaps.covered(shifts, reachable=range(1, 6))
    left = gaps.gaps([SPAN], shifts, reachable=range(1, 6))
    assert sum((p.length for p in covered + left), timedelta()) == SPAN.length
    assert union(covered + left) == [SPAN]
    for period, on in together(shifts):
        assert set(on) == on_at(shifts, period.start) == on_at(shifts, period.end - MINUTE)
    assert together(joined(shifts)) == together(shifts)


@given(rotas, absences)
def test_somebody_absent_is_not_on_and_nobody_else_moves(rota: Rota, gone: AbsencePeriod) -> None:
    before = compose(rota, SPAN)
    after = compose(Rota(rota.rotations, rota.overrides, rota.temporary,
                         (*rota.absences, gone)), SPAN)  # fmt: skip
    for at in (gone.period.start, gone.period.end - MINUTE, gone.period.end):
        if at in SPAN:
            away = {gone.engineer} if at in gone.period else set()
            assert on_at(after, at) == on_at(before, at) - away


@given(rotas, rotas, minutes)
def test_nothing_before_now_changes_by_an_edit(before: Rota, after: Rota, now: datetime) -> None:
    """Carry out what the desk would write, and compare the record before now and what is told."""
    assume(now > SPAN.start)
    recorded = dict(enumerate(compose(before, SPAN)))
    coming = compose(after, Period(now, SPAN.end)) if now < SPAN.end else []
    running = {n: shift for n, shift in recorded.items() if shift.period.end > now}
    shown = carried_out(recorded, difference(running, coming, now), now)
    for step in range(0, 24 * 24, 7):
        at = SPAN.start + timedelta(hours=step)
        assert on_at(shown, at) == on_at(list(recorded.values()) if at < now else coming, at)
    told = moved(running.values(), coming, Period(now, SPAN.end))
    for person in range(1, 6):
        was, is_now = (
            union(p for s in shifts if s.engineer == person and (p := s.period.overlap(ahead)))
            for ahead in [Period(now, SPAN.end)]
            for shifts in (running.values(), coming)
        )
        change = told.get(person)
        assert (list(change.gained) if change else []) == subtract(is_now, was)
        assert (list(change.lost) if change else []) == subtract(was, is_now)


def carried_out(recorded: dict[int, OnShift], change: ShiftChanges, now: datetime) -> list[OnShift]:
    """Give the record after the change is written down."""
    ends = dict(change.moved) | dict.fromkeys(change.cut, now)
    kept = [
        replace(shift, period=Period(shift.period.start, ends.get(number, shift.period.end)))
        for number, shift in recorded.items()
        if number not in change.off
    ]
    return [*kept, *change.new]


@given(rotas, people, minutes)
def test_somebody_who_leaves_moves_nobody_else_s_turn(
    rota: Rota, leaver: int, at: datetime
) -> None:
    """As the desk does it: who has left is absent for good."""
    assume(at in SPAN)
    coming = Period(at, SPAN.end)
    before = compose(rota, coming)
    gone = replace(rota, absences=(*rota.absences, AbsencePeriod(leaver, coming)))
    assert compose(gone, coming) == [shift for shift in before if shift.engineer != leaver]


@given(rotas, temporary)
def test_a_temporary_schedule_replaces_everything_while_it_lasts(
    rota: Rota, instead: Temporary
) -> None:
    base = Rota(rota.rotations, rota.overrides)
    usual, shown = (
        compose(base, SPAN),
        compose(Rota(rota.rotations, rota.overrides, (instead,)), SPAN),
    )
    for at in (instead.period.start, instead.period.end - MINUTE):
        assert on_at(shown, at) == on_at(list(instead.shifts), at)
    if instead.period.end in SPAN:
        assert on_at(shown, instead.period.end) == on_at(usual, instead.period.end)


@given(rotations, people, minutes)
def test_closing_up_keeps_whoever_is_on_on(
    rotation: RotationLayer, leaver: int, at: datetime
) -> None:
    turn = rotation.turns.number_at(at)
    places, on = rotation.places, turn % len(rotation.places)
    left, active = close_up(places, active=on, leaver=leaver)
    assert leaver not in {who for place in left for who in place}
    if left:
        again = replace(rotation, places=starting_with(left, place=active, turn=turn))
        stay = tuple(who for who in places[on] if who != leaver)
        assert again.place(turn) == (stay or left[active])


@given(temporary, periods)
def test_what_is_cleared_is_gone_and_the_rest_stays(schedule: Temporary, cut: Period) -> None:
    left = clear([schedule], cut)
    assert union(part.period for part in left) == subtract([schedule.period], [cut])


def test_an_overnight_window_belongs_to_the_day_on_which_it_starts() -> None:
    friday_night = Window(frozenset({4}), time(22), time(6))
    zone = ZoneInfo("Europe/London")
    found = open_in([friday_night], SPAN, zone)
    assert [f"{p.start.astimezone(zone):%a %H:%M} to {p.end.astimezone(zone):%a %H:%M}"
            for p in found] == ["Fri 22:00 to Sat 06:00"] * 4  # fmt: skip
