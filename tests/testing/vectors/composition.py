"""Composition, layers, swaps and overrides."""

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, time, timedelta
from typing import Any

from dutydesk.kernel.periods import Period, subtract
from dutydesk.rota.flows import roster, shift_build
from dutydesk.rota.rules import gaps, schedule, stretches, weekly_windows
from dutydesk.rota.rules.places import close_up, starting_with
from dutydesk.rota.rules.schedule import OnShift, OverrideLayer, Rota, RotationLayer, Temporary
from dutydesk.rota.rules.turns import Turns
from dutydesk.rota.rules.weekly_windows import Window
from testing.vectors.common import (
    HAND,
    HOUR,
    UTC_ZONE,
    Case,
    People,
    at,
    shift_row,
    zone_of,
    zulu,
)
from testing.vectors.rows import Everybody


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
    places = [(people.number(name),) for name in given["users"]]
    gone = people.number(given["delete"])
    left, active = close_up(places, active=given["active"], leaver=gone)
    names = [people.name(who) for (who,) in left]
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
    turns = Turns(
        cadence["type"], cadence["length"], datetime.fromisoformat(cadence["start"]), zone
    )
    rotations = []
    for number, part in enumerate((given["day"], given["night"])):
        opens, closes = (time.fromisoformat(text) for text in part["window"])
        places = [(people.number(name),) for name in part["users"]]
        on = part["users"].index(part["current"])
        rotations.append(
            RotationLayer(
                turns,
                starting_with(places, place=on, turn=turns.number_at(now)),
                windows=(Window(weekly_windows.EVERY_DAY, opens, closes),),
                number=number,
            )
        )
    span = Period(now, at(given["until"]))
    shifts = schedule.compose(Rota(rotations=tuple(rotations)), span)
    return {"shifts": [shift_row(shift, people) for shift in shifts]}


def _composed(given: Case) -> Case:
    """Let the desk itself work it out and write it down: rows, a rebuild, and what is on record."""
    zone = zone_of(given)
    start, end = (at(text, zone) for text in given["window"])
    now = at(given["now"], zone) if "now" in given else start
    people = Everybody()
    for past in given.get("history", []):
        ended = past.get("end")
        goes_on = max(now, end) + 48 * HOUR  # As the desk had worked it out before.
        people.was_on(past["user"], at(past["start"], zone), at(ended, zone) if ended else goes_on)
    for rule in given.get("rules", []):
        people.takes_turns(rule, zone)
    for change in given.get("overrides", []):
        people.changes(change, zone)
    for temporary in given.get("temporary", []):
        people.stands_in(temporary, zone)
    shift_build.rebuild(["support"], at=now, by="a case", why="It is so", anyway=True)
    whole = Period(start - 400 * HOUR, end + 400 * HOUR)
    shown = []
    for shift in stretches.joined(roster.on_shifts(whole, "support")):
        if shift.period.overlap(Period(start, end)) is None:
            continue
        row = {
            "user": people.name(shift.engineer),
            "start": zulu(shift.period.start),
            "end": zulu(min(shift.period.end, end)),
        }
        shown.append(row | ({"truncated": True} if shift.period.end > end else {}))
    return {"shifts": sorted(shown, key=lambda s: (s["start"], s["user"]))}


ZERO = datetime(2000, 1, 3, tzinfo=UTC)


def _after(hours: float) -> datetime:
    return ZERO + hours * HOUR


def layers(case: Case) -> Case:
    given, people = case["given"], People()
    if "layers" not in given:
        return _one_shift(given)
    rotations = tuple(
        _layer(layer, people, number)
        for number, layer in enumerate(given["layers"])
        if layer["hours"] > 0
    )
    overrides = tuple(
        OverrideLayer(
            Period(_after(change["start"]), _after(change["start"] + change["hours"])),
            add=people.number(change["user"]),
            everybody=True,
            priority=change.get("priority", 0),
            number=number,
        )
        for number, change in enumerate(given.get("overrides", []))
    )
    return {"timeline": _timeline(Rota(rotations, overrides=overrides), people)}


def _layer(layer: Case, people: People, number: int) -> RotationLayer:
    """Let one person be on every day, between the same hours."""

    def clock(hours: float) -> time:
        return _after(hours % 24).time()

    opens, closes = layer["start"], layer["start"] + min(layer["hours"], 24)
    return RotationLayer(
        Turns("daily", 1, datetime(2000, 1, 1), UTC_ZONE),  # noqa: DTZ001
        ((people.number(layer["user"]),),),
        priority=layer["priority"],
        number=number,
        windows=(Window(weekly_windows.EVERY_DAY, clock(opens), clock(closes)),),
    )


