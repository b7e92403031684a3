"""Statements: each month has its link, whoever left has theirs, and the past can be put right."""

import csv
import io
import re
from calendar import isleap
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.periods import Period
from dutydesk.people.flows import people
from dutydesk.people.models import Engineer
from dutydesk.rota.flows import edits, pay_statements, shift_corrections
from dutydesk.rota.flows.shift_build import EditRefused
from dutydesk.rota.models import Shift, ShiftCorrection
from dutydesk.rota.rules.shares import months_back
from testing.rotas import span
from testing.screens import seen, visit
from testing.world import Moving, World, number

clause = pytest.mark.clause("oncall.rota")


@given(st.sampled_from((2027, 2028)), st.integers(0, 365), st.integers(1, 30))
def test_months_are_walked_one_by_one(year: int, day: int, count: int) -> None:
    today = date(year, 1, 1) + timedelta(days=min(day, 364 + isleap(year)))
    found = months_back(today, count)
    numbers = [month.year * 12 + month.month for month in found]
    assert numbers == list(range(numbers[0], numbers[0] - count, -1))
    assert found[0] == today.replace(day=1)
    assert all(month.day == 1 for month in found)


def test_every_day_of_a_leap_year_and_of_another_links_the_month_before() -> None:
    for year in (2027, 2028):
        for day in range(365 + isleap(year)):
            today = date(year, 1, 1) + timedelta(days=day)
            before = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
            assert months_back(today, 4)[1] == before


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2027-02-01T08:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shift(world.at, world.at + timedelta(days=21), primary="Ben", support="Ada")
    return world


def statement(name: str, month: str, duty: str = "") -> list[dict[str, str]]:
    of = f"&duty={duty}" if duty else ""
    path = f"/shifts/statement.csv?engineer={number(name)}&month={month}{of}"
    return list(csv.DictReader(io.StringIO(visit("Ada").get(path).text)))


def hours(name: str, month: str, duty: str = "") -> float:
    return float(statement(name, month, duty)[-1]["promised hours"])


@clause
@pytest.mark.django_db
def test_february_s_statement_is_a_link_in_march(world: World) -> None:
    world.at = world.moment("2027-03-02T10:00")
    page = visit("Ada").get("/shifts/shares/").text
    months = re.findall(rf"engineer={number('Ben')}&amp;month=(\d{{4}}-\d\d)", page)
    assert months == ["2027-03", "2027-02", "2027-01", "2026-12"]


@clause
@pytest.mark.django_db
def test_who_left_has_a_row_and_a_statement_for_the_months_that_they_had(world: World) -> None:
    world.at = world.moment("2027-03-02T10:00")
    people.set_active(engineer=number("Ben"), active=False, at=world.at)
    page = visit("Ada").get("/shifts/shares/").text
    assert re.findall(rf"engineer={number('Ben')}&amp;month=(\d{{4}}-\d\d)", page) == ["2027-02"]
    assert "Statements of who has left" in page
    behind = seen(visit("Ada").get("/shifts/shares/?span=behind"))
    assert "Ben left" in behind
    assert hours("Ben", "2027-02") > 0
    assert f'<option value="{number("Ben")}"' in visit("Ada").get("/shifts/?from=2027-02-08").text
    assert f'<option value="{number("Ben")}"' not in visit("Ada").get("/shifts/").text


@clause
@pytest.mark.django_db
def test_a_statement_is_of_all_duties_or_of_one(world: World) -> None:
    evening = span(world, "2027-02-02T17:00", "2027-02-02T22:00")
    world.shift(evening.start, evening.end, secondary="Ada")
    world.at = world.moment("2027-03-02T10:00")
    assert hours("Ada", "2027-02", "secondary") == 5
    assert hours("Ada", "2027-02", "primary") == 0
    assert hours("Ada", "2027-02") == 5 + hours("Ada", "2027-02", "support")
    duties = [row["duty"] for row in statement("Ada", "2027-02")]
    assert duties == [*sorted(duties[:-1], key=["support", "secondary"].index), "total"]
    path = f"/shifts/statement.csv?engineer={number('Ada')}&month=2027-02&duty=x"
    assert visit("Ada").get(path).status_code == 404


