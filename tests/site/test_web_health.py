"""A desk that nobody can tell anything is not well, whatever else of it is at work."""

from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.alarms.flows import listeners
from dutydesk.kernel.checks import Check
from dutydesk.site.health import health
from testing.world import World

pytestmark = pytest.mark.django_db


def web(world: World) -> Check:
    (found,) = (one for one in health(world.at) if one.name == "web")
    return found


def test_while_no_web_process_hears_what_is_told_a_watchdog_is_kept_waiting(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    assert web(world).well, "a worker that begins first waits for the web"
    listeners.note(at=world.at, real=world.at)
    world.at += listeners.SILENT
    assert web(world).well
    world.at += timedelta(seconds=1)
    found = web(world)
    assert (found.well, found.vital) == (False, True)
    assert "nothing is kept" in found.says and "dutydesk web" in found.remedy
    listeners.note(at=world.at, real=world.at)
    assert web(world).well
