"""A glance at what is owed: one small question, where an idle desk would ask one for each kind."""

from collections.abc import Iterable
from typing import Any

from dutydesk.database import rows
from dutydesk.database.durable import WorkKind

_OWES = "SELECT '{name}' WHERE EXISTS (SELECT FROM {table} WHERE due_at IS NOT NULL)"


def owing(works: Iterable[WorkKind[Any]]) -> set[str]:
    """Give the names of those kinds of work of which a row owes something, now or later."""
    asked = [_OWES.format(name=each.name, table=each.model._meta.db_table) for each in works]
    return {name for (name,) in rows.run(" UNION ALL ".join(asked)).fetchall()} if asked else set()
