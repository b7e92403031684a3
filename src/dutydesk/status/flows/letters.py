"""Telling subscribers by e-mail what the status page says, each update once."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from django.db import transaction

from dutydesk.outbox.flows import outbox
from dutydesk.outbox.flows.outbox import Owing
from dutydesk.outbox.models import OutboxMessage
from dutydesk.ports.delivery import MAIL
from dutydesk.status.flows import news, record, subscriptions
from dutydesk.status.models import Subscription
from dutydesk.status.rules.page import StatusPage
from dutydesk.status.words import letter


def look_after(*, at: datetime) -> None:
    """Owe each subscriber a mail for each update that was told since they said yes.

    Any two workers may do so at once: a mail's key names its update and its subscriber. As many
    statements, however many subscribers there are.
    """
    subscriptions.forget(at=at)
    confirmed = Subscription.objects.filter(confirmed_at__isnull=False)
    if not confirmed.exists() or not outbox.can_deliver(MAIL):
        return
    page = record.read(at=at)
    told = news.just_told(page, at=at)
    if not told or not page.by_mail:
        return
    known = _known(told)
    everybody = confirmed.order_by("pk").prefetch_related("services")
    owing = [mail for one in everybody for mail in _letters(one, told, page, known)]
    with transaction.atomic():
        outbox.enqueue_all(owing, at=at)


def _key(update: str, subscriber: int | str) -> str:
    return f"status:{update}:{subscriber}"


def _known(told: Sequence[news.Told]) -> set[str]:
    """Give the keys of the mails that are owed already, or were sent."""
    return {
        key
        for _, update in told
        for key in OutboxMessage.objects.filter(key__startswith=_key(update.key, "")).values_list(
            "key", flat=True
        )
    }


def _letters(
    one: Subscription, told: Sequence[news.Told], page: StatusPage, known: Collection[str]
) -> Iterator[Owing]:
    """Give what is still to be written to a subscriber."""
    slugs = {service.slug for service in one.services.all()}
    for entry, update in told:
        key = _key(update.key, one.pk)
        if key in known or not news.concerns(entry, everything=one.everything, slugs=slugs):
            continue
        if one.confirmed_at is None or not entry.hears(update, one.confirmed_at):
            continue
        end = subscriptions.end_link(one)
        title, body = letter.update(entry, update, page, link=record.link())
        yield Owing(
            key,
            MAIL,
            one.about,
            {
                "to": one.email,
                "subject": title,
                "body": letter.ending(body, end=end),
                "unsubscribe": end,
                "what": "The status page's news to a subscriber",
            },
        )
