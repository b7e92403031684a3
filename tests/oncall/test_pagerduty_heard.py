"""What is done with a page in PagerDuty happens here, once, by whoever did it there."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from doubles.pagerduty import PagerDuty, reference, signed
from dutydesk.inbox.models import Arrival
from dutydesk.journal.models import JournalEntry
from dutydesk.oncall.flows import pager_inbound
from dutydesk.oncall.models import Page
from dutydesk.ports.pager import key_of
from testing.pagerduty import PagedWorld, account, connect, hear, look

pytestmark = pytest.mark.django_db
EVENT = {
    "id": "1",
    "event_type": "incident.acknowledged",
    "occurred_at": "2026-11-24T08:00:00",
    "data": {"incident_key": key_of(1)},
}


@pytest.fixture
def double() -> Iterator[PagerDuty]:
    double = PagerDuty()
    try:
        yield double
    finally:
        double.close()


@pytest.fixture
def desk(tmp_path: Path, double: PagerDuty, settings: Any) -> PagedWorld:
    connect(account(double))
    settings.BASE_URL = "https://desk.example.org"
    desk = PagedWorld(tmp_path, "2026-11-24T08:00")
    desk.shifts(primary="Ada", secondary="Ben")
    return desk


def post(client: Client, sent: tuple[bytes, dict[str, str]]) -> int:
    body, headers = sent
    answer = client.post(
        "/pagerduty/webhook", body, content_type="application/json", headers=headers
    )
    return answer.status_code


def test_whoever_acknowledges_there_has_the_page_here_and_it_is_not_said_back(
    desk: PagedWorld, double: PagerDuty
) -> None:
    page = desk.page()
    desk.forward(minutes=2)
    sent = double.press(key_of(page.pk), "acknowledged", "PBEN", desk.at)
    hear(desk, sent)
    found = Page.objects.select_related("acknowledged_by").get()
    assert found.acknowledged_by is not None
    assert (found.state, found.acknowledged_by.name) == ("acknowledged", "Ben")
    desk.forward(minutes=20)
    desk.settle()
    assert found.calls.count() == 1
    assert double.actions == ["trigger"]
    body, headers = sent
    for other in ({}, {}, {"X-Webhook-Id": "another"}):  # A replay changes nothing.
        hear(desk, (body, headers | other))
    assert JournalEntry.objects.filter(kind="page.acknowledged").count() == 1


def test_whoever_resolves_there_ends_the_page_here(desk: PagedWorld, double: PagerDuty) -> None:
    page = desk.page()
    hear(desk, double.press(key_of(page.pk), "resolved", "PADA", desk.at))
    assert Page.objects.get().state == "resolved"
    texts = JournalEntry.objects.filter(kind="page.resolved").values_list("text", flat=True)
    assert list(texts) == ["The page is over: Ada resolved it in PagerDuty"]
    assert double.actions == ["trigger"]


def test_what_somebody_does_who_is_not_on_the_team_is_noted_and_calls_go_on(
    desk: PagedWorld, double: PagerDuty
) -> None:
    page = desk.page()
    for what in ("acknowledged", "resolved"):
        hear(desk, double.press(key_of(page.pk), what, "PMALLORY", desk.at))
    assert Page.objects.get().state == "calling"
    texts = list(JournalEntry.objects.filter(kind="page.noted").values_list("text", flat=True))
    assert [text.split(", but")[0] for text in texts] == [
        "Mallory acknowledged it in PagerDuty",
        "Mallory resolved it in PagerDuty",
    ]
    desk.forward(minutes=6)
    assert Page.objects.get().calls.count() == 2


def test_what_a_machine_resolves_there_ends_no_page_here(
    desk: PagedWorld, double: PagerDuty
) -> None:
    page = desk.page()
    found = double.latest(key_of(page.pk))
    agent = reference("service", "PF9KMXH", "Desk")
    hear(desk, double.webhook(found, "incident.resolved", agent, desk.at))
    assert Page.objects.get().state == "calling"


def test_somebody_whose_address_is_not_told_is_known_by_name(
    desk: PagedWorld, double: PagerDuty
) -> None:
    page = desk.page()
    double.users["PBEN"]["email"] = "ben@elsewhere.example"
    sent = double.press(key_of(page.pk), "acknowledged", "PBEN", desk.at)
    double.mood = "broken"  # Nor can PagerDuty be asked.
    hear(desk, sent)
    assert Page.objects.get().state == "calling"
    desk.forward(seconds=5)
    desk.settle()
    assert Page.objects.get().state == "acknowledged"


def test_what_is_posted_again_is_the_same(
    desk: PagedWorld, double: PagerDuty, client: Client
) -> None:
    page = desk.page()
    sent = double.press(key_of(page.pk), "acknowledged", "PBEN", desk.at)
    assert [post(client, sent) for _ in range(2)] == [202, 202]
    assert Arrival.objects.filter(door="pagerduty").count() == 1


@pytest.mark.parametrize("headers", [{}, {"X-PagerDuty-Signature": "v1=" + "0" * 64}])
def test_what_is_forged_is_refused(
    desk: PagedWorld, double: PagerDuty, client: Client, headers: dict[str, str]
) -> None:
    page = desk.page()
    body, _ = double.press(key_of(page.pk), "acknowledged", "PBEN", desk.at)
    assert post(client, (body, headers)) == 403
    desk.settle()
    assert Page.objects.get().state == "calling"


def test_every_event_is_taken_and_other_methods_are_not(desk: PagedWorld, client: Client) -> None:
    odd = json.dumps({"event": {"id": "1", "data": {"incident_key": key_of(1)}}}).encode()
    nul = json.dumps({**EVENT, "agent": {"type": "user_reference", "id": "P", "summary": "\0"}})
    ping = b'{"event": {"event_type": "pagey.ping", "data": {}}}'
    for body in (ping, b"{}", b"\xff", odd, b'{"event": %s}' % nul.encode()):
        assert post(client, signed(body)) == 202
    assert client.get("/pagerduty/webhook").status_code == 405
    assert client.post("/pagerduty/webhook", {"a": "form"}).status_code == 403


def test_without_its_secret_no_webhook_is_taken(double: PagerDuty, client: Client) -> None:
    connect(account(double, webhook_secret=""))
    assert post(client, signed(b"{}")) == 404


def test_pagerduty_is_asked_when_webhooks_stop(desk: PagedWorld, double: PagerDuty) -> None:
    page = desk.page()
    found = double.latest(key_of(page.pk))
    hear(desk, double.webhook(found, "incident.triggered", None, desk.at))
    desk.forward(minutes=2)
    assert look(desk, double) == 0  # A word was heard of late.
    double.press(key_of(page.pk), "acknowledged", "PADA", desk.at)  # This webhook is lost.
    desk.forward(minutes=2)
    assert look(desk, double) == 1
    assert Page.objects.get().state == "acknowledged"
    look(desk, double)
    assert JournalEntry.objects.filter(kind="page.acknowledged").count() == 1
    assert double.actions == ["trigger"]
    double.press(key_of(page.pk), "resolved", "PBEN", desk.at)
    look(desk, double)
    assert Page.objects.get().state == "resolved"
    assert look(desk, double) == 0  # No page is open.


def test_an_old_answer_there_is_none_to_what_the_desk_asks_again(
    desk: PagedWorld, double: PagerDuty
) -> None:
    page = desk.page()
    hear(desk, double.press(key_of(page.pk), "acknowledged", "PADA", desk.at))
    desk.forward(minutes=31)
    assert Page.objects.get().state == "calling"
    assert look(desk, double) == 1
    assert Page.objects.get().state == "calling"


def test_asking_what_is_quiet_asks_few_questions(desk: PagedWorld) -> None:
    desk.page()
    with CaptureQueriesContext(connection) as queries:
        pager_inbound._quiet_pages(desk.at + timedelta(hours=1))
    assert len(queries) <= 3
