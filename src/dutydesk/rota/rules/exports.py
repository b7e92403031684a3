"""Reading what other rota tools export: PagerDuty's and Opsgenie's schedules and overrides.

Sources: https://developer.pagerduty.com/api-reference (a schedule, and a schedule's overrides) and
https://docs.opsgenie.com/docs/schedule-api (a schedule, and its overrides), as their APIs answer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dutydesk.kernel import bounds
from dutydesk.kernel.moments import zone_names
from dutydesk.kernel.periods import Period, subtract

_DAY = 24 * 60
_WEEK = 7 * _DAY
_UNITS = {"weekly": 604_800, "daily": 86_400, "hourly": 3_600}
_LONGEST = 366 * 86_400
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class ExportError(ValueError):
    """The file is no such export, or has something that the desk can't take over; it says what."""


@dataclass(frozen=True)
class TakenRotation:
    """A rotation to take over. `places` hold names or addresses as the export has them.

    `key`: its name in the export. `odd`: what of it can't be taken over.
    """

    unit: str
    length: int
    starts: datetime
    zone: str
    places: tuple[tuple[str, ...], ...]
    windows: tuple[dict[str, object], ...] = ()
    priority: int = 1
    begins: datetime | None = None
    ends: datetime | None = None
    key: str = ""
    odd: str = ""

    def over(self, at: datetime) -> bool:
        """Say whether nobody is on by it any more, or ever, as if it ended before it began."""
        return self.ends is not None and self.ends <= max(at, self.begins or at)


@dataclass(frozen=True)
class TakenShift:
    """One person's time, by a name or an address, or by a text with what stands beside it.

    `addresses`: of those who are invited; `organizer`: of whoever invites them.
    `replaces`: an override, which takes everybody else off; `partly`: of some rotations only.
    `key`: its name in the export; `sequence`: its version.
    """

    who: str
    period: Period
    replaces: bool = False
    partly: bool = False
    addresses: tuple[str, ...] = ()
    organizer: str = ""
    key: str = ""
    sequence: int = 0


@dataclass(frozen=True)
class Taken:
    """What an export holds: rotations, and single shifts.

    `source`: what it is an export of, the same each time; `name`: how people call that. With
    `whole`, shifts that aren't in it are no more, up to `until`; else those of `called_off` only.
    A `schedule` has all its rotations in it, be that none.
    """

    rotations: tuple[TakenRotation, ...] = ()
    shifts: tuple[TakenShift, ...] = ()
    source: str = ""
    name: str = ""
    schedule: bool = False
    whole: bool = True
    until: datetime | None = None
    called_off: tuple[str, ...] = ()

    def coming(self, at: datetime) -> "Taken":
        """Give what of it is somebody's and not over: who had only what is over may be unknown."""
        return replace(
            self,
            rotations=tuple(one for one in self.rotations if one.places and not one.over(at)),
            shifts=tuple(one for one in self.shifts if one.period.end > at),
        )


def read(document: Any) -> Taken:
    """Read one exported document, whichever of the four it is. ExportError if it is none."""
    try:
        if isinstance(document, Mapping) and (found := _any_of_four(document)):
            return found
    except KeyError as error:
        raise ExportError(f"This export lacks what it should have: {error}.") from error
    except (TypeError, AttributeError, IndexError, OverflowError) as error:
        raise ExportError("Something in this export isn't as its kind has it.") from error
    except ValueError as error:
        raise ExportError(str(error)) from error
    raise ExportError("This is no schedule or list of overrides of PagerDuty or Opsgenie.")


def _any_of_four(document: Mapping[str, Any]) -> Taken | None:
    if "schedule" in document:
        return _pagerduty(document["schedule"])
    if "overrides" in document:
        overrides = _one_at_a_time(_pagerduty_shifts(document["overrides"]))
        return Taken(shifts=overrides, source="pagerduty overrides", name="PagerDuty's overrides")
    data = document.get("data")
    if isinstance(data, Mapping) and "rotations" in data:
        return _opsgenie(data)
    if isinstance(data, list):
        overrides = _one_at_a_time(_opsgenie_shifts(data))
        return Taken(shifts=overrides, source="opsgenie overrides", name="Opsgenie's overrides")
    return None


