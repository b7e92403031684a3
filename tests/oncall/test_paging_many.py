"""Paging for many things at once comes to the same as for one by one, in few statements."""

import json
import re
from itertools import islice
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from dutydesk.alarms.rules.telling_place import source_of
from dutydesk.chat.flows import desk_posts
from dutydesk.chat.models import Post
from dutydesk.commitments.models import Commitment
from dutydesk.database import notifications
from dutydesk.inbox.flows import arrivals
from dutydesk.inbox.flows.work import ARRIVALS
from dutydesk.journal.models import JournalEntry, Reaction
from dutydesk.kernel.arrivals import Arrived
from dutydesk.kernel.messages import Message
from dutydesk.oncall.flows import escalation, failover, next_calls
from dutydesk.oncall.flows.escalation import PageRequest
from dutydesk.oncall.models import Call, ContactMethod, Page
from dutydesk.oncall.rules.notification_rules import call_key
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.flows.outbox import MessageFailing, MessageSettled
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Engineer
from dutydesk.ports.delivery import MAIL, Delivery
from dutydesk.ports.pager import EVENT
from testing.world import World

pytestmark = pytest.mark.django_db


class Taken:
    """Takes everything."""

    def deliver(self, parcel: Delivery) -> str:
        return parcel.key


def wanted(world: World, count: int) -> list[PageRequest]:
    """Want pages for things of which most have a post, at any hour or not, short and long."""
    for number in range(count):
        if number % 3:
            message = Message(f"Thing {number} is down")
            desk_posts.say(key=f"alarm:{number}", channel="#high", message=message, at=world.at)
    return [
        PageRequest(
            f"alarm:{number}",
            f"Thing {number} is down " + "x" * 200 * (number % 2),
            "line\n" * (number % 5 * 50),
            number % 4 == 0,
            f"alarm:{number}",
            None,
            ("secondary",) if number % 5 == 4 else (),
        )
        for number in range(count)
    ]


def written() -> dict[str, list[Any]]:
    """Give all that is written down, with each page's own words in place of its numbers."""
    names = {f"page:{page.pk}": f"the page about {page.subject}" for page in Page.objects.all()}
    calls = {
        f"call:{call.pk}": f"a call about {call.page.subject}"
        for call in Call.objects.select_related("page")
    }

    def told(row: dict[str, Any]) -> str:
        text = re.sub(r"/pages/answer/\S+", "LINK", repr(sorted(row.items())))
        text = re.sub(r"'page': \d+", "'page': N", text)
        return re.sub(r"(?:page|call):\d+", lambda one: (names | calls).get(one[0], one[0]), text)

    without = {"id", "page_id", "entry_id", "thread_id", "message_id"}
    found: dict[str, list[Any]] = {}
    for model in (Page, Call, OutboxMessage, Commitment, JournalEntry, Post, Reaction):
        each = model._default_manager.order_by("pk").values()
        found[model.__name__] = sorted(
            told({key: value for key, value in row.items() if key not in without}) for row in each
        )
    found["skipped first"] = list(
        Call.objects.order_by("page__subject", "pk").values_list("page__subject", "skipped")
    )
    found["why"] = sorted(Reaction.objects.values_list("entry__subject", "entry__kind", "name"))
    found["answers"] = sorted(
        Post.objects.values_list("thread__key", "thread__reply_count"), key=repr
    )
    return found


