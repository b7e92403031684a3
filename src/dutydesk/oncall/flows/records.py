"""The record of a page: who was called when and by what, and what became of each try."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from dutydesk.commitments.flows import commitments
from dutydesk.commitments.models import Commitment
from dutydesk.oncall.models import Call, ContactMethod, Page
from dutydesk.oncall.rules.notification_rules import call_of
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Engineer

_NAMES = {"email": "e-mail", "chat": "chat"}


@dataclass(frozen=True)
class Used:
    """One contact method that was used in a call, with the outbox message and its tries."""

    name: str
    message: OutboxMessage


@dataclass(frozen=True)
class Called:
    """One call, and the contact methods that it went."""

    call: Call
    methods: tuple[Used, ...]


@dataclass(frozen=True)
class Record:
    """All of it, and what comes next."""

    page: Page
    calls: tuple[Called, ...]
    owed: tuple[Commitment, ...]


def of(page: Page) -> Record:
    """Give a page's record, in five queries whatever its size."""
    messages = OutboxMessage.objects.filter(subject=page.about).prefetch_related("tries")
    sent: dict[int, list[tuple[str, OutboxMessage]]] = defaultdict(list)
    for message in messages.order_by("queued_at", "pk"):
        found = call_of(message.key)
        if found is not None:
            sent[found[0]].append((found[1], message))
    numbers = {
        int(method) for methods in sent.values() for method, _ in methods if method.isdigit()
    }
    names = {
        str(method.pk): method.name for method in ContactMethod.objects.filter(pk__in=numbers)
    } | _NAMES
    calls = tuple(
        Called(
            call,
            tuple(
                Used(names.get(method, "a contact method since removed"), each)
                for method, each in sent[call.pk]
            ),
        )
        for call in page.calls.select_related("engineer")
    )
    return Record(page, calls, tuple(commitments.owed([page.about])))


def as_json(record: Record) -> dict[str, Any]:
    """Give a record as JSON shows it; times are in ISO 8601."""
    return {
        **row(record.page),
        "calls": [
            {
                "name": called.call.engineer.name,
                "at": called.call.at.isoformat(),
                "round": called.call.round,
                "skipped": called.call.skipped,
                "methods": [_used(used) for used in called.methods],
            }
            for called in record.calls
        ],
        "next": [{"what": owed.text, "due_at": owed.due_at.isoformat()} for owed in record.owed],
    }


def _used(used: Used) -> dict[str, Any]:
    message = used.message
    return {
        "method": used.name,
        "state": message.shown,
        "due_at": _iso(message.due_at or message.queued_at),
        "tries": [
            {
                "number": each.number,
                "began": each.began.isoformat(),
                "ended": _iso(each.ended),
                "outcome": each.outcome or "trying",
                "reason": each.reason,
            }
            for each in message.tries.all()
        ],
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def row(page: Page) -> dict[str, Any]:
    """Give a page as one row of JSON."""
    return {
        "page": page.pk,
        "about": page.subject,
        "title": page.title,
        "state": page.state,
        "rehearsal": page.only_id is not None,
        "round": page.round,
        "raised_at": page.raised_at.isoformat(),
        "called": page.called.name if page.called else None,
        "held_until": _iso(page.held_until),
        "acknowledged_by": page.acknowledged_by.name if page.acknowledged_by else None,
        "acknowledged_at": _iso(page.acknowledged_at),
        "snoozed_until": _iso(page.put_off_until),
        "settled_at": _iso(page.settled_at),
    }


def listed(*, everything: bool) -> QuerySet[Page]:
    """Give the open pages, newest first; with `everything` the ones that are over too."""
    found = Page.objects.select_related("called", "acknowledged_by").order_by("-id")
    return found if everything else found.exclude(state=Page.State.RESOLVED)


def rehearsed(engineer: Engineer) -> Page | None:
    """Give the last rehearsal that somebody acknowledged."""
    done = Page.objects.filter(only=engineer, acknowledged_at__isnull=False)
    return done.order_by("-acknowledged_at").first()
