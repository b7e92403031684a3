"""The house stays small enough to be read, and its modules are named after things."""

import pytest

from testing import house

STATIC = house.HOUSE / "web" / "static"


@pytest.mark.parametrize("look", house.LOOKS)
def test_nothing_is_larger_or_named_otherwise_than_the_house_wants_it(look: str) -> None:
    assert house.LOOKS[look]() == set()


def test_the_house_looks_at_everything() -> None:
    """A look that finds nothing at all to look at would find nothing wrong either."""
    assert len(list(house.sources())) > 500
    assert len(list(house.HOUSE.rglob("templates/**/*.html"))) > 50


@pytest.mark.parametrize("kind", ["*.css", "*.js"])
def test_the_stylesheets_and_the_scripts_stay_small(kind: str) -> None:
    sizes = {file.name: file.stat().st_size for file in STATIC.glob(kind)}
    assert 0 < sum(sizes.values()) < 25_000, sizes
