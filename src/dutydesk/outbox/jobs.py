"""The queue's door: one job makes one try at one outbox message."""

from collections.abc import Callable
from datetime import datetime

from dutydesk.journal.jobs import job
from dutydesk.outbox.flows import outbox


@job("outbox.deliver")
def deliver(*, message_id: int, now: Callable[[], datetime]) -> None:
    """Try the outbox message if it is due."""
    outbox.deliver(message_id=message_id, now=now)
