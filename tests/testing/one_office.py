"""An office that a process of the tests makes once, and copies from then on."""

from collections.abc import Hashable
from copy import deepcopy
from pathlib import Path

from django.db import connection

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
