"""Passing silences on, so that the monitoring system itself sends nothing while they last.

A silence of a service stays here: which service an alert belongs to, only the desk knows.
"""

from datetime import datetime

from django.conf import settings

from dutydesk.alarms.flows.quieting import rule_of
from dutydesk.alarms.flows.silencing import SilenceFact
from dutydesk.alarms.models import Silence
from dutydesk.errands import flows as errands
from dutydesk.errands.flows import ErrandSettled
from dutydesk.errands.models import Errand
from dutydesk.kernel.subjects import number_of
from dutydesk.process import flows as process

KIND = "silence"


def pass_on(*, fact: SilenceFact, at: datetime) -> None:
    """Owe the monitoring system a silence as it stands now, if one is connected."""
    if not errands.can_deliver(KIND):
        return
    found = Silence.objects.get(pk=fact.silence)
    if found.change == fact.change:  # A later change passes itself on.
        _owe(found, f"{found.about}:{found.change}", at)


def concerned(fact: ErrandSettled) -> bool:
    """Say whether the errand passed a silence on."""
    return fact.errand_kind == KIND and fact.delivered


def settled(*, fact: ErrandSettled, at: datetime) -> None:
    """Pass a silence on again, if what came late may have undone a later change of it."""
    number, change = fact.key.removeprefix("silence:").split(":")[:2]
    found = Silence.objects.get(pk=int(number))
    if int(change) < found.change:
        _owe(found, f"{found.about}:{found.change}:after:{change}", at)


def _owe(found: Silence, key: str, at: datetime) -> None:
    lifted = found.lifted_at is not None
    spell = rule_of(found).spell(at, process.in_force().zone)
    if found.service_id is not None or (spell is None and not lifted):
        return
    errands.withdraw(subject=found.about, kind=KIND, at=at)
    errands.put(
        key=key,
        kind=KIND,
        subject=found.about,
        payload={
            "matchers": found.matchers,
            "starts_at": spell.start.isoformat() if spell else "",
            "ends_at": spell.end.isoformat() if spell else "",
            "by": found.made_by,
            "reason": found.reason,
            "mark": f"{settings.BASE_URL}/alarms/silences/{found.pk}",
            "change": found.change,
            "lifted": lifted,
            "what": "Lifting the silence in Alertmanager" if lifted else "Alertmanager's silence",
        },
        at=at,
    )


def passed_on(about: str) -> Errand | None:
    """Give the latest errand that tells the monitoring system of a silence; None if none does."""
    number_of(about, "silence")
    return Errand.objects.filter(subject=about, kind=KIND).order_by("-put_at", "-id").first()
