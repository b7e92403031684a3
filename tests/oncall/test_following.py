"""Pages in PagerDuty beside the desk's own calls: told in order, followed, and never in the way."""

import json
import ssl
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from doubles.pagerduty import API_KEY, ROUTING_KEY, SECRET, PagerDuty, reference, signed
from dutydesk import wiring
from dutydesk.adapters.pagerduty import vendor
from dutydesk.adapters.pagerduty.client import PagerDutyAccount
from dutydesk.adapters.pagerduty.incidents import PagerDutyIncidents
from dutydesk.journal.flows import journal
from dutydesk.journal.models import JournalEntry
from dutydesk.oncall.flows import escalation, pager_inbound, pager_outbound, storms
from dutydesk.oncall.flows.escalation import PageRequest
from dutydesk.oncall.flows.events import PageCalled
from dutydesk.oncall.models import Page
from dutydesk.outbox.flows import outbox
from dutydesk.ports.delivery import Delivery
from dutydesk.ports.pager import key_of
from dutydesk.site.health import health, well
from testing.world import World

pytestmark = pytest.mark.django_db
TEAM = "#cloud-platform"
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


def account(double: PagerDuty, **other: str) -> PagerDutyAccount:
    given: dict[str, Any] = {
        "routing_key": ROUTING_KEY,
        "api_key": API_KEY,
        "webhook_secret": SECRET,
    } | other
    trusted = ssl.create_default_context(cadata=double.trusted)
    return PagerDutyAccount(**given, events_url=double.url, api_url=double.url, verify=trusted)


def connect(monkeypatch: pytest.MonkeyPatch, given: PagerDutyAccount) -> None:
    """Set PagerDuty up as the settings would, until the test is over."""
    monkeypatch.setattr(outbox, "_senders", dict(outbox._senders))
    monkeypatch.setattr(pager_inbound.LISTENER, "who", None)
    monkeypatch.setattr(journal, "_reactors", {k: dict(v) for k, v in journal._reactors.items()})
    monkeypatch.setattr(pager_inbound.ASKER, "who", None)
    wiring.build().take(vendor.connection(given, {}))


class Desk(World):
    """A world with a page in it."""

    def page(self) -> Page:
        wanted = PageRequest("alarm:1", "Visits are down", "All of them", False, "alarm:1", None)
        found = escalation.page(wanted=wanted, at=self.at)
        self.settle()
        return found

    def over(self) -> None:
        storms.settle_all(abouts=["alarm:1"], at=self.at, because="it works again")
        self.settle()


