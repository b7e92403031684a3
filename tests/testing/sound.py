"""Process files that `check` calls sound: teams of many kinds, and each value at its edges."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import UTC, datetime
from functools import cache
from random import Random
from typing import Any

from pydantic import ValidationError

from dutydesk.kernel.durations import read_duration
from dutydesk.process.rules.check import default_process
from dutydesk.process.rules.model import Process
from dutydesk.process.rules.pitfalls import pitfalls
from dutydesk.process.rules.routine_times import misplaced

FEWEST = 40
ENOUGH = 1000  # Changes to choose from for one process: most others are of the same values.
_TIMED = ("at", "who", "within")
ADOPTED = datetime(2020, 1, 1, tzinfo=UTC)
Plain = dict[str, Any]
Where = tuple[str | int, ...]

_LENGTHS = ("1 second", "59 seconds", "1 minute", "90 minutes", "1 day", "3 weeks", "366 days")
_COUNTS = (0, 1, 2, 100, 100_000)
_TIMES = (
    "00:00", "00:01", "12:34", "23:59", "24:00", "Monday 00:00", "Sunday 23:59", "Friday 12:34",
)  # fmt: skip
_HOURS = (
    "24/7", "Mo-Su 00:00-24:00", "Mo-Su 22:00-07:00", "Mo 03:00-03:01", "Su 01:00-02:00", "PH off",
    "off", "Jan 01 10:00-11:00", "Mo-Fr 09:00-12:00,13:00-17:30; PH off", "Sa-Su,PH 00:00-24:00",
    "2020 Jan 01 10:00-11:00", "Mo-Su 00:00-00:01",
)  # fmt: skip
_CHANNELS = (
    "#x", "#" + "é" * 79, "#a/b%<b>&{x}", "#ask-cloud-platform", "#cloud-platform",
    "#high-priority-alarms", "#🚨", "#prisons",
)  # fmt: skip
_TEXTS = (
    "x", "é“<b>&\"'", "{asker} {0} %s %(x)s {{", "x" * 40, "x" * 60, "x" * 100, "x" * 200,
    "x" * 2000, "🚨", "a\nb", "\u202eright", "Ada", "Nobody at all", "PH", "null", "1", " ", "",
    "[fyi]", "support team", "/x.*/", "https://example.org/a?b=c&d",
)  # fmt: skip
_BY_KEY = {"hours": _HOURS, "starts": _TIMES, "ends": _TIMES}
_PLACES = (
    ("Europe/Berlin", "DE", "BE"), ("Australia/Lord_Howe", "AU", "NSW"), ("Asia/Kathmandu", "", ""),
    ("Pacific/Apia", "WS", ""), ("Pacific/Kiritimati", "", ""), ("Etc/GMT+12", "", ""),
    ("America/St_Johns", "CA", "NL"), ("Africa/Casablanca", "MA", ""), ("UTC", "US", "AK"),
)  # fmt: skip


def whole() -> Plain:
    """Give the shipped process with all that can be left out written down."""
    found: Plain = default_process().model_dump(mode="json")
    found["alarms"]["routes"] = [
        {"match": {"severity": ["critical", "/pa.*/"]}, "name": "A", "channel": "#high-ones"},
        {"match": {"job": "x"}, "service": "Clusters", "priority": "high", "page": ["secondary"]},
        {"match": {"job": "y"}, "runbook": "https://example.org/y", "priority": "low"},
    ]
    found["ask"]["ticket"]["logins"] = {"Ada": "ada-l", "Ben": "benb"}
    found["support"]["lead"] = "Cy"
    url, how = "https://github.com/team/reviews", "pull request"
    found["postmortems"]["repository"] = {"url": url, "folder": "a", "how": how}
    found["approved"] = [{"name": "Ada", "on": "2026-01-31"}, {"name": "Ben"}]
    return found


def _place(index: int) -> Callable[[Plain], None]:
    def move(process: Plain) -> None:
        zone, country, part = _PLACES[index]
        process["place"] = {"zone": zone, "country": country, "subdivision": part}

    return move


def _always(process: Plain) -> None:
    for clock in process["clocks"].values():
        clock["hours"] = "24/7"
    process["ask"]["cover"]["parts"] = [
        {"id": "early", "title": "Early", "starts": "00:00", "ends": "08:00"},
        {"id": "late", "title": "Late", "starts": "08:00", "ends": "24:00"},
    ]


def _nights(process: Plain) -> None:
    for clock in process["clocks"].values():
        clock["hours"] = "Mo-Su 20:00-06:00"


def _one_channel(process: Plain) -> None:
    for section, key in _CHANNEL_KEYS:
        process[section][key] = "#all"


_CHANNEL_KEYS = (
    ("team", "channel"), ("ask", "channel"), ("alarms", "high_channel"), ("alarms", "low_channel"),
)  # fmt: skip


def _least(process: Plain) -> None:
    for where, _ in list(_leaves(process)):
        least = _try(process, (where, GONE))
        if least is not None:
            process.clear()
            process.update(least)


def _alone(process: Plain) -> None:
    process["on_call"]["order"] = ["primary"]
    process["support"]["size"] = 1


def _many(process: Plain) -> None:
    route = {"match": {"job": "/x.*/"}, "channel": "#some", "page": ["primary", "secondary"]}
    process["alarms"]["routes"] = [{**deepcopy(route), "name": str(n)} for n in range(100)]
    process["ask"]["cover"]["parts"] = [
        {"id": f"p{n}", "title": f"P{n}", "starts": f"{n:02}:00", "ends": f"{n + 1:02}:00"}
        for n in range(24)
    ]
    process["ask"]["ticket"]["columns"] = [f"Column {n}" for n in range(30)]


# The first few are of many kinds at once: what a check tries, two of them on nights on which their
# own clocks change. Then comes each kind alone.
TEAMS: tuple[tuple[Callable[[Plain], None], ...], ...] = (
    (_nights, _alone, _place(0)), (_always, _one_channel, _many), (_place(6), _least),
    (), *((kind,) for kind in (_always, _nights, _one_channel, _least, _alone, _many)),
    *((_place(index),) for index in range(len(_PLACES))),
)  # fmt: skip


def team(index: int) -> Plain:
    """Give the process of one team."""
    found = whole()
    for kind in TEAMS[index % len(TEAMS)]:
        kind(found)
    return found


def sound(process: Plain) -> bool:
    """Say whether these values are a process that can be put in force."""
    try:
        Process.model_validate(process)
    except ValidationError:
        return False
    routines = process.get("routines", [])
    times = [{key: one[key] for key in _TIMED if key in one} for one in routines]
    return _keeps_time(json.dumps([process["clocks"], process["place"], times], sort_keys=True))


@cache
def _keeps_time(clocks_place_and_times: str) -> bool:
    clocks, place, times = json.loads(clocks_place_and_times)
    routines = [
        {"id": f"r{number}", "title": "Routine", "items": [{"text": "Look"}], **one}
        for number, one in enumerate(times)
    ]
    values = whole() | {"clocks": clocks, "place": place, "routines": routines}
    process = Process.model_validate(values)
    found = (*pitfalls(process, ADOPTED), *misplaced(process, ADOPTED))
    return not any(one.refused for one in found)


def _leaves(value: Any, where: Where = ()) -> Iterator[tuple[Where, Any]]:
    """Give every value with its path, sections and lists among them."""
    if where:
        yield where, value
    listed = list(enumerate(value)) if isinstance(value, list) else []
    for key, one in value.items() if isinstance(value, dict) else listed:
        yield from _leaves(one, (*where, key))


def _edges_of(where: Where, value: Any) -> Iterator[Any]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from _COUNTS
    elif isinstance(value, list):
        yield from ([], value[:1], value[::-1])
    elif where[-1] in _BY_KEY:
        yield from _BY_KEY[str(where[-1])]
    elif value is None or _is_length(value):
        yield from _LENGTHS
    elif isinstance(value, str):
        yield from _CHANNELS if value.startswith("#") else _TEXTS
        yield from (value + text for text in ("{{}}", " {asker}", "{asker:%H}", "\n\n* x\n", "🚨"))


def _is_length(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(read_duration(value))
    except ValueError:
        return False


class _Gone:
    """In place of a value: the key is left out."""


GONE = _Gone()
Change = tuple[Where, Any]


def _with(process: Plain, change: Change) -> Plain:
    """Give a process with a change. Whatever the change is not in, both have in common."""
    where, value = change
    changed = process.copy()
    holder: Any = changed
    for key in where[:-1]:
        holder[key] = holder[key].copy()
        holder = holder[key]
    holder[where[-1]]  # It must be there.
    if value is GONE:
        del holder[where[-1]]
    else:
        holder[where[-1]] = value
    return changed


def _try(process: Plain, change: Change) -> Plain | None:
    """Give the process with a change, if it stays sound; None if not."""
    try:
        changed = _with(process, change)
    except (AttributeError, KeyError, IndexError, TypeError):
        return None
    return changed if sound(changed) else None


def edges() -> list[Change]:
    """Give every change of one value to one of its edges, sound or not."""
    return [
        (where, edge)
        for where, value in _leaves(whole())
        for edge in (GONE, *_edges_of(where, value))
    ]


def files(count: int, seed: int) -> list[tuple[Plain, list[Change]]]:
    """Give so many sound processes, each with what was changed in it.

    Some dozens together have all edges but one or two: what can't be there beside the others of
    its process is there in another. Many processes have each edge many times, beside others.
    """
    chance, every = Random(seed), edges()
    share = max(len(every) * 5 // (count * 4), FEWEST)
    left: list[Change] = []
    found: list[tuple[Plain, list[Change]]] = []
    base, alone = whole(), dict[int, bool]()  # By the change's id: whether it is sound alone.
    for index in range(count):
        if len(left) < share:
            left += [each for each in chance.sample(every, len(every)) if alone.get(id(each), True)]
        process, made, failed = _changed(team(index), left[:ENOUGH], share)
        for change in failed:
            alone[id(change)] = alone.get(id(change)) or _try(base, change) is not None
        done = {id(change) for change in made}
        left = [each for each in left if id(each) not in done and alone.get(id(each), True)]
        found.append((process, made))
    return found


def _changed(
    process: Plain, changes: list[Change], most: int
) -> tuple[Plain, list[Change], list[Change]]:
    """Make as many of these changes as there can be side by side, up to `most`.

    Give the process, the changes, and those that it would not have been sound with. No path of one
    leads to a part of what another changes.
    """
    made: list[Change] = []
    failed: list[Change] = []
    whole, around = set[Where](), set[Where]()
    for change in changes:
        ways = {change[0][:length] for length in range(len(change[0]) + 1)}
        apart = change[0] not in around and whole.isdisjoint(ways)
        changed = _try(process, change) if apart else None
        if changed is not None:
            process = changed
            made.append(change)
            whole.add(change[0])
            around |= ways
        elif apart:
            failed.append(change)
        if len(made) == most:
            break
    return process, made, failed


def as_file(process: Plain) -> str:
    """Give it as the text of a file: JSON is YAML too."""
    return json.dumps(process, ensure_ascii=False, indent=1)
