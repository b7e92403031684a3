"""How a log that people kept by hand is read, and what is said when it can't be."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, TextIOWrapper
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.histories.rules.imported import ImportedIncident, read_log
from dutydesk.histories.rules.imported_times import LogReading
from dutydesk.histories.rules.published import (
    PublishedQuarter,
    quarter_of,
    read_published,
    read_quarter,
    read_quarters,
)
from dutydesk.histories.rules.typed_times import NotATime, read_time
from dutydesk.kernel.tables import Refusal, UnreadableFile

QUARTERS = Path(__file__).parents[1] / "data" / "incidents" / "incident-quarters.csv"
LONDON = ZoneInfo("Europe/London")
HEADER = "quarter,incident,first_detected,declared,repaired,resolved"


def read(*lines: str, header: str = HEADER) -> list[ImportedIncident | Refusal]:
    return list(read_log([header, *lines], LogReading(LONDON)))


def kept(*lines: str, header: str = HEADER) -> ImportedIncident:
    (found,) = read(*lines, header=header)
    assert isinstance(found, ImportedIncident)
    return found


def refused(*lines: str) -> Refusal:
    found = read(*lines)[-1]
    assert isinstance(found, Refusal)
    return found


@pytest.mark.parametrize(
    "typed",
    [
        "2022-03-10 11:50",
        "2022-03-10 11.50",
        "2022-03-10 1150",
        "2022-03-10T11:50:00",
        "2022/3/10  11h50",
        "2022.03.10, 11:50:00.000",
        "2022\u201303\u201310 at 11:50 am",
        "2022-03-10 12:50+01:00",
        "2022-03-10 06:50 -0500",
        "Mar 10, 2022 - 11:50 UTC",
        "10 March 2022 11:50",
        "10-Mar-2022 11:50",
        "10th Mar. 2022, 11.50",
    ],
)
def test_a_sloppy_time_that_can_mean_one_instant_only_is_read(typed: str) -> None:
    assert read_time(typed, LONDON) == datetime(2022, 3, 10, 11, 50, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "hour"),
    [("9:29", 9), ("929", 9), ("9:29 pm", 21), ("12:29 am", 0), ("12:29 p.m.", 12), ("2129pm", 21)],
)
def test_hours_are_those_of_a_24_hour_clock_unless_am_or_pm_is_said(typed: str, hour: int) -> None:
    assert read_time(f"25/12/2021 {typed}", LONDON) == datetime(2021, 12, 25, hour, 29, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["", "  ", "-", "\u2014", "n/a", "Unknown", "TBC"])
def test_a_time_that_was_not_typed_is_unknown(typed: str) -> None:
    assert read_time(typed, LONDON) is None


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("22025-03-18 09:36", "year 22025"),
        ("0202-03-18 09:36", "year 202 "),
        ("2023-02-30 09:36", "not on the calendar"),
        ("2023-02-03 24:10", "not on the calendar"),
        ("2023-02-03 09:61", "not on the calendar"),
        ("2023-02-03 14:10 am", "before"),
        ("03/04/2021 10:00", "ambiguous"),
        ("21-05-10 10:00", "not a date and time"),
        ("2023-01-04", "no time of day"),
        ("2023-01-04 16", "no time of day"),
        ("2023-01-04 (Time TBC)", "no time of day"),
        ("2023-01-04 10:00 +25:00", "No zone"),
        ("yesterday", "not a date and time"),
        (f"{'9' * 5000}-01-01 10:00", "not a date and time"),
        ("2021-10-31 01:30", "twice"),
        ("2021-03-28 01:30", "never showed"),
    ],
)
def test_an_unreadable_impossible_or_ambiguous_time_is_refused(typed: str, reason: str) -> None:
    with pytest.raises(NotATime) as refusal:
        read_time(typed, LONDON)
    assert reason in refusal.value.reason
    assert refusal.value.remedy


def test_a_time_that_the_clock_showed_twice_is_read_once_it_says_which() -> None:
    with pytest.raises(NotATime) as refusal:
        read_time("2021-10-31 01:30", LONDON)
    assert "2021-10-31 01:30+01:00 or +00:00" in refusal.value.remedy
    assert read_time("2021-10-31 01:30+01:00", LONDON) == datetime(2021, 10, 31, 0, 30, tzinfo=UTC)
    assert read_time("2021-10-31 01:30+00:00", LONDON) == datetime(2021, 10, 31, 1, 30, tzinfo=UTC)


@given(st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(2099, 1, 1)))  # noqa: DTZ001 wall clock
def test_a_well_typed_time_is_the_instant_that_its_wall_clock_shows(local: datetime) -> None:
    try:
        found = read_time(f"{local:%Y-%m-%d %H:%M:%S}", LONDON)
    except NotATime as refusal:
        assert "twice" in refusal.reason or "never showed" in refusal.reason
        return
    assert found is not None
    assert found.astimezone(LONDON).replace(tzinfo=None) == local.replace(microsecond=0)


@given(st.text())
def test_any_text_is_a_time_or_unknown_or_refused_and_nothing_else(text: str) -> None:
    try:
        found = read_time(text, LONDON)
    except NotATime:
        return
    assert found is None or found.tzinfo is UTC


@pytest.mark.parametrize(
    ("times", "field"),
    [
        ("2024-05-01 10:00,2024-05-01 09:59,,", "declared"),
        ("2024-05-01 10:00,,2024-05-01 09:00,", "repaired"),
        ("2024-05-01 10:00,,,2024-05-01 09:00", "resolved"),
        (",,2024-05-01 10:00,2024-05-01 09:00", "resolved"),
    ],
)
def test_a_step_before_the_one_that_it_follows_is_impossible(times: str, field: str) -> None:
    fault = refused(f"Q2 2024,disk full,{times}")
    assert (fault.row, fault.field, fault.more) == (2, field, ())
    assert "can't be" in fault.reason


def test_a_time_four_weeks_from_the_day_in_the_name_is_refused_unless_more_is_allowed() -> None:
    row = "Q2 2024,2024-05-01-slow,2024-05-01 10:00,,,2024-05-29 10:00"
    assert refused(row).field == "resolved"
    (found,) = read_log([HEADER, row], LogReading(LONDON, longest=timedelta(days=60)))
    assert isinstance(found, ImportedIncident)
    assert kept(row.replace("05-29", "05-28")).warnings == ()


def test_a_fault_logged_after_its_detection_is_kept_with_a_warning() -> None:
    found = kept(
        "Q2 2024,disk full,2024-05-01 11:00,2024-05-01 10:00,,,2024-05-01 12:00",
        header=HEADER.replace("first", "fault_occurs,first"),
    )
    assert found.warnings == (
        "The fault occurred (2024-05-01 11:00) only after it was first detected"
        " (2024-05-01 10:00).",
    )


def test_a_published_figure_that_cant_be_read_is_kept_as_text_with_a_warning() -> None:
    found = kept(
        "Q2 2024,disk full,2024-05-01 11:00,,,2024-05-01 12:00,ages",
        header=f"{HEADER},published_time_to_repair",
    )
    assert (found.published_repair, found.published_repair_text) == (None, "ages")
    assert "“ages” is not a length of time" in found.warnings[0]


def test_a_row_needs_a_quarter_a_name_and_at_least_one_time() -> None:
    fault = refused("spring,,,,,")
    assert [fault.field, *(other.field for other in fault.more)] == ["quarter", "incident"]
    assert "None of the incident's times" in refused("Q2 2024,disk full,,,,").reason


def test_the_same_incident_twice_is_refused_the_second_time() -> None:
    row = "Q2 2024,disk full,2024-05-01 11:00,,,"
    fault = refused(row, row.replace("Q2 2024,disk full", "q2 2024, Disk  Full "))
    assert (fault.row, fault.field) == (3, "incident")
    assert fault.reason.startswith("Row 2 ")


def test_a_misshapen_row_is_refused_and_the_next_one_still_read() -> None:
    short, long, good = read(
        "Q2 2024,disk full",
        "Q2 2024,disk,full,2024-05-01 11:00,,,",
        "",
        "Q2 2024,disk full,2024-05-01 11:00,,,",
    )
    assert isinstance(short, Refusal)
    assert (short.row, short.field) == (2, "first_detected")
    assert isinstance(long, Refusal)
    assert (long.row, "7 cells" in long.reason) == (3, True)
    assert isinstance(good, ImportedIncident)


def test_a_log_is_read_a_row_at_a_time() -> None:
    def lines() -> Iterator[str]:
        yield "\ufeff" + HEADER.upper() + "\r\n"
        yield "Q2 2024,disk full,2024-05-01 11:00,,,\r\n"
        raise AssertionError("The second row was asked for before the first was given.")

    found = next(read_log(lines(), LogReading(LONDON)))
    assert isinstance(found, ImportedIncident)
    assert found.detected == datetime(2024, 5, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([], "empty"),
        (["quarter;incident"], "missing: first_detected, declared"),
        ([HEADER.replace("declared", "announced")], "missing: declared; not known: announced"),
        ([f"{HEADER},declared"], "twice: declared"),
        ([HEADER, 'Q2 2024,"disk full'], "Row 2 is not CSV"),
        (["PK\x03\x04\0\0"], "not UTF-8"),
        ([HEADER, "Q2 2024,caf\ufffd"], "Line 2"),
    ],
)
def test_a_file_that_is_no_such_log_is_refused_as_a_whole(lines: list[str], reason: str) -> None:
    with pytest.raises(UnreadableFile) as refusal:
        list(read_log(lines, LogReading(LONDON)))
    assert reason in refusal.value.reason
    assert refusal.value.remedy


def test_a_file_in_another_encoding_is_refused_with_the_byte_that_shows_it() -> None:
    file = BytesIO(f"{HEADER}\nQ2 2024,caf".encode() + b"\xe9,,,,\n")
    with pytest.raises(UnreadableFile) as refusal:
        list(read_log(TextIOWrapper(file, encoding="utf-8", newline=""), LogReading(LONDON)))
    assert "0xe9" in refusal.value.reason


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("1d 5h 47m", 1787),
        ("1 day 5 hours 47 minutes", 1787),
        ("1d5h47m", 1787),
        ("1 day, 5 hrs and 47 mins", 1787),
        ("0h 07m", 7),
        ("27m", 27),
        ("7h (during support hours 10:00-17:00)", 420),
        ("33h 15m (during support hours 10:00-17:00 M-F)", 1995),
        ("673h 34m", 40414),
        ("1.5 H", 90),
        ("0m", 0),
    ],
)
def test_a_published_length_of_time_is_read(text: str, minutes: int) -> None:
    assert read_published(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", " ", "N/A", "-"])
def test_no_published_figure_is_none_and_not_zero(text: str) -> None:
    assert read_published(text) is None


@pytest.mark.parametrize("text", ["1:30", "5m 1h", "5m 5m", "-5m", "30", "ages", "9" * 20 + "d"])
def test_a_length_that_could_mean_anything_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match="is not a length of time"):
        read_published(text)


def test_a_quarter_is_read_from_the_ways_it_is_written() -> None:
    assert {read_quarter(text) for text in ("Q1 2026", "q1-2026", "2026 Q1", "2026-q1")} == {
        "Q1 2026"
    }
    assert [quarter_of(date(2026, month, 1)) for month in (1, 3, 4, 12)] == [
        "Q1 2026",
        "Q1 2026",
        "Q2 2026",
        "Q4 2026",
    ]


def test_every_published_quarter_is_read_with_its_means() -> None:
    with QUARTERS.open(encoding="utf-8", newline="") as lines:
        quarters = read_quarters(lines)
    found = [quarter for quarter in quarters if isinstance(quarter, PublishedQuarter)]
    assert len(found) == len(quarters) == 21
    assert sum(quarter.listed or 0 for quarter in found) == 39
    by_name = {quarter.quarter: quarter for quarter in found}
    assert by_name["Q1 2021"].mean_repair is None
    assert by_name["Q1 2021"].mean_repair_text == "N/A"
    assert by_name["Q1 2023"].mean_resolve == timedelta(hours=225, minutes=28)
    assert by_name["Q3 2020"].mean_repair == timedelta(minutes=59)
    assert not any(quarter.warnings for quarter in found)


def test_a_quarter_that_contradicts_itself_warns_and_one_that_cant_be_read_is_refused() -> None:
    header = (
        "quarter,incidents_listed,published_mean_time_to_repair,"
        "published_mean_time_to_resolve,repair_min,resolve_min"
    )
    odd, bad, again, count = read_quarters(
        [header, "Q1 2020,3,1h 22m,,83,", "Q2 2020,1,ages,,,", "q1 2020,1,,,,", "Q4 2020,many,,,,"]
    )
    (plain,) = read_quarters([header, "Q1 2019,1,5m,6m,,"])
    assert isinstance(plain, PublishedQuarter)
    assert plain.warnings == ()
    assert isinstance(odd, PublishedQuarter)
    assert odd.warnings == ("repair_min is 83, but the published mean is 1h22m.",)
    assert [(row.row, row.field) for row in (bad, again, count) if isinstance(row, Refusal)] == [
        (3, "published_mean_time_to_repair"),
        (4, "quarter"),
        (5, "incidents_listed"),
    ]
