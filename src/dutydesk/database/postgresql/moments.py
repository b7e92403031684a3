"""Times as the database tells them, read soon: a page about years reads thousands of them."""

from datetime import UTC, datetime

from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap
from psycopg.types.datetime import TimestamptzLoader


class MomentLoader(TimestamptzLoader):
    """Reads a time in UTC; what is written in another way, or is no time of ours, as psycopg does.

    Django's own loader takes it apart in Python, which is six times as long.
    """

    timezone = UTC
    """Django looks here whether its connection gives the times that it wants."""

    def load(self, data: Buffer) -> datetime:
        """Read one time."""
        try:
            found = datetime.fromisoformat(bytes(data).decode())
        except ValueError:
            return super().load(data).astimezone(UTC)
        return found if found.tzinfo is UTC else super().load(data).astimezone(UTC)


def register(adapters: AdaptersMap) -> None:
    """Let connections with these adapters read times so."""
    adapters.register_loader("timestamptz", MomentLoader)
