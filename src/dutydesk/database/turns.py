"""SharedTurns at what may hang: only so many of a worker's threads may be at it at once."""

import logging
import threading
from collections.abc import Callable

logger = logging.getLogger(__name__)


class SharedTurns:
    """Lets `most` threads at once do something; any other leaves its number to these, and goes on.

    What is left so is done as soon as a turn ends; if this process dies, whatever keeps the numbers
    tells others of them.
    """

    def __init__(self, most: int) -> None:
        """Let so many take a turn."""
        self._lock, self._free = threading.Lock(), most
        self._waiting: dict[int, None] = {}

    def waiting(self) -> list[int]:
        """Give the numbers that wait for a turn here."""
        with self._lock:
            return list(self._waiting)

    def take(self, number: int, do: Callable[[int], object]) -> None:
        """Do it for that number, and then for those that were left; or leave it to whoever does.

        What one raises ends none of the others; the last such is raised at the end.
        """
        with self._lock:
            self._waiting[number] = None
        fault: Exception | None = None
        while (following := self._begin()) is not None:
            try:
                do(following)
            except Exception as raised:  # noqa: BLE001 -- it is raised at the end
                logger.warning("what had its turn failed: %s", type(raised).__name__)
                fault = raised
            finally:
                self._end()
        if fault is not None:
            raise fault

    def _begin(self) -> int | None:
        """Take a turn for whoever came first; None if there is no turn, or nobody waits."""
        with self._lock:
            if self._free <= 0 or not self._waiting:
                return None
            self._free -= 1
            first = next(iter(self._waiting))
            del self._waiting[first]
            return first

    def _end(self) -> None:
        with self._lock:
            self._free += 1
