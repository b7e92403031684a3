"""A disk that fills is said before it is full, and when nothing can be kept any more."""

import os
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from django.db import connection

from dutydesk.kernel.checks import Check
from dutydesk.site import health as healths
from dutydesk.site.health import health, well
from dutydesk.site.storage import DiskRoom, Trials, room
from testing.machine import AT_MOST, eventually
from testing.whole_desk import Desk
from testing.world import World

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)
REFUSE = """
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '53100'; END $$;
    CREATE TRIGGER refuse BEFORE INSERT ON site_trial FOR EACH ROW EXECUTE FUNCTION refuse();
"""


def check(world: World, name: str) -> Check:
    return next(one for one in health(world.at) if one.name == name)


@pytest.mark.django_db
def test_a_database_that_stores_nothing_is_ill(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, "2026-11-24T08:00")
    monkeypatch.setattr(healths, "TRIALS", Trials())
    assert check(world, "storage").well
    with connection.cursor() as cursor:
        cursor.execute(REFUSE)
    world.at += timedelta(seconds=29)
    assert check(world, "storage").well, "it was tried half a minute ago"
    world.at += timedelta(seconds=2)
    found = check(world, "storage")
    assert (found.well, found.vital) == (False, True)
    assert found.says == "The database stores nothing: its disk is full."
    assert not well(tuple(one for one in health(world.at) if one.name != "worker"))
    with connection.cursor() as cursor:
        cursor.execute("DROP FUNCTION refuse CASCADE")
    world.at += timedelta(seconds=31)
    assert check(world, "storage").well


@pytest.mark.django_db(transaction=True)
def test_a_trial_needs_room_of_its_own_and_the_last_one_makes_room_for_it() -> None:
    def files() -> tuple[str, int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_relation_filepath('site_trial'), pg_total_relation_size('site_trial')"
            )
            path, size = cursor.fetchone()
            return path, size

    trials, found = Trials(every=timedelta()), []
    for _ in range(3):
        assert trials.trouble(at=AT) == ""
        found.append(files())
    assert len({path for path, _ in found}) == 3
    assert len({size for _, size in found}) == 1
    assert found[0][1] > 64 * 1024


@pytest.mark.parametrize(
    ("free", "size", "low"), [(9, 100, True), (10, 100, False), (0.49, 2, True), (0.5, 2, False)]
)
def test_a_disk_is_low_below_a_tenth_and_below_half_a_gigabyte(
    free: float, size: float, low: bool
) -> None:
    assert DiskRoom(int(free * 1e9), int(size * 1e9)).low == low


def test_how_much_room_there_is_is_said_if_it_can_be_told(tmp_path: Path) -> None:
    assert str(DiskRoom(3_000_000_000, 100_000_000_000)) == "3.0 GB (3 %) are free"
    assert room(tmp_path) is not None
    assert room(tmp_path / "nowhere") is None


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of its own, with room for more than a desk needs."""
    folder = Path(tempfile.mkdtemp(prefix="dutydesk-disk-"))
    folder.chmod(0o755)
    mount = ["mount", "-t", "tmpfs", "-o", "size=2g,mode=0755", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        folder.rmdir()
        pytest.skip("only who may mount a file system can fill one")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()


def shrink(disk: Path) -> None:
    """Leave it large enough for a desk and little more."""
    subprocess.run(["mount", "-o", "remount,size=200m", str(disk)], check=True)


def fill(file: Path, leave: int) -> None:
    """Fill the disk that the file is on, but for so many bytes."""
    found = os.statvfs(file.parent)
    with file.open("wb") as disk:
        os.posix_fallocate(disk.fileno(), 0, found.f_bavail * found.f_frsize - leave)


def test_a_full_disk_is_noticed_and_so_is_that_there_is_room_again(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(small_disk))
    desk = Desk(within=small_disk)
    filler = small_disk / "filler"

    def looked(name: str) -> dict[str, object]:
        found = httpx.get(f"{desk.url}/healthz", timeout=AT_MOST).json()["checks"]
        return dict(found.get(name, {"well": False}))

    def later() -> None:
        """Let the next look be the one that tries to write again."""
        desk.forward("31 seconds")

    try:
        assert looked("disk")["well"]
        later()
        shrink(small_disk)
        assert not looked("disk")["well"], "below half a gigabyte"
        assert looked("storage")["well"], "and yet all can be kept"
        later()
        fill(filler, leave=0)
        assert looked("storage")["says"] == "The database stores nothing: its disk is full."
        assert not desk.well()
        filler.unlink()
        later()
        eventually(desk.well)
    finally:
        filler.unlink(missing_ok=True)
        desk.close()
