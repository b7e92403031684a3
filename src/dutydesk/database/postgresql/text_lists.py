"""Lists of texts as the database is told them, soon: a storm's batch names hundreds of things."""

from typing import Any

from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap
from psycopg.types.array import ListDumper


class TextListDumper(ListDumper):
    """Tells a list of texts with all of them quoted; any other list, as psycopg does.

    Psycopg looks at each whether it must be quoted, which is ten times as long.
    """

    def dump(self, obj: list[Any]) -> Buffer | None:
        """Give the list as PostgreSQL reads it."""
        if set(map(type, obj)) != {str}:
            return super().dump(obj)
        told = "\0".join(obj)
        if told.count("\0") != len(obj) - 1:  # Such a text it refuses.
            return super().dump(obj)
        told = told.replace("\\", "\\\\").replace('"', '\\"')
        return ('{"' + told.replace("\0", '","') + '"}').encode()


def register(adapters: AdaptersMap) -> None:
    """Let connections with these adapters tell lists so."""
    adapters.register_dumper(list, TextListDumper)
