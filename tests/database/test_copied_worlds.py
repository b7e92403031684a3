"""A world that is copied is the one that was made."""

from pathlib import Path

import pytest
from django.db import connection, transaction

from dutydesk.people.flows import people
from dutydesk.people.models import Account, Engineer
from testing import copied
from testing.state import state
from testing.world import World, number

pytestmark = pytest.mark.django_db


def test_a_copy_holds_each_row_of_what_was_made(tmp_path: Path) -> None:
    empty = state()
    with transaction.atomic():
        World(tmp_path, "2026-11-24T11:00")
        rows, made = copied.taken(), state()
        transaction.set_rollback(True)
    assert state().differences(empty) == set()
    assert {"people_account", "people_engineer", "process_processversion"} <= set(rows)
    copied.put(rows)
    connection.check_constraints()
    assert state().differences(made) == set()


def test_one_goes_on_in_a_copy_as_in_what_was_made(tmp_path: Path) -> None:
    with transaction.atomic():
        at = World(tmp_path, "2026-11-24T11:00").at
        rows = copied.taken()
        transaction.set_rollback(True)
    copied.put(rows)
    dee = people.save_engineer(name="Dee", email="dee@example.org", at=at)
    assert dee.pk > number("Cy")


def test_what_was_there_before_is_not_passed_over(tmp_path: Path) -> None:
    Account.objects.create_user(email="eve@example.org", name="Eve")
    for _ in range(3):
        with transaction.atomic():
            World(tmp_path, "2026-11-24T11:00")
            assert Account.objects.count() == 5
            assert Engineer.objects.exclude(account=None).count() == 3
            transaction.set_rollback(True)
