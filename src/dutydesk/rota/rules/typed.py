"""Reading what people type about rotas: who takes turns, and in which windows."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from dutydesk.kernel import bounds
from dutydesk.kernel.moments import NotAMoment, typed_moment
from dutydesk.kernel.refusals import Refused
from dutydesk.rota.rules import person_match

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WINDOW = re.compile(
    r"^(?P<days>[a-z, -]+?)\s+(?P<start>\d\d:\d\d)\s*(?:-|to)\s*(?P<end>\d\d:\d\d)$", re.I
)


_WEEKDAYS = re.compile(r"^\s*[a-z]+\s*(-\s*[a-z]+\s*)?$", re.I)
_LONGEST = 200
MOST_WINDOWS = 50
_YEARS = range(2000, 2200)


class TypedRefused(Refused):
    """What was typed can't be read."""


def moment(text: str, zone: ZoneInfo) -> datetime:
    """Read a time as people type it; without an offset it is the wall clock of `zone`. In UTC.

    Refused, too, if the clocks skip it or show it twice.
    """
    try:
        found = typed_moment(text, zone)
    except NotAMoment as refusal:
        raise TypedRefused(refusal.reason, refusal.remedy) from refusal
    if found.year not in _YEARS:
        raise TypedRefused(f"“{text[:60]}” is not a time.", "Write it like 2026-03-29T09:00.")
    return found


def places(text: str, people: Mapping[str, int]) -> list[list[int]]:
    """Read who takes turns: a line for each turn, names between commas, `-` for nobody.

    `people`: numbers by name, which may have commas in it. Refused with the line and the names
    there are.
    """
    known = {_key(name): number for name, number in people.items()}
    found: list[list[int]] = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        names = [] if line == "-" else list(_names(line, known))
        unknown = [name for name in names if _key(name) not in known]
        if unknown:
            raise TypedRefused(
                f"“{unknown[0]}” is nobody on the team.", f"Names are: {', '.join(people)}."
            )
        found.append(list(dict.fromkeys(known[_key(name)] for name in names)))
    if not any(found):
        raise TypedRefused("Nobody takes a turn.", "Write a name on each line.")
    return found


def _key(name: str) -> str:
    return person_match.key(re.sub(r"\s*,\s*", ",", name))


def _names(line: str, known: Collection[str]) -> Iterator[str]:
    """Give the names between commas; of several that begin alike the longest, “Smith, Ben”."""
    parts = [part.strip() for part in line.split(",") if part.strip()]
    most = max((name.count(",") for name in known), default=0) + 1
    first = 0
    while first < len(parts):
        tries = (parts[first : first + size] for size in range(most, 0, -1))
        found = next((some for some in tries if _key(",".join(some)) in known), [parts[first]])
        yield ", ".join(found)
        first += len(found)


def windows(text: str) -> list[dict[str, object]]:
    """Read windows, one a line, such as `Mon-Fri 20:00-08:00` or `Sat, Sun 10:00-18:00`."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_WINDOWS:
        raise TypedRefused(f"Those are {len(lines)} windows.", f"Use {MOST_WINDOWS} at most.")
    return [_window(line) for line in lines]


def _window(line: str) -> dict[str, object]:
    try:
        bounds.check_text(line, longest=_LONGEST, what="A window")
        matched = _WINDOW.match(line)
        if matched is None:
            raise ValueError
        days = sorted({day for part in matched["days"].split(",") for day in _days(part)})
        starts, ends = (time.fromisoformat(matched[name]) for name in ("start", "end"))
    except ValueError as error:
        raise TypedRefused(
            f"“{line}” is not a window of time.", "Write it like “Mon-Fri 20:00-08:00”."
        ) from error
    return {"days": days, "start": f"{starts:%H:%M}", "end": f"{ends:%H:%M}"}


def weekdays(text: str) -> list[int]:
    """Read days of the week, such as `Fri` or `Mon, Wed-Fri`; 0 is Monday."""
    try:
        bounds.check_text(text, longest=_LONGEST, what="Days of the week")
        parts = text.split(",")
        if not all(_WEEKDAYS.match(part) for part in parts):
            raise ValueError
        return sorted({day for part in parts for day in _days(part)})
    except ValueError as error:
        raise TypedRefused(
            f"“{text[:60]}” are no days of the week.", "Write them like “Fri” or “Mon, Wed-Fri”."
        ) from error


def day(text: str) -> date:
    """Read a day, as in 2026-12-25."""
    try:
        found = date.fromisoformat(text.strip())
    except ValueError as error:
        raise TypedRefused(f"“{text[:60]}” is not a day.", "Write it like 2026-12-25.") from error
    if found.year not in _YEARS:
        raise TypedRefused(f"“{text[:60]}” is not a day.", "Write it like 2026-12-25.")
    return found


def _days(part: str) -> list[int]:
    first, _, last = (word.strip()[:3].lower() for word in part.partition("-"))
    start = _DAYS.index(first)
    end = _DAYS.index(last) if last else start
    return [(start + n) % 7 for n in range((end - start) % 7 + 1)]


def told(stored: Mapping[str, object]) -> str:
    """Write a window as people type it."""
    days = stored["days"]
    names = [_DAYS[day].title() for day in days] if isinstance(days, list) else []
    return f"{', '.join(names)} {stored['start']}-{stored['end']}"
