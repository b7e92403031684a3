"""Telling PagerDuty of pages, beside calling people ourselves: in order, and once in effect.

At most one push of a page is owed at a time; what comes next is decided when it is settled.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from dutydesk.chat.flows import desk_posts
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.subjects import number_of, screen_of
from dutydesk.oncall import words
from dutydesk.oncall.flows.events import PageEvent
from dutydesk.oncall.models import Page
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.flows.outbox import MessageSettled
from dutydesk.outbox.models import OutboxMessage
from dutydesk.ports.pager import EVENT, key_of
from dutydesk.process.flows import process

KIND = EVENT
Push = Literal["trigger", "acknowledge", "resolve", ""]
_PUSHES: dict[str, Push] = {
    Page.State.HELD: "resolve",  # Else PagerDuty would go on calling whom the desk lets sleep.
    Page.State.CALLING: "trigger",
    Page.State.ACKNOWLEDGED: "acknowledge",
    Page.State.RESOLVED: "resolve",
}
_WHAT = {
    "trigger": "The page to PagerDuty",
    "acknowledge": "The word to PagerDuty that somebody has it",
    "resolve": "The word to PagerDuty that it is over",
}
_TROUBLED = timedelta(minutes=1)
_REMEMBERED = timedelta(days=1)


def concerns(event: PageEvent) -> bool:
    """Say whether PagerDuty is told of this page: not of one that only rehearses one."""
    return outbox.can_deliver(KIND) and not event.subject.startswith("rehearsal:")


def concerns_message(event: MessageSettled) -> bool:
    """Say whether this is a push that was settled."""
    return event.message_kind == KIND


def tell(*, event: PageEvent, at: datetime) -> None:
    """Push what became of a page, if nothing else is being pushed of it."""
    advance(page=event.page, at=at)


def settled(*, event: MessageSettled, at: datetime) -> None:
    """Push what became of the page meanwhile; tell the team, once a day, of a push refused."""
    message = OutboxMessage.objects.get(key=event.key)
    advance(page=number_of(message.subject, "page"), at=at)
    if not event.delivered:
        say_trouble(because=event.reason, at=at)


@transaction.atomic
def advance(*, page: int, at: datetime) -> None:
    """Owe the next push of a page, if there is one.

    One that waits for another try gives way: PagerDuty drops what is about an event it never had.
    """
    found = Page.objects.select_for_update(of=("self",)).get(pk=page)
    mine = OutboxMessage.objects.filter(subject=found.about, kind=KIND)
    last = mine.select_for_update().order_by("id").last()
    action = _next(found, last)
    if last is not None and _came_back(mine, last):
        action = "resolve"
    if action:
        outbox.withdraw(subject=found.about, kind=KIND, at=at)
        key = f"{found.about}:{KIND}:{mine.count()}:{action}"
        payload = _payload(found, action)
        outbox.enqueue(key=key, kind=KIND, subject=found.about, payload=payload, at=at, urgent=True)


def _next(found: Page, last: OutboxMessage | None) -> Push:
    """Give what PagerDuty is to be told next: nothing while a try is under way."""
    action = _PUSHES.get(found.state, "")
    if last is None:
        return "trigger" if action == "trigger" else ""
    told: Push = last.payload["action"]
    never_there = told == "trigger" and last.state == OutboxMessage.State.FAILED
    if last.claimed_at is not None or never_there:
        return ""
    if told == "resolve":  # It was held meanwhile: the same key opens another incident there.
        return "trigger" if action == "trigger" else ""
    if action == "acknowledge" and told == "acknowledge":
        again = found.answered_at is not None and found.answered_at > last.queued_at
        return "acknowledge" if again else ""
    return "" if action == "trigger" else action


def _came_back(mine: QuerySet[OutboxMessage], last: OutboxMessage) -> bool:
    """Say whether a page that is over there was opened again by a try that went on meanwhile."""
    meanwhile = last.payload.get("meanwhile")
    return (
        meanwhile is not None and mine.filter(pk=meanwhile, state=OutboxMessage.State.DONE).exists()
    )


def _payload(found: Page, action: Push) -> dict[str, str]:
    return {
        "action": action,
        "key": key_of(found.pk),
        "title": found.title,
        "details": found.details,
        "service": found.service.name if found.service else "",
        "who": found.called.name if found.called else "",
        "since": found.raised_at.isoformat(),
        "link": settings.BASE_URL + screen_of(found.about),
        "what": _WHAT[action],
    }


def was_told(found: Page, action: Push, at: datetime) -> None:
    """Note that PagerDuty knows already, since it told us: nothing is said back.

    Belongs inside the transaction that does here what was done there.
    """
    mine = OutboxMessage.objects.filter(subject=found.about, kind=KIND)
    outbox.withdraw(subject=found.about, kind=KIND, at=at)
    payload: dict[str, str | int] = {"action": action, "what": _WHAT[action]}
    trying = mine.filter(claimed_at__isnull=False, payload__action="trigger").first()
    if trying is not None and action == "resolve":
        payload["meanwhile"] = trying.pk
    OutboxMessage.objects.create(
        key=f"{found.about}:{KIND}:{mine.count()}:{action}",
        kind=KIND,
        subject=found.about,
        payload=payload,
        state=OutboxMessage.State.DONE,
        queued_at=at,
        settled_at=at,
        reference="heard from there",
    )


def said_so_itself(found: Page, said: Mapping[str, Any]) -> bool:
    """Say whether what is heard of a page is only that the desk resolved it there."""
    if said["by"] or said["does"] != "resolved":
        return False
    mine = OutboxMessage.objects.filter(subject=found.about, kind=KIND)
    return mine.filter(payload__action="resolve").exists()


def trouble(*, at: datetime) -> str:
    """Give why PagerDuty isn't told of pages just now, or was not today; empty if it is."""
    owed = OutboxMessage.objects.filter(due_at__isnull=False, kind=KIND).exclude(reason="")
    waiting = owed.filter(queued_at__lte=at - _TROUBLED).order_by("queued_at").first()
    if waiting is not None:
        return waiting.reason
    latest = JournalEntry.objects.filter(
        kind=MessageSettled.kind, at__gt=at - _REMEMBERED, data__message_kind=KIND
    ).last()
    return "" if latest is None or latest.data["delivered"] else str(latest.data["reason"])


def say_trouble(*, because: str, at: datetime) -> None:
    """Tell the team, once a day, that PagerDuty isn't told of pages; the desk calls by itself."""
    current = process.in_force()
    desk_posts.say(
        key=f"{KIND}:trouble:{at.astimezone(current.zone).date()}",
        channel=current.team.channel,
        message=words.pagerduty_trouble(because=because),
        at=at,
    )
