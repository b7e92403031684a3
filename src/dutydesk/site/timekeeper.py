"""The timekeeper: wakes when the next promise needs looking after, in every worker."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import Error as DatabaseTrouble
from django.db import connection

from dutydesk.chat.flows import channels, inbound_events
from dutydesk.commitments.flows import commitments
from dutydesk.data_folder import process_file
from dutydesk.database import rows
from dutydesk.journal.flows import journal
from dutydesk.kernel.refusals import Refused
from dutydesk.outbox.flows import outbox
from dutydesk.ports.clock import TimeSource
from dutydesk.process.flows import process

logger = logging.getLogger(__name__)

# A promise made meanwhile, or a clock that was moved, is noticed after this long at most.
LONGEST_NAP = timedelta(seconds=1)
SWEEP_EVERY = timedelta(seconds=2)
LOOK_EVERY = timedelta(seconds=5)
AFTER_A_FAULT = timedelta(seconds=1)
MOMENT = timedelta(milliseconds=50)


@dataclass
class _Upkeep:
    """Something to do every so long; `done` is when it was last begun."""

    do: Callable[..., object]
    every: timedelta
    done: datetime | None = None

    def is_due(self, at: datetime) -> bool:
        return self.done is None or at - self.done >= self.every


class Timekeeper(threading.Thread):
    """Looks after commitments on time, and queues again what lost its job."""

    def __init__(self, clock: TimeSource) -> None:
        """Keep time by `clock`."""
        super().__init__(name="timekeeper", daemon=True)
        self._clock = clock
        self._stopping = threading.Event()
        self._process_seen = 0
        self._upkeep = [
            *(
                _Upkeep(each, SWEEP_EVERY)
                for each in (journal.sweep, outbox.sweep, inbound_events.sweep)
            ),
            _Upkeep(self._follow_process_file, LOOK_EVERY),
        ]

    def stop(self) -> None:
        """Finish what is under way and end."""
        self._stopping.set()
        self.join(timeout=10)

    def run(self) -> None:
        """Work until stopped. No fault ends it, and none in the upkeep stands before a promise."""
        nap = timedelta(0)
        while not self._stopping.wait(nap.total_seconds()):
            self._attempt(self._keep_up)
            nap = self._attempt(self._look_after_promises)
            rows.give_back()

    def _attempt(self, do: Callable[[datetime], timedelta]) -> timedelta:
        """Do it, and give how long it can wait then; what fails is logged, and waits a second."""
        try:
            return do(self._clock.now())
        except DatabaseTrouble as error:
            logger.warning("the timekeeper can't reach the database: %s", type(error).__name__)
            connection.close()
        except Refused as refusal:
            logger.warning("the timekeeper was refused: %s", refusal)
        except Exception:
            logger.exception("the timekeeper met a fault, and goes on")
            connection.close()
        return AFTER_A_FAULT

    def _keep_up(self, at: datetime) -> timedelta:
        """Do what of the upkeep is due; what fails lets the rest have its turn the next time."""
        for each in self._upkeep:
            if each.is_due(at):
                each.done = at
                each.do(at=at)
        return LONGEST_NAP

    def _look_after_promises(self, at: datetime) -> timedelta:
        """Look after those that are due, and give how long the next one can wait."""
        following = commitments.next_look()
        if following is None:
            return LONGEST_NAP
        if following <= at:  # Where none was left, another worker has them under way.
            return timedelta(0) if commitments.tick(at=at) else MOMENT
        return min(max(following - self._clock.now(), timedelta(0)), LONGEST_NAP)

    def _follow_process_file(self, *, at: datetime) -> None:
        """Adopt the team's process file when it changed; where none lies, follow nothing."""
        file = process_file()
        if not file.exists():
            return
        changed = file.stat().st_mtime_ns
        if changed == self._process_seen:
            return
        if process.follow(file=file, at=at):
            channels.open_channels()
        self._process_seen = changed
