"""Logs as spreadsheets and other tools write them, and what is odd in them."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dutydesk.histories.rules.imported import ImportedIncident, read_log
from dutydesk.histories.rules.imported_times import LogReading
from dutydesk.histories.rules.typed_times import NotATime, read_time
from dutydesk.kernel.tables import Refusal, UnreadableFile

LONDON = ZoneInfo("Europe/London")
HEADER = "quarter,incident,first_detected,declared,repaired,resolved"


def read(*lines: str, header: str = HEADER) -> list[ImportedIncident | Refusal]:
    return list(read_log([header, *lines], LogReading(LONDON)))


def kept(line: str) -> ImportedIncident:
    (found,) = read(line)
    assert isinstance(found, ImportedIncident)
    return found


def refused(*lines: str) -> Refusal:
    found = read(*lines)[-1]
    assert isinstance(found, Refusal)
    return found


def test_two_numbers_before_the_year_are_told_apart_by_whoever_knows() -> None:
    assert read_time("03/11/2021 15:30", LONDON, day_first=True) == datetime(
        2021, 11, 3, 15, 30, tzinfo=UTC
    )
    with pytest.raises(NotATime, match="not on the calendar"):
        read_time("11/30/2021 15:30", LONDON, day_first=True)
    with pytest.raises(NotATime, match="no month"):
        read_time("3 Juni 2021 15:30", LONDON)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("said", [True, False])
def test_cells_may_be_parted_and_columns_written_as_spreadsheets_do(mark: str, said: bool) -> None:
    header = "Quarter,Incident,First Detected,Declared,Repaired,Resolved,Ticket"
    row = "Q2 2024,disk full,2024-05-01 11:00,,,2024-05-01 12:00,OPS-1"
    lines = [f"sep={mark}"] * said + [header.replace(",", mark), row.replace(",", mark)]
    (found,) = read_log(lines, LogReading(LONDON))
    assert isinstance(found, ImportedIncident)
    assert found.title == "disk full"
    assert found.row["ticket"] == "OPS-1"


@pytest.mark.parametrize("name", ["dddice", "ci.jenkins.io", "deSEC", "api-gateway", "a_b"])
def test_a_name_without_a_day_is_as_people_wrote_it(name: str) -> None:
    assert kept(f"Q2 2024,{name},2024-05-01 11:00,,,2024-05-01 12:00").title == name


def test_a_name_that_nobody_sees_is_none() -> None:
    assert refused("Q2 2024,\u200b\u200b,2024-05-01 11:00,,,2024-05-01 12:00").field == "incident"


def test_columns_may_have_other_names_and_none_is_taken_for_two() -> None:
    header = "Quarter,Title,Started at,Detected,Declared,Mitigated,Ended,Affected services,Impact"
    row = (
        "Q2 2024,a,2024-05-01 10:00,2024-05-01 11:00,,,2024-05-01 12:00,Prison visits; Clusters,no"
    )
    (found,) = read(f"{row},P1", header=f"{header},Severity")
    assert isinstance(found, ImportedIncident)
    hours = [
        moment.hour for moment in (found.fault_occurs, found.detected, found.resolved) if moment
    ]
    assert hours == [9, 10, 11]
    assert (found.services, found.user_impact) == (("Prison visits", "Clusters"), False)
    assert found.row["severity"] == "P1"
    (both,) = read(
        "Q2 2024,a,b,2024-05-01 11:00,,,2024-05-01 12:00",
        header=HEADER.replace("incident", "incident,title"),
    )
    assert isinstance(both, ImportedIncident)
    assert (both.title, both.row["title"]) == ("a", "b")
    with pytest.raises(UnreadableFile, match="missing: resolved"):
        read("", header=HEADER.replace("resolved", "ended,closed"))


def test_columns_that_were_cleared_are_none() -> None:
    rows = [f"{HEADER},,", "Q2 2024,a,2024-05-01 11:00,,,2024-05-01 12:00,,"]
    (found,) = read_log(rows, LogReading(LONDON))
    assert isinstance(found, ImportedIncident) and "" not in found.row


@pytest.mark.parametrize("lines_before", [0, 1, 2_000])
def test_what_is_not_utf_8_is_told_by_its_row(lines_before: int, tmp_path: Path) -> None:
    file = tmp_path / "log.csv"
    row = b"Q2 2024,a,2024-05-01 11:00,,,2024-05-01 12:00\n"
    file.write_bytes(HEADER.encode() + b"\n" + row * lines_before + b"Q2 2024,caf\xe9,,,,\n")
    lines = file.open(encoding="utf-8-sig", newline="")
    with lines, pytest.raises(UnreadableFile, match=f"near row {lines_before + 2} "):
        list(read_log(lines, LogReading(LONDON)))


@pytest.mark.parametrize(
    ("typed", "hour"),
    [
        ("2021-06-08 10:58 BST", 9),
        ("2021-06-08 10:58:00+01", 9),
        ("2021-06-08 10:58:00.123-0330", 14),
        ("2021-06-08 6pm", 17),
        ("Jun 7, 2024 - 6 p.m. UTC", 18),
        ("2021-10-31 01:30 BST", 0),
        ("2021-10-31 01:30 GMT", 1),
    ],
)
def test_a_time_is_read_as_databases_and_people_write_it(typed: str, hour: int) -> None:
    found = read_time(typed, LONDON)
    assert found is not None and found.hour == hour


@pytest.mark.parametrize("typed", ["2021-01-08 10:58 BST", "2021-06-08 10:58 EST"])
def test_a_clock_of_another_zone_is_refused_with_what_to_write(typed: str) -> None:
    with pytest.raises(NotATime, match="No clock in Europe/London showed") as refusal:
        read_time(typed, LONDON)
    assert "+01:00" in refusal.value.remedy


@pytest.mark.parametrize(
    ("column", "value", "instead"),
    [("priority", "P1", "high or normal"), ("impact", "Nobody could book", "yes or no")],
)
def test_what_is_said_in_words_of_elsewhere_is_kept_as_text_with_a_warning(
    column: str, value: str, instead: str
) -> None:
    row = f"Q2 2024,a,2024-05-01 11:00,,,2024-05-01 12:00,{value}"
    (found,) = read(row, header=f"{HEADER},{column}")
    assert isinstance(found, ImportedIncident)
    assert (found.priority, found.user_impact) == (None, None)
    (warning,) = found.warnings
    assert f"“{value}” was not read: write {instead}." in warning
    assert value in found.row.values()


@pytest.mark.parametrize(
    ("first", "last", "warning"),
    [
        ("2018-01-05 10:00", "2019-02-05 12:00", "It lasted 396 days. Is a date mistyped?"),
        ("2018-01-05 10:00", "2018-01-05 10:00", "It ended in the minute in which it began."),
        ("2018-01-05 10:00", "", "It isn't said when it ended. It is kept as one that is over."),
        ("", "2018-01-05 10:00", "It isn't said when it began: the measures count it in no time."),
    ],
)
def test_an_odd_length_is_kept_and_pointed_at(first: str, last: str, warning: str) -> None:
    assert kept(f"Q1 2018,Took a while,{first},,,{last}").warnings == (warning,)


def test_what_is_still_to_come_is_refused() -> None:
    now = datetime(2026, 11, 28, 12, tzinfo=UTC)
    (found,) = read_log([HEADER, "Q1 2030,Late,2030-01-05 10:00,,,"], LogReading(LONDON, now=now))
    assert isinstance(found, Refusal)
    assert (found.field, found.reason) == ("first_detected", "That is still to come.")


def test_two_of_one_name_in_a_quarter_are_two_if_they_share_no_day_and_no_time() -> None:
    rows = read("Q2 2022,Outage,2022-04-12 11:07,,,", "Q2 2022,Outage,2022-05-01 12:58,,,")
    assert all(isinstance(row, ImportedIncident) for row in rows)
    same_day = refused("Q2 2022,Outage,2022-04-12 11:07,,,", "Q2 2022,Outage,2022-04-12 18:00,,,")
    assert same_day.reason == "Row 2 holds an incident of the same quarter, name and day."
    header = f"{HEADER},id"
    twice = read(
        "Q2 2022,A,2022-04-12 11:07,,,,7", "Q2 2022,B,2022-05-12 18:00,,,,7", header=header
    )
    assert isinstance(twice[-1], Refusal)
    assert twice[-1].reason == "Row 2 has the same id."


def test_a_long_name_is_cut_and_known_again() -> None:
    one, other = (kept(f"Q2 2024,{'long ' * 50}{end},2024-05-01 11:00,,,") for end in "ab")
    assert len(one.title) == 200
    assert "Its name has 251 characters; 200 of them are kept." in one.warnings
    assert len(one.key) <= 180
    assert one.key != other.key
