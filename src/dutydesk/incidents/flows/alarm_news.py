"""Telling an incident's lead what begins to fire in the alarms that the incident has."""

from datetime import datetime

from django.conf import settings

from dutydesk.alarms.flows.events import AlarmWorsened
from dutydesk.chat.flows import desk_posts
from dutydesk.incidents import words
from dutydesk.incidents.flows import links, updates
from dutydesk.incidents.models import Incident
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.subjects import number_of, subject
from dutydesk.outbox.flows import outbox
from dutydesk.people.models import Engineer
from dutydesk.ports.delivery import MAIL
from dutydesk.process.flows import process


def tell_lead(*, event: AlarmWorsened, at: datetime) -> None:
    """Tell whoever leads, in the team's channel and by e-mail; without a lead, the whole team.

    It stands in the incident's timeline. Clause incident.lead.
    """
    found = Incident.objects.select_related("lead", "worker")
    incident = found.filter(pk=number_of(event.incident, "incident")).first()
    if incident is None or incident.state != Incident.State.OPEN:
        return
    links.link(incident, subject("alarm", event.alarm), "monitoring", at)
    lead, current = incident.lead or incident.worker, process.in_force()
    key = f"{event.incident}:alarm:{event.alarm}:{at:%Y%m%dT%H%M%S}"
    message = words.worsened(
        about=event.incident,
        title=incident.title,
        titles=event.titles,
        name=lead.name if lead else current.team.mention,
    )
    desk_posts.say(key=key, channel=current.team.channel, message=message, at=at)
    text = f"New alert: {event.titles}"
    updates.record_step(incident, "alarm", text, "monitoring", at, "incident.lead")
    if lead is not None and outbox.can_deliver(MAIL):
        _write(incident, lead, key, event, at)


def _write(
    incident: Incident, lead: Engineer, key: str, event: AlarmWorsened, at: datetime
) -> None:
    title, body = words.worsened_letter(
        name=lead.name,
        title=incident.title,
        titles=event.titles,
        link=settings.BASE_URL + path_to("incident", incident.pk),
    )
    what = f"The e-mail to {lead.name} about a new alert"
    payload = {"to": lead.email, "subject": title, "body": body, "what": what}
    outbox.enqueue(key=key, kind=MAIL, subject=event.incident, payload=payload, at=at)