@pytest.fixture
def desk(tmp_path: Path, double: PagerDuty, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Desk:
    connect(monkeypatch, account(double))
    settings.BASE_URL = "https://desk.example.org"
    desk = Desk(tmp_path, "2026-11-24T08:00")
    desk.shifts(primary="Ada", secondary="Ben")
    return desk


def hear(desk: Desk, sent: tuple[bytes, dict[str, str]]) -> None:
    body, headers = sent
    pager_inbound.hear_post(body=body, headers=headers, at=desk.at)
    desk.settle()


def post(client: Client, sent: tuple[bytes, dict[str, str]]) -> int:
    body, headers = sent
    answer = client.post(
        "/pagerduty/webhook", body, content_type="application/json", headers=headers
    )
    return answer.status_code


def status(double: PagerDuty, page: Page) -> str:
    return double.latest(key_of(page.pk)).status


@pytest.mark.clause("oncall.rota", "oncall.escalate")
def test_a_page_is_pushed_once_and_what_becomes_of_it_in_order(
    desk: Desk, double: PagerDuty
) -> None:
    page = desk.page()
    assert status(double, page) == "triggered"
    assert double.events[0]["payload"]["summary"] == "Visits are down"
    assert double.events[0]["links"][0]["href"] == f"https://desk.example.org/pages/{page.pk}"
    desk.forward(minutes=6)  # Ben is called too: that is no second incident.
    desk.settle()
    assert double.actions == ["trigger"]
    desk.press("Ben", "page.acknowledge", page.about)
    desk.settle()
    assert status(double, page) == "acknowledged"
    desk.over()
    assert status(double, page) == "resolved"
    assert double.actions == ["trigger", "acknowledge", "resolve"]


def test_a_second_answer_after_the_desk_asked_again_is_pushed_too(
    desk: Desk, double: PagerDuty
) -> None:
    page = desk.page()
    desk.press("Ada", "page.acknowledge", page.about)
    desk.settle()
    desk.forward(minutes=31)
    desk.settle()
    assert Page.objects.get().state == "calling"
    desk.press("Ada", "page.acknowledge", page.about)
    desk.settle()
    assert double.actions == ["trigger", "acknowledge", "acknowledge"]


def test_what_pagerduty_never_had_is_not_pushed_when_it_is_taken_or_over(
    desk: Desk, double: PagerDuty
) -> None:
    double.mood = "broken"
    page = desk.page()
    desk.press("Ada", "page.acknowledge", page.about)
    desk.over()
    double.mood = "success"
    desk.forward(minutes=12)
    desk.settle()
    assert double.incidents == []  # Nobody is called about a page that is over.
    assert "trigger" not in double.actions


def test_a_push_whose_answer_was_lost_is_still_settled_there(desk: Desk, double: PagerDuty) -> None:
    double.mood = "swallow"
    page = desk.page()
    assert status(double, page) == "triggered"
    double.mood = "success"
    desk.press("Ada", "page.acknowledge", page.about)
    desk.settle()
    assert status(double, page) == "acknowledged"
    desk.over()
    assert status(double, page) == "resolved"


def test_a_try_that_went_on_while_it_was_resolved_there_leaves_nothing_open(
    desk: Desk, double: PagerDuty
) -> None:
    double.mood = "swallow"
    page = desk.page()
    double.mood = "success"
    sender = outbox._senders[pager_outbound.KIND]

    class Slow:
        def deliver(self, parcel: Delivery) -> str:
            if parcel.payload["action"] == "trigger":
                hear(desk, double.press(key_of(page.pk), "resolved", "PADA", desk.at))
            return sender.deliver(parcel)

    outbox.deliver_with(pager_outbound.KIND, Slow())
    desk.forward(seconds=3)
    desk.settle()
    assert len(double.incidents) == 2
    assert status(double, page) == "resolved"


def test_a_page_that_is_held_or_only_rehearses_one_is_not_pushed(
    tmp_path: Path, double: PagerDuty, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(monkeypatch, account(double))
    desk = Desk(tmp_path, "2026-11-24T02:00")
    desk.shifts(primary="Ada")
    page = desk.page()
    assert page.state == "held"
    assert double.events == []
    desk.forward(hours=5, minutes=1)
    desk.settle()
    assert double.actions == ["trigger"]
    assert not pager_outbound.concerns(PageCalled(1, "rehearsal:1", "Ada"))
    assert pager_outbound.concerns(PageCalled(1, "alarm:1", "Ada"))


def test_without_a_routing_key_nothing_is_pushed(
    tmp_path: Path, double: PagerDuty, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(monkeypatch, account(double, routing_key=""))
    desk = Desk(tmp_path, "2026-11-24T08:00")
    desk.shifts(primary="Ada")
    desk.page()
    assert double.asked == []
    assert "pagerduty" not in [check.name for check in health(desk.at)]


def test_whoever_acknowledges_there_has_the_page_here_and_it_is_not_said_back(
    desk: Desk, double: PagerDuty
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


def test_whoever_resolves_there_ends_the_page_here(desk: Desk, double: PagerDuty) -> None:
    page = desk.page()
    hear(desk, double.press(key_of(page.pk), "resolved", "PADA", desk.at))
    assert Page.objects.get().state == "resolved"
    texts = JournalEntry.objects.filter(kind="page.resolved").values_list("text", flat=True)
    assert list(texts) == ["The page is over: Ada resolved it in PagerDuty"]
    assert double.actions == ["trigger"]


def test_what_somebody_does_who_is_not_on_the_team_is_noted_and_calls_go_on(
    desk: Desk, double: PagerDuty
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


def test_what_a_machine_resolves_there_ends_no_page_here(desk: Desk, double: PagerDuty) -> None:
    page = desk.page()
    found = double.latest(key_of(page.pk))
    agent = reference("service", "PF9KMXH", "Desk")
    hear(desk, double.webhook(found, "incident.resolved", agent, desk.at))
    assert Page.objects.get().state == "calling"


def test_somebody_whose_address_is_not_told_is_known_by_name(desk: Desk, double: PagerDuty) -> None:
    page = desk.page()
    double.users["PBEN"]["email"] = "ben@elsewhere.example"
    sent = double.press(key_of(page.pk), "acknowledged", "PBEN", desk.at)
    double.mood = "broken"  # Nor can PagerDuty be asked.
    hear(desk, sent)
    assert Page.objects.get().state == "calling"
    desk.forward(seconds=5)
    desk.settle()
    assert Page.objects.get().state == "acknowledged"


@pytest.mark.parametrize("headers", [{}, {"X-PagerDuty-Signature": "v1=" + "0" * 64}])
def test_what_is_forged_is_refused(
    desk: Desk, double: PagerDuty, client: Client, headers: dict[str, str]
) -> None:
    page = desk.page()
    body, _ = double.press(key_of(page.pk), "acknowledged", "PBEN", desk.at)
    assert post(client, (body, headers)) == 403
    desk.settle()
    assert Page.objects.get().state == "calling"


def test_every_event_is_taken_and_other_methods_are_not(desk: Desk, client: Client) -> None:
    odd = json.dumps({"event": {"id": "1", "data": {"incident_key": key_of(1)}}}).encode()
    nul = json.dumps({**EVENT, "agent": {"type": "user_reference", "id": "P", "summary": "\0"}})
    ping = b'{"event": {"event_type": "pagey.ping", "data": {}}}'
    for body in (ping, b"{}", b"\xff", odd, b'{"event": %s}' % nul.encode()):
        assert post(client, signed(body)) == 202
    assert client.get("/pagerduty/webhook").status_code == 405
    assert client.post("/pagerduty/webhook", {"a": "form"}).status_code == 415


def test_without_its_secret_no_webhook_is_taken(
    double: PagerDuty, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect(monkeypatch, account(double, webhook_secret=""))
    assert post(client, signed(b"{}")) == 404


def look(desk: Desk, double: PagerDuty) -> int:
    """Look after PagerDuty as a worker does; give how many requests that took."""
    before = len(double.asked)
    pager_inbound.look_after(asker=PagerDutyIncidents(account(double)), at=desk.at)
    asked = len(double.asked) - before
    desk.settle()
    return asked


def test_pagerduty_is_asked_when_webhooks_stop(desk: Desk, double: PagerDuty) -> None:
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
    desk: Desk, double: PagerDuty
) -> None:
    page = desk.page()
    hear(desk, double.press(key_of(page.pk), "acknowledged", "PADA", desk.at))
    desk.forward(minutes=31)
    assert Page.objects.get().state == "calling"
    assert look(desk, double) == 1
    assert Page.objects.get().state == "calling"


def test_a_failing_pagerduty_stops_nobody_and_is_said_once(desk: Desk, double: PagerDuty) -> None:
    double.mood = "reset"
    page = desk.page()
    desk.forward(minutes=6)
    for _ in range(3):
        desk.settle()
        look(desk, double)
    assert [call.engineer.name for call in page.calls.all()] == ["Ada", "Ben"]
    said = [text for text in desk.said(TEAM) if "not in step" in text]
    assert len(said) == 1
    assert "can't be reached" in said[0]
    checks = health(desk.at)
    check = next(one for one in checks if one.name == "pagerduty")
    assert not check.well
    assert not check.vital
    assert well(tuple(one for one in checks if one.name != "worker"))


def test_a_wrong_key_is_said_at_once_and_no_more_when_it_is_mended(
    desk: Desk, double: PagerDuty
) -> None:
    double.mood = "refusal"
    desk.page()
    assert [text for text in desk.said(TEAM) if "PagerDuty refused it (400)" in text]
    assert pager_outbound.trouble(at=desk.at)
    desk.over()
    double.mood = "success"
    desk.page()
    assert pager_outbound.trouble(at=desk.at) == ""


def test_asking_what_is_quiet_asks_few_questions(desk: Desk) -> None:
    desk.page()
    with CaptureQueriesContext(connection) as queries:
        pager_inbound._quiet_pages(desk.at + timedelta(hours=1))
    assert len(queries) <= 3
