"""Which range an address asks for; whatever is no range counts as not asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from dutydesk.availability.rules.ranges import CALENDAR, DayRange, holding
from dutydesk.availability.rules.typed import day_or_none
from dutydesk.kernel import bounds

LONGEST = timedelta(days=40 * 366)
DEFAULT = "month"


@dataclass(frozen=True)
class RangeChoice:
    """A range that one may choose: what it is called, where it leads, whether it is chosen."""

    title: str
    address: str
    chosen: bool = False


def asked(query: Mapping[str, str], *, at: datetime, zone: ZoneInfo) -> DayRange:
    """Give the range: from a day to a day, or a calendar period with a day in it; this month."""
    first, last = day_or_none(query.get("from", "")), day_or_none(query.get("to", ""))
    if first and last and first <= last and last - first < LONGEST:
        return DayRange("days", first, last + timedelta(days=1))
    on = day_or_none(query.get("on", "")) or at.astimezone(zone).date()
    kind = next((one for one in CALENDAR if one == query.get("range")), DEFAULT)
    return holding(on, kind)  # type: ignore[arg-type]  # one of CALENDAR


def address(chosen: DayRange) -> str:
    """Give the end of an address that asks for a range."""
    if chosen.kind == "days":
        return "?" + urlencode({"from": chosen.first, "to": chosen.last})
    return "?" + urlencode({"range": chosen.kind, "on": chosen.first})


def choices(chosen: DayRange, *, at: datetime, zone: ZoneInfo) -> list[RangeChoice]:
    """Give the kinds of ranges to choose from: of each the one that has the same end, or today."""
    today = at.astimezone(zone).date()
    on = min(chosen.last, today) if chosen.first <= today else chosen.first
    return [
        RangeChoice(kind.capitalize(), address(holding(on, kind)), kind == chosen.kind)
        for kind in CALENDAR
    ]


def beside(chosen: DayRange, *, at: datetime, zone: ZoneInfo) -> tuple[str, str]:
    """Give the addresses of the range before and of the one after; empty for what is to come."""
    today = at.astimezone(zone).date()
    before, after = chosen.beside(-1), chosen.beside(1)
    return (
        address(before) if before and before.first.year in bounds.YEARS else "",
        address(after) if after and after.first <= today else "",
    )
