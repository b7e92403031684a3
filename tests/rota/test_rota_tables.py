"""A rota goes out as CSV and comes in again."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.kernel.tables import UnreadableFile
from dutydesk.rota.commands.imports import RotaImportCommands
from dutydesk.rota.commands.rotas import RotaCommands
from dutydesk.rota.models import Override, Shift
from dutydesk.rota.rules import rota_csv
from dutydesk.rota.rules.rota_csv import TableRefused
from testing.rotas import on
from testing.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.clause("oncall.rota")]


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2027-03-22T08:00")
    world.shift(world.at, world.at + timedelta(days=7), primary="Ada", secondary="Ben")
    return world


def written(world: World, capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    RotaCommands(lambda: world.at).show(weeks=2, as_csv=True)
    return capsys.readouterr().out


def test_what_is_written_is_taken_in_again(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = written(world, capsys)
    rows = list(csv.DictReader(io.StringIO(text)))
    assert rows[0] == {
        "duty": "primary",
        "name": "Ada",
        "email": "ada@example.org",
        "start": "2027-03-22T08:00+00:00",
        "end": "2027-03-29T09:00+01:00",
        "by": "hand",
    }
    before = sorted(Shift.objects.values_list("duty", "engineer", "start", "end"))
    Shift.objects.all().delete()
    Override.objects.all().delete()
    file = tmp_path / "rota.csv"
    file.write_text(text, "utf-8")
    for duty in ("primary", "secondary"):
        RotaImportCommands(lambda: world.at).shifts(file, duty)
    assert sorted(Shift.objects.values_list("duty", "engineer", "start", "end")) == before


def test_people_go_by_name_where_there_is_no_address(world: World, tmp_path: Path) -> None:
    file = tmp_path / "Rota.CSV"
    file.write_text("\ufeffName,Start,End\nCy,2027-04-05 07:00,2027-04-05 22:00\n,,\n", "utf-8")
    RotaImportCommands(lambda: world.at).shifts(file, "primary")
    assert on(world, "2027-04-05T19:00") == ["Cy"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name,start,end\nAda,soon,2027-04-05 07:00", "Line 2: “soon” is not a time."),
        ("name,start,end\n,2027-04-05 07:00,2027-04-05 08:00", "Line 2 names nobody."),
        ("name,start,end\nAda,2027-04-05 07:00,2027-04-05 07:00", "Line 2 ends no later"),
    ],
)
def test_a_table_that_can_t_be_read_says_where(world: World, text: str, reason: str) -> None:
    with pytest.raises(TableRefused, match=reason):
        rota_csv.as_calendar(text, "primary", world.zone)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("name,start\nAda,2027-04-05 07:00", "missing: end"),
        ("name,start,start,end\n", "twice: start"),
        ("name,start,end\nAda\0,2027-04-05 07:00,2027-04-05 08:00", "Line 2 .* is not UTF-8"),
        ('name,start,end\n"Ada,2027-04-05 07:00,2027-04-05 08:00', "Row 2 is not CSV"),
        ("", "The file is empty."),
    ],
)
def test_what_is_no_table_is_refused(world: World, text: str, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        rota_csv.as_calendar(text, "primary", world.zone)


@pytest.mark.parametrize("mark", [";", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_a_table_is_read_as_other_spreadsheets_write_it(
    world: World, tmp_path: Path, mark: str, end: str
) -> None:
    lines = ("Name,Start,End,Note", "Cy,2027-04-05 07:00,2027-04-05 22:00,")
    file = tmp_path / "rota.csv"
    file.write_bytes("".join(line.replace(",", mark) + end for line in lines).encode())
    RotaImportCommands(lambda: world.at).shifts(file, "primary")
    assert on(world, "2027-04-05T19:00") == ["Cy"]
    with pytest.raises(TableRefused, match="Line 2: The row has 2 cells"):
        rota_csv.as_calendar(f"{lines[0]}{end}Cy,2027-04-05 07:00", "primary", world.zone)


def test_another_month_s_table_leaves_the_first_one_s_shifts(world: World, tmp_path: Path) -> None:
    commands = RotaImportCommands(lambda: world.at)
    for name, day in (("april.csv", "2027-04-05"), ("may.csv", "2027-05-05")):
        file = tmp_path / name
        file.write_text(f"name,start,end\nCy,{day} 07:00,{day} 22:00\n", "utf-8")
        commands.shifts(file, "primary")
    assert on(world, "2027-04-05T19:00") == on(world, "2027-05-05T19:00") == ["Cy"]


def test_a_table_of_another_duty_is_refused_and_ends_nothing(world: World, tmp_path: Path) -> None:
    file = tmp_path / "rota.csv"
    file.write_text("duty,name,start,end\nsupport,Cy,2027-04-05 07:00,2027-04-05 22:00\n", "utf-8")
    with pytest.raises(TableRefused, match="No line of the table is of primary"):
        RotaImportCommands(lambda: world.at).shifts(file, "primary")
    assert on(world, "2027-03-23T19:00") == ["Ada"]
