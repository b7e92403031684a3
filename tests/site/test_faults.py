"""What strangers send, what isn't there, and what is told to whom."""

import logging
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core import signing
from django.db import OperationalError, connection
from django.test import Client, RequestFactory

from dutydesk.database.postgresql import standing
from dutydesk.kernel.kinds import MessageKind
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.ports.delivery import Delivery
from dutydesk.process.models import BrokenFile
from dutydesk.site import faults
from dutydesk.site.timekeeper import Timekeeper
from dutydesk.wiring import clock
from testing.machine import eventually
from testing.screens import visit
from testing.world import World

AT = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.mark.django_db
def test_where_there_is_nothing_the_database_is_not_asked(
    tmp_path: Path, django_assert_num_queries: Any
) -> None:
    World(tmp_path, "2026-11-24T08:00")
    ada = visit("Ada")
    with django_assert_num_queries(0):
        answer = ada.get("/nothing-here")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text
    assert ada.get("/incidents/987654321").status_code == 404


def test_a_fault_of_the_database_is_a_503_and_every_other_one_a_500() -> None:
    request = RequestFactory().get("/")
    statuses = []
    for fault in (OperationalError(), LookupError()):
        try:
            raise fault
        except (OperationalError, LookupError):
            statuses.append(faults.fault(request).status_code)
    assert statuses == [503, 500]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["/welcome/{}", "/pages/answer/{}", "/calendar/{}.ics", "/alarms/in/heartbeat/{}/fail"],
)
def test_no_secret_of_an_address_is_written_into_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    World(tmp_path, "2026-11-24T08:00")
    secret, log = signing.dumps([1, 1], salt="page"), StringIO()
    for name in ("", "django.security"):
        for handler in logging.getLogger(name).handlers:
            if type(handler) is logging.StreamHandler:
                monkeypatch.setattr(handler, "stream", log)

    def falls(*_: object) -> None:
        raise OperationalError

    client = Client(raise_request_exception=False)
    with connection.execute_wrapper(falls):
        assert client.get(address.format(secret)).status_code >= 500
    strict = Client(enforce_csrf_checks=True)
    strict.post(address.format(secret), {"password": "x"})
    assert address.format("***") in log.getvalue()
    assert secret not in log.getvalue()


@pytest.mark.django_db
def test_what_somebody_signed_in_sees_is_kept_nowhere(tmp_path: Path, client: Client) -> None:
    World(tmp_path, "2026-11-24T08:00")
    for path in ("/", "/people/", "/incidents/", "/nothing-here"):
        assert "no-store" in visit("Ada").get(path).headers["Cache-Control"], path
    assert "no-store" in client.get("/account/login/").headers["Cache-Control"]


@pytest.mark.django_db
def test_strangers_are_told_what_is_ill_and_nothing_that_is_the_teams_own(
    tmp_path: Path, client: Client
) -> None:
    World(tmp_path, "2026-11-24T08:00")
    BrokenFile.objects.create(
        path="/srv/desk/process.yaml", seen_at=AT, mistakes=["/srv/desk: line 3: secret-name"]
    )
    stranger = client.get("/healthz").json()["checks"]["process"]
    assert stranger["says"] == "The process file is broken; the last good one is in force."
    assert "/srv/desk" not in client.get("/healthz").text
    assert "secret-name" in visit("Ada").get("/healthz").text


class Looking:
    """A sender that looks whether a connection waits with it."""

    def __init__(self) -> None:
        self.held: list[bool] = []

    def deliver(self, parcel: Delivery) -> str:
        self.held.append(connection.connection is not None)
        return "taken"


@pytest.mark.django_db(transaction=True)
def test_no_connection_waits_for_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    sender = Looking()
    monkeypatch.setattr(outbox, "_senders", {"x": sender})
    outbox.enqueue(key="x", kind=MessageKind("x"), subject="x", payload={}, at=AT)
    number = OutboxMessage.objects.get().pk
    outbox.deliver(message_id=number, now=lambda: AT)
    assert sender.held == [False]
    assert OutboxMessage.objects.get().state == "done"


@pytest.mark.django_db(transaction=True)
def test_the_timekeeper_holds_no_connection_while_it_waits(tmp_path: Path) -> None:
    World(tmp_path, "2026-11-24T08:00")
    connection.close()
    looked: list[int] = []

    class Clock:
        """The clock, which sees how often the timekeeper woke."""

        def now(self) -> datetime:
            looked.append(1)
            return clock().now()

    keeper = Timekeeper(Clock())
    keeper.start()
    try:
        eventually(lambda: len(looked) > 2 and standing().taken == 0)
    finally:
        keeper.stop()
