"""The queue's door: one job makes one try at one errand."""

from collections.abc import Callable
from datetime import datetime

from dutydesk.errands import flows
from dutydesk.journal.jobs import job


@job("errands.deliver")
def deliver(*, errand_id: int, now: Callable[[], datetime]) -> None:
    """Try the errand if it is due."""
    flows.deliver(errand_id=errand_id, now=now)
