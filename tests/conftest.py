"""Every test's surroundings."""

import gc
from collections.abc import Generator
from functools import lru_cache
from random import Random

import pytest
from django.conf import settings as django_settings
from hypothesis import HealthCheck, Phase, settings
from psycopg_pool import base as pools

from dutydesk.process.rules import check
from testing import failures, memory, middleware, prepared
from testing.clauses import ClauseReport

SEED = 1
CASES = 30  # That a check tries where a test says nothing else.
# What keeps to one process that runs tests, by what its modules use; what takes longest is first.
GROUPS = {"Desk": "a whole desk", "Office": "an office"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--clauses", action="store_true", help="print the clauses and their tests")
    parser.addoption("--fuzz", type=int, default=250, help="how many cases each fuzz test tries")
    parser.addoption("--orders", type=int, default=3, help="in how many orders things happen")
    parser.addoption("--days", type=int, default=3, help="how many process files live for a day")
    parser.addoption("--times", type=int, default=1, help="how many times as many cases are tried")
    parser.addoption("--seed", type=int, default=SEED, help="what cases and files are made from")
    parser.addoption("--kills", type=int, default=20, help="how often the kill test kills")
    parser.addoption(
        "--histories", type=int, default=0, help="how many histories a pair of Alertmanagers tells"
    )


def pytest_configure(config: pytest.Config) -> None:
    # To collect, and to run, makes much that stays or goes by itself: each look for more is dear.
    gc.set_threshold(20_000)
    # How long a case takes says more about the machine than about the desk. The cases are always
    # the same, so that a check says of a change whether it holds; other seeds look for others.
    same = config.getoption("--seed") == SEED
    times = config.getoption("--times")
    unhurried = settings(
        max_examples=CASES * times,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        derandomize=same,
        database=None if same else settings().database,
    )
    settings.register_profile("unhurried", unhurried)
    settings.load_profile("unhurried")
    # A pool's threads draw how long a connection lives, whatever is tested meanwhile. What they
    # drew from the chance that all share, Hypothesis would take for a strategy's fault.
    vars(pools)["random"] = Random().random
    settings.register_profile("times", max_examples=times)
    settings.register_profile(
        "fuzz",
        max_examples=config.getoption("--fuzz"),
    )
    settings.register_profile(
        "orders",
        max_examples=config.getoption("--orders"),
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    # A desk has one process file, a run has many, and comes back to most.
    for name in ("_read", "_tried", "_without_part"):
        setattr(check, name, lru_cache(maxsize=64)(getattr(check, name).__wrapped__))
    middleware.share()
    config.pluginmanager.register(ClauseReport(config.getoption("--clauses")), "clauses")


def pytest_report_header(config: pytest.Config) -> str:
    return f"fuzz: --fuzz {config.getoption('--fuzz')} --seed {config.getoption('--seed')}"


def pytest_itemcollected(item: pytest.Item) -> None:
    """Let tests that run a whole desk run one after another, and those of an office share it."""
    for name, group in GROUPS.items():
        if isinstance(item, pytest.Function) and hasattr(item.module, name):
            item.add_marker(pytest.mark.xdist_group(group))
            return


def turn(item: pytest.Item) -> int:
    """Give when a test begins: the longest group first, other groups, and then what is long."""
    if group := item.get_closest_marker("xdist_group"):
        known = list(GROUPS.values())
        return known.index(group.args[0]) if group.args[0] in known else len(known)
    return len(GROUPS) + 1 + (item.get_closest_marker("long") is None)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what takes long begin first: at the end nobody has to wait for it."""
    items.sort(key=turn)


def pytest_collection_finish() -> None:
    """Let the collector pass by what every test has: the modules, and all the tests themselves."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Copy the tests' database from one that is migrated once for all processes."""
    django_settings.DATABASES["default"]["TEST"]["TEMPLATE"] = prepared.template()


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin without what this process remembers of another test's database."""
    memory.begin_anew(monkeypatch)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let a failure tell what there was to see."""
    report = yield
    if report.failed:
        report.sections.extend(failures.told())
    return report
