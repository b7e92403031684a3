"""What the stories of pages share: an alarm that fires, and people with contact methods."""

from collections.abc import Iterator
from contextlib import contextmanager

from doubles.moody import Mood, MoodyServer
from dutydesk.alarms.flows import ingestion
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.notifications import Notification, NotifiedAlert
from dutydesk.oncall.flows import contact_methods
from dutydesk.oncall.models import ContactMethod, Page
from dutydesk.people.models import Engineer
from testing.world import World


def alarm(world: World, *, firing: bool = True, group: str = "g") -> Alarm:
    """Let an alarm fire, or end; each firing that begins anew has a new beginning."""
    told = NotifiedAlert(
        fingerprint="a",
        firing=firing,
        labels={"alertname": "Down", "severity": "critical"},
        annotations={"summary": "Visits can't be booked"},
        starts_at=world.at,
        ends_at=None if firing else world.at,
    )
    found = ingestion.receive(told=Notification(group_key=group, alerts=(told,)), at=world.at)
    world.settle()
    assert found is not None
    return found


def page() -> Page:
    return Page.objects.get()


def called() -> list[str]:
    """Name who was called for the page, in order; a name in brackets was skipped."""
    calls = page().calls.select_related("engineer")
    return [f"({c.engineer.name})" if c.skipped else c.engineer.name for c in calls]


@contextmanager
def hook(mood: Mood = "success") -> Iterator[MoodyServer]:
    server = MoodyServer(mood)
    try:
        yield server
    finally:
        server.close()


def method(
    world: World, name: str, server: MoodyServer, *, delay: int = 0, verified: bool = True
) -> ContactMethod:
    """Give somebody a webhook of their own."""
    engineer = Engineer.objects.get(name=name)
    found = contact_methods.add(
        engineer=engineer.pk,
        name=f"hook {engineer.contact_methods.count() + 1}",
        address=f"json://{server.address}/secret-of-{name.lower()}",
        delay=delay,
        at=world.at,
        by=name,
    )
    if verified:
        ContactMethod.objects.filter(pk=found.pk).update(verified_at=world.at)
    return found
