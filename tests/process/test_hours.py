"""The clocks count exactly, across clock changes and England's bank holidays."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from dutydesk.process.rules.hours import Calendar, Clock, in_zone

LONDON = Calendar(ZoneInfo("Europe/London"), "GB", "ENG")
CLOCKS = {
    "elapsed": None,
    "support": "Mo-Fr 10:00-17:00; PH off",
    "working": "Mo-Fr 09:00-18:00; PH off",
    "on_call": "Mo-Fr 07:00-10:00,17:00-22:00; Sa-Su,PH 07:00-22:00",
    "every_day": "Mo-Su 07:00-22:00",
}


def clock(name: str) -> Clock:
    return Clock(name, CLOCKS[name], LONDON)


def at(text: str) -> datetime:
    return in_zone(text, LONDON.zone)


@pytest.mark.parametrize(
    ("name", "start", "end", "expected"),
    [
        ("support", "2021-05-10 12:15", "2021-05-11 10:00", timedelta(hours=4, minutes=45)),
        ("support", "2020-02-25 07:32", "2020-02-25 17:07", timedelta(hours=7)),
        ("every_day", "2023-09-18 13:42", "2023-09-20 19:18", timedelta(hours=35, minutes=36)),
        (
            "elapsed",
            "2025-01-13 10:13",
            "2025-01-14 16:00",
            timedelta(days=1, hours=5, minutes=47),
        ),
        # A bank holiday on a weekday: no support, on call all day; a substitute day counts.
        ("support", "2020-12-28 00:00", "2020-12-29 00:00", timedelta()),
        ("on_call", "2020-12-28 00:00", "2020-12-29 00:00", timedelta(hours=15)),
        # Clocks go forward on 2026-03-29 and back on 2026-10-25.
        ("elapsed", "2026-03-29 00:00", "2026-03-30 00:00", timedelta(hours=23)),
        ("elapsed", "2026-10-25 00:00", "2026-10-26 00:00", timedelta(hours=25)),
        ("on_call", "2026-03-28 12:00", "2026-03-29 12:00", timedelta(hours=15)),
        # A year's end in the middle.
        ("working", "2025-12-31 09:00", "2026-01-02 18:00", timedelta(hours=18)),
    ],
)
def test_a_clock_counts_exactly(name: str, start: str, end: str, expected: timedelta) -> None:
    assert clock(name).between(at(start), at(end)) == expected
    assert clock(name).between(at(end), at(start)) == -expected


@pytest.mark.parametrize(
    ("name", "moment", "is_open", "changes"),
    [
        ("support", "2026-11-24 09:59", False, "2026-11-24 10:00"),
        ("support", "2026-11-24 10:00", True, "2026-11-24 17:00"),
        ("support", "2026-11-24 17:00", False, "2026-11-25 10:00"),
        ("support", "2026-12-24 17:00", False, "2026-12-29 10:00"),
        ("on_call", "2026-11-24 23:00", False, "2026-11-25 07:00"),
    ],
)
def test_a_clock_knows_when_it_opens_and_closes(
    name: str, moment: str, is_open: bool, changes: str
) -> None:
    assert clock(name).is_open(at(moment)) is is_open
    assert clock(name).next_change(at(moment)) == at(changes)


def test_counting_forward_ends_where_counting_between_agrees() -> None:
    start = at("2026-12-24 16:30")
    end = clock("support").after(start, timedelta(hours=1))
    assert end == at("2026-12-29 10:30")
    assert clock("support").between(start, end) == timedelta(hours=1)
