"""Subscribing to the status page by e-mail: asked for, confirmed from the address, and ended."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.core.validators import validate_email
from django.db import transaction

from dutydesk.database import notifications
from dutydesk.journal.flows import journal
from dutydesk.kernel import bounds
from dutydesk.kernel.actions import Person
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.events import Event
from dutydesk.kernel.refusals import Refused
from dutydesk.outbox.flows import outbox
from dutydesk.people.flows import attempts
from dutydesk.people.models import Service
from dutydesk.ports.delivery import MAIL
from dutydesk.status.models import Subscription
from dutydesk.status.words import letter
from dutydesk.web.proxies import household

LASTS = timedelta(days=1)
LONGEST = 254
PER_HOUSEHOLD, PER_ADDRESS = 10, 2
_CONFIRM, _END = Signer(salt="status.confirm"), Signer(salt="status.end")


class SubscriptionRefused(Refused):
    """The subscription can't be made as asked for, or its link leads nowhere."""


@dataclass(frozen=True)
class SubscriberRemoved(Event):
    """Somebody of the team let an address be forgotten; which, nobody knows any more."""

    kind: ClassVar[str] = "status.subscriber-removed"
    subscription: int


@transaction.atomic
def ask(
    *, email: str, services: Sequence[str], title: str, address: str, at: datetime
) -> Subscription:
    """Owe the question whether an address wants to be told; of all services if none are named.

    `title`: the page's. `address`: where it is asked from; how often is limited, since the mail
    may go to somebody who never asked. What is said does not tell who is subscribed.
    """
    email = _checked(email)
    _limit(email, address, at)
    chosen = list(Service.objects.filter(user_facing=True, slug__in=services))
    if services and not chosen:
        raise SubscriptionRefused("None of these services is there.", "Choose from the list.")
    made = Subscription.objects.select_for_update().filter(email__iexact=email).first()
    if made is not None and made.confirmed_at is not None:
        end = end_link(made)
        _send(made, letter.known_already(title=title, end=end), at)
        return made
    made = made or Subscription(email=email)
    made.asked_at, made.everything = at, not chosen
    made.save()
    made.services.set(chosen)
    token = _CONFIRM.sign(f"{made.pk}-{at.timestamp()}")
    link = settings.STATUS_URL + path_to("confirm-subscription", token)
    names = [one.name for one in chosen]
    _send(made, letter.question(title=title, services=names, confirm=link), at)
    return made


def _checked(email: str) -> str:
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError:
        email = ""
    if not email or len(email) > LONGEST or not bounds.is_line(email):
        raise SubscriptionRefused(
            "This is not an e-mail address.", "Write one like you@example.org."
        )
    return email


def _limit(email: str, address: str, at: datetime) -> None:
    named = hashlib.sha256(email.lower().encode()).hexdigest()[:40]
    limits = {f"subscribe:{household(address)}"[:80]: PER_HOUSEHOLD}
    attempts.take(limits={**limits, f"subscriber:{named}": PER_ADDRESS}, at=at)


def _send(one: Subscription, said: letter.Letter, at: datetime) -> None:
    title, body = said
    outbox.enqueue(
        key=f"{one.about}:asked:{at.isoformat()}",
        kind=MAIL,
        subject=one.about,
        payload={
            "to": one.email,
            "subject": title,
            "body": body,
            "what": "The e-mail to somebody who asked for the status page's news",
        },
        at=at,
    )


def asked(*, token: str, at: datetime) -> Subscription:
    """Give the subscription that a link confirms; refused if it is not the last one, or too old."""
    number, _, moment = _read(_CONFIRM, token).partition("-")
    found = Subscription.objects.filter(pk=bounds.number(number) or 0).first()
    if found is None or str(found.asked_at.timestamp()) != moment or at > found.asked_at + LASTS:
        raise SubscriptionRefused("This link is too old.", "Subscribe once more.")
    return found


@transaction.atomic
def confirm(*, token: str, at: datetime) -> Subscription:
    """Tell the address from now on; a second time changes nothing."""
    found = asked(token=token, at=at)
    if found.confirmed_at is None:
        found.confirmed_at = at
        found.save(update_fields=["confirmed_at"])
        notifications.notify(found.about)
    return found


def end_link(one: Subscription) -> str:
    """Give the address where a subscription is ended."""
    return settings.STATUS_URL + path_to("end-subscription", _END.sign(str(one.pk)))


@transaction.atomic
def end(*, token: str) -> None:
    """Forget a subscription and its address; a second time changes nothing."""
    found = Subscription.objects.filter(pk=bounds.number(_read(_END, token)) or 0).first()
    if found is not None:
        notifications.notify(found.about)
        found.delete()


def subscription(number: int) -> Subscription:
    """Give a subscription; refused if it has ended."""
    found = Subscription.objects.filter(pk=number).first()
    if found is None:
        raise SubscriptionRefused("This subscription has ended.", "There is nothing to do.")
    return found


@transaction.atomic
def remove(*, subscription: int, by: Person, at: datetime) -> None:
    """Forget somebody's address for them; the journal says who did, and not which it was."""
    rows = Subscription.objects.select_for_update(of=("self",))
    found = rows.filter(pk=subscription).first()
    if found is None:
        raise SubscriptionRefused("This subscription has ended.", "There is nothing to do.")
    journal.record(
        event=SubscriberRemoved(found.pk),
        subject=found.about,
        text=f"{by.name} removed a subscriber of the status page",
        at=at,
        actor=by.name,
    )
    found.delete()


def check_end(*, token: str) -> None:
    """Refuse a link that ends no subscription."""
    _read(_END, token)


def _read(signer: Signer, token: str) -> str:
    try:
        return signer.unsign(token)
    except BadSignature as error:
        raise SubscriptionRefused(
            "This link is not whole.", "Copy all of it from the e-mail."
        ) from error


def forget(*, at: datetime) -> None:
    """Let go of addresses that never said yes."""
    Subscription.objects.filter(confirmed_at=None, asked_at__lt=at - LASTS).delete()
