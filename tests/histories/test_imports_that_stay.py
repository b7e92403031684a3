"""What people settled of an imported incident stays when it is taken in again, and is named."""

import json
from pathlib import Path

import pytest

from dutydesk.incidents.flows import notes
from dutydesk.incidents.models import Incident, Note
from testing.past_files import NIGHT, put, take_in
from testing.world import World

pytestmark = pytest.mark.django_db
STAYS = (
    "The queue stood still: its timeline stays as it is, since people corrected or removed 1 entry"
    " of it here; what the file tells of it now is not taken in."
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "desk", "2026-11-24T11:00")


def touched(world: World, folder: Path) -> None:
    """Take in a history, and take one entry of its timeline back."""
    take_in(folder)
    notes.remove(note=Note.objects.get(text__startswith="Alerts").pk, by="Ada", at=world.at)


def words() -> list[str]:
    return list(Note.objects.order_by("happened_at", "id").values_list("text", flat=True))


def test_the_trial_and_the_import_say_whose_timeline_stays(world: World, tmp_path: Path) -> None:
    folder = put(tmp_path, queue_DOT_md=NIGHT)
    touched(world, folder)
    before = words()
    put(tmp_path, queue_DOT_md=NIGHT.replace("A consumer", "Every consumer"))
    trial, told = take_in(folder, "--dry-run"), take_in(folder)
    for said, verb in ((trial.stdout, "would keep"), (told.stdout, "kept")):
        assert STAYS in said
        assert f"1 {verb} a timeline that people touched here." in said
    assert words() == before
    assert STAYS in take_in(folder).stdout  # The file still tells what isn't here.
    (row,) = json.loads(take_in(folder, "--json").stdout)["incidents"]
    assert f"{row['incident']}: {row['stays']}." == STAYS


def test_what_changed_beside_the_timeline_is_taken_in_and_the_rest_said(
    world: World, tmp_path: Path
) -> None:
    folder = put(tmp_path, queue_DOT_md=NIGHT)
    touched(world, folder)
    put(tmp_path, queue_DOT_md=NIGHT.replace("Unheard of", "Clusters"))
    told = take_in(folder).stdout
    assert "0 new, 1 changed" in told
    assert "stays as it is" not in told  # Its timeline is told as before.
    assert Incident.objects.get().services.count() == 2


def test_a_file_that_tells_the_same_is_not_said_to_be_kept_out(
    world: World, tmp_path: Path
) -> None:
    folder = put(tmp_path, queue_DOT_md=NIGHT)
    touched(world, folder)
    assert "stays as it is" not in take_in(folder).stdout
