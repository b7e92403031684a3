"""How long on call works on an incident, who may give it more, and when support takes over."""

from datetime import datetime, timedelta

from dutydesk.commitments.rules import Promise
from dutydesk.process.rules.model import Process


def same_night(process: Process, one: datetime, other: datetime) -> bool:
    """Say whether both moments lie in the same time between two working days."""
    hours = process.clock("working")
    if hours.is_open(one) or hours.is_open(other):
        return False
    return hours.next_open(one) == hours.next_open(other)


def limit_promise(process: Process, began: datetime) -> Promise | None:
    """Give the limit of on call's work on it, if nobody on support is at work. oncall.limit.

    That is so outside the working clock; in it, the support team works on.
    """
    if process.clock("working").is_open(began):
        return None
    return _limit(process, began + process.on_call.limit)


def longer_limit(process: Process, *, due_at: datetime, amount: timedelta, at: datetime) -> Promise:
    """Give the limit that gets so much more time; one that was reached gets it from now on."""
    return _limit(process, max(due_at, at) + amount)


def _limit(process: Process, due_at: datetime) -> Promise:
    return Promise(due_at=due_at, warn_at=due_at - process.on_call.warn_before)


def needs_another(*, given: int, worker: int | None, by: int | None) -> bool:
    """Say whether somebody else has to decide about more time.

    The first time anybody may; after that it takes somebody other than the one who works on it.
    """
    return given > 0 and worker is not None and worker == by


def after_limit_promise(process: Process, at: datetime) -> Promise:
    """Give the times of what is owed once the limit has passed."""
    soon = process.on_call.warn_before
    return Promise(due_at=at + soon, chase_every=soon)


def takeover_promise(process: Process, at: datetime) -> Promise | None:
    """Give when support takes an incident over from on call: when working hours open next.

    None in working hours, and where they never open.
    """
    opens = process.clock("working").next_open(at)
    return None if opens is None or opens == at else Promise(due_at=opens)


def end_promise(process: Process, until: datetime) -> Promise:
    """Give the times of the promise that a service's maintenance ends by `until`."""
    warn = process.incidents.maintenance.warn_before
    return Promise(due_at=until, warn_at=until - warn, chase_every=2 * warn)
