"""Asking what time it is."""

from datetime import datetime
from typing import Protocol


class TimeSource(Protocol):
    """The only source of the present. Everybody else is handed `at`."""

    def now(self) -> datetime:
        """Give the present instant, aware, in UTC."""
        ...
