"""Telling a service's webhook and the machine's command that its maintenance began or ended."""

from datetime import datetime

from django.db import transaction

from dutydesk.chat.flows import desk_posts
from dutydesk.chat.models import Post
from dutydesk.incidents import words
from dutydesk.incidents.flows import updates
from dutydesk.incidents.flows.maintenance_mode import MaintenanceSwitched
from dutydesk.incidents.models import Maintenance
from dutydesk.kernel.kinds import MessageKind
from dutydesk.kernel.messages import Message
from dutydesk.kernel.subjects import subject
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.flows.outbox import MessageFailing, MessageSettled
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Service
from dutydesk.ports.maintenance import COMMAND, WEBHOOK
from dutydesk.process.flows import process


def command(slug: str) -> MessageKind:
    """Give the kind of outbox message that runs a service's command."""
    return COMMAND.one(slug)


@transaction.atomic
def switch(*, event: MaintenanceSwitched, at: datetime) -> None:
    """Owe word of how a service stands now to its webhook and its command, if it has them.

    The service is locked while its state is read, so that of two words the later one is true.
    """
    service = Service.objects.select_for_update(of=("self",)).get(pk=event.service)
    latest = service.maintenance.first()
    if latest is None:
        return
    on = latest.off_at is None
    body = {
        "service": service.slug,
        "on": on,
        "incident": latest.incident_id,
        "until": latest.until.isoformat() if on and latest.until else None,
    }
    ways = [(command(service.slug), "command")] if outbox.can_deliver(command(service.slug)) else []
    if service.webhook:
        ways.append((WEBHOOK, "webhook"))
    for kind, name in ways:
        outbox.enqueue(
            key=f"{latest.about}:{'on' if on else 'off'}:{name}",
            kind=kind,
            subject=subject("service", service.pk),
            payload={
                "what": f"The maintenance {name} of {service.name}, switched "
                f"{'on' if on else 'off'},",
                "service": service.pk,
                "maintenance": latest.pk,
                "on": on,
                "body": body,
            },
            at=at,
        )


def concerns(event: MessageFailing | MessageSettled) -> bool:
    """Say whether a fact is about a webhook or a command of maintenance."""
    return MessageKind(event.message_kind).family in (WEBHOOK, COMMAND)


def failing(*, event: MessageFailing, at: datetime) -> None:
    """Say to the team and in the incident that a switch was not heard yet."""
    _not_heard(event, False, at)


def settled(*, event: MessageSettled, at: datetime) -> None:
    """Say that a switch is never heard, or in the same place that it was heard after all."""
    if not event.delivered:
        _not_heard(event, True, at)
        return
    call, maintenance = _found(event.key)
    if maintenance is None or not Post.objects.filter(key=_key(call)).exists():
        return
    text = f"{call.payload['what']} was heard after all."
    about = subject("service", maintenance.service_id)
    _tell(call, maintenance, text, words.switch_heard(about=about, text=text), at)


def _not_heard(event: MessageFailing | MessageSettled, for_good: bool, at: datetime) -> None:
    call, maintenance = _found(event.key)
    if maintenance is None:
        return
    text = f"{call.payload['what']} was not heard: {event.reason}."
    about = subject("service", maintenance.service_id)
    message = words.switch_failed(about=about, text=text, for_good=for_good)
    _tell(call, maintenance, text, message, at)


def _found(key: str) -> tuple[OutboxMessage, Maintenance | None]:
    call = OutboxMessage.objects.get(key=key)
    wanted = call.payload.get("maintenance")
    rows = Maintenance.objects.select_related("incident")
    return call, rows.filter(pk=wanted).first() if wanted else None


def _key(call: OutboxMessage) -> str:
    return f"switch:{call.pk}:trouble"


def _tell(
    call: OutboxMessage, maintenance: Maintenance, text: str, message: Message, at: datetime
) -> None:
    channel = process.in_force().team.channel
    desk_posts.show(key=_key(call), channel=channel, message=message, at=at)
    if maintenance.incident is not None:
        updates.record_step(
            maintenance.incident, "switch", text, "the desk", at, "oncall.maintenance"
        )
