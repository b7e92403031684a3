"""Which tests keep to one process that runs tests, and which begin first."""

import pytest

GROUPS = ("@a whole desk", "@an office")


def test_the_tests_of_a_whole_desk_and_of_an_office_are_a_group_each(
    request: pytest.FixtureRequest,
) -> None:
    if not request.config.getoption("loadgroup", False):
        pytest.skip("the tests run in one process")
    grouped = [one for one in request.session.items if one.get_closest_marker("xdist_group")]
    lost = [one.nodeid for one in grouped if not one.nodeid.endswith(GROUPS)]
    assert lost == [], "pytest-xdist groups nothing with this version of pytest"


def test_what_takes_long_begins_first(request: pytest.FixtureRequest) -> None:
    """The groups before all, since one process has to do each of them alone."""
    turns = []
    for one in request.session.items:
        group = one.get_closest_marker("xdist_group")
        long = one.get_closest_marker("long") is not None
        turns.append(group.args[0] if group else ("long" if long else "short"))
    assert list(dict.fromkeys(turns)) == [
        one for one in ("a whole desk", "an office", "long", "short") if one in turns
    ]
    order = {one: place for place, one in enumerate(dict.fromkeys(turns))}
    assert turns == sorted(turns, key=order.__getitem__)