def correction(**typed: str) -> dict[str, str]:
    """Give a correction as it is filled in: Cy really had Ben's evening of 3 February."""
    return {
        "duty": "primary",
        "add": str(number("Cy")),
        "remove": str(number("Ben")),
        "start": "2027-02-03T17:00",
        "end": "2027-02-03T20:00",
        "why": "Ben was ill, and Cy sat in for him.",
    } | typed


@clause
@pytest.mark.django_db
def test_what_really_happened_is_put_right_for_pay_and_taken_back(world: World) -> None:
    world.at = world.moment("2027-02-10T10:00")
    before, ada = hours("Ben", "2027-02"), visit("Ada")
    recorded = list(Shift.objects.order_by("pk").values())
    shown = seen(ada.post("/shifts/corrections/", correction()))
    assert "Cy 3.00 h in that time, instead of 0.00 h" in shown
    assert hours("Ben", "2027-02") == before  # A preview does nothing.
    assert not ShiftCorrection.objects.exists()
    ada.post("/shifts/corrections/", correction(confirm="1"))
    assert (hours("Ben", "2027-02"), hours("Cy", "2027-02")) == (before - 3, 3)
    assert "put right" in statement("Cy", "2027-02")[0]["why"]
    assert "Cy had primary instead of Ben" in JournalEntry.objects.latest("pk").text
    assert "Ben was ill" in seen(ada.get("/shifts/shares/"))
    ada.post("/shifts/corrections/", {"undo": ShiftCorrection.objects.get().pk})
    assert (hours("Ben", "2027-02"), hours("Cy", "2027-02")) == (before, 0)
    assert list(Shift.objects.order_by("pk").values()) == recorded


@clause
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"end": "2027-02-10T20:00"}, "not past yet"),
        ({"remove": "", "add": ""}, "Nothing would be otherwise"),
        ({"why": " "}, "missing"),
        ({"start": "2027-01-31T17:00"}, "had not all of that time"),
        ({"end": "2027-02-03T17:00"}, "end is not after the start"),
        ({"remove": "", "add": "BEN"}, "had that time already"),
        ({"start": "2027-02-03T22:00", "end": "2027-02-04T07:00"}, "is promised"),
    ],
)
def test_what_can_t_be_put_right_says_why(world: World, typed: dict[str, str], reason: str) -> None:
    world.at = world.moment("2027-02-10T10:00")
    sent = {key: str(number("Ben")) if value == "BEN" else value for key, value in typed.items()}
    answer = visit("Ada").post("/shifts/corrections/", correction(**sent))
    assert answer.status_code == 422
    assert reason in answer.text
    assert not ShiftCorrection.objects.exists()


@clause
@pytest.mark.django_db
def test_nobody_is_primary_and_secondary_by_a_correction(world: World) -> None:
    world.shift(world.at, world.at + timedelta(days=7), secondary="Cy")
    world.at = world.moment("2027-02-10T10:00")
    with pytest.raises(EditRefused, match="Cy was secondary then"):
        shift_corrections.correct(
            duty="primary",
            span=span(world, "2027-02-03T17:00", "2027-02-03T20:00"),
            add=number("Cy"),
            remove=number("Ben"),
            why="Ben was ill.",
            at=world.at,
            by="Ada",
        )
    with pytest.raises(EditRefused, match="gone"):
        shift_corrections.undo(number=99, at=world.at, by="Ada")


