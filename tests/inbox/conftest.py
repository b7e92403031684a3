"""A team that covers, and the door at which monitoring systems tell it something."""

from pathlib import Path

import pytest

from testing.arrivals import AlertDoor
from testing.world import World


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "yes")
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    return world


@pytest.fixture
def door(world: World) -> AlertDoor:
    return AlertDoor(lambda: world.at)
