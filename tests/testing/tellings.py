"""What a monitoring system tells of, alert by alert, and what the desk makes of it."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from dutydesk.alarms.flows import ingestion
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.notifications import Notification
from dutydesk.alarms.rules.notifications import NotifiedAlert as Told
from dutydesk.oncall.models import Call, Page
from dutydesk.people.flows import people
from testing.world import World


def alert(
    name: str,
    starts: datetime,
    *,
    ends: datetime | None = None,
    severity: str = "critical",
    service: str = "Prison visits",
    summary: str = "",
) -> Told:
    labels = {"alertname": name, "severity": severity, "service": service}
    about = {
        "summary": summary or f"{name} is wrong",
        "runbook_url": f"https://runbooks.example.org/{name}",
    }
    return Told(name, ends is None, labels, about, starts, ends)


def tell(
    world: World,
    *alerts: Told,
    group: str = "7 {}:{g}",
    truncated: int = 0,
    ordered: bool = False,
) -> Alarm | None:
    family = None if ordered else "7 "
    told = Notification(group, alerts, truncated, ordered, family)
    alarm = ingestion.receive(told=told, at=world.at)
    world.settle()
    return None if alarm is None else Alarm.objects.get(pk=alarm.pk)


def called() -> list[str]:
    return list(Call.objects.order_by("id").values_list("engineer__name", flat=True))


def open_pages() -> list[str]:
    return list(Page.objects.exclude(state="resolved").values_list("title", flat=True))


def declare(world: World, alarm: Alarm) -> str:
    """Let Ben declare an incident from an alarm; give its subject."""
    return world.press("Ben", "incident.declare", alarm.about, title="Visits are down").show


def ends(*alerts: Told, at: datetime) -> Sequence[Told]:
    return [
        Told(one.fingerprint, False, one.labels, one.annotations, one.starts_at, at)
        for one in alerts
    ]


def evening(tmp_path: Path) -> World:
    """Give a world in the evening, with Ben and Cy on call and services that are paged for."""
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(primary="Ben", secondary="Cy")
    for name, anyway in (("Courts", False), ("DNS", True)):
        people.save_service(name=name, team=None, user_facing=True, page_anyway=anyway)
    return world
