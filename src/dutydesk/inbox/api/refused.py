"""Counting refusals in memory, and writing them down now and then: a flood costs nothing."""

import logging
import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from django.db import Error as DatabaseTrouble
from django.db import connection
from psycopg_pool import PoolTimeout

from dutydesk.inbox.flows import refusals
from dutydesk.inbox.flows.refusals import RefusalReason

logger = logging.getLogger(__name__)
AFTER = 2.0
MOST = 200
"""So many reasons are told apart until they are written; the rest is counted as one."""
OTHERS = RefusalReason("others", 400, "Refused for more reasons than are told apart.")


class RefusalTally:
    """Counts what one process refuses; any thread may tell it."""

    def __init__(self, after: float = AFTER) -> None:
        """Write down what was counted so many seconds after the first of it."""
        self._after, self._lock = after, threading.Lock()
        self._counts: Counter[RefusalReason] = Counter()
        self._last: datetime | None = None
        self._timer: threading.Timer | None = None

    def add(self, refusal: RefusalReason, *, at: datetime) -> None:
        """Count one that was refused at `at`."""
        with self._lock:
            known = refusal in self._counts or len(self._counts) < MOST
            self._counts[refusal if known else OTHERS] += 1
            self._last = at
            if self._timer is None:
                self._timer = threading.Timer(self._after, self._write)
                self._timer.daemon = True
                self._timer.start()

    def _write(self) -> None:
        try:
            self.write()
        except (DatabaseTrouble, PoolTimeout) as error:
            logger.warning("what was refused can't be noted: %s", type(error).__name__)
        finally:
            connection.close()

    def write(self) -> None:
        """Write down what was counted."""
        with self._lock:
            counts, self._counts, self._timer = self._counts, Counter(), None
            at = self._last
        if counts and at is not None:
            refusals.record(counts, at=at)


TALLY = RefusalTally()
"""What this process refuses."""


def refusing(door: str, sender: str) -> Callable[[int, str, datetime], None]:
    """Give what counts a refusal at a door: by its status and reason, and when it was."""
    return lambda status, reason, at: TALLY.add(RefusalReason(door, status, reason, sender), at=at)
