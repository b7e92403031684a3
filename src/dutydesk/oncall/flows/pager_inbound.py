"""Doing here what people did about our pages in PagerDuty: each thing once, and never back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction

from dutydesk.chat.flows import desk_posts
from dutydesk.chat.models import Post
from dutydesk.database import rows
from dutydesk.inbox.flows import arrivals
from dutydesk.journal.flows import journal
from dutydesk.kernel.arrivals import Arrived
from dutydesk.kernel.connected import Connected
from dutydesk.kernel.subjects import subject as subject_of
from dutydesk.oncall import words
from dutydesk.oncall.flows import pager_outbound
from dutydesk.oncall.flows.acknowledgement import acknowledge, settle
from dutydesk.oncall.flows.events import PageEvent
from dutydesk.oncall.models import OPEN, Page
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.flows.outbox import MessageSettled
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Engineer
from dutydesk.ports.delivery import Undelivered
from dutydesk.ports.pager import WHO, PagerEvent, PagerEvents, PagerQueries
from dutydesk.ports.webhooks import NobodyListens

KIND, DOOR = WHO, "pagerduty"
HEARD, ASKED = "pagerduty", "pagerduty.asked"
# Without a word for so long, while pages are open there, webhooks may have stopped.
QUIET = timedelta(minutes=3)
# So much may PagerDuty's clock be behind ours.
SKEW = timedelta(minutes=1)

LISTENER = Connected[PagerEvents]()
"""Reads what is posted to us."""
ASKER = Connected[PagerQueries]()
"""Asks how our pages stand there."""


class PageNoted(PageEvent):
    """Something was done about it elsewhere that the desk doesn't follow."""

    kind = "page.noted"


def hear_post(*, body: bytes, headers: Mapping[str, str], at: datetime) -> None:
    """Keep what was posted to us, to be worked out soon. Raises Forged, and NobodyListens."""
    if LISTENER.who is None:
        raise NobodyListens(
            "This desk doesn't follow PagerDuty.",
            "Set DUTYDESK_PAGERDUTY_WEBHOOK_SECRET, and start it again.",
        )
    LISTENER.who.check(body, headers)
    again = f"{DOOR}:{sha256(body).hexdigest()}"  # What is posted again is the same to a letter.
    arrivals.keep(Arrived(DOOR, DOOR, body, at, again, sender="PagerDuty"))


def take(arrived: Arrived, at: datetime) -> list[str]:
    """Owe what an arrival says of a page of ours; give that page."""
    if LISTENER.who is None:
        raise Undelivered("nobody here reads what PagerDuty tells")
    word = LISTENER.who.read(arrived.body)
    if word is None:
        return []
    hear(word=word, at=at)
    return [subject_of("page", word.page)]


@transaction.atomic
def hear(*, word: PagerEvent, at: datetime, subject: str = HEARD) -> None:
    """Owe to find out who did it, and then do it here. The same word again changes nothing."""
    outbox.enqueue(
        key=f"pagerduty:{word.key}"[:200],
        kind=KIND,
        subject=subject,
        payload={
            "page": word.page,
            "does": word.does,
            "by": word.by,
            "name": word.name,
            "happened": word.at.isoformat(),
            "what": f"Who did it in PagerDuty ({word.what}, page {word.page})",
        },
        at=at,
    )


def concerns(event: MessageSettled) -> bool:
    """Say whether this is a word of which it is known now who did it."""
    return event.message_kind == KIND


def settled(*, event: MessageSettled, at: datetime) -> None:
    """Acknowledge or end the page if somebody on the team did so there, else only note it."""
    message = OutboxMessage.objects.get(key=event.key)
    said = message.payload
    open_page = Page.objects.select_for_update(of=("self",)).filter(state__in=OPEN)
    page = open_page.filter(pk=said["page"]).first()
    if page is None or not said["does"]:
        return
    who = _engineer(message.reference, said["name"]) if said["by"] else None
    if _is_old(page, said) or pager_outbound.said_so_itself(page, said):
        return
    if who is None:
        _note(page, said, message.pk, at)
    elif said["does"] == "resolved":
        pager_outbound.was_told(page, "resolve", at)
        settle(about=page.subject, at=at, because=f"{who.name} resolved it in PagerDuty")
    else:
        pager_outbound.was_told(page, "acknowledge", at)
        acknowledge(page=page.pk, engineer=who.pk, at=at)


def _is_old(page: Page, said: Mapping[str, Any]) -> bool:
    """Say whether it was done before the page's last call, or is what the page says already."""
    happened = datetime.fromisoformat(said["happened"])
    call = page.calls.last()
    if call is not None and happened < call.at - SKEW:
        return True
    if said["does"] == "resolved" or page.state != Page.State.ACKNOWLEDGED:
        return False
    return page.answered_at is not None and happened <= page.answered_at + SKEW


def _engineer(email: str, name: str) -> Engineer | None:
    """Give who on the team it is, by address, else by name."""
    team = Engineer.objects.filter(active=True)
    found = team.filter(email__iexact=email).first() if email else None
    return found or (team.filter(name__iexact=name).first() if name else None)


def _note(page: Page, said: Mapping[str, Any], number: int, at: datetime) -> None:
    """Write down, and say under the page's post, what somebody did who is not on the team."""
    message = words.done_elsewhere(name=said["name"], does=said["does"])
    root = Post.objects.select_related("channel").filter(key=page.thread_key).first()
    if root is not None:
        key = f"{page.about}:elsewhere:{number}"
        desk_posts.say(key=key, channel=root.channel.name, message=message, at=at, thread=root)
    event = PageNoted(page.pk, page.subject, said["name"])
    journal.record(event=event, subject=page.subject, text=message.body, at=at)


def ask(*, at: datetime) -> None:
    """Look after our pages there, if anybody can ask."""
    if ASKER.who is not None:
        look_after(asker=ASKER.who, at=at)


def look_after(*, asker: PagerQueries, at: datetime) -> None:
    """Ask how our pages stand there, if nothing was heard for a while; say what is in the way.

    No transaction is open while the network is used.
    """
    because = pager_outbound.trouble(at=at)
    pages = _quiet_pages(at)
    if pages:
        rows.give_back()  # A connection waits for no network.
        try:
            for word in asker.ask(pages):
                hear(word=word, at=at, subject=ASKED)
        except Undelivered as failure:
            because = because or failure.reason
    if because:
        with transaction.atomic():
            pager_outbound.say_trouble(because=because, at=at)


def _quiet_pages(at: datetime) -> list[int]:
    """Give the open pages that PagerDuty has, unless webhooks came of late."""
    waits = QUIET if LISTENER.who else timedelta(0)
    if OutboxMessage.objects.filter(subject=HEARD, queued_at__gt=at - waits).exists():
        return []
    opened = Page.objects.filter(state__in=OPEN, raised_at__lte=at - waits)
    opened = opened.exclude(state=Page.State.HELD)  # The desk resolved it there.
    pages = {page.about: page.pk for page in opened.only("pk")}
    pushed = OutboxMessage.objects.filter(
        subject__in=list(pages), kind=pager_outbound.KIND, state=OutboxMessage.State.DONE
    )
    return [pages[about] for about in set(pushed.values_list("subject", flat=True))]