@clause
@pytest.mark.django_db
@pytest.mark.parametrize("then", [("primary", "Ada", "Cy"), ("secondary", "Ben", None)])
def test_corrections_of_one_time_are_taken_back_the_last_first(
    world: World, then: tuple[str, str, str | None]
) -> None:
    """Cy had it instead of Ben; then it was Ada after all, or Ben was the second meanwhile."""
    world.at = world.moment("2027-02-10T10:00")
    evening = span(world, "2027-02-03T17:00", "2027-02-03T20:00")
    for duty, add, remove in (("primary", "Cy", "Ben"), then):
        shift_corrections.correct(
            duty=duty,
            span=evening,
            add=number(add),
            remove=number(remove) if remove else None,
            why="They were ill.",
            at=world.at,
            by="Ada",
        )
    first, second = ShiftCorrection.objects.order_by("pk")
    with pytest.raises(EditRefused, match="later correction"):
        shift_corrections.undo(number=first.pk, at=world.at, by="Ada")
    for one in (second, first):
        shift_corrections.undo(number=one.pk, at=world.at, by="Ada")
    assert not ShiftCorrection.objects.filter(undone_at=None).exists()


@clause
@pytest.mark.django_db
def test_statements_of_a_month_are_those_of_its_days(world: World) -> None:
    """A month's statement is the sum of what was had, to the hour in which it is asked for."""
    ben = Engineer.objects.get(name="Ben")
    world.at = world.moment("2027-02-08T09:00")
    rows = list(
        csv.DictReader(
            io.StringIO(pay_statements.statement(engineer=ben, month=date(2027, 2, 1), at=world.at))
        )
    )
    # Monday 08 to 10, 17 to 22; four such evenings and mornings more; a weekend; Monday 07 to 09.
    assert float(rows[-1]["promised hours"]) == (2 + 5) + 4 * 8 + 2 * 15 + 2
    assert float(rows[-1]["weekend hours"]) == 30
    assert Client().get("/shifts/corrections/").status_code in (302, 403)


@clause
@pytest.mark.django_db
def test_the_lines_of_a_statement_add_up_to_its_total(world: World) -> None:
    """Seven evenings of twenty minutes, thirds of an hour, two of them at a weekend."""
    for day in range(1, 8):
        start = world.moment(f"2027-02-{day + 9:02}T17:10")
        edits.add_shift(
            duty="secondary", engineer=number("Cy"), start=start,
            end=start + timedelta(minutes=20), at=world.at, by="Ada",
        )  # fmt: skip
    world.forward(days=20)
    *lines, total = statement("Cy", "2027-02")
    assert len(lines) == 7
    assert (total["weekday hours"], total["weekend hours"]) == ("1.67", "0.67")
    columns = [name for name in total if "hours" in name]
    for name in columns:
        assert sum(Decimal(line[name]) for line in lines) == Decimal(total[name])
    for line in (*lines, total):
        kinds = (line[f"{kind} hours"] for kind in ("weekday", "weekend", "public holiday"))
        assert sum(map(Decimal, kinds)) == Decimal(line["promised hours"])


@clause
@pytest.mark.django_db
def test_an_hour_that_the_clocks_show_twice_is_put_right_once_and_says_which(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-10-24T08:00")
    world.shift(world.at, world.at + timedelta(days=2), primary="Ben")
    world.at += timedelta(days=3)
    twice = Period(*(datetime.fromisoformat(f"2026-10-25T01:30+0{n}:00") for n in (1, 0)))
    given: dict[str, Any] = {
        "duty": "primary",
        "add": number("Ada"),
        "remove": number("Ben"),
        "why": "Ill",
    }
    shift_corrections.correct(**given, span=twice, at=world.at, by="Ada")
    row = ShiftCorrection.objects.get()
    says = "Ada had primary instead of Ben, Sun 25 Oct 01:30 BST to 01:30 GMT"
    assert shift_corrections.told(row, world.zone) == says
    of: dict[str, Any] = {"month": date(2026, 10, 1), "at": world.at}
    ben, ada = (
        list(
            csv.DictReader(
                io.StringIO(
                    pay_statements.statement(engineer=Engineer.objects.get(name=name), **of)
                )
            )
        )
        for name in ("Ben", "Ada")
    )
    assert [line["until"] for line in ben[:2]] == [
        "2026-10-25T01:30+01:00",
        "2026-10-26T07:00+00:00",
    ]
    assert (ada[0]["from"], ada[0]["until"]) == ("2026-10-25T01:30+01:00", "2026-10-25T01:30+00:00")
