"""What the readers of cases share: times, names, windows."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from dutydesk.kernel.periods import instant
from dutydesk.process.flows import process
from dutydesk.rota.rules.schedule import OnShift, Source
from dutydesk.rota.rules.weekly_windows import Window

Case = dict[str, Any]
UTC_ZONE = ZoneInfo("UTC")
HOUR = timedelta(hours=1)
HAND = Source("hand")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def adopt_default(folder: Path) -> None:
    """Put the process that the desk comes with in force."""
    file = folder / "process.yaml"
    process.ship(file)
    process.adopt(file=file, at=datetime(2000, 1, 1, tzinfo=UTC))


class People:
    """Numbers for names, in the order in which they are met."""

    def __init__(self) -> None:
        self._names: list[str] = []

    def number(self, name: str) -> int:
        if name not in self._names:
            self._names.append(name)
        return self._names.index(name)

    def name(self, number: int) -> str:
        return self._names[number]

    def numbers(self) -> range:
        return range(len(self._names))


def at(text: str, zone: ZoneInfo = UTC_ZONE) -> datetime:
    moment = datetime.fromisoformat(text.removesuffix(" local").replace("Z", "+00:00"))
    return instant(moment, zone) if moment.tzinfo is None else moment.astimezone(UTC)


def zone_of(given: Case, otherwise: str = "UTC") -> ZoneInfo:
    return ZoneInfo(given.get("tz", otherwise))


def window_of(given: Case) -> Window:
    days = frozenset(DAYS.index(day) for day in given["days"])
    return Window(days, time.fromisoformat(given["start"]), time.fromisoformat(given["end"]))


def zulu(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def wall(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%dT%H:%M}"


def shift_row(shift: OnShift, people: People) -> Case:
    return {
        "user": people.name(shift.engineer),
        "start": zulu(shift.period.start),
        "end": zulu(shift.period.end),
    }
