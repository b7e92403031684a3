"""What the database never takes is put aside like any fault; its own trouble is waited out."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import (
    DatabaseError,
    InterfaceError,
    InternalError,
    OperationalError,
    connection,
    transaction,
)
from django.db.models import Min

from dutydesk.database import rows
from dutydesk.database.trouble import FAULT, is_away
from dutydesk.inbox.flows import arrivals, work
from dutydesk.inbox.flows.work import ARRIVALS
from dutydesk.inbox.models import Arrival
from dutydesk.kernel.arrivals import ArrivalHandler, Arrived, each
from dutydesk.kernel.kinds import MessageKind
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.ports.delivery import Delivery

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
SECOND = timedelta(seconds=1)
# Too complex; an index row too large; a limit of the operator's.
NEVER = ["54001", "54000", "53400"]
# A statement, or a transaction, that takes longer than it may; a lock that is not had; no memory.
BUSY = ["57014", "25P04", "55P03", "53200"]
# Full; too many connections; a deadlock; a conflict; starting; read-only; frozen; the disk; lost.
PASSES = ["53100", "53300", "40P01", "40001", "57P03", "25006", "25P03", "58030", "08006"]


def refuse(state: str) -> None:
    """Let the database itself refuse a statement so."""
    with connection.cursor() as cursor:
        cursor.execute(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END $$")


def handle(take: Callable[[Arrived], None], told: list[int], tries: int = 3) -> None:
    def put_aside(these: Sequence[Arrived], why: Any, at: datetime) -> list[list[str]]:
        told.extend(one.number for one in these)
        return [["alarm:1"] for _ in these]

    taking = each(lambda one, at: take(one))
    work.handle_with(ArrivalHandler(("x",), taking, put_aside=put_aside, tries=tries))


def try_for(time: timedelta) -> None:
    """Let workers try what is due for so long, whenever something is."""
    at, end = AT, AT + time
    while at <= end:
        while ARRIVALS.together(lambda: at):  # noqa: B023
            continue
        for number in Arrival.objects.filter(due_at__lte=at).values_list("pk", flat=True):
            with suppress(DatabaseError):
                ARRIVALS.run(number, lambda: at)  # noqa: B023
        following = Arrival.objects.aggregate(at=Min("due_at"))["at"] or end
        at = max(at + SECOND, following)


@pytest.mark.parametrize("state", NEVER)
def test_what_the_database_refuses_each_time_is_put_aside_after_its_tries(state: str) -> None:
    told = list[int]()
    handle(lambda one: refuse(state) if one.body == b"bad" else None, told)
    bad = arrivals.keep(Arrived("x", "here", b"bad", AT))
    behind = arrivals.keep(Arrived("x", "here", b"good", AT))
    try_for(timedelta(minutes=1))
    aside, done = Arrival.objects.order_by("pk")
    assert (aside.pk, aside.outcome, aside.problem) == (bad, "put aside", FAULT)
    assert (done.pk, done.outcome) == (behind, "done"), "nothing waits behind it for ever"
    assert told == [bad]


@pytest.mark.parametrize("state", BUSY)
def test_what_the_database_may_be_too_busy_for_is_tried_for_longer(state: str) -> None:
    told = list[int]()
    handle(lambda one: refuse(state), told)
    arrivals.keep(Arrived("x", "here", b"", AT))
    try_for(timedelta(minutes=8))
    assert (Arrival.objects.get().outcome, told) == ("waiting", [])
    try_for(timedelta(minutes=9))
    assert Arrival.objects.get().outcome == "put aside"
    assert len(told) == 1


@pytest.mark.parametrize("state", PASSES)
def test_what_the_database_was_away_for_is_done_once_it_is_back(state: str) -> None:
    told, left = list[int](), [9]

    def take(one: Arrived) -> None:
        if left[0]:
            left[0] -= 1
            refuse(state)

    handle(take, told)
    arrivals.keep(Arrived("x", "here", b"", AT))
    try_for(timedelta(minutes=2))
    assert (Arrival.objects.get().outcome, told, left) == ("done", [], [0])


def test_more_values_than_a_statement_takes_are_a_fault_of_the_desk_s_own() -> None:
    told = list[int]()
    many = 65_536  # One more than PostgreSQL's protocol can count.

    def take(one: Arrived) -> None:
        rows.run(f"SELECT {', '.join(['%s'] * many)}", [1] * many)

    handle(take, told, tries=2)
    number = arrivals.keep(Arrived("x", "here", b"", AT))
    try_for(timedelta(seconds=10))
    assert (Arrival.objects.get().outcome, told) == ("put aside", [number])


def test_what_can_t_be_told_for_a_fault_of_its_own_is_aside_all_the_same() -> None:
    def put_aside(these: Any, why: Any, at: datetime) -> list[list[str]]:
        refuse("54001")
        return []

    taking = each(lambda one, at: refuse("54001"))
    work.handle_with(ArrivalHandler(("x",), taking, put_aside=put_aside, tries=2))
    arrivals.keep(Arrived("x", "here", b"", AT))
    try_for(timedelta(seconds=10))
    assert Arrival.objects.get().outcome == "put aside"


def test_what_follows_from_the_database_s_trouble_is_its_trouble_too() -> None:
    def met(do: Callable[[], None]) -> Exception:
        with pytest.raises((DatabaseError, psycopg.Error)) as caught:
            do()
        return caught.value

    def sent_together(state: str) -> None:
        with transaction.atomic(), rows.Pipeline():
            refuse(state)
            rows.run("SELECT 1").fetchall()
            rows.run("SELECT 2")

    for _ in range(20):  # What is answered by when differs.
        assert is_away(met(lambda: sent_together("40P01")))
        assert not is_away(met(lambda: sent_together("54001")))
    assert is_away(OperationalError("Django says that there is no connection"))
    assert not is_away(InternalError("a fault"))
    assert not is_away(KeyError("a fault"))


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_lost_is_the_database_s_trouble_as_often_as_it_is_asked() -> None:
    met = list[Exception]()
    for statement in ("SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 1"):
        with pytest.raises((DatabaseError, InterfaceError)) as caught:
            rows.run(statement)
        met.append(caught.value)
    assert [is_away(one) for one in met] == [True, True]
    connection.close()


LETTER = MessageKind("letter")


class MailServer:
    """Takes what it is given."""

    def __init__(self) -> None:
        self.handed: list[str] = []

    def deliver(self, parcel: Delivery) -> str:
        self.handed.append(parcel.key)
        return parcel.key


def test_one_mail_of_which_nothing_can_be_noted_keeps_no_other_from_being_noted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(outbox._senders, LETTER, MailServer())
    deliveries, all_inside = outbox.DELIVERIES, outbox.DELIVERIES.all_inside

    def settling(done: Sequence[OutboxMessage], *given: Any) -> None:
        if any(one.key == "bad" for one in done):
            refuse("54001")
        all_inside(done, *given)

    monkeypatch.setattr(deliveries, "all_inside", settling)
    for key in ("bad", "good", "fine"):
        outbox.enqueue(key=key, kind=LETTER, subject="page:1", payload={"body": ""}, at=AT)
    near = [number for number, _ in deliveries.nearest(9, [], AT)]
    for make in deliveries.take_up(near, lambda: AT).values():
        make()
    deliveries.note(lambda: AT)
    states = dict(OutboxMessage.objects.values_list("key", "state"))
    assert states == {"bad": "failed", "good": "done", "fine": "done"}, (
        "it may be there, and says so"
    )
    assert deliveries._under_way == []
    assert not deliveries.owed().exists(), "what was handed over is not handed over again"


def test_what_is_tried_again_alone_and_can_t_be_noted_is_handed_over_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = MailServer()
    monkeypatch.setitem(outbox._senders, LETTER, server)
    monkeypatch.setattr(outbox.DELIVERIES, "all_inside", lambda *_: refuse("54001"))
    outbox.enqueue(key="bad", kind=LETTER, subject="page:1", payload={"body": ""}, at=AT)
    message = OutboxMessage.objects.get()
    with pytest.raises(OperationalError, match="no"):
        outbox.DELIVERIES.attempt(message.pk, lambda: AT)
    message.refresh_from_db()
    assert (server.handed, message.state, message.due_at) == (["bad"], "failed", None)
    assert not outbox.DELIVERIES.attempt(message.pk, lambda: AT + timedelta(hours=1))
    assert server.handed == ["bad"]
