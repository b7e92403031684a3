"""The threads of a worker that work out what came in, as soon as it is kept."""

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
    """Works out what is kept, batch after batch, and sleeps until it is `woken`.

    While more waits than a batch takes, a second thread helps: what one sender told takes turns,
    but while one batch waits for the database, the next one is read.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        """Go by `now`."""
        super().__init__(name="inbox", daemon=True)
        self._now = now
        self._helper = threading.Thread(target=self._help, name="inbox helper", daemon=True)
        self._stopping, self._crowded = threading.Event(), threading.Event()
        self.woken = threading.Event()
        ARRIVALS.wakes = self.woken.set

    def start(self) -> None:
        """Begin, with whoever helps."""
        super().start()
        self._helper.start()

    def stop(self) -> None:
        """Finish what is under way and end."""
        for each in (self._stopping, self.woken, self._crowded):
            each.set()
        self.join(timeout=10)
        self._helper.join(timeout=10)

    def run(self) -> None:
        """Work until stopped; no fault ends it."""
        while not self._stopping.is_set():
            wait = LOOK if _goes_well(self._work) else AFTER_A_FAULT
            self.woken.wait(wait)
            self.woken.clear()

    def _help(self) -> None:
        """Take batches too whenever more waits than one takes, until it is less."""
        while not self._stopping.is_set():
            self._crowded.wait()
            self._crowded.clear()
            _goes_well(self._share)

    def _work(self) -> None:
        """Do all that waits."""
        while not self._stopping.is_set() and (done := ARRIVALS.together(self._now)):
            if done < ARRIVALS.most:
                self._stopping.wait(PAUSE)
            else:
                self._crowded.set()

    def _share(self) -> None:
        while not self._stopping.is_set() and ARRIVALS.together(self._now) == ARRIVALS.most:
            continue


def _goes_well(do: Callable[[], None]) -> bool:
    """Do it, and leave no connection behind; give whether nothing was in its way."""
    try:
        do()
    except DatabaseTrouble as error:
        logger.warning("the inbox can't reach the database: %s", type(error).__name__)
        connection.close()
        return False
    except Exception:
        logger.exception("the inbox met a fault, and goes on")
        connection.close()
        return False
    rows.give_back()
    return True
