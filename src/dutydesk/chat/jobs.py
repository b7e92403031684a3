"""The queue's door: one job does what a chat outside told of one place."""

from collections.abc import Callable
from datetime import datetime

from dutydesk.chat.flows import inbound_events
from dutydesk.journal.jobs import job


@job("chat.hear")
def hear(*, received_id: int, now: Callable[[], datetime]) -> None:
    """Do what is owed there."""
    inbound_events.hear(received_id=received_id, now=now)
