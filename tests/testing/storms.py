"""A storm of alarms in the evening, with routes that page others, and the bundles it makes."""

from pathlib import Path

from dutydesk.alarms.flows import ingestion, process_changes
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.notifications import Notification
from dutydesk.alarms.rules.notifications import NotifiedAlert as Told
from dutydesk.oncall.models import Page, PageItem
from dutydesk.process.flows import process
from testing.world import World

HIGH = "#high-priority-alarms"
SEVERITIES = "  high_severities: [critical, page, high]\n"
ROUTES = """
  routes:
    - {name: Batch, match: {job: batch}, page: [primary]}
    - {name: Reports, match: {job: reports}, page: [primary, secondary]}
    - {name: Archive, match: {job: archive}, page: [secondary, primary]}
"""


def begin(folder: Path, local: str = "2026-11-24T19:00") -> World:
    file = folder / "process.yaml"
    process.ship(file)
    if ROUTES not in file.read_text():
        file.write_text(file.read_text().replace(SEVERITIES, SEVERITIES.rstrip() + ROUTES))
    world = World(folder, local)
    world.shifts(primary="Ben", secondary="Cy")
    return world


def telling(
    world: World, name: str, *, job: str = "", service: str = "Prison visits", firing: bool = True
) -> Notification:
    labels = {"alertname": name, "severity": "critical", "service": service}
    labels |= {"job": job} if job else {}
    ends = None if firing else world.at
    told = Told("a", firing, labels, {"summary": f"{name} is down"}, world.at, ends)
    return Notification(f"7 {name}", (told,))


def receive(world: World, *told: Notification) -> None:
    ingestion.receive_all(told=told, at=world.at)
    world.settle()


def many(
    world: World, prefix: str, count: int, *, job: str = "", service: str = "Prison visits"
) -> list[Notification]:
    names = [f"{prefix}{number}" for number in range(count)]
    return [telling(world, name, job=job, service=service) for name in names]


def bundle_of(name: str) -> Page:
    """Give the bundle in which an alarm of that name is."""
    alarm = Alarm.objects.get(title=f"{name} is down", state="firing")
    return PageItem.objects.select_related("page").get(subject=alarm.about, settled_at=None).page


def called(page: Page) -> list[str]:
    return list(page.calls.order_by("pk").values_list("engineer__name", flat=True))


def reroute(folder: Path, world: World, before: str, after: str) -> None:
    """Let the team change a route while its alarms fire."""
    file = folder / "process.yaml"
    assert before in file.read_text()
    file.write_text(file.read_text().replace(before, after))
    process.adopt(file=file, at=world.at)
    process_changes.look_again(at=world.at)
    world.settle()