@pytest.mark.parametrize("local", ["2026-11-24T11:00", "2026-11-24T19:00", "2026-11-24T02:00"])
@pytest.mark.parametrize("who", ["all", "ben is not reached", "nobody is reached"])
def test_many_pages_at_once_are_the_same_as_one_after_the_other(
    tmp_path: Path, local: str, who: str
) -> None:
    world = World(tmp_path, local)
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    outbox.deliver_with(MAIL, Taken())
    outbox.deliver_with(EVENT, Taken())
    ben = Engineer.objects.get(name="Ben")
    given = {"engineer": ben, "made_at": world.at, "verified_at": world.at, "order": 1}
    ContactMethod.objects.create(
        **given, name="Later", kind="e-mail", address="b@example.org", delay=5
    )
    gone = {"all": [], "ben is not reached": ["Ben"], "nobody is reached": ["Ada", "Ben", "Cy"]}
    asked = wanted(world, 15)
    lines = [next_calls.line_at(anyway=a.anyway, at=world.at, duties=a.duties) for a in asked]
    Engineer.objects.filter(name__in=gone[who]).update(active=False)
    pairs = list(zip(asked, lines, strict=True))
    pairs += pairs[:2]  # What is paged for already stays as it is.

    def one_by_one() -> None:
        for pair in pairs:
            escalation.page_all(wanted=[pair], at=world.at)

    def together() -> None:
        escalation.page_all(wanted=pairs, at=world.at)

    came = []
    for way in (one_by_one, together):
        with transaction.atomic():
            way()
            came.append(written())
            transaction.set_rollback(True)
    assert len(came[0]["Page"]) == 15
    assert came[0] == came[1]


def test_however_many_are_paged_for_it_takes_the_same_few_statements(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(primary="Ben", secondary="Cy")
    outbox.deliver_with(MAIL, Taken())
    outbox.deliver_with(EVENT, Taken())
    notifications.wake(outbox.DELIVERIES.name)  # Which is told once a transaction.
    asked, took = iter(wanted(world, 60)), []
    for count in (10, 50):
        some = list(islice(asked, count))
        line = next_calls.line_at(anyway=False, at=world.at)
        with CaptureQueriesContext(connection) as queries:
            escalation.page_all(wanted=[(one, line) for one in some], at=world.at)
        took.append(len(queries))
    assert took[0] == took[1] <= 22
    assert Call.objects.count() == 60
    assert OutboxMessage.objects.filter(kind=MAIL).count() == 60


def test_from_an_alert_to_a_call_it_takes_few_statements(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(primary="Ben", secondary="Cy")
    outbox.deliver_with(MAIL, Taken())
    run = psycopg.Cursor.execute
    asked: list[Any] = []

    def counted(self: Any, statement: Any, *given: Any, **how: Any) -> Any:
        asked.append(statement)
        return run(self, statement, *given, **how)

    for number in range(2):
        told = {"title": f"Thing {number} is down", "severity": "critical"}
        arrivals.keep(Arrived("json", source_of(1), json.dumps(told).encode(), world.at))
        monkeypatch.setattr(psycopg.Cursor, "execute", counted)
        asked.clear()
        assert ARRIVALS.together(lambda: world.at) == 1
        monkeypatch.setattr(psycopg.Cursor, "execute", run)
        assert OutboxMessage.objects.filter(kind=MAIL).count() == number + 1
    assert len(asked) <= 43


def test_nothing_more_is_to_be_done_for_mails_that_went_out(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(primary="Ben")
    outbox.deliver_with(MAIL, Taken())
    line = next_calls.line_at(anyway=False, at=world.at)
    escalation.page_all(wanted=[(one, line) for one in wanted(world, 5)], at=world.at)
    before = Reaction.objects.count()
    sent = OutboxMessage.objects.filter(kind=MAIL, state="owed")
    assert sent.count() == 5
    for one in list(sent):
        outbox.deliver(message_id=one.pk, now=lambda: world.at)
    assert OutboxMessage.objects.filter(kind=MAIL, state="done").count() == 5
    assert Reaction.objects.count() == before


@pytest.mark.parametrize(
    ("event", "follows"),
    [
        (MessageSettled("email", call_key(7, "email"), delivered=True, reason=""), False),
        (MessageSettled("email", call_key(7, "email"), delivered=False, reason="no"), True),
        (MessageFailing("email", call_key(7, "email"), reason="busy"), True),
        (MessageSettled("method", call_key(7, "12"), delivered=True, reason=""), True),
        (MessageSettled("email", "letter:7", delivered=False, reason="no"), False),
    ],
)
def test_something_follows_from_what_fails_and_from_own_contact_methods(
    event: MessageSettled | MessageFailing, follows: bool
) -> None:
    assert failover.concerns(event) is follows
