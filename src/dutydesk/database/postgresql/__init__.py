"""Django's PostgreSQL, with a pool of connections that a lost server doesn't outlast."""

from dataclasses import dataclass
from typing import Any

from django.db import connections


@dataclass(frozen=True)
class PoolStatus:
    """How many connections this process may have, how many are taken, and how many wait for one."""

    size: int
    taken: int
    waiting: int


def standing() -> PoolStatus:
    """Give how the pool of this process stands; nothing is asked of the database."""
    pool = connections["default"].pool  # type: ignore[attr-defined]  # it is our own wrapper
    found = pool.get_stats()
    taken = found["pool_size"] - found["pool_available"]
    return PoolStatus(found["pool_max"], max(taken, 0), found["requests_waiting"])


def outside_pool() -> dict[str, Any]:
    """Give what psycopg needs for a connection that isn't of the pool."""
    parameters = dict(connections["default"].get_connection_params())
    for ours in ("cursor_factory", "context", "prepare_threshold", "pool"):
        parameters.pop(ours, None)
    return parameters
