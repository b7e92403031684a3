"""Taking rotas in, looking first, and taking them back, from a terminal and on the screen."""

from pathlib import Path

import pytest

from dutydesk.rota.commands.imports import RotaImportCommands
from dutydesk.rota.flows import roster
from dutydesk.rota.flows.shift_build import EditRefused
from dutydesk.rota.models import Override, RotaImport
from testing.calendars import Event, calendar
from testing.screens import squeezed, visit
from testing.world import Moving, World

pytestmark = [pytest.mark.django_db, pytest.mark.clause("oncall.rota")]
BEN = Event("a", "On Call - Ben", "2026-11-24T17:00", "2026-11-24T22:00")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-23T08:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(primary="Cy")
    (tmp_path / "rota.ics").write_text(calendar(BEN, name="Evenings"))
    return world


@pytest.fixture
def commands(world: World) -> RotaImportCommands:
    return RotaImportCommands(lambda: world.at)


def who(world: World) -> list[str]:
    return [row.name for row in roster.who(at=world.moment("2026-11-24T18:00")) if row.name]


def test_a_preview_says_what_would_be(
    world: World, commands: RotaImportCommands, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commands.shifts(tmp_path / "rota.ics", "primary", preview=True)
    said = capsys.readouterr()
    assert "the calendar Evenings: would take in 0 rotations and 1 shifts" in said.out
    assert "Ben\n  You have primary: Tue 24 Nov 17:00 to 22:00 GMT" in said.out
    assert said.out.endswith("Nothing was changed.\n")
    assert "Ben would be primary beside Cy: Tue 24 Nov 17:00 to 22:00 GMT" in said.err
    assert "refused without --replace or --beside" in said.err
    assert not RotaImport.objects.exists()
    commands.shifts(tmp_path / "rota.ics", "primary", preview=True, replace=True)
    said = capsys.readouterr()
    assert "You no longer have primary: Tue 24 Nov 17:00 to 22:00 GMT" in said.out
    assert "beside" not in said.err


def test_what_is_refused_says_how_it_could_be(
    world: World, commands: RotaImportCommands, tmp_path: Path
) -> None:
    with pytest.raises(EditRefused, match="beside Cy") as refused:
        commands.shifts(tmp_path / "rota.ics", "primary")
    assert "--replace" in refused.value.remedy
    assert who(world) == ["Cy"]


def test_an_import_is_done_listed_and_taken_back(
    world: World, commands: RotaImportCommands, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commands.shifts(tmp_path / "rota.ics", "primary", replace=True, by="Ada")
    number = RotaImport.objects.get().pk
    said = capsys.readouterr().out
    assert "Took in 0 rotations and 1 shifts; 0 changed and 0 ended" in said
    assert f"dutydesk rota take-back {number}" in said
    assert who(world) == ["Ben"]
    commands.take_back()
    listed = capsys.readouterr().out
    assert listed == f"{number}: primary, the calendar Evenings, 2026-11-23 08:00, by Ada\n"
    commands.take_back(number)
    assert capsys.readouterr().out == "Taken back; 2 people were told.\n"
    assert who(world) == ["Cy"]
    commands.take_back()
    assert "taken back" in capsys.readouterr().out


def test_an_import_is_one_line_on_the_screen_and_goes_back_by_it(
    world: World, commands: RotaImportCommands, tmp_path: Path
) -> None:
    commands.shifts(tmp_path / "rota.ics", "primary", beside=True, by="Ada")
    made = Override.objects.get(taken_in__isnull=False)
    ada = visit("Ada")
    page = squeezed(ada.get("/shifts/change/?what=override").text)
    assert "Taken in from elsewhere" in page
    assert "the calendar Evenings" in page
    assert f'name="number" value="{made.pk}"' not in page.split("Latest changes")[1]
    typed = {"what": "take-back", "number": str(RotaImport.objects.get().pk)}
    seen = squeezed(ada.post("/shifts/change/", typed).text)
    assert "You no longer have primary: Tue 24 Nov 17:00 to 22:00 GMT" in seen
    assert Override.objects.filter(pk=made.pk).exists()
    ada.post("/shifts/change/", typed | {"confirm": "1"})
    assert who(world) == ["Cy"]
    assert "taken back" in ada.get("/shifts/change/?what=override").text
