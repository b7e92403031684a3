"""What sets an incident's priority, and when its next words are due."""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from dutydesk.commitments.rules import Promise
from dutydesk.process.rules.model import Process


def priority_of(criteria: Iterable[str]) -> Literal["high", "normal"]:
    """Give high if any criterion applies. Clause priority.high."""
    return "high" if any(criteria) else "normal"


def update_promise(process: Process, due_at: datetime) -> Promise:
    """Give the times of the promise that the next update comes by `due_at`."""
    rules = process.incidents
    return Promise(
        due_at=due_at, warn_at=due_at - rules.warn_before, chase_every=rules.escalate_after
    )


def lead_promise(process: Process, at: datetime, *, high: bool) -> Promise:
    """Give the times of the promise that somebody leads. Clause incident.lead.

    A high one needs a lead at any hour, another when somebody on support is there: priority.work.
    """
    rules, working = process.incidents, process.clock("working")
    begins = at if high else working.next_open(at) or at
    due_at = begins + rules.lead_within
    warn_at = due_at - rules.warn_before if rules.warn_before < rules.lead_within else None
    return Promise(due_at=due_at, warn_at=warn_at, chase_every=rules.escalate_after)


def sooner_update(process: Process, due_at: datetime | None, at: datetime) -> datetime:
    """Give when the next update is due once an incident has become high: as if declared now.

    One that is due sooner stays as it is.
    """
    first = first_update_due(process, at)
    return first if due_at is None else min(due_at, first)


def first_update_due(process: Process, declared: datetime) -> datetime:
    """Give when the first update is due. Clause announce.commitment."""
    return declared + process.incidents.first_update


def gathering_promise(process: Process, last: datetime) -> Promise:
    """Give the times of the next gathering after the one at `last`. Clause incident.hourly."""
    rules = process.incidents
    return Promise(due_at=last + rules.gathering.every, chase_every=rules.escalate_after)
