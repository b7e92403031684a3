"""Passing silences on, so that the monitoring system itself sends nothing while they last.

A silence of a service stays here: which service an alert belongs to, only the desk knows.

While a silence lasts there, nothing is heard of its alerts, not even that they are resolved. So
Alertmanager is asked which of them it knows when it has the silence, and again just before the
end: those that it knew and knows no more are resolved. If it is away, what fired still fires.
"""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from dutydesk.alarms.flows import ingestion, silences
from dutydesk.alarms.flows.active_silences import rule_of
from dutydesk.alarms.flows.silences import SilenceEvent
from dutydesk.alarms.models import Alert, Silence
from dutydesk.alarms.rules.notifications import Notification
from dutydesk.alarms.rules.notifications import NotifiedAlert as Told
from dutydesk.commitments.flows.commitments import CommitmentWarned
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.subjects import number_of
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.flows.outbox import MessageSettled
from dutydesk.outbox.models import OutboxMessage
from dutydesk.ports.silences import LOOK, SILENCE
from dutydesk.process.flows import process

KIND = SILENCE
MOST_LOOKED_AT = 200  # As many as an outbox message's reference has letters for.


def pass_on(*, event: SilenceEvent, at: datetime) -> None:
    """Owe the monitoring system a silence as it stands now, if one is connected."""
    if not outbox.can_deliver(KIND):
        return
    found = Silence.objects.get(pk=event.silence)
    if found.change == event.change:  # A later change passes itself on.
        _owe(found, f"{found.about}:{found.change}", at)


def concerned(event: MessageSettled) -> bool:
    """Say whether the outbox message passed a silence on, or looked at its alerts."""
    ours = event.message_kind in (KIND, LOOK) and event.key.startswith("silence:")
    return ours and event.delivered


def settled(*, event: MessageSettled, at: datetime) -> None:
    """Look at what Alertmanager knows, or take what it knows no more as resolved.

    A silence is passed on again if what came late may have undone a later change of it.
    """
    number, change = event.key.removeprefix("silence:").split(":")[:2]
    found = Silence.objects.get(pk=int(number))
    if int(change) < found.change:
        if event.message_kind == KIND:
            _owe(found, f"{found.about}:{found.change}:after:{change}", at)
        return
    if event.message_kind == KIND and found.lifted_at is None:
        matched = silences.matched(found)
        _look(found, "first", [alert.fingerprint for alert in matched], at)
    elif event.key.endswith(":last"):
        _resolve_what_is_gone(found, OutboxMessage.objects.get(key=event.key), at)


def warned(*, event: CommitmentWarned, at: datetime) -> None:
    """Look again at what Alertmanager knew, just before a silence ends."""
    found = Silence.objects.get(pk=number_of(event.subject, "silence"))
    first = OutboxMessage.objects.filter(
        key=_look_key(found, "first"), state=OutboxMessage.State.DONE
    ).first()
    if first is not None:
        prints = zip(first.payload["fingerprints"], first.reference, strict=False)
        _look(found, "last", [one for one, known in prints if known == "1"], at)


def _look_key(found: Silence, which: str) -> str:
    return f"{found.about}:{found.change}:look:{which}"


def _look(found: Silence, which: str, fingerprints: list[str], at: datetime) -> None:
    if fingerprints and outbox.can_deliver(LOOK):
        what = "Asking Alertmanager which silenced alerts still fire"
        outbox.enqueue(
            key=_look_key(found, which),
            kind=LOOK,
            subject=found.about,
            payload={"fingerprints": fingerprints[:MOST_LOOKED_AT], "what": what},
            at=at,
        )


def _resolve_what_is_gone(found: Silence, message: OutboxMessage, at: datetime) -> None:
    resolve_gone(silences.matched(found), message, at)


def resolve_gone(alerts: Iterable[Alert], message: OutboxMessage, at: datetime) -> None:
    """Take those of the alerts as resolved that Alertmanager did not know when it was asked.

    `outbox`: the one that asked. `alerts`: each with its alarm.
    """
    prints = zip(message.payload["fingerprints"], message.reference, strict=False)
    gone = {one for one, known in prints if known == "0"}
    told: dict[str, list[Told]] = {}
    for alert in alerts:
        if alert.fingerprint in gone:
            told.setdefault(alert.alarm.group_key, []).append(alert.telling(ended=at))
    if told:
        notifications = [Notification(group, tuple(over)) for group, over in told.items()]
        ingestion.receive_all(told=notifications, at=at)


def _owe(found: Silence, key: str, at: datetime) -> None:
    lifted = found.lifted_at is not None
    spell = rule_of(found).spell(at, process.in_force().zone)
    if found.service_id is not None or (spell is None and not lifted):
        return
    outbox.withdraw(subject=found.about, kind=KIND, at=at)
    first = OutboxMessage.objects.filter(subject=found.about, kind=KIND).order_by("id").first()
    here = settings.BASE_URL + path_to("silence", found.pk)
    outbox.enqueue(
        key=key,
        kind=KIND,
        subject=found.about,
        payload={
            "matchers": found.matchers,
            "starts_at": spell.start.isoformat() if spell else "",
            "ends_at": spell.end.isoformat() if spell else "",
            "by": found.made_by,
            "reason": found.reason,
            "mark": first.payload["mark"] if first else here,  # It is known by this from then on.
            "change": found.change,
            "lifted": lifted,
            "what": "Lifting the silence in Alertmanager" if lifted else "Alertmanager's silence",
        },
        at=at,
    )


def passed_on(about: str) -> OutboxMessage | None:
    """Give the latest message that tells the monitoring system of a silence; None if none does."""
    number_of(about, "silence")
    return (
        OutboxMessage.objects.filter(subject=about, kind=KIND).order_by("-queued_at", "-id").first()
    )
