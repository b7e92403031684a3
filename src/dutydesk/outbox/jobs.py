"""The queue's door: one job makes one try at one errand."""

from collections.abc import Callable
from datetime import datetime

from dutydesk.journal.jobs import job
from dutydesk.outbox.flows import outbox


@job("errands.deliver")
def deliver(*, errand_id: int, now: Callable[[], datetime]) -> None:
    """Try the errand if it is due."""
    outbox.deliver(errand_id=errand_id, now=now)
