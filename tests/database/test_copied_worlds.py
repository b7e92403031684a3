"""A world that is copied is the one that was made."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection, transaction

from dutydesk.outbox.flows import outbox
from dutydesk.people.flows import people
from dutydesk.people.models import Account, Engineer
from testing import copied
from testing.copied import Rows
from testing.state import State, state
from testing.world import World

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _never_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copied, "_kept", {})
    monkeypatch.setattr(copied, "_asked", set())


def taken_back(folder: Path, **shifts: str) -> tuple[Rows, State]:
    """Make a world, and take it back; give its rows, and what the database held."""
    with transaction.atomic():
        world = World(folder, "2026-11-24T12:00")
        world.shifts(**shifts)
        rows, found = copied.taken(), state()
        transaction.set_rollback(True)
    return rows, found


def test_a_copy_holds_each_row_of_what_was_made(tmp_path: Path) -> None:
    empty = state()
    rows, made = taken_back(tmp_path, support="Ada")
    assert state().differences(empty) == set()
    assert {"people_account", "rota_shift", "process_processversion"} <= set(rows.tables)
    copied.put(rows)
    connection.check_constraints()
    assert state().differences(made) == set()


def test_a_copy_takes_the_place_of_what_was_there(tmp_path: Path) -> None:
    rows, made = taken_back(tmp_path, support="Ada", primary="Ben")
    others, _ = taken_back(tmp_path)
    copied.put(others)
    copied.put(rows)
    assert state().differences(made) == set()


def test_one_goes_on_in_a_copy_as_in_what_was_made(tmp_path: Path) -> None:
    rows, _ = taken_back(tmp_path)
    with connection.cursor() as cursor:  # As who fills tables by hand leaves them.
        cursor.execute("SELECT setval(pg_get_serial_sequence('people_engineer', 'id'), 1)")
    copied.put(rows)
    cy = Engineer.objects.get(name="Cy")
    dee = people.save_engineer(name="Dee", email="dee@example.org", at=NOON)
    assert dee.pk > cy.pk


def test_what_was_there_before_is_not_passed_over(tmp_path: Path) -> None:
    Account.objects.create_user(email="eve@example.org", name="Eve")
    for _ in range(3):
        with transaction.atomic():
            World(tmp_path, "2026-11-24T12:00").shifts(support="Ada")
            assert Account.objects.count() == 5
            assert Engineer.objects.exclude(account=None).count() == 3
            transaction.set_rollback(True)
    assert copied._kept == {}


def test_what_was_changed_meanwhile_is_not_passed_over(tmp_path: Path) -> None:
    made = copied.made("one", lambda: None)
    for _ in range(3):
        with transaction.atomic():
            Account.objects.create_user(email="eve@example.org", name="Eve")
            assert copied.made("two", lambda: None, made) == copied.Made()
            transaction.set_rollback(True)
    assert copied._kept == {}


def test_where_somebody_else_reacts_it_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    how_often = []
    for _ in range(3):
        copied.made("one", lambda: how_often.append(1))
    assert len(how_often) == 2
    monkeypatch.setattr(outbox, "_senders", {**outbox._senders, "pigeon": None})
    copied.made("one", lambda: how_often.append(1))
    assert len(how_often) == 3
