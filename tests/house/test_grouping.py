"""The tests that run a whole desk keep their order, in one of the processes that run tests."""

import pytest


def test_the_tests_of_a_whole_desk_are_one_group(request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("loadgroup", False):
        pytest.skip("the tests run in one process")
    grouped = [one for one in request.session.items if one.get_closest_marker("xdist_group")]
    lost = [one.nodeid for one in grouped if not one.nodeid.endswith("@a whole desk")]
    assert lost == [], "pytest-xdist groups nothing with this version of pytest"
