"""Outbox messages: what is owed to the outside world."""

from collections.abc import Iterable
from datetime import datetime

from dutydesk.kernel.checks import Check
from dutydesk.kernel.room import Room
from dutydesk.outbox.models import OutboxMessage


def health(at: datetime) -> Iterable[Check]:
    """Say what the outside world refuses to take just now. Another worker wouldn't mend it."""
    failing = OutboxMessage.objects.filter(due_at__isnull=False).exclude(reason="")
    count = failing.count()
    first = failing.order_by("queued_at").first() if count else None
    if first is None:
        yield Check("deliveries", True, "taken", vital=False)
        return
    public = f"{count} can't be delivered yet."
    says = f"{count} can't be delivered yet, the oldest because {first.reason}."
    remedy = f"See to what takes “{first.kind}”; each is tried again."
    yield Check("deliveries", False, says, remedy, vital=False, public=public)


ROOM = Room("outbox", health=health)
