"""A world in which handovers are looked after as time goes on."""

from datetime import datetime, timedelta

from dutydesk.alarms.flows import ingestion
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.notifications import Notification, NotifiedAlert
from dutydesk.handovers.flows import drafts
from dutydesk.handovers.models import Handover
from dutydesk.incidents.models import Incident
from dutydesk.people.models import Service
from testing.office import Office
from testing.world import World

# When the process drafts a handover, or its time comes; in between only what happens matters.
LOOKS = ("08:00", "08:30", "09:00", "10:00", "16:30", "17:00", "18:00")


class Handed(World):
    """At these times of each day, and wherever a test stops, handovers are looked after."""

    def until(self, local: str) -> None:
        end = self.moment(local)
        while self.at < end:
            self.forward(seconds=(min(self._next(), end) - self.at).total_seconds())
            self.look()

    def look(self) -> None:
        """Look after the handovers, as a worker does every few seconds."""
        drafts.look_after(at=self.at)
        self.settle()

    def _next(self) -> datetime:
        today = self.at.astimezone(self.zone).date()
        days = (today, today + timedelta(days=1))
        times = (self.moment(f"{day}T{clock}") for day in days for clock in LOOKS)
        return next(one for one in times if one > self.at)

    def alarm(self, name: str, severity: str = "critical", *, firing: bool = True) -> Alarm:
        """Let a monitoring system tell that an alert fires, or is over."""
        labels = {"alertname": name, "severity": severity}
        ended = None if firing else self.at
        alert = NotifiedAlert(name, firing, labels, {"summary": name}, self.at, ended)
        found = ingestion.receive(told=Notification(name, (alert,)), at=self.at)
        self.settle()
        assert found is not None
        return found

    def incident(self, by: str, title: str, **values: str | list[str]) -> Incident:
        service = str(Service.objects.get(name="Prison visits").pk)
        filled: dict[str, str | list[str]] = {"services": [service], "criteria": ["outage"]}
        filled |= {"title": title, "user_impact": "yes", **values}
        self.press(by, "incident.declare", "new", **filled)
        return Incident.objects.latest("id")

    def handover(self, kind: str = "start of day") -> Handover:
        """Give the latest of a kind."""
        return Handover.objects.filter(kind=kind).latest("due_at")


def handovers_pass(here: Office) -> None:
    """Let one be written in, moved, added to and accepted, and one come to one person's both."""
    world = here.world
    world.press("Ada", "handover.write", here.about["handover"], text="It is the disk", seen="0")
    drafts.look_after(at=world.at)
    world.press("Ben", "handover.accept", here.about["handover given"])
    closes = world.moment("2026-11-25T18:00")
    for at in (closes - timedelta(hours=1), closes):
        drafts.look_after(at=at)
