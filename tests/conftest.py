"""Every test's surroundings."""

import pytest

from testing.clauses import ClauseReport


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--clauses", action="store_true", help="print the clauses and their tests")
    parser.addoption("--kills", type=int, default=20, help="how often the kill test kills")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(ClauseReport(config.getoption("--clauses")), "clauses")
