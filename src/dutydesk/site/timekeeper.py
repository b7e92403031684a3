"""The timekeeper: wakes when the next promise needs looking after, in every worker."""

import logging
import threading
from datetime import datetime, timedelta

from django.db import DatabaseError, connection

from dutydesk.chat.flows import hearing
from dutydesk.commitments import flows as commitments
from dutydesk.errands import flows as errands
from dutydesk.journal import flows as journal
from dutydesk.kernel.refusals import Refused
from dutydesk.oncall.flows import rehearsing
from dutydesk.ports.clock import Clock
from dutydesk.process import flows as process
from dutydesk.rota.flows import looking as rota
from dutydesk.site.home import process_file

logger = logging.getLogger(__name__)

# A promise made meanwhile, or a clock that was moved, is noticed after this long at most.
LONGEST_NAP = timedelta(milliseconds=500)
SWEEP_EVERY = timedelta(seconds=2)
LOOK_EVERY = timedelta(seconds=5)


class Timekeeper(threading.Thread):
    """Looks after commitments on time, and queues again what lost its job."""

    def __init__(self, clock: Clock) -> None:
        """Keep time by `clock`."""
        super().__init__(name="timekeeper", daemon=True)
        self._clock = clock
        self._stopping = threading.Event()
        self._swept: datetime | None = None
        self._looked: datetime | None = None
        self._process_seen = 0

    def stop(self) -> None:
        """Finish what is under way and end."""
        self._stopping.set()
        self.join(timeout=10)

    def run(self) -> None:
        """Work until stopped; a database that is away is waited for."""
        nap = timedelta(0)
        while not self._stopping.wait(nap.total_seconds()):
            try:
                nap = self._round()
            except DatabaseError as error:
                logger.warning("the timekeeper can't reach the database: %s", type(error).__name__)
                connection.close()
                nap = timedelta(seconds=1)
            except Refused as refusal:
                logger.warning("the timekeeper was refused: %s", refusal)
                nap = timedelta(seconds=1)
        connection.close()

    def _round(self) -> timedelta:
        at = self._clock.now()
        if self._swept is None or at - self._swept >= SWEEP_EVERY:
            journal.sweep(at=at)
            errands.sweep(at=at)
            hearing.sweep(at=at)
            self._swept = at
        if self._looked is None or at - self._looked >= LOOK_EVERY:
            rota.look_after(at=at)
            rehearsing.look_after(at=at)
            self._follow_process_file(at)
            self._looked = at
        if commitments.tick(at=at):
            return timedelta(0)
        following = commitments.next_look()
        if following is None:
            return LONGEST_NAP
        return min(max(following - self._clock.now(), timedelta(0)), LONGEST_NAP)

    def _follow_process_file(self, at: datetime) -> None:
        """Adopt the team's process file when it changed; where none lies, follow nothing."""
        file = process_file()
        if not file.exists():
            return
        changed = file.stat().st_mtime_ns
        if changed == self._process_seen:
            return
        if not process.follow(file=file, at=at):
            logger.warning("%s is broken; the last good process stays in force", file)
        self._process_seen = changed
