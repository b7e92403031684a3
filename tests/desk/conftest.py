from pathlib import Path

import pytest

from testing.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A Tuesday morning on which Ada has the support shift; modules may have another."""
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada")
    return world
