"""Telling one person something by their contact methods, without asking for an answer."""

from datetime import datetime

from django.conf import settings

from dutydesk.kernel.subjects import screen_of
from dutydesk.oncall.flows import contact_methods
from dutydesk.oncall.rules.carriers import CARRIERS
from dutydesk.oncall.rules.notification_rules import ContactRoute
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.flows.outbox import Owing


def notify(*, engineer: int, key: str, about: str, title: str, text: str, at: datetime) -> None:
    """Owe one message by each contact method that a page of theirs goes by first, once a key.

    Not by chat: whoever tells them says it there too.
    """
    who = contact_methods.read([engineer])[engineer]
    body = f"{text}\n\n{settings.BASE_URL}{screen_of(about)}\n"
    routes = [one for one in contact_methods.of(who) if one.carrier != "mention"]
    first = min((route.delay for route in routes), default=0)
    owed = []
    for route in routes:
        if route.delay == first:
            what = f"The {route.name} that tells {who.name}"
            payload = {"subject": title, "body": body, "what": what, **_to(route)}
            kind = CARRIERS[route.carrier]
            owed.append(Owing(f"{key}:{route.key}", kind, about, payload, urgent=True))
    outbox.enqueue_all(owed, at=at)


def _to(route: ContactRoute) -> dict[str, object]:
    return {"to": route.to} if route.carrier == "email" else {"contact_method": route.method}
