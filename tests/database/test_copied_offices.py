"""An office that is copied is the one that was made, and those who share it don't share changes."""

from pathlib import Path

import pytest
from django.db import connection, transaction

from testing import copied, memory
from testing.office import Office
from testing.one_office import office_in, shared_office
from testing.state import state

pytestmark = pytest.mark.django_db


def test_a_copy_holds_each_row_of_one_of_everything(tmp_path: Path) -> None:
    office_in(tmp_path)
    made = state()
    copied.put(copied.taken())
    connection.check_constraints()
    assert state().differences(made) == set()


def used(folder: Path) -> Office:
    """Change an office, and take it back."""
    folder.mkdir()
    with transaction.atomic():
        office = office_in(folder)
        assert office.about.pop("incident")
        office.world.forward(minutes=10)
        transaction.set_rollback(True)
    return office


def test_what_somebody_did_in_one_is_not_in_the_next(tmp_path: Path) -> None:
    first, second = used(tmp_path / "first"), used(tmp_path / "second")
    assert first is not second
    assert first.world is not second.world
    assert first.world.at == second.world.at
    assert second.book.world is second.world


def test_what_a_shared_one_connects_this_process_with_is_gone_with_it(tmp_path: Path) -> None:
    before = memory.known()
    with shared_office(tmp_path):
        assert memory.known() != before
    assert memory.known() == before