def _timeline(rota: Rota, people: People) -> list[dict[str, Any]]:
    """Give who is on, from hour to hour of one day, with the time in which nobody is."""
    day = Period(ZERO, _after(24))
    on = stretches.together(schedule.compose(rota, day))
    empty: list[tuple[Period, tuple[int, ...]]] = [
        (period, ()) for period in subtract([day], [period for period, _ in on])
    ]
    return [
        {
            "start": (period.start - ZERO) / HOUR,
            "end": (period.end - ZERO) / HOUR,
            "on_call": sorted(people.name(number) for number in who),
        }
        for period, who in sorted(on + empty)
    ]


def _one_shift(given: Case) -> Case:
    """Ask the desk whom it can reach: a viewer signs in to nothing of the team's, for example."""
    first, last = (float(n) for n in re.findall(r"\d+(?:\.\d+)?", given["shift"])[:2])
    named = re.search(r"users?=([\w, -]+)", given["shift"])
    names = [name.strip() for name in named[1].split(",") if name.strip()] if named else []
    zero, people = datetime(2000, 1, 1, tzinfo=UTC), Everybody()
    period = Period(zero + first * HOUR, zero + last * HOUR)
    shifts = [OnShift(people.sort_of(name), period, HAND) for name in names]
    reachable = roster.reachable()
    left = gaps.gaps([period], shifts, reachable=reachable)
    return {
        "is_empty": left == [period],
        "counts_as_covered": bool(gaps.covered(shifts, reachable=reachable)),
    }


_UNITS = {"second": timedelta(seconds=1), "minute": timedelta(minutes=1), "hour": HOUR}


def swapped(case: Case) -> Case:
    """Shifts as they stand, then swaps and overrides one after another, as the desk keeps them."""
    given, people = case["given"], People()
    unit = next((size for name, size in _UNITS.items() if name in given.get("unit", "hour")), HOUR)
    zero = datetime(2000, 1, 2, tzinfo=UTC)
    field = "events" if "events" in given else "shifts"
    rows = given.get("events") or given.get("shifts") or [given["shift"]]

    def span(start: float, end: float) -> Period:
        return Period(zero + start * unit, zero + end * unit)

    many = any(isinstance(who, list) for _, _, who in rows)
    on = [
        OverrideLayer(span(start, end), people.number(name), number=number, priority=0, kind="hand")
        for number, (start, end, who) in enumerate(rows)
        for name in (who if isinstance(who, list) else [who])
    ]
    changes = _changes(given, people, span)
    low = min(change.period.start for change in on + changes)
    high = max(change.period.end for change in on + changes)
    composed = schedule.compose(Rota(overrides=tuple(on + changes)), Period(low, high))

    def row(period: Period, who: Iterable[int]) -> list[Any]:
        names = sorted(people.name(number) for number in who)
        ends = [(moment - zero) / unit for moment in (period.start, period.end)]
        return [*ends, names if many or len(names) > 1 else names[0]]

    return {field: [row(period, who) for period, who in stretches.together(composed)]}


def _changes(
    given: Case, people: People, span: Callable[[float, float], Period]
) -> list[OverrideLayer]:
    """Swaps need both people; an override without a leaver replaces whoever is on by then."""
    raw = given.get("swaps") or given.get("overrides")
    raw = raw or [each for key in ("swap", "override") if (each := given.get(key))]
    changes: list[OverrideLayer] = []
    for number, change in enumerate(raw):
        start, end, out, comes = _parts(change)
        if comes is None:  # Offered, not taken: nothing changes.
            continue
        period, me = span(start, end), people.number(comes)
        goes = [people.number(out)] if out else [who for who in people.numbers() if who != me]
        changes += [
            OverrideLayer(period, me, who, number=number, priority=1, kind="swap") for who in goes
        ]
    return changes


def _parts(change: Any) -> tuple[float, float, str | None, str | None]:
    if isinstance(change, dict):
        comes = change.get("benefactor") if change.get("taken", True) else None
        if "user" in change:
            comes = change["user"]
        return change["start"], change["end"], change.get("beneficiary"), comes
    if len(change) == 4:
        return tuple(change)
    start, end, comes = change
    return start, end, None, comes
