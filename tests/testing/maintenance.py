"""A service that is taken out and put back, and what is delivered of it."""

from datetime import datetime

from dutydesk.incidents.models import Maintenance
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Service
from testing.world import World

TEAM = "#cloud-platform"


def visits() -> Service:
    return Service.objects.get(name="Prison visits")


def take_out(world: World, **values: str) -> Maintenance:
    world.press("Ada", "service.maintain", visits().about, **{"reason": "New disks", **values})
    return Maintenance.objects.latest("id")


def put_back(world: World, out: Maintenance) -> None:
    world.press("Ada", "maintenance.end", out.about)


def deliver(at: datetime) -> None:
    for message in OutboxMessage.objects.filter(due_at__lte=at, state="owed").order_by("id"):
        outbox.deliver(message_id=message.pk, now=lambda: at)