def _at(text: str) -> datetime:
    moment = bounds.local_time(text.replace("Z", "+00:00"))
    if moment.tzinfo is None:
        raise ExportError(f"“{text}” has no offset.")
    return moment.astimezone(UTC)


def _zone(name: object) -> ZoneInfo:
    if name not in zone_names():
        raise ExportError(f"“{str(name)[:60]}” is no time zone that is known.")
    return ZoneInfo(str(name))


def _cadence(seconds: int) -> tuple[str, int]:
    for unit, size in _UNITS.items():
        if seconds % size == 0 and 0 < seconds <= _LONGEST:
            return unit, seconds // size
    raise ExportError(f"A turn of {seconds} seconds is not of whole hours, up to a year.")


def _pagerduty(schedule: Mapping[str, Any]) -> Taken:
    """Layers come with the highest first: it goes before those below it."""
    zone = _zone(schedule["time_zone"])
    layers = schedule["schedule_layers"]
    rotations = []
    for number, layer in enumerate(layers):
        unit, length = _cadence(int(layer["rotation_turn_length_seconds"]))
        starts = _at(layer["rotation_virtual_start"]).astimezone(zone)
        rotations.append(
            TakenRotation(
                unit=unit,
                length=length,
                starts=starts.replace(tzinfo=None),
                zone=zone.key,
                places=tuple((_person(each["user"]),) for each in layer["users"]),
                windows=tuple(_restrictions(layer.get("restrictions") or ())),
                priority=len(layers) - number,
                begins=_at(layer["start"]) if layer.get("start") else None,
                ends=_at(layer["end"]) if layer.get("end") else None,
                key=str(layer.get("id") or number),
            )
        )
    name = str(schedule.get("name") or schedule.get("summary") or "a schedule")
    shifts = _one_at_a_time(_pagerduty_shifts(_rendered(schedule, "overrides_subschedule")))
    final = _rendered(schedule, "final_schedule")
    return Taken(
        tuple(rotations),
        shifts,
        source=f"pagerduty {schedule.get('id') or name}",
        name=f"PagerDuty's {name}",
        schedule=True,
        # Asked for without a period it has no entries at all: then overrides aren't told of.
        whole=bool(final or shifts or schedule.get("final_schedule") is None),
        until=max((_at(each["end"]) for each in final), default=None),
    )


def _rendered(schedule: Mapping[str, Any], part: str) -> Sequence[Mapping[str, Any]]:
    return (schedule.get(part) or {}).get("rendered_schedule_entries") or ()


def _one_at_a_time(shifts: Iterable[TakenShift]) -> tuple[TakenShift, ...]:
    """Give overrides without what a later one of them takes over, in parts where need be."""
    given = list(shifts)
    found = []
    for number, shift in enumerate(given):
        later = [] if shift.partly else [other.period for other in given[number + 1 :]]
        for part, period in enumerate(subtract([shift.period], later)):
            key = f"{shift.key}/{part}" if part else shift.key
            found.append(replace(shift, key=key, period=period))
    return tuple(found)


def _person(user: Mapping[str, Any]) -> str:
    return str(user.get("email") or user.get("name") or user["summary"])


def _pagerduty_shifts(entries: Iterable[Mapping[str, Any]]) -> Iterable[TakenShift]:
    """Read overrides: who is named is on instead of everybody else.

    Source: https://support.pagerduty.com/main/docs/edit-schedules#schedule-overrides
    """
    for entry in entries:
        period = Period(_at(entry["start"]), _at(entry["end"]))
        key = str(entry.get("id") or entry["start"])
        yield TakenShift(_person(entry["user"]), period, replaces=True, key=key)


