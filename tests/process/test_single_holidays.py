"""Single days that are public holidays here, or are none: hours, shifts and pay agree on them."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from dutydesk.process.flows import process
from dutydesk.process.rules.check import DEFAULT_FILE, check
from dutydesk.process.rules.model import Process
from dutydesk.rota.flows import plan_proposals, workload
from testing.screens import seen, visit
from testing.world import Moving, World, number

NAMED = '  holidays: [{on: "2027-03-10", name: Coronation}, {on: "2027-05-03", off: true}]\n'
AFTER = "  subdivision: ENG\n"


def with_days(days: str) -> str:
    text = DEFAULT_FILE.read_text("utf-8")
    assert AFTER in text
    return text.replace(AFTER, AFTER + days)


def sound(days: str) -> Process:
    found = check(with_days(days), at=datetime(2026, 12, 1, tzinfo=UTC))
    assert found.process is not None, found.mistakes
    return found.process


def test_clocks_keep_them() -> None:
    named, without = sound(NAMED), sound("")
    for clock, day, hours in (
        ("on_call", date(2027, 3, 10), (8, 15)),
        ("working", date(2027, 3, 10), (9, 0)),
        ("on_call", date(2027, 5, 3), (15, 8)),
        ("support", date(2027, 5, 3), (0, 7)),
    ):
        start = datetime(day.year, day.month, day.day, tzinfo=named.zone)
        found = [
            one.clock(clock).between(start, start + timedelta(days=1)) for one in (without, named)
        ]
        assert [each / timedelta(hours=1) for each in found] == list(hours)
    assert named.calendar.holidays(2027)[date(2027, 3, 10)] == "Coronation"
    assert date(2027, 5, 3) not in named.calendar.holidays(2027)
    assert date(2027, 12, 27) in named.calendar.holidays(2027)


def test_a_country_s_own_days_are_not_needed() -> None:
    text = with_days(NAMED.split(", {on")[0] + "]\n").replace("  country: GB\n", "")
    found = check(text.replace(AFTER, ""), at=datetime(2026, 12, 1, tzinfo=UTC))
    assert found.process is not None, found.mistakes
    assert found.process.calendar.is_holiday(date(2027, 3, 10))
    assert not [one for one in found.warnings if "names no country" in str(one)]


@pytest.mark.parametrize(
    ("days", "reason"),
    [
        ('[{on: "2027-03-10"}]', "isn't clear whether 2027-03-10 is a public holiday"),
        ('[{on: "2027-03-10", name: X, off: true}]', "isn't clear whether"),
        ('[{on: "2027-03-10", off: true}]', "2027-03-10 is no public holiday there"),
        ('[{on: "2027-03-10", name: X}, {on: "2027-03-10", name: Y}]', "there twice"),
        ('[{on: "10 March", name: X}]', "“10 March” is not a day"),
        ('[{day: "2027-03-10", name: X}]', "day"),
    ],
)
def test_check_says_what_is_wrong_with_its_line(days: str, reason: str) -> None:
    text = with_days(f"  holidays: {days}\n")
    found = check(text, at=datetime(2026, 12, 1, tzinfo=UTC))
    assert found.process is None
    line = next(n for n, each in enumerate(text.splitlines(), 1) if "  holidays: [{" in each
                and "#" not in each)  # fmt: skip
    assert any(reason in str(one) for one in found.mistakes)
    assert all(one.line in (line, line - 4, line - 3) for one in found.mistakes)


@pytest.mark.django_db
def test_hours_shifts_plans_and_pay_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(tmp_path, "2027-03-01T08:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    file = tmp_path / "named.yaml"
    file.write_text(with_days(NAMED), "utf-8")
    process.adopt(file=file, at=datetime(2027, 1, 1, tzinfo=UTC))
    world.shift(world.at, world.at + timedelta(days=20), primary="Ben")
    week = seen(visit("Ada").get("/shifts/?from=2027-03-08"))
    assert "Coronation" in week
    turns = plan_proposals._periods(process.in_force(), world.at, world.at + timedelta(weeks=3))
    assert workload.tallies(turns, "primary")[1].holiday == timedelta(hours=15)
    world.at = world.moment("2027-04-01T09:00")
    path = f"/shifts/statement.csv?engineer={number('Ben')}&month=2027-03"
    rows = list(csv.DictReader(io.StringIO(visit("Ada").get(path).text)))
    assert rows[-1]["public holiday hours"] == "15.00"
    assert "Coronation" in seen(visit("Ada").get("/process/"))
