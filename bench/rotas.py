"""Measures rotas: a year's schedule, a thousand rotas at one instant, who is on, a plan."""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import Period
from dutydesk.rota.rules.pairing import Experience
from dutydesk.rota.rules.planning import Plan, Turn, Wanted
from dutydesk.rota.rules.schedule import Override, Rota, Rotation, compose
from dutydesk.rota.rules.solving import plan
from dutydesk.rota.rules.turns import Turns
from dutydesk.rota.rules.windows import Window

FIRST = datetime(2027, 1, 4, 10, tzinfo=UTC)
WEEK = timedelta(weeks=1)
YEAR = Period(FIRST, FIRST + 52 * WEEK)
ZONE = ZoneInfo("Europe/London")
WEEKDAYS, WEEKEND = frozenset(range(5)), frozenset((5, 6))


def timed(what: Callable[[], object], times: int) -> list[float]:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        what()
        taken.append(time.perf_counter() - begun)
    return taken


def rota(shift: int = 0) -> Rota:
    """Give eight people's weekly rota with weekday and weekend windows and 20 overrides."""
    starts = FIRST.astimezone(ZONE).replace(tzinfo=None)
    turns = Turns("weekly", 1, starts, ZONE)
    places = tuple(((n + shift) % 8,) for n in range(8))
    windows = (
        Window(WEEKDAYS, clock_time(7), clock_time(10)),
        Window(WEEKDAYS, clock_time(17), clock_time(22)),
    )
    weekend = (Window(WEEKEND, clock_time(7), clock_time(22)),)
    overrides = tuple(
        Override(
            Period(FIRST + n * timedelta(days=17), FIRST + n * timedelta(days=17, hours=9)),
            add=(n + 1) % 8,
            remove=n % 8 if n % 2 else None,
            number=n,
        )
        for n in range(20)
    )
    rotations = (
        Rotation(turns, places, windows=windows, number=1),
        Rotation(turns, places[4:] + places[:4], windows=weekend, number=2),
    )
    return Rota(rotations=rotations, overrides=overrides)


def wanted() -> Wanted:
    """Give 20 people and 52 weeks, with absences, wishes, newcomers and two weeks' rest."""
    chance = random.Random(20261124)
    holidays = {12, 13, 18, 21, 34, 51}
    turns = [
        Turn(Period(FIRST + n * WEEK, FIRST + (n + 1) * WEEK), 70 + 7 * (n in holidays), 30,
             15 * (n in holidays))
        for n in range(52)
    ]  # fmt: skip

    def weeks() -> dict[int, list[Period]]:
        return {
            person: [turns[n].period for n in chance.sample(range(52), 4)] for person in range(20)
        }

    known = Experience(frozenset(range(4)), frozenset(range(8, 20)))
    return Wanted(turns, range(20), away=weeks(), wishes=weeks(), known=known, rest=2 * WEEK)


def again(before: Wanted, found: Plan) -> Wanted:
    """Give the same once somebody can't take a published turn after all."""
    who = found.seats[26, "primary"]
    away = dict(before.away)
    away[who] = [*away[who], before.turns[26].period]
    return Wanted(before.turns, before.people, away=away, wishes=before.wishes,
                  known=before.known, rest=before.rest, published=found.seats)  # fmt: skip


def measure(at: Callable[[list[float], int], float]) -> list[str]:
    """Give the lines of the report."""
    year = timed(lambda: compose(rota(), YEAR), 50)
    many = [rota(n) for n in range(1000)]
    now = Period(FIRST + 26 * WEEK, FIRST + 26 * WEEK + timedelta(seconds=1))
    thousand = timed(lambda: [compose(each, now) for each in many], 5)
    asked = wanted()
    begun = time.perf_counter()
    found = plan(asked)
    first = time.perf_counter() - begun
    begun = time.perf_counter()
    moved = plan(again(asked, found))
    second = time.perf_counter() - begun
    return [
        "## Rotas", "",
        "| what | p50 | p99 |", "|---|---|---|",
        "| a year's schedule: 8 people, weekly handoffs, weekday and weekend windows, 20 "
        f"overrides | {1000 * at(year, 50):.1f} ms | {1000 * at(year, 99):.1f} ms |",
        "| who is on at one instant, worked out for 1,000 such rotas | "
        f"{1000 * at(thousand, 50):.0f} ms | {1000 * at(thousand, 99):.0f} ms |",
        "", f"A plan for 20 people and 52 weeks, with absences, wishes, newcomers and rest: "
        f"{first:.1f} s, at most {100 * found.gap:.2f}% from the best, {found.wishes_missed} of "
        f"80 wishes missed. Planned again when one person can't take one turn: {second:.1f} s, "
        f"{len(moved.moved)} of 104 published turns changed hands.", "",
    ]  # fmt: skip
