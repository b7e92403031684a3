"""Three exports of each tool go in, change as people change them there, and go in again.

Written after the tools' public formats: RFC 5545 as Google, Outlook, Apple and PagerDuty write it,
and what PagerDuty's and Opsgenie's APIs answer.
"""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dutydesk.kernel.periods import Period
from dutydesk.rota.flows import imports, roster
from dutydesk.rota.models import RotaImport, Rotation
from testing.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.clause("oncall.rota")]
FOLDER = Path(__file__).parents[1] / "data" / "rota" / "exports"
CASES = json.loads((FOLDER / "changes.json").read_text())


def on(world: World, local: str) -> str:
    moment = world.moment(local)
    rows = roster.between(Period(moment, moment + timedelta(minutes=1)), duty="primary")
    return " ".join(row.engineer.name for row in rows)


def take_in(world: World, text: str) -> imports.ImportedRota:
    return imports.take_in(text=text, duty="primary", at=world.at, by="Ada")


def test_there_are_three_of_each() -> None:
    kinds = [name.rpartition("-")[0] for name in CASES]
    assert all(kinds.count(kind) == 3 for kind in kinds)
    assert len(set(kinds)) == 6


@pytest.mark.parametrize("name", CASES)
def test_an_export_goes_in_changes_and_goes_in_again(tmp_path: Path, name: str) -> None:
    world, case = World(tmp_path, "2026-11-23T08:00"), CASES[name]
    text = (FOLDER / name).read_bytes().decode()
    first = take_in(world, text)
    assert {local: on(world, local) for local in case["first"]} == case["first"]
    same = take_in(world, text)
    assert (same.rotations, same.shifts, same.changed, same.ended) == (0, 0, 0, 0)
    for old, new in case["change"]:
        assert old in text
        text = text.replace(old, new)
    second = take_in(world, text)
    assert {local: on(world, local) for local in case["then"]} == case["then"]
    assert second.outcome.people
    for run in (second, same, first):
        imports.take_back(number=run.number, at=world.at, by="Ada")
    assert {on(world, local) for local in case["first"]} == {""}
    assert not RotaImport.objects.filter(taken_back_at=None).exists()


SCHEDULES = pytest.mark.parametrize(
    ("name", "of", "what"),
    [("pagerduty-1.json", "schedule", "schedule_layers"), ("opsgenie-1.json", "data", "rotations")],
)


def emptied(export: dict[str, Any], of: str, what: str) -> str:
    """Give an export as it is once its schedule has nothing any more."""
    export[of][what] = []
    export[of].pop("overrides_subschedule", None)
    return json.dumps(export)


@SCHEDULES
def test_a_schedule_that_has_nothing_any_more_ends_here_too_and_that_is_said(
    tmp_path: Path, name: str, of: str, what: str
) -> None:
    world, case = World(tmp_path, "2026-11-23T08:00"), CASES[name]
    export = json.loads((FOLDER / name).read_bytes())
    first = take_in(world, json.dumps(export))
    empty = emptied(export, of, what)
    (note,) = imports.preview(text=empty, duty="primary", at=world.at)[0].notes
    assert "holds nothing that is to come, so all that was taken in of it ends." in note
    gone = take_in(world, empty)
    assert (gone.ended, gone.notes) == (first.rotations + first.shifts, (note,))
    assert {on(world, local) for local in case["first"]} == {""}
    imports.take_back(number=gone.number, at=world.at, by="Ada")
    assert {local: on(world, local) for local in case["first"]} == case["first"]


@SCHEDULES
def test_what_people_changed_of_a_schedule_that_has_nothing_any_more_is_not_said_to_end(
    tmp_path: Path, name: str, of: str, what: str
) -> None:
    world = World(tmp_path, "2026-11-23T08:00")
    export = json.loads((FOLDER / name).read_bytes())
    export[of][what].append(export[of][what][0] | {"id": "BESIDE", "length": 3})
    take_in(world, json.dumps(export))
    changed = Rotation.objects.order_by("pk")[0]
    Rotation.objects.filter(pk=changed.pk).update(priority=9)
    stays, note = take_in(world, emptied(export, of, what)).notes
    assert stays.startswith(f"Rotation {changed.pk} was changed here since and stays so; ")
    assert stays.endswith(" has none.")
    assert "holds nothing that is to come, so what is left of it ends." in note


@SCHEDULES
def test_what_was_taken_in_before_sources_were_kept_is_said_to_end_too(
    tmp_path: Path, name: str, of: str, what: str
) -> None:
    world = World(tmp_path, "2026-11-23T08:00")
    export = json.loads((FOLDER / name).read_bytes())
    first = take_in(world, json.dumps(export))
    Rotation.objects.update(taken_in=True)
    RotaImport.objects.all().delete()
    gone = take_in(world, emptied(export, of, what))
    assert gone.ended == first.rotations
    assert "so all that was taken in of it ends." in gone.notes[0]
