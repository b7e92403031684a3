"""The times of a timeline are read by the clock that says them, or refused: none is guessed."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from dutydesk.histories.rules.timeline_tables import WrittenTimeline, timeline_in
from dutydesk.histories.rules.typed_times import read_time

LONDON = ZoneInfo("Europe/London")
JUNE = date(2024, 6, 1)


def timeline(head: str, *times: str, day_first: bool = False) -> WrittenTimeline:
    rows = "".join(f"| {one} | thing |\n" for one in times)
    body = f"| {head} | What |\n|---|---|\n{rows}"
    return timeline_in(body, JUNE, LONDON, day_first=day_first)


def instants(told: WrittenTimeline) -> list[str]:
    assert told.trouble is None, told.trouble
    read = [read_time(at, told.zone) for at, _ in told.entries]
    return [f"{moment:%d %H:%M}" for moment in read if moment]


@pytest.mark.parametrize(
    ("head", "times", "then"),
    [
        ("Time", ("14:05", "15:05"), ["01 13:05", "01 14:05"]),
        ("Time", ("14:05+02:00", "14:05Z", "14:05 GMT"), ["01 12:05", "01 14:05", "01 14:05"]),
        ("Time", ("2024-06-01T14:05:00-07:00",), ["01 21:05"]),
        ("Time", ("14:05 BST", "15:05 (BST)"), ["01 13:05", "01 14:05"]),
        ("Time", ("14:05 UTC", "14:30"), ["01 14:05", "01 13:30"]),
        ("Time (BST)", ("14:05", "14:05 UTC"), ["01 13:05", "01 14:05"]),
        ("Time (UTC+2)", ("14:05",), ["01 12:05"]),
        ("Time (UTC-05:30)", ("14:05", "14:05Z"), ["01 19:35", "01 14:05"]),
        ("Time (all times in UTC)", ("14:05",), ["01 14:05"]),
        ("When, America/New_York", ("14:05",), ["01 18:05"]),
        ("Start time | End time", ("14:05 | 15:05",), ["01 13:05"]),
        ("Time", ("14:05-14:10", "15:05 \N{EN DASH} 15:20", "~15:30", "15:45ish"),
         ["01 13:05", "01 14:05", "01 14:30", "01 14:45"]),
        ("Time", ("June 1, 2024 2:05 pm", "3 June 2024 09:00"), ["01 13:05", "03 08:00"]),
        ("Time", ("13/06/2024 14:05", "15:05"), ["13 13:05", "13 14:05"]),
        ("Time", ("23:30", "24:00", "00:10"), ["01 22:30", "01 23:00", "01 23:10"]),
    ],
)  # fmt: skip
def test_a_time_is_by_the_clock_that_its_row_or_its_table_names(
    head: str, times: tuple[str, ...], then: list[str]
) -> None:
    assert instants(timeline(head, *times)) == then


@pytest.mark.parametrize(
    ("head", "typed", "why"),
    [
        ("Time", "14:05 PDT", "No clock in Europe/London showed"),
        ("Time (PST)", "14:05", "No clock in Europe/London showed"),
        ("Time CET", "14:05", "No clock in Europe/London showed"),
        ("Time (America/Los_Angles)", "14:05", "No time zone is called"),
        ("Time", "03/06/2024 14:05", "ambiguous"),
        ("Time", "03.06.2024 14:05", "ambiguous"),
        ("Time", "3 Jun 14:05", "is not a date and time"),
        ("Time", "T+10:00", "is not a date and time"),
        ("Time", "+00:10", "is not a date and time"),
        ("Time", "14:05-07:00", "is not a date and time"),
        ("Time", "13:05 am", "is after noon"),
        ("Time", "25:05", "That is no time of day."),
    ],
)
def test_a_time_that_may_be_another_is_refused(head: str, typed: str, why: str) -> None:
    told = timeline(head, typed)
    assert told.trouble is not None, told.entries
    assert why in told.trouble.reason
    assert told.trouble.remedy


def test_days_come_first_where_whoever_imports_says_so() -> None:
    told = timeline("Time", "03/06/2024 14:05", "04.06.2024 01:00", day_first=True)
    assert instants(told) == ["03 13:05", "04 00:00"]


def test_each_table_has_its_own_clock() -> None:
    table = "| Time{} | What |\n|---|---|\n| {} | thing |\n\n"
    body = table.format("", "14:05") + table.format(" (UTC)", "14:05")
    assert instants(timeline_in(body, JUNE, LONDON)) == ["01 13:05", "01 14:05"]


def test_a_table_in_a_block_of_code_is_none() -> None:
    table = "| Time | What |\n|---|---|\n| {} | thing |\n"
    body = f"```\n{table.format('09:00')}```\n{table.format('14:05')}"
    assert instants(timeline_in(body, JUNE, LONDON)) == ["01 13:05"]


def test_what_has_no_time_of_day_is_not_lost_unsaid() -> None:
    told = timeline("Time", "2024-06-02", "14:05", "later")
    assert instants(told) == ["02 13:05"]
    assert told.untimed == ("thing", "thing")


@pytest.mark.parametrize(
    ("typed", "then"),
    [
        ("2024-06-01 24:00", "2024-06-01 23:00"),
        ("2024-12-31T24:00:00Z", "2025-01-01 00:00"),
        ("2024-06-01 14:05 (UTC)", "2024-06-01 14:05"),
        ("2024-06-01 14:05 UTC+1", "2024-06-01 13:05"),
        ("2024-06-01 14:05 GMT-03:30", "2024-06-01 17:35"),
    ],
)
def test_the_end_of_a_day_and_a_distance_from_utc_are_read(typed: str, then: str) -> None:
    assert f"{read_time(typed, LONDON):%Y-%m-%d %H:%M}" == then
