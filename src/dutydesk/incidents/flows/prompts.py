"""What prompts a declaration: an alarm, a page, a question or a thread, and what is known of it."""

from dataclasses import dataclass
from datetime import datetime

from dutydesk.alarms.models import Alarm
from dutydesk.incidents.flows import links
from dutydesk.kernel import bounds
from dutydesk.oncall.models import Page
from dutydesk.process.flows import process


@dataclass(frozen=True, slots=True)
class IncidentDraft:
    """What a declaration begins with: what is wrong, with what, since when, how bad.

    `source` names what prompts it as a subject; it is empty if that can belong to no incident.
    """

    source: str = ""
    title: str = ""
    services: tuple[int, ...] = ()
    criteria: tuple[str, ...] = ()
    began: datetime | None = None


def prompt(about: str) -> IncidentDraft:
    """Give what is known of what a declaration is prompted by; nothing if that isn't there.

    A page is its alarm. A high alarm suggests the criteria that the process says it does.
    """
    kind, _, written = about.partition(":")
    number = bounds.number(written)
    if kind == "page" and number is not None:
        page = Page.objects.filter(pk=number).first()
        if page is None or not page.subject.startswith("alarm:"):
            return IncidentDraft(title=page.title if page else "")
        return prompt(page.subject)
    found = links.thing(about)
    if found is None:
        return IncidentDraft()
    alarm = Alarm.objects.filter(pk=number).first() if kind == "alarm" and number else None
    services = (alarm.service_id,) if alarm is not None and alarm.service_id is not None else ()
    suggested = _suggested() if alarm is not None and alarm.peak == Alarm.Severity.HIGH else ()
    return IncidentDraft(about, found.title, services, suggested, found.began)


def _suggested() -> tuple[str, ...]:
    criteria = process.in_force().incidents.high
    return tuple(criterion.id for criterion in criteria if criterion.on_high_alarm)
