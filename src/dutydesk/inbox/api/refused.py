"""Counting refusals in memory, and writing them down now and then: a flood costs nothing."""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import Error as DatabaseTrouble
from django.db import connection
from psycopg_pool import PoolTimeout

from dutydesk.database.trouble import least_tries
from dutydesk.inbox.flows import refusals
from dutydesk.inbox.flows.refusals import RefusalCount, RefusalReason

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
        self._counts: dict[RefusalReason, RefusalCount] = {}
        self._timer: threading.Timer | None = None

    def add(self, refusal: RefusalReason, *, at: datetime) -> None:
        """Count one that was refused at `at`."""
        with self._lock:
            self._add(refusal, RefusalCount(1, at))

    def _add(self, refusal: RefusalReason, count: RefusalCount) -> None:
        known = refusal in self._counts or len(self._counts) < MOST
        kind = refusal if known else OTHERS
        before = self._counts.get(kind)
        self._counts[kind] = count if before is None else before.plus(count)
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
        """Write down what was counted. While there is no database it is kept, to try again."""
        with self._lock:
            counts, self._counts, self._timer = self._counts, {}, None
        try:
            if counts:
                refusals.record(counts)
        except Exception as fault:
            if least_tries(fault):
                self._keep(counts)
            raise

    def _keep(self, counts: Mapping[RefusalReason, RefusalCount]) -> None:
        with self._lock:
            for refusal, count in counts.items():
                self._add(refusal, count)


TALLY = RefusalTally()
"""What this process refuses."""


def refusing(door: str, sender: str) -> Callable[[int, str, datetime], None]:
    """Give what counts a refusal at a door: by its status and reason, and when it was."""
    return lambda status, reason, at: TALLY.add(RefusalReason(door, status, reason, sender), at=at)
