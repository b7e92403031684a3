"""Measures rotas: a year's schedule, a thousand rotas at one instant, who is on, a plan."""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from zoneinfo import ZoneInfo

from load import Load

from dutydesk.kernel.periods import Period
from dutydesk.rota.rules.newcomers import Experience
from dutydesk.rota.rules.plan_model import Plan, PlanRequest, Turn
from dutydesk.rota.rules.schedule import OverrideLayer, Rota, RotationLayer, compose
from dutydesk.rota.rules.solver import plan
from dutydesk.rota.rules.turns import Turns
from dutydesk.rota.rules.weekly_windows import Window

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
        OverrideLayer(
            Period(FIRST + n * timedelta(days=17), FIRST + n * timedelta(days=17, hours=9)),
            add=(n + 1) % 8,
            remove=n % 8 if n % 2 else None,
            number=n,
        )
        for n in range(20)
    )
    rotations = (
        RotationLayer(turns, places, windows=windows, number=1),
        RotationLayer(turns, places[4:] + places[:4], windows=weekend, number=2),
    )
    return Rota(rotations=rotations, overrides=overrides)


def wanted() -> PlanRequest:
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
    return PlanRequest(turns, range(20), away=weeks(), wishes=weeks(), known=known, rest=2 * WEEK)


def again(before: PlanRequest, found: Plan) -> PlanRequest:
    """Give the same once somebody can't take a published turn after all."""
    who = found.seats[26, "primary"]
    away = dict(before.away)
    away[who] = [*away[who], before.turns[26].period]
    return PlanRequest(before.turns, before.people, away=away, wishes=before.wishes,
                  known=before.known, rest=before.rest, published=found.seats)  # fmt: skip


def proposed(now: datetime) -> list[str]:
    """Plan with a database as the Plan page does; the plan is dropped, and all that it took."""
    from django.db import connection, transaction

    from dutydesk.people.models import Engineer
    from dutydesk.rota.flows import plan_proposals, publication
    from dutydesk.rota.models import Absence, ExperienceMark, Override, Shift

    until = now + 52 * WEEK
    chance = random.Random(20261124)

    def propose(**how: float) -> tuple[float, plan_proposals.Proposal]:
        begun = time.perf_counter()
        found = plan_proposals.propose(at=now, until=until, **how)  # type: ignore[arg-type]
        return time.perf_counter() - begun, found

    def away(engineer: Engineer, start: datetime, *, wish: bool = False) -> None:
        Absence.objects.create(engineer=engineer, start=start, end=start + WEEK, wish=wish)

    with transaction.atomic():
        with connection.cursor() as cursor:  # The solver needs longer than a transaction may idle.
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        Shift.objects.all().delete()
        Override.objects.all().delete()
        missing = 20 - Engineer.objects.filter(active=True).count()
        for number in range(missing):
            Engineer.objects.create(name=f"Planned {number}", email=f"p{number}@example.org")
        people = list(Engineer.objects.filter(active=True))
        for number, engineer in enumerate(people):
            if number < 4 or number >= 8:
                ExperienceMark.objects.create(engineer=engineer, experienced=number >= 8)
            for week in chance.sample(range(52), 8):
                away(engineer, now + week * WEEK, wish=week % 2 == 0)
        first, plan_made = propose()
        begun = time.perf_counter()
        publication.accept(seats=plan_proposals.rows(plan_made), at=now, by="bench")
        published = time.perf_counter() - begun
        turn = plan_made.turns[26].period
        away(Engineer.objects.get(pk=plan_made.plan.seats[26, "primary"]), turn.start)
        second, again_made = propose()
        short, timed_out = propose(seconds=0.05, afresh=True)
        for engineer in people[1:]:
            away(engineer, turn.start)
        none, impossible = propose()
        transaction.set_rollback(True)
    found, again_found = plan_made.plan, again_made.plan
    rows = [
        ("the plan", first, f"at most {100 * found.gap:.2f}% from the best"),
        ("published", published, "all of it"),
        ("again, when one person can't take one turn", second,
         f"{len(again_found.moved)} of {len(again_made.published)} turns change hands"),
        ("one that can't be", none, f"broken by: {', '.join(impossible.plan.broken_by)}"),
        ("without time to solve it", short,
         "says that it isn't known" if timed_out.plan.timed_out else "found all the same"),
    ]  # fmt: skip
    return [
        "20 people and 52 weeks with a database, as the Plan page does it; target: under 10 s each "
        "on 2 cores, within 1% of the best or said so:", "",
        "| what | took | |", "|---|---|---|",
        *(f"| {what} | {taken:.1f} s{missed(taken, 10)} | {says} |" for what, taken, says in rows),
        "",
    ]  # fmt: skip


def missed(value: float, target: float) -> str:
    """Say if a target is missed."""
    return "" if value < target else " (**missed**)"


def asked(load: Load, at: Callable[[list[float], int], float]) -> list[str]:
    """Give the line about who is on over HTTP."""
    p50, p99 = (1000 * at(load.taken, percent) for percent in (50, 99))
    return [
        f"Who is on now, asked over HTTP by one client with a session, {len(load.taken)} times: "
        f"p50 {p50:.1f} ms{missed(p50, 3)}, p99 {p99:.1f} ms; target: p50 under 3 ms. A desk has "
        "one rota for each of three duties and answers for all at once, so 1,000 rotas at an "
        "instant are measured without HTTP.", "",
    ]  # fmt: skip


def measure(at: Callable[[list[float], int], float], now: datetime) -> list[str]:
    """Give the lines of the report."""
    year = timed(lambda: compose(rota(), YEAR), 50)
    many = [rota(n) for n in range(1000)]
    instant = Period(FIRST + 26 * WEEK, FIRST + 26 * WEEK + timedelta(seconds=1))
    thousand = timed(lambda: [compose(each, instant) for each in many], 5)
    asked_for = wanted()
    begun = time.perf_counter()
    found = plan(asked_for)
    first = time.perf_counter() - begun
    begun = time.perf_counter()
    moved = plan(again(asked_for, found))
    second = time.perf_counter() - begun
    return [
        "## Rotas", "",
        "| what | p50 | p99 |", "|---|---|---|",
        "| a year's schedule: 8 people, weekly handoffs, weekday and weekend windows, 20 "
        f"overrides | {1000 * at(year, 50):.1f} ms | {1000 * at(year, 99):.1f} ms |",
        "| who is on at one instant, worked out for 1,000 such rotas | "
        f"{1000 * at(thousand, 50):.0f} ms | {1000 * at(thousand, 99):.0f} ms |",
        "", f"A plan for 20 people and 52 weeks, with absences, wishes, newcomers and rest, by the "
        f"rules alone: {first:.1f} s{missed(first, 10)}, at most {100 * found.gap:.2f}% from the "
        f"best, {found.wishes_missed} of 80 wishes missed. Planned again when one person can't "
        f"take one turn: {second:.1f} s{missed(second, 10)}, {len(moved.moved)} of 104 published "
        "turns changed hands.", "",
        *proposed(now),
    ]  # fmt: skip
