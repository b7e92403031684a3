"""Keeping the alarms of a service quiet while it is in maintenance: a silence, lifted with it.

What the maintenance itself causes calls nobody; what still fires when the service is put back does.
"""

from datetime import datetime

from django.db import transaction

from dutydesk.alarms.flows import active_silences, silences
from dutydesk.alarms.flows.silences import SilenceDraft
from dutydesk.alarms.models import Silence
from dutydesk.alarms.rules.silence_matchers import LONGEST_ONCE, SilenceRefused
from dutydesk.incidents.models import Maintenance


def begin(maintenance: Maintenance, at: datetime) -> str:
    """Silence the service for as long as a silence can last; `end` lifts it before.

    Gives why its alarms are heard all the same, for which no maintenance is refused; else "".
    """
    wanted = SilenceDraft(
        matchers=(),
        starts_at=at,
        ends_at=at + LONGEST_ONCE,
        reason=f"{maintenance.service.name} is in maintenance",
        service=maintenance.service_id,
    )
    try:
        with transaction.atomic():
            made = silences.silence(wanted=wanted, by=maintenance.on_by, at=at)
    except SilenceRefused as refusal:
        return str(refusal)
    maintenance.silence = made
    maintenance.save(update_fields=["silence"])
    return ""


def go_on(maintenance: Maintenance, by: str, at: datetime) -> None:
    """Keep it quiet anew, from now on for as long as a silence can last; or silence it again.

    Not where somebody lifted its silence: they want to hear what fires.
    """
    active_silences.hold()  # Nobody lifts it between.
    found = lasting(maintenance, at)
    if found is not None:
        silences.extend(silence=found.pk, until=at + LONGEST_ONCE, by=by, at=at)
    elif not Silence.objects.filter(maintenance=maintenance).exclude(lifted_at=None).exists():
        begin(maintenance, at)


def end(maintenance: Maintenance, by: str, at: datetime) -> None:
    """Let its alarms be heard again, unless somebody lifted the silence before."""
    active_silences.hold()  # Nobody lifts it between.
    found = lasting(maintenance, at)
    if found is not None:
        silences.lift(silence=found.pk, by=by, at=at)


def lasting(maintenance: Maintenance, at: datetime) -> Silence | None:
    """Give its silence, if it quiets still."""
    kept = Silence.objects.filter(lifted_at=None, ends_at__gt=at)
    return kept.filter(maintenance=maintenance).first()
