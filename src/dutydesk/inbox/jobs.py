"""The thread of a worker that works out what came in, as soon as it is kept."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from django.db import Error as DatabaseTrouble
from django.db import connection

from dutydesk.database import rows
from dutydesk.inbox.flows.work import ARRIVALS

logger = logging.getLogger(__name__)
LOOK = 30.0  # Seconds; what lost its wake-up is found by the timekeeper, which wakes it.
AFTER_A_FAULT = 1.0
PAUSE = 0.01
"""After a small batch so much more is let come: many at once cost little more than one."""


class InboxWorker(threading.Thread):
    """Works out what is kept, batch after batch, and sleeps until it is `woken`."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Go by `now`."""
        super().__init__(name="inbox", daemon=True)
        self._now = now
        self._stopping = threading.Event()
        self.woken = threading.Event()
        ARRIVALS.wakes = self.woken.set

    def stop(self) -> None:
        """Finish what is under way and end."""
        self._stopping.set()
        self.woken.set()
        self.join(timeout=10)

    def run(self) -> None:
        """Work until stopped; no fault ends it."""
        while not self._stopping.is_set():
            wait = LOOK if self._work() else AFTER_A_FAULT
            rows.give_back()
            self.woken.wait(wait)
            self.woken.clear()

    def _work(self) -> bool:
        """Do all that waits; give whether it went well."""
        try:
            while not self._stopping.is_set() and (done := ARRIVALS.together(self._now)):
                if done < ARRIVALS.most:
                    self._stopping.wait(PAUSE)
        except DatabaseTrouble as error:
            logger.warning("the inbox can't reach the database: %s", type(error).__name__)
            connection.close()
            return False
        except Exception:
            logger.exception("the inbox met a fault, and goes on")
            connection.close()
            return False
        return True
