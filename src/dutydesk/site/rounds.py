"""Doing something again and again beside a worker's jobs, in a thread that nobody waits for."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import Error as DatabaseTrouble
from django.db import connection

from dutydesk.kernel.refusals import Refused

logger = logging.getLogger(__name__)
T = TypeVar("T")
SOON = timedelta(seconds=5)
# A rehearsal's clock may be moved: so often it is looked at, which asks nothing of the database.
GLANCE = timedelta(milliseconds=500)


class Repeating(threading.Thread):
    """Does one thing again and again; what is in the way once is no reason to stop."""

    def __init__(
        self,
        name: str,
        do: Callable[[], object],
        every: timedelta,
        *,
        first: timedelta = timedelta(),
    ) -> None:
        """Do it `every` so long, the first time soon after `first`.

        After it gave False it is done again soon.
        """
        super().__init__(name=name, daemon=True)
        self._do, self._every, self._first = do, every, first
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Do it no more. What is under way is not waited for."""
        self._stopping.set()

    def run(self) -> None:
        """Repeat until stopped."""
        soon = min(self._every, SOON)
        wait = soon + self._first
        while not self._stopping.wait(wait.total_seconds()):
            wait = soon if attempt(self.name, self._do, None) is False else self._every
            connection.close()


def attempt(name: str, do: Callable[[], T], otherwise: T) -> T:
    """Do it, and give what it gives; what is in the way is logged under `name`, and ends nothing.

    Then it gives `otherwise`, and lets go of a connection that may be broken.
    """
    try:
        return do()
    except DatabaseTrouble as error:
        logger.warning("%s can't reach the database: %s", name, type(error).__name__)
    except Refused as refusal:
        logger.warning("%s was refused: %s", name, refusal)
    except Exception:
        logger.exception("%s met a fault, and goes on", name)
    connection.close()
    return otherwise


def nap(
    at: datetime,
    wait: timedelta,
    now: Callable[[], datetime],
    woken: threading.Event,
    *,
    moved: bool = True,
) -> None:
    """Sleep from `at` for so long by the clock `now`, or until somebody is `woken`.

    `moved`: somebody may move that clock meanwhile, so it is glanced at again and again.
    """
    until, current = at + wait, at
    while at <= current < until:  # A clock that is set back is not waited for.
        glance = min(until - current, GLANCE) if moved else until - current
        if woken.wait(glance.total_seconds()):
            break
        current = now()