def _restrictions(restrictions: Iterable[Mapping[str, Any]]) -> Iterable[dict[str, object]]:
    for each in restrictions:
        hours, minutes, *_ = (int(part) for part in each["start_time_of_day"].split(":"))
        daily, seconds = each["type"] == "daily_restriction", int(each["duration_seconds"])
        if not 0 < seconds <= _UNITS["daily" if daily else "weekly"]:
            raise ExportError(f"A restriction of {seconds} seconds is none of a day or a week.")
        # Some end a second early: whoever comes next begins with the minute.
        clock, length = hours * 60 + minutes, -(-seconds // 60)
        if daily:
            yield _window(range(7), clock, clock + length)
        else:
            day = int(each["start_day_of_week"]) - 1
            yield from _stretch(day * _DAY + clock, length)


def _window(days: Iterable[int], start: int, end: int) -> dict[str, object]:
    """Give a window from one minute of the day to another; a whole day from and to one time."""
    return {"days": sorted(days), "start": _clock(start), "end": _clock(end)}


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def _stretch(start: int, length: int) -> Iterable[dict[str, object]]:
    """Give a stretch of the week, by minutes since Monday, as a window for each of its days."""
    end = start + min(length, _WEEK)
    while start < end:
        until = min(end, (start // _DAY + 1) * _DAY)
        yield _window([start // _DAY % 7], start % _DAY, until % _DAY)
        start = until


def _opsgenie(data: Mapping[str, Any]) -> Taken:
    """All its rotations are on together: none goes before another."""
    zone = _zone(data["timezone"])
    rotations = []
    for number, each in enumerate(data["rotations"]):
        if each["type"] not in _UNITS:
            raise ExportError(f"A rotation can't be “{each['type']}”.")
        length = int(each.get("length") or 1)
        _cadence(length * _UNITS[each["type"]])
        ends, given = each.get("endDate"), each["participants"]
        rotations.append(
            TakenRotation(
                unit=each["type"],
                length=length,
                starts=_at(each["startDate"]).astimezone(zone).replace(tzinfo=None),
                zone=zone.key,
                places=tuple(_participant(one) for one in given if not _odd(one)),
                windows=tuple(_time_restriction(each.get("timeRestriction"))),
                ends=_at(ends) if ends else None,
                key=str(each.get("id") or each.get("name") or number),
                odd=next(filter(None, map(_odd, given)), ""),
            )
        )
    name = str(data.get("name") or "a schedule")
    source = f"opsgenie {data.get('id') or name}"
    return Taken(tuple(rotations), source=source, name=f"Opsgenie's {name}", schedule=True)


def _odd(one: Mapping[str, Any]) -> str:
    kind = one.get("type", "user")
    fine = kind in ("user", "none")
    return "" if fine else f"A turn of a {kind} ({one.get('name', '?')}) can't be taken over."


def _participant(one: Mapping[str, Any]) -> tuple[str, ...]:
    if odd := _odd(one):
        raise ExportError(odd)
    if one.get("type") == "none":
        return ()
    return (str(one.get("username") or one["name"]),)


def _opsgenie_shifts(rows: Iterable[Mapping[str, Any]]) -> Iterable[TakenShift]:
    """Read overrides: who is named is on instead of everybody in the rotations named, or in all.

    Source: https://docs.opsgenie.com/docs/schedule-override-api
    """
    for row in rows:
        who = _participant(row["user"])
        if who:
            period = Period(_at(row["startDate"]), _at(row["endDate"]))
            yield TakenShift(
                who[0],
                period,
                replaces=True,
                partly=bool(row.get("rotations")),
                key=str(row.get("alias") or row["startDate"]),
            )


def _time_restriction(given: Mapping[str, Any] | None) -> Iterable[dict[str, object]]:
    if not given:
        return
    if given["type"] == "time-of-day":
        one = given["restriction"]
        yield _window(range(7), *(_minutes(one, name) for name in ("start", "end")))
        return
    for one in given["restrictions"]:
        first, last = (
            _DAYS.index(one[f"{name}Day"].lower()) * _DAY + _minutes(one, name)
            for name in ("start", "end")
        )
        yield from _stretch(first, (last - first) % _WEEK or _WEEK)


def _minutes(one: Mapping[str, Any], name: str) -> int:
    return int(one[f"{name}Hour"]) * 60 + int(one.get(f"{name}Min") or 0)
