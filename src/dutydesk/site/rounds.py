"""Doing something again and again beside a worker's jobs, in a thread that nobody waits for."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from django.db import Error as DatabaseTrouble
from django.db import connection

from dutydesk.kernel.refusals import Refused

logger = logging.getLogger(__name__)
SOON = timedelta(seconds=5)


class Repeating(threading.Thread):
    """Does one thing again and again; what is in the way once is no reason to stop."""

    def __init__(self, name: str, do: Callable[[], object], every: timedelta) -> None:
        """Do it `every` so long: the first time soon, and again soon after it gave False."""
        super().__init__(name=name, daemon=True)
        self._do, self._every = do, every
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Do it no more. What is under way is not waited for."""
        self._stopping.set()

    def run(self) -> None:
        """Repeat until stopped."""
        wait = soon = min(self._every, SOON)
        while not self._stopping.wait(wait.total_seconds()):
            wait = soon if attempt(self.name, self._do) is False else self._every
            connection.close()


def attempt(name: str, do: Callable[[], object]) -> object:
    """Do it, and give what it gives; what is in the way is logged under `name`: then None."""
    try:
        return do()
    except (DatabaseTrouble, Refused) as error:
        logger.warning("%s: %s", name, type(error).__name__)
    except Exception:
        logger.exception("%s met a fault, and goes on", name)
    return None
