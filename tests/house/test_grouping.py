"""Which tests keep to one process that runs tests, and which begin first."""

import pytest

GROUPS = ("a whole desk", "an office")


def test_the_tests_of_a_whole_desk_and_of_an_office_and_of_what_is_made_once_are_a_group_each(
    request: pytest.FixtureRequest,
) -> None:
    if not request.config.getoption("loadgroup", False):
        pytest.skip("the tests run in one process")
    lost = [
        one.nodeid
        for one in request.session.items
        if (group := one.get_closest_marker("xdist_group"))
        and not one.nodeid.endswith(f"@{group.args[0]}")
    ]
    assert lost == [], "pytest-xdist groups nothing with this version of pytest"


def test_what_takes_long_begins_first(request: pytest.FixtureRequest) -> None:
    """The groups before all, since one process has to do each of them alone."""
    turns = []
    for one in request.session.items:
        if group := one.get_closest_marker("xdist_group"):
            name = group.args[0]
            turns.append(GROUPS.index(name) if name in GROUPS else len(GROUPS))
        else:
            long = one.get_closest_marker("long") is not None
            turns.append(len(GROUPS) + (1 if long else 2))
    assert turns == sorted(turns)
