"""What a new desk still lacks before the process can run on it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, Q

from dutydesk.alarms.models import IntegrationKey
from dutydesk.kernel.addresses import path_to
from dutydesk.oncall.models import ContactMethod
from dutydesk.outbox.flows import outbox
from dutydesk.people.models import Engineer
from dutydesk.ports.delivery import MAIL
from dutydesk.process.flows import process
from dutydesk.process.models import Approval
from dutydesk.rota.models import Rotation, Shift

FEWEST = 2
"""Engineers who can sign in, below which nobody can be relieved."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something to set up: what, on which screen, and what it is good for."""

    text: str
    screen: str
    why: str


_STEPS = {
    "people": Step(
        "Invite the team's engineers", path_to("people"), "They answer, lead and are paged."
    ),
    "turns": Step(
        "Let people take turns",
        f"{path_to('change-rota')}?what=rotation",
        "Until somebody is on, pages wait and questions have nobody.",
    ),
    "methods": Step(
        "Say how you are reached",
        path_to("contact-methods"),
        "This desk sends no e-mail, so a page is seen only by whoever looks here.",
    ),
    "keys": Step(
        "Connect a monitoring system", path_to("integration-keys"), "Its alerts page who is on."
    ),
    "approved": Step(
        "Read the process, and approve it",
        path_to("process"),
        "The desk goes by it as it stands; change its file where yours differs.",
    ),
}


def still_to_do(*, at: datetime) -> list[Step]:
    """Give the steps that are not done yet, in the order in which to take them; three queries.

    What a desk can do without, like Slack, is no step.
    """
    version = process.version_in_force()
    asked = {
        "turns": Exists(Rotation.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at)))
        | Exists(Shift.objects.filter(end__gt=at, cancelled_at=None)),
        "methods": Exists(ContactMethod.objects.exclude(verified_at=None)),
        "keys": Exists(IntegrationKey.objects.filter(revoked_at=None, opens="alerts")),
        "approved": Exists(Approval.objects.filter(version=version)),
    }
    done: dict[str, Any] = dict(type(version).objects.values(**asked).get(pk=version.pk))
    able = Engineer.objects.filter(active=True, account__is_active=True)[:FEWEST].count()
    done["people"] = able >= FEWEST
    done["methods"] = done["methods"] or outbox.can_deliver(MAIL)
    return [step for name, step in _STEPS.items() if not done[name]]
