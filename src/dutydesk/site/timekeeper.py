"""The timekeeper: wakes when the next promise needs looking after, in every worker."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from dutydesk.chat.flows import channels
from dutydesk.commitments.flows import commitments
from dutydesk.data_folder import process_file
from dutydesk.database import durable, glance, rows, works
from dutydesk.database.threaded import ThreadedKind
from dutydesk.ports.clock import TimeSource
from dutydesk.process.flows import process
from dutydesk.site.rounds import attempt, nap

# A promise for soon wakes whoever sleeps; where that is lost, it is noticed so much later.
LONGEST_NAP = commitments.SOON
# What another process has put off, or left when it died, is noticed so much later.
SWEEP_EVERY = timedelta(seconds=5)
MOMENT = timedelta(milliseconds=100)
LOOK_EVERY = timedelta(seconds=5)
AFTER_A_FAULT = timedelta(seconds=1)


@dataclass
class _Upkeep:
    """Something to do every so long; `done` is when it was last begun."""

    do: Callable[..., object]
    every: timedelta
    done: datetime | None = None

    def is_due(self, at: datetime) -> bool:
        return self.done is None or not timedelta(0) <= at - self.done < self.every


class Timekeeper(threading.Thread):
    """Looks after commitments on time, and queues again what lost its job."""

    def __init__(self, clock: TimeSource, *, moved: bool = True) -> None:
        """Keep time by `clock`, which may be `moved` meanwhile."""
        super().__init__(name="timekeeper", daemon=True)
        self._clock, self._moved = clock, moved
        self._stopping = threading.Event()
        self._process_seen = 0
        every = works.WORKS.values()
        self._works = [work for work in every if not isinstance(work, ThreadedKind)]
        self._sweeps: dict[str, datetime] = {}
        self._file = _Upkeep(self._follow_process_file, LOOK_EVERY)

    def stop(self) -> None:
        """Finish what is under way and end."""
        self._stopping.set()
        durable.AGAIN.set()
        self.join(timeout=10)

    def run(self) -> None:
        """Work until stopped. No fault ends it, and none in the upkeep stands before a promise."""
        while not self._stopping.is_set():
            waits = [self._attempt(self._keep_up), self._attempt(self._glance)]
            for work in self._works:
                waits.append(self._attempt(partial(self._sweep, work)))
            wait = min([*waits, self._attempt(self._look_after_promises)])
            rows.give_back()
            self._stopping.wait(self._attempt(partial(self._nap, wait)).total_seconds())

    def _nap(self, wait: timedelta, at: datetime) -> timedelta:
        """Sleep so long by the desk's own clock, or until this process puts something off."""
        nap(at, wait, self._clock.now, durable.AGAIN, moved=self._moved)
        if durable.AGAIN.is_set():
            durable.AGAIN.clear()
            self._sweeps.clear()
            return MOMENT  # More may be put off with it.
        return timedelta(0)

    def _attempt(self, do: Callable[[datetime], timedelta]) -> timedelta:
        """Do it, and give how long it can wait then; what fails waits a second."""
        return attempt("the timekeeper", lambda: do(self._clock.now()), AFTER_A_FAULT)

    def _keep_up(self, at: datetime) -> timedelta:
        """Follow the process file if that is due; where it fails, the next time will do."""
        if self._file.is_due(at):
            self._file.done = at
            self._file.do(at=at)
        return SWEEP_EVERY

    def _glance(self, at: datetime) -> timedelta:
        """Put off the sweeps of what owes nothing."""
        due = [work for work in self._works if self._is_to_sweep(work, at)]
        owing = glance.owing(due)
        self._sweeps |= {work.name: at + SWEEP_EVERY for work in due if work.name not in owing}
        return SWEEP_EVERY

    def _is_to_sweep(self, work: durable.WorkKind[Any], at: datetime) -> bool:
        return not timedelta(0) < self._sweeps.get(work.name, at) - at <= SWEEP_EVERY

    def _sweep(self, work: durable.WorkKind[Any], at: datetime) -> timedelta:
        """Queue what is due of one kind of work; give when something is due next."""
        if self._is_to_sweep(work, at):
            self._attempt(self._look_after_promises)  # Before it, since a backlog takes long.
            work.sweep(at=at)
            latest = at + SWEEP_EVERY
            self._sweeps[work.name] = min(work.next_look(at=at) or latest, latest)
        return self._sweeps[work.name] - at

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
