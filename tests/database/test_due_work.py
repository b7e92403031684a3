"""What is looked for as due, what is locked, and what is taken up with others: always the same."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.db import transaction

from dutydesk.chat.flows import channels, desk_posts, post_mirror
from dutydesk.database.batch import BatchKind
from dutydesk.database.durable import WorkKind
from dutydesk.database.group import GroupKind
from dutydesk.database.works import WORKS
from dutydesk.inbox.flows import arrivals, work
from dutydesk.journal.flows import journal
from dutydesk.kernel.arrivals import ArrivalHandler, Arrived, each
from dutydesk.kernel.events import Event
from dutydesk.kernel.kinds import MessageKind
from dutydesk.kernel.messages import Message
from dutydesk.kernel.room import Reactor
from dutydesk.outbox.flows import outbox
from testing.world import World

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
DUE = (None, *(AT + timedelta(seconds=after) for after in (-61, -1, 0, 1, 59, 60, 61)))
MAIL = MessageKind("test.mail")


@dataclass(frozen=True)
class Happened(Event):
    kind: ClassVar[str] = "test.happened"


def owe(folder: Path) -> None:
    """Let a row of each kind of work owe something. Whoever adds a kind adds to this."""
    World(folder, "2026-11-24T10:00")
    post_mirror.mirror_to("slack")
    channels.meet(outside="slack:T1:C1", name="#here")
    desk_posts.say(key="a", channel="#here", message=Message("Hello"), at=AT)
    work.handle_with(ArrivalHandler(("x",), each(lambda one, at: ())))
    arrivals.keep(Arrived("x", "here", b"{}", AT))
    outbox.know(MAIL)
    outbox.enqueue(key="k", kind=MAIL, subject="incident:1", payload={}, at=AT)
    journal.subscribe(Reactor("test.react", Happened, lambda **_: None))
    journal.record(event=Happened(), subject="incident:1", text="It happened", at=AT)


def together(kind: WorkKind[Any], number: int) -> bool | None:
    """Say whether a batch or a group takes it up; None for what is never taken up with others."""
    taken = None
    with transaction.atomic():
        if isinstance(kind, BatchKind):
            taken = number in dict(kind._claim_all(AT))
        if isinstance(kind, GroupKind):
            taken = number in [row.pk for row in kind._claim_all([number], AT)]
        transaction.set_rollback(True)
    return taken


def test_what_is_looked_for_is_what_is_locked_and_what_is_taken_up_with_others(
    tmp_path: Path,
) -> None:
    owe(tmp_path)
    for kind in WORKS.values():
        row = kind.owed().latest("pk")
        mine, others = type(row).objects.filter(pk=row.pk), type(row).objects.exclude(pk=row.pk)
        others.exclude(due_at=None).update(due_at=AT + timedelta(days=1))
        for due, attempts in product(DUE, (0, 1)):
            if due is None and kind is not post_mirror.SPEAKING:
                continue  # It owes nothing any more.
            mine.update(due_at=due, attempts=attempts)
            looked = mine.filter(kind.is_due(AT)).exists()
            with transaction.atomic():
                locked = kind.hold(row.pk, AT) is not None
            assert locked == looked, (kind.name, due, attempts)
            taken = together(kind, row.pk)
            assert taken in (None, looked and not attempts), (kind.name, due, attempts)
