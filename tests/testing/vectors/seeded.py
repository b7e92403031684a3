"""The default process: its hours, its handoffs, its gaps and its groups."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import Period, instant, union
from dutydesk.process.rules.model import Process
from dutydesk.rota.rules import gaps, schedule
from dutydesk.rota.rules.schedule import OnShift, Rotation
from dutydesk.rota.rules.turns import Turns
from testing.vectors.common import (
    HAND,
    HOUR,
    Case,
    wall,
    zone_of,
)


def seeded(case: Case, rules: Process) -> Case:
    given = case["given"]
    readers: tuple[tuple[str, Callable[[Case, Process], Case]], ...] = (
        ("date", _one_day),
        ("week_from", _one_week),
        ("day", _gap),
        ("groups", _groups),
        ("end", _turn),
    )
    return next(reader for key, reader in readers if key in given)(given, rules)


def _day(day: date, zone: ZoneInfo, days: int = 1) -> Period:
    first = datetime.combine(day, time())
    return Period(instant(first, zone), instant(first + timedelta(days=days), zone))


def _one_day(given: Case, rules: Process) -> Case:
    day = date.fromisoformat(given["date"])
    whole = _day(day, zone_of(given))

    def spans(periods: Iterable[Period]) -> list[list[str]]:
        return [[f"{moment:%H:%MZ}" for moment in (p.start, p.end)] for p in periods]

    def clock(name: str) -> list[Period]:
        return rules.clock(name).periods(whole.start, whole.end)

    both = (a.overlap(b) for a in clock("working") for b in clock("on_call"))
    name = rules.calendar.holidays(day.year).get(day)
    return {
        "weekday": f"{day:%a}",
        "bank_holiday": re.sub(r" \((substitute|observed).*\)", "", name) if name else None,
        "on_call_utc": spans(clock("on_call")),
        "support_utc": spans(clock("support")),
        "online_cover_utc": spans(union(shared for shared in both if shared)),
    }


def _one_week(given: Case, rules: Process) -> Case:
    week = _day(date.fromisoformat(given["week_from"]), zone_of(given), days=7)
    return {"on_call_hours": rules.clock("on_call").between(week.start, week.end) / HOUR}


def _turn(given: Case, rules: Process) -> Case:
    zone = zone_of(given)
    turn = rules.on_call.turn
    starts = datetime.fromisoformat(given["start"])
    assert turn.starts == f"{starts:%A %H:%M}"
    found = Turns("weekly", 1, starts, zone).at(instant(starts, zone))
    assert wall(found.end, zone) == given["end"]
    return {
        "elapsed_hours": found.length / HOUR,
        "start_utc": f"{found.start:%H:%MZ}",
        "end_utc": f"{found.end:%H:%MZ}",
    }


def _gap(given: Case, rules: Process) -> Case:
    zone, day = rules.zone, date.fromisoformat(given["day"])

    def local(text: str) -> datetime:
        return instant(datetime.combine(day, time.fromisoformat(text)), zone)

    shifts = [
        OnShift(1, Period(local(start), local(end)), HAND)
        for start, end in re.findall(r"(\d\d:\d\d)-(\d\d:\d\d) \w+", given["assigned"])
    ]
    whole = _day(day, zone)
    declared = rules.clock("on_call").periods(whole.start, whole.end)
    left = gaps.gaps(declared, shifts, reachable={1})
    total = sum((p.length for p in declared), timedelta())
    missing = sum((p.length for p in left), timedelta())
    return {
        "gaps": [[f"{m.astimezone(zone):%H:%M}" for m in (p.start, p.end)] for p in left],
        "covered_pct_of_declared": 100 * (1 - missing / total),
    }


def _groups(given: Case, rules: Process) -> Case:
    zone = zone_of(given)
    size = given["size"]
    names = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: given["groups"]]
    places = tuple(
        tuple(range(group * size, (group + 1) * size)) for group in range(given["groups"])
    )
    turns = Turns("weekly", given["turn_weeks"], datetime.fromisoformat(given["start"]), zone)
    rotation = Rotation(turns, places)
    cycle = given["turn_weeks"] * given["groups"]
    shown = 2 * given["groups"]
    whole = Period(turns.handoff(0), turns.handoff(shown))
    on = schedule.turns_of(rotation, whole)
    by_turn = {shift.period.start: shift.engineer // size for shift in on}
    once = Period(turns.handoff(0), turns.handoff(given["groups"]))
    mine = [s for s in schedule.turns_of(rotation, once) if s.engineer == 0]
    weeks = sum((s.period.length for s in mine), timedelta()) / timedelta(weeks=1)
    assert rules.support.size == size
    assert rules.support.every == timedelta(weeks=cycle)
    return {
        "group_by_fortnight": [names[group] for _, group in sorted(by_turn.items())],
        "each_person_weeks_in_six": round(weeks),
    }
