"""What the database is too busy for is tried again; it stands with no service as its trouble."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from dutydesk.availability.flows import checks, queries, terms
from dutydesk.availability.models import SourceTerm
from dutydesk.ports.web_checks import CheckAnswer
from testing.measured import VISITS, measure
from testing.series import StoredSeries
from testing.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.clause("measure.availability")]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, "2026-11-24T11:00")


def ending_in(state: str) -> Callable[..., None]:
    """Give what a statement that the database breaks off with this number stands in for."""

    def refused(*_: object, **__: object) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DO $$ BEGIN RAISE SQLSTATE '{state}'; END $$")

    return refused


@pytest.mark.parametrize(
    ("state", "met", "trouble"),
    [
        ("57014", pytest.raises(DatabaseError), ""),
        ("54001", nullcontext(), "The desk itself fails on it (OperationalError)."),
    ],
)
def test_a_query_whose_values_wait_too_long_to_be_kept_has_no_trouble_of_its_own(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    state: str,
    met: AbstractContextManager[object],
    trouble: str,
) -> None:
    series = StoredSeries()
    series.series["up"] = [{world.at: 1.0}]
    monkeypatch.setattr(queries.SOURCE, "who", series)
    monkeypatch.setattr(queries, "_keep", ending_in(state))
    source = {"kind": "prometheus", "query": "up"}
    measure(world, tmp_path, services=[{"service": VISITS, "source": source}])
    terms.settle(at=world.at)
    world.at += 10 * queries.LAG
    with met:
        queries.look_after(at=world.at)
    assert SourceTerm.objects.get().trouble == trouble


@pytest.mark.parametrize(
    ("state", "why"),
    [("55P03", "the database is too busy"), ("54001", "for a fault of the desk")],
)
def test_a_check_whose_answer_waits_too_long_to_be_kept_is_logged_as_what_it_is(
    world: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    state: str,
    why: str,
) -> None:
    class Up:
        def ask(self, check: object) -> CheckAnswer:
            return CheckAnswer(True)

    monkeypatch.setattr(checks.CHECKER, "who", Up())
    monkeypatch.setattr(checks, "keep", ending_in(state))
    source = {"kind": "check", "url": "https://visits.example.org/health"}
    measure(world, tmp_path, services=[{"service": VISITS, "source": source}])
    terms.settle(at=world.at)
    world.at += queries.AT_WORK
    checks.look_after(at=world.at)
    assert [record.getMessage() for record in caplog.records] == [
        f"What a check found can't be kept, {why}"
    ]
