"""The default process in a case's place: its hours, its handoffs, its gaps and its groups."""

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import Period, instant, union
from dutydesk.process.rules.check import default_process
from dutydesk.process.rules.model import Process
from dutydesk.rota.flows.plan_proposals import cadence
from dutydesk.rota.rules import gaps, schedule
from dutydesk.rota.rules.schedule import OnShift, RotationLayer
from dutydesk.rota.rules.turns import Turns
from testing.vectors.common import (
    HAND,
    HOUR,
    Case,
    wall,
)

_DIVISIONS = {"england-and-wales": "ENG", "scotland": "SCT", "northern-ireland": "NIR"}


def seeded(case: Case) -> Case:
    given = case["given"]
    readers: tuple[tuple[str, Callable[[Case, Process], Case]], ...] = (
        ("date", _one_day),
        ("week_from", _one_week),
        ("day", _gap),
        ("groups", _groups),
        ("end", _turn),
    )
    reader = next(reader for key, reader in readers if key in given)
    return reader(given, _placed(given, default_process()))


def _placed(given: Case, rules: Process) -> Process:
    place: dict[str, str] = {}
    if "tz" in given:
        place["zone"] = given["tz"]
    if "division" in given:
        place |= {"country": "GB", "subdivision": _DIVISIONS[given["division"]]}
    return _changed(rules, place=rules.place.model_copy(update=place))


def _changed(rules: Process, **update: object) -> Process:
    """Give the process with that changed, and nothing of it worked out yet."""
    return Process.model_construct(**{n: getattr(rules, n) for n in Process.model_fields} | update)


def _day(day: date, zone: ZoneInfo, days: int = 1) -> Period:
    first = datetime.combine(day, time())
    return Period(instant(first, zone), instant(first + timedelta(days=days), zone))


def _one_day(given: Case, rules: Process) -> Case:
    day = date.fromisoformat(given["date"])
    whole = _day(day, rules.zone)

    def spans(periods: Iterable[Period]) -> list[list[str]]:
        return [[f"{moment:%H:%MZ}" for moment in (p.start, p.end)] for p in periods]

    def clock(name: str) -> list[Period]:
        return rules.clock(name).periods(whole.start, whole.end)

    both = (a.overlap(b) for a in clock("working") for b in clock("on_call"))
    name = rules.calendar.holidays(day.year).get(day)
    return {
        "weekday": f"{day:%a}",
        "bank_holiday": name.removesuffix(" (substitute day)") if name else None,
        "on_call_utc": spans(clock("on_call")),
        "support_utc": spans(clock("support")),
        "working_utc": spans(clock("working")),
        "online_cover_utc": spans(union(shared for shared in both if shared)),
    }


def _one_week(given: Case, rules: Process) -> Case:
    week = _day(date.fromisoformat(given["week_from"]), rules.zone, days=7)
    names = ("on_call", "support", "working")
    return {f"{name}_hours": rules.clock(name).between(week.start, week.end) / HOUR
            for name in names}  # fmt: skip


def _turn(given: Case, rules: Process) -> Case:
    """Let the process hand over when the case does, and ask for its cadence as plans do."""
    starts, ends = (datetime.fromisoformat(given[name]) for name in ("start", "end"))
    turn = rules.on_call.turn.model_copy(
        update={"length": ends - starts, "starts": f"{starts:%A %H:%M}"}
    )
    changed = _changed(rules, on_call=rules.on_call.model_copy(update={"turn": turn}))
    found = cadence(changed, instant(starts, changed.zone)).at(instant(starts, changed.zone))
    assert wall(found.end, changed.zone) == given["end"]
    return {
        "elapsed_hours": found.length / HOUR,
        "start_utc": f"{found.start:%H:%MZ}",
        "end_utc": f"{found.end:%H:%MZ}",
    }


_UNPAGED = ("unpageable", "not_pageable", "unreachable")


def _gap(given: Case, rules: Process) -> Case:
    zone, day = rules.zone, date.fromisoformat(given["day"])

    def local(text: str, after: str = "") -> datetime:
        on = day + timedelta(days=text <= after)
        return instant(datetime.combine(on, time.fromisoformat(text)), zone, last=bool(after))

    found = re.findall(r"(\d\d:\d\d)-(\d\d:\d\d) ([^;]+)", given["assigned"])
    known = sorted({who.strip() for *_, who in found})
    unpaged = {who.strip() for key in _UNPAGED for who in given.get(key, ())}
    reachable = {n for n, who in enumerate(known) if not (unpaged & {who}) and "(" not in who}
    shifts = [
        OnShift(known.index(who.strip()), Period(local(start), local(end, after=start)), HAND)
        for start, end, who in found
    ]
    whole = _day(day, zone)
    declared = rules.clock("on_call").periods(whole.start, whole.end)
    left = gaps.gaps(declared, shifts, reachable=reachable)
    total = sum((p.length for p in declared), timedelta())
    missing = sum((p.length for p in left), timedelta())
    return {
        "gaps": [[f"{m.astimezone(zone):%H:%M}" for m in (p.start, p.end)] for p in left],
        "covered_pct_of_declared": 100 * (1 - missing / total) if total else 100,
    }


def _groups(given: Case, rules: Process) -> Case:
    zone, size = rules.zone, given["size"]
    names = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: given["groups"]]
    places = tuple(
        tuple(range(group * size, (group + 1) * size)) for group in range(given["groups"])
    )
    turns = Turns("weekly", given["turn_weeks"], datetime.fromisoformat(given["start"]), zone)
    rotation = RotationLayer(turns, places)
    shown = 2 * given["groups"]
    whole = Period(turns.handoff(0), turns.handoff(shown))
    on = schedule.turns_of(rotation, whole)
    by_turn = {shift.period.start: shift.engineer // size for shift in on}
    once = Period(turns.handoff(0), turns.handoff(given["groups"]))
    mine = [s for s in schedule.turns_of(rotation, once) if s.engineer == 0]
    weeks = sum((s.period.length for s in mine), timedelta()) / timedelta(weeks=1)
    return {
        "group_by_fortnight": [names[group] for _, group in sorted(by_turn.items())],
        "each_person_weeks_in_six": round(weeks),
    }
