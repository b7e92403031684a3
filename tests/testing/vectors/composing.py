"""Composition, layers, swaps and overrides."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import Period, subtract
from dutydesk.rota.rules import gaps, reading, schedule, windows
from dutydesk.rota.rules.schedule import OnShift, Override, Rota, Rotation, Temporary
from dutydesk.rota.rules.turns import Turns
from dutydesk.rota.rules.windows import Window
from testing.vectors.common import (
    HAND,
    HOUR,
    UTC_ZONE,
    Case,
    People,
    at,
    shift_row,
    window_of,
    zone_of,
)


def composition(case: Case) -> Case:
    given = case["given"]
    if "users" in given:
        return _place_removed(given)
    if "temps" in given:
        return _cleared(given)
    if "day" in given:
        return _day_and_night(given)
    return _composed(given)


def _place_removed(given: Case) -> Case:
    people = People()
    places = [people.number(name) for name in given["users"]]
    gone = people.number(given["delete"])
    left, active = schedule.close_up(places, active=given["active"], delete=gone)
    names = [people.name(place) for place in left]
    return {"users": names, "active": active, "on_call": names[active] if names else None}


def _cleared(given: Case) -> Case:
    people, zero = People(), datetime(2000, 1, 1, tzinfo=UTC)

    def period(start: str, end: str) -> Period:
        return Period(zero + int(start) * HOUR, zero + int(end) * HOUR)

    temps = [
        Temporary(
            period(*temp["span"]),
            tuple(OnShift(people.number(w), period(a, b), HAND) for w, a, b in temp["shifts"]),
        )
        for temp in given["temps"]
    ]

    def hours(cut: Period) -> list[str]:
        return [str(int((moment - zero) / HOUR)) for moment in (cut.start, cut.end)]

    return {
        "temps": [
            {
                "span": hours(temp.period),
                "shifts": [[people.name(s.engineer), *hours(s.period)] for s in temp.shifts],
            }
            for temp in schedule.clear(temps, period(*given["clear"]))
        ]
    }


def _day_and_night(given: Case) -> Case:
    people, zone = People(), zone_of(given)
    now = at(given["now"], zone)
    cadence = given["rotation"]
    start = datetime.fromisoformat(cadence["start"])
    rotations = []
    for number, part in enumerate((given["day"], given["night"])):
        opens, closes = (time.fromisoformat(text) for text in part["window"])
        whole = Rotation(
            Turns(cadence["type"], cadence["length"], start, zone),
            tuple((people.number(name),) for name in part["users"]),
            windows=(Window(windows.EVERY_DAY, opens, closes),),
            number=number,
        )
        place = part["users"].index(part["current"])
        rotations.append(schedule.starting_with(whole, place=place, at=now))
    span = Period(now, at(given["until"]))
    shifts = schedule.compose(Rota(rotations=tuple(rotations)), span)
    return {"shifts": [shift_row(shift, people) for shift in shifts]}


def _rule(given: Case, number: int, people: People, zone: ZoneInfo) -> Rotation:
    forever = Turns("daily", 1, datetime.fromisoformat("2000-01-01"), zone)
    place = (people.number(given["user"]),)
    return Rotation(forever, (place,), windows=(window_of(given),), number=number)


def _override(given: Case, number: int, people: People, zone: ZoneInfo) -> Override:
    period = Period(at(given["start"], zone), at(given["end"], zone))
    add, remove = (people.number(given[k]) if k in given else None for k in ("add", "remove"))
    return Override(period, add, remove, number=number)


def _temporary(given: Case, number: int, people: People, zone: ZoneInfo) -> Temporary:
    shifts = tuple(
        OnShift(
            people.number(shift["user"]),
            Period(at(shift["start"], zone), at(shift["end"], zone)),
            HAND,
        )
        for shift in given["shifts"]
    )
    return Temporary(Period(at(given["start"], zone), at(given["end"], zone)), shifts, number)


def _composed(given: Case) -> Case:
    people, zone = People(), zone_of(given)
    start, end = (at(text, zone) for text in given["window"])
    now = at(given["now"], zone) if "now" in given else start
    rota = Rota(
        rotations=tuple(
            _rule(rule, n, people, zone) for n, rule in enumerate(given.get("rules", []))
        ),
        overrides=tuple(
            _override(change, n, people, zone)
            for n, change in enumerate(given.get("overrides", []))
        ),
        temporary=tuple(
            _temporary(temp, n, people, zone) for n, temp in enumerate(given.get("temporary", []))
        ),
    )
    history = [
        OnShift(
            people.number(past["user"]),
            Period(at(past["start"], zone), at(past["end"], zone) if past.get("end") else now),
            HAND,
        )
        for past in given.get("history", [])
    ]
    beyond = schedule.compose(rota, Period(now, end + timedelta(days=2)))
    whole = reading.continued(history, reading.joined(beyond))
    shown = []
    for shift in whole:
        if shift.period.overlap(Period(start, end)) is None:
            continue
        truncated = shift.period.end > end
        cut = Period(shift.period.start, min(shift.period.end, end))
        shown.append(shift_row(OnShift(shift.engineer, cut, HAND), people))
        if truncated:
            shown[-1]["truncated"] = True
    return {"shifts": sorted(shown, key=lambda s: (s["start"], s["user"]))}


def layers(case: Case) -> Case:
    given = case["given"]
    if "layers" not in given:
        return _unreachable(given)
    people, zero = People(), datetime(2000, 1, 1, tzinfo=UTC)

    def hours(amount: float) -> datetime:
        return zero + amount * HOUR

    rotations = tuple(
        Rotation(
            Turns("daily", 1, zero.replace(tzinfo=None), UTC_ZONE),
            ((people.number(layer["user"]),),),
            priority=layer["priority"],
            number=number,
            lasts=Period(hours(layer["start"]), hours(layer["start"] + layer["hours"])),
        )
        for number, layer in enumerate(given["layers"])
    )
    overrides = tuple(
        Override(
            Period(hours(change["start"]), hours(change["start"] + change["hours"])),
            add=people.number(change["user"]),
            everybody=True,
            priority=change["priority"],
            number=number,
        )
        for number, change in enumerate(given["overrides"])
    )
    day = Period(zero, hours(24))
    on = reading.together(schedule.compose(Rota(rotations, overrides=overrides), day))
    empty: list[tuple[Period, tuple[int, ...]]] = [
        (period, ()) for period in subtract([day], [period for period, _ in on])
    ]
    return {
        "timeline": [
            {
                "start": (period.start - zero) / HOUR,
                "end": (period.end - zero) / HOUR,
                "on_call": sorted(people.name(number) for number in who),
            }
            for period, who in sorted(on + empty)
        ]
    }


def _unreachable(given: Case) -> Case:
    first, last = re.findall(r"\d+", given["shift"])[:2]
    zero = datetime(2000, 1, 1, tzinfo=UTC)
    period = Period(zero + int(first) * HOUR, zero + int(last) * HOUR)
    covered = gaps.covered([OnShift(1, period, HAND)], reachable=())
    left = gaps.gaps([period], [OnShift(1, period, HAND)], reachable=())
    return {"is_empty": left == [period], "counts_as_covered": bool(covered)}


def swapped(case: Case) -> Case:
    given, people = case["given"], People()
    unit = timedelta(seconds=1) if "seconds" in given.get("unit", "") else HOUR
    zero = datetime(2000, 1, 2, tzinfo=UTC)
    field = "events" if "events" in given else "shifts"
    rows = given.get("events") or given.get("shifts") or [given["shift"]]
    on = []
    many = False
    for start, end, who in rows:
        many = many or isinstance(who, list)
        for name in who if isinstance(who, list) else [who]:
            period = Period(zero + start * unit, zero + end * unit)
            on.append(OnShift(people.number(name), period, HAND))
    changes = _changes(given, people, zero, unit)
    low = min([shift.period.start for shift in on] + [c.period.start for c in changes])
    high = max([shift.period.end for shift in on] + [c.period.end for c in changes])
    composed = schedule.compose(
        Rota(by_hand=tuple(on), overrides=tuple(changes)), Period(low, high)
    )
    found = reading.together(composed)

    def row(period: Period, who: Iterable[int]) -> list[Any]:
        names = sorted(people.name(number) for number in who)
        ends = [int((moment - zero) / unit) for moment in (period.start, period.end)]
        return [*ends, names if many else names[0]]

    return {field: [row(period, who) for period, who in found]}


def _changes(given: Case, people: People, zero: datetime, unit: timedelta) -> list[Override]:
    raw = given.get("swaps") or given.get("overrides") or [given.get("swap") or given["override"]]
    changes = []
    for number, change in enumerate(raw):
        if isinstance(change, dict):
            out, comes = change["beneficiary"], change.get("benefactor")
            start, end = change["start"], change["end"]
        elif len(change) == 4:
            start, end, out, comes = change
        else:
            start, end, comes = change
            out = None
        if comes is None:  # Offered, not taken: nothing changes.
            continue
        period = Period(zero + start * unit, zero + end * unit)
        if out is not None:
            gone = people.number(out)
            changes.append(Override(period, people.number(comes), gone, number=number, kind="swap"))
        else:
            on_then = {name for _, _, name in given["events"]}
            changes += [
                Override(period, people.number(comes), people.number(name), number=number)
                for name in on_then
            ]
    return changes
