"""Handoffs, windows, the wall clock, and what is to come."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import Period, instant
from dutydesk.rota.rules import shares, windows
from dutydesk.rota.rules.turns import Turns
from dutydesk.rota.rules.windows import Window
from testing.vectors.common import (
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
                for period in windows.open_in(
                    chosen, Period(at(text, zone) - HOUR, at(text, zone) + HOUR), zone
                )
            )
            for text in case["expect"]["active"]
        }
        return {"active": active}
    rows = []
    for row in case["expect"]["rows"]:
        found = windows.current_or_next(chosen, at(row["at"], zone), zone)
        told = {"at": row["at"]}
        if found:
            told |= {"window_start": wall(found.start, zone), "window_end": wall(found.end, zone)}
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


def generated(case: Case) -> Case:
    given = case["given"]
    if "roster" in given:
        return _next_person(given)
    zone = zone_of(given)
    now = at(given["now"], zone)
    span = Period(now, now + timedelta(days=given["horizon_days"]))
    expect = case["expect"]
    if "template" in given:
        return _from_template(given, span, zone)
    if "second_period_first" in expect:
        return _half_days(span, zone)
    start = datetime.fromisoformat("2016-01-04T11:00")
    turns = [p for _, p in Turns("weekly", 1, start, zone).during(span) if p.start > now]
    return {
        "local_start_hours": [turn.start.astimezone(zone).hour for turn in turns],
        "abut": all(a.end == b.start for a, b in pairwise(turns)),
    }


def _from_template(given: Case, span: Period, zone: ZoneInfo) -> Case:
    today = span.start.astimezone(zone).date()
    sunday = today - timedelta(days=(today.weekday() + 1) % 7)
    found = []
    for part in given["template"]:
        first = datetime.combine(sunday, time()) + timedelta(seconds=part["offset_s"])
        weekly = Turns("weekly", 1, first, zone)
        lasting = timedelta(seconds=part["duration_s"])
        for number in range(weekly.number_at(span.start) - 1, weekly.number_at(span.end) + 1):
            local = first + timedelta(weeks=number)
            found.append(Period(weekly.handoff(number), instant(local + lasting, zone)))
    shown = sorted(period for period in found if period.overlap(span))
    seconds = {period.length.total_seconds() for period in shown}
    return {
        "starts": [wall(period.start, zone) for period in shown],
        "each_seconds": seconds.pop() if len(seconds) == 1 else sorted(seconds),
    }


def _half_days(span: Period, zone: ZoneInfo) -> Case:
    fortnights = Turns("weekly", 2, datetime.fromisoformat("2016-09-07T12:00"), zone)
    nights = Window(windows.EVERY_DAY, time(12), time())
    turns = [turn for _, turn in fortnights.during(span)]
    second = [p for p in windows.open_in([nights], turns[1], zone)]
    return {
        "periods": len(turns),
        "second_period_first": wall(second[0].start, zone),
        "second_period_count": len(second),
    }


def _next_person(given: Case) -> Case:
    last = {int(who): end for who, end in given["last_end"].items()}
    roster = given["roster"]
    new = given.get("new", [])

    def pick(*, busy: list[int], more: list[int]) -> int | None:
        return shares.next_in_line(roster + more, busy=busy, last_end=last)

    return {
        "pick": pick(busy=given["busy"], more=[n for n in new if n not in roster]),
        "if_busy_all": pick(busy=roster, more=[]),
        "if_new_available": "the new one" if pick(busy=given["busy"], more=[-1]) == -1 else None,
    }
