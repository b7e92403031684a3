"""Rotas from a terminal, for people and, with JSON, for programs."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer

from dutydesk.people.models import Account, Engineer
from dutydesk.process.flows import process
from dutydesk.process.rules.check import DEFAULT_FILE
from dutydesk.rota.commands.rotas import RotaCommands
from dutydesk.rota.flows import edits
from dutydesk.rota.flows.edits import Cadence
from dutydesk.rota.models import Shift
from testing.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-23T08:00")
    for name in ("Di", "Ed"):
        account = Account.objects.create_user(email=f"{name}@example.org", name=name)
        Engineer.objects.create(name=name, email=account.email, account=account)
    names = ("Ada", "Ben", "Cy", "Di", "Ed")
    numbers = {e.name: e.pk for e in Engineer.objects.all()}
    for duty, first in (("primary", 0), ("secondary", 2)):
        places = [[numbers[names[(first + n) % 5]]] for n in range(5)]
        starts = datetime.fromisoformat("2026-11-23T07:00")
        cadence = Cadence("weekly", 1, starts, places)
        edits.rotate(duty=duty, cadence=cadence, at=world.at, by="Ada")
    return world


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def test_show_tells_who_and_what_nobody_covers(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    rota = RotaCommands(lambda: world.at)
    rota.show(weeks=2)
    told = said(capsys)
    assert "Mon 23 Nov 08:00 to Mon 30 Nov 07:00 GMT     Ada" in told
    assert "nobody: Tue 24 Nov: Support 09:00 to 18:00" in told
    rota.show(start="2026-11-30", weeks=1, duty="primary", as_json=True)
    (shift,) = [s for s in json.loads(said(capsys))["shifts"] if s["name"] == "Ben"]
    assert (shift["duty"], shift["by"]) == ("primary", "rotation")
    assert shift["why"] == "Ben has the primary turn"
    with pytest.raises(typer.Exit):
        rota.show(start="soon")


def test_preview_tells_and_changes_nothing(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    rota = RotaCommands(lambda: world.at)
    before = list(Shift.objects.values_list("pk", "end", "cancelled_at"))
    start, end = "2026-11-28T07:00", "2026-11-28T22:00"
    rota.preview(duty="primary", remove="ada", start=start, end=end)
    told = said(capsys)
    assert "Ada\n  You no longer have primary: Sat 28 Nov 07:00 to 22:00 GMT" in told
    assert "leaves uncovered: Sat 28 Nov: Primary on call 07:00 to 22:00" in told
    rota.preview(duty="primary", add="Di", remove="Ada", start=start, end=end, as_json=True)
    assert json.loads(said(capsys))["people"]["Di"] == [
        "You have primary: Sat 28 Nov 07:00 to 22:00 GMT"
    ]
    with pytest.raises(typer.Exit):
        rota.preview(duty="primary", add="Nobody", start=start, end=end)
    assert list(Shift.objects.values_list("pk", "end", "cancelled_at")) == before


def test_cover_says_how_much_is_covered_and_fails_if_not_all(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    rota = RotaCommands(lambda: world.at)
    assert not rota.cover(2, as_json=False)
    told = capsys.readouterr()
    assert "Primary on call: 100.0% of the promised hours are covered." in told.out
    assert "Support: 0.0% of the promised hours are covered." in told.out
    assert "nobody: Tue 24 Nov: Support 09:00 to 18:00" in told.err
    rota.cover(2, as_json=True)
    assert json.loads(said(capsys))["covered"]["Secondary on call"] == 100.0


def test_cover_of_hours_that_never_open_is_none(
    world: World, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "process.yaml"
    on_call = "Mo-Fr 07:00-10:00,17:00-22:00; Sa-Su,PH 07:00-22:00"
    once = DEFAULT_FILE.read_text("utf-8").replace(on_call, "2020 Mo-Su 07:00-22:00")
    file.write_text(once, "utf-8")
    process.adopt(file=file, at=datetime(2020, 1, 1, tzinfo=UTC))
    rota = RotaCommands(lambda: world.at)
    assert not rota.cover(2, as_json=False)
    assert "Primary on call: no hours are promised in these weeks." in said(capsys)
    assert not rota.cover(2, as_json=True)
    assert json.loads(said(capsys))["covered"]["Primary on call"] is None


def test_plan_proposes_and_publishes_when_told_to(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    rota = RotaCommands(lambda: world.at)
    rota.plan(weeks=6)
    assert "within 1% of the best" in said(capsys)
    assert not Shift.objects.filter(kind="plan").exists()
    rota.plan(weeks=6, as_json=True, publish="Ada")
    turns = json.loads(said(capsys).splitlines()[0])["turns"]
    on_now = {"Ada", "Cy"}  # They rest a week after this one.
    assert not on_now & {turn["name"] for turn in turns[:2]}
    planned = Shift.objects.filter(kind="plan", cancelled_at=None)
    assert planned.count() == len(turns) > 0
    Engineer.objects.exclude(name__in=["Ada", "Ben"]).update(active=False)
    with pytest.raises(typer.Exit):
        rota.plan(weeks=6)
    assert "Too few people can be on: Mon 23 Nov 10:00" in capsys.readouterr().err
