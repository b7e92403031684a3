"""An office that a process of the tests makes once, and copies from then on."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path

import pytest
from django.db import connection, transaction

from testing import copied, memory
from testing.office import Office

_kept: dict[Hashable, tuple[Office, copied.Rows]] = {}


def office_in(folder: Path) -> Office:
    """Give an office in a database that is empty, made by a desk as it is put together.

    The first is made in that folder. All others share it, and leave its files as they are. Where
    this process knows to do something else, it is made anew.
    """
    key = memory.known()
    if key not in _kept:
        made = Office(folder)
        connection.check_constraints()  # What the database does at the end is to be copied too.
        _kept[key] = deepcopy(made), copied.taken()
        return made
    office, rows = _kept[key]
    copied.put(rows)
    found = deepcopy(office)
    found.book.connect()
    return found


@contextmanager
def shared_office(folder: Path) -> Iterator[Office]:
    """Give one office to all tests of a module, none of which leaves a change behind.

    Nor does it: what an office connects this process with, who comes after would have as well.
    """
    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        memory.begin_anew(patch)
        yield office_in(folder)
        transaction.set_rollback(True)
