"""Telling subscribers by e-mail what the status page says, each update once."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction

from dutydesk.outbox.flows import outbox
from dutydesk.outbox.flows.outbox import Owing
from dutydesk.ports.delivery import MAIL
from dutydesk.status.flows import news, record, subscriptions
from dutydesk.status.models import Subscription
from dutydesk.status.rules.page import StatusPage
from dutydesk.status.words import letter


def look_after(*, at: datetime) -> None:
    """Owe each subscriber a mail for each update that was told since they said yes.

    Any two workers may do so at once: a mail's key names its update and its subscriber.
    """
    subscriptions.forget(at=at)
    confirmed = Subscription.objects.filter(confirmed_at__isnull=False)
    if not confirmed.exists() or not outbox.can_deliver(MAIL):
        return
    page = record.read(at=at)
    told = news.just_told(page, at=at)
    if not told or not page.by_mail:
        return
    with transaction.atomic():
        for one in confirmed.prefetch_related("services"):
            slugs = {service.slug for service in one.services.all()}
            mine = [
                each
                for each in told
                if news.concerns(each[0], everything=one.everything, slugs=slugs)
            ]
            outbox.enqueue_all(list(_letters(one, mine, page)), at=at)


def _letters(one: Subscription, mine: list[news.Told], page: StatusPage) -> Iterator[Owing]:
    end = subscriptions.end_link(one)
    for entry, told in mine:
        if one.confirmed_at is None or not entry.hears(told, one.confirmed_at):
            continue
        title, body = letter.update(entry, told, page, link=record.link())
        yield Owing(
            f"status:{told.key}:{one.pk}",
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
