"""The public as an audience of incidents and planned work: the page, and who subscribed to it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from dutydesk.kernel.messages import Message
from dutydesk.kernel.tellings import PUBLIC, Receipt, Telling
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Service
from dutydesk.ports.audiences import PublicNews
from dutydesk.ports.delivery import MAIL
from dutydesk.process.flows import process
from dutydesk.status.flows import record
from dutydesk.status.models import Subscription
from dutydesk.status.rules.entries import change_words, first_words, phase_of, work_words
from dutydesk.status.words import letter

PAGE = "the status page"
_ENTRIES = {"incident": "incident", "announcement": "work"}


class StatusAudience:
    """Says what the page shows and what subscribers read. A `ports.audiences.PublicAudience`."""

    def tellings(self, news: PublicNews) -> Sequence[Telling]:
        """Give the page, if it is shown, and those whom it tells by e-mail."""
        section = process.in_force().status_page
        if section.shown == "off":
            return ()
        known = Service.objects.filter(pk__in=news.services, user_facing=True)
        names, numbers = [one.name for one in known], [one.pk for one in known]
        text = work_words(news.text, news.expect) or first_words(names)
        if news.change is not None:
            text = change_words(news.change, names)
        phase = phase_of(news.change) if news.change else news.phase
        told = [Telling(PUBLIC, PAGE, Message(text, title=news.title))]
        many = _subscribers(numbers) if section.shown == "public" else 0
        if many and outbox.can_deliver(MAIL):
            called = section.title or f"{process.in_force().team.name} status"
            title, body = letter.news(
                called, news.title, names, text, link=record.link(), phase=phase
            )
            told.append(Telling(PUBLIC, by_mail(many), Message(body, title=title)))
        return told

    def receipts(
        self, *, about: str, told: Mapping[str, datetime]
    ) -> Mapping[str, Sequence[Receipt]]:
        """Give what became of each thing that was told: on the page, and in how many mails.

        One query; nothing while there is no page.
        """
        if process.in_force().status_page.shown == "off":
            return {}
        kind, _, number = about.partition(":")
        begins = f"status:{_ENTRIES[kind]}-{number}-"
        mails: dict[str, list[OutboxMessage]] = defaultdict(list)
        for one in OutboxMessage.objects.filter(key__startswith=begins).order_by("pk"):
            mails[one.key.removeprefix(begins).partition(":")[0]].append(one)
        return {
            which: (Receipt(PUBLIC, PAGE, "delivered", at), *_mailed(mails[which]))
            for which, at in told.items()
        }


def by_mail(many: int) -> str:
    """Name so many subscribers as a place."""
    return f"{many} subscriber{'s' if many > 1 else ''} (e-mail)"


def _subscribers(services: Sequence[int]) -> int:
    """Count who is told of something on these services: all, if it names none."""
    confirmed = Subscription.objects.exclude(confirmed_at=None)
    if services:
        mine = confirmed.filter(everything=False, services__in=services).distinct().count()
        return confirmed.filter(everything=True).count() + mine
    return confirmed.count()


def _mailed(mails: Sequence[OutboxMessage]) -> Iterable[Receipt]:
    """Give what became of the mails of one update, as one place."""
    if not mails:
        return
    waiting = [one for one in mails if one.state == OutboxMessage.State.OWED]
    failed = [one for one in mails if one.state == OutboxMessage.State.FAILED]
    reason = ""
    if failed or (waiting and any(one.reason for one in waiting)):
        last = [one for one in (*failed, *waiting) if one.reason][-1]
        reason = f"{len(failed) or len(waiting)} of {len(mails)}: {last.reason}"
    yield Receipt(
        PUBLIC,
        by_mail(len(mails)),
        "waiting" if waiting else "failed" if failed else "delivered",
        max((one.settled_at for one in mails if one.settled_at), default=None),
        max((one.attempts for one in waiting), default=0),
        reason,
    )
