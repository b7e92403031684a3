"""A world that is copied is the one that was made."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection, transaction

from dutydesk.people.flows import people
from dutydesk.people.models import Account, Engineer
from testing import copied
from testing.copied import Rows
from testing.state import State, state
from testing.world import World

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], World]:
    """Give what makes a world that was never made before."""
    monkeypatch.setattr(copied, "_kept", {})
    monkeypatch.setattr(copied, "_asked", set())
    return lambda: World(tmp_path, "2026-11-24T12:00")


def taken_back(world: Callable[[], World]) -> tuple[Rows, State]:
    """Make a world, and take it back; give its rows, and what the database held."""
    with transaction.atomic():
        rows = copied.taken(lambda: vars(world()).clear())
        found = state()
        transaction.set_rollback(True)
    return rows, found


def test_a_copy_holds_each_row_of_what_was_made(world: Callable[[], World]) -> None:
    empty = state()
    rows, made = taken_back(world)
    assert state().differences(empty) == set()
    assert {"people_account", "people_engineer", "process_processversion"} <= set(rows)
    copied.put(rows)
    connection.check_constraints()
    assert state().differences(made) == set()


def test_one_goes_on_in_a_copy_as_in_what_was_made(world: Callable[[], World]) -> None:
    rows, _ = taken_back(world)
    copied.put(rows)
    cy = Engineer.objects.get(name="Cy")
    dee = people.save_engineer(name="Dee", email="dee@example.org", at=NOON)
    assert dee.pk > cy.pk


def test_what_was_there_before_is_not_passed_over(world: Callable[[], World]) -> None:
    Account.objects.create_user(email="eve@example.org", name="Eve")
    for _ in range(3):
        with transaction.atomic():
            world()
            assert Account.objects.count() == 5
            assert Engineer.objects.exclude(account=None).count() == 3
            transaction.set_rollback(True)
    assert copied._kept == {}
