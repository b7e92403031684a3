"""PagerDuty's senders, held to what every sender must do, and its webhooks, as they are sent."""

import json
import logging
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from doubles.moody import HANGS
from doubles.pagerduty import (
    API_KEY,
    RETRY_AFTER,
    ROUTING_KEY,
    SECRET,
    Mood,
    PagerDuty,
    signed,
)
from dutydesk.adapters.pagerduty.account import PagerDutyAccount
from dutydesk.adapters.pagerduty.events import EventSender
from dutydesk.adapters.pagerduty.incidents import PagerDutyWebhooks, WhoSender
from dutydesk.adapters.pagerduty.schedules import OverrideSender
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.kinds import MessageKind
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.ports.delivery import Delivery, Sender, Undelivered
from dutydesk.ports.pager import PagerEvent
from dutydesk.ports.webhooks import Forged
from testing.contract import HANGING, PATIENCE

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
LIMIT = 7.0  # What the product allows each try.
PASSING: tuple[Mood, ...] = ("busy", "broken", "silence", "trickle", "garbage", "reset")
PAYLOADS = Path(__file__).parents[1] / "data" / "pagerduty"
TRIGGER = {
    "action": "trigger",
    "key": "dutydesk-page-7",
    "title": "Visits can't be booked",
    "details": "",
    "service": "",
    "who": "Ada",
    "since": AT.isoformat(),
    "link": "https://desk.example.org/pages/7",
}
OVERRIDE = {
    "duty": "primary",
    "start": AT.isoformat(),
    "end": (AT + timedelta(hours=5)).isoformat(),
    "user": "PADA",
}
WHO = {"by": "PBEN", "does": "acknowledged"}
KINDS = ("event", "override", "who")


@pytest.fixture
def double() -> Iterator[PagerDuty]:
    double = PagerDuty()
    try:
        yield double
    finally:
        double.close()


def account(double: PagerDuty, **other: Any) -> PagerDutyAccount:
    given: dict[str, Any] = {
        "routing_key": ROUTING_KEY,
        "api_key": API_KEY,
        "webhook_secret": SECRET,
        "events_url": double.url,
        "api_url": double.url,
        "verify": ssl.create_default_context(cadata=double.trusted),
    }
    return PagerDutyAccount(**given | other)


def sender(kind: str, double: PagerDuty, **other: Any) -> tuple[Sender, dict[str, Any]]:
    opened = account(double, **other)
    if kind == "event":
        return EventSender(opened), TRIGGER
    if kind == "override":
        return OverrideSender(opened, {"primary": "PI7DH85"}), OVERRIDE
    return WhoSender(opened), WHO


def deliver(kind: str, double: PagerDuty, **other: Any) -> str:
    found, payload = sender(kind, double, **other)
    return found.deliver(Delivery("k", payload, 1, False, AT, AT))


def failure(kind: str, double: PagerDuty, mood: Mood = "success", **other: Any) -> Undelivered:
    double.mood = mood
    patience = PATIENCE["http"] if mood in HANGING else HANGS
    with pytest.raises(Undelivered) as caught:
        deliver(kind, double, patience=patience, **other)
    assert not double.tired, "whoever hangs is given up before they end it"
    return caught.value


@pytest.mark.parametrize(
    ("kind", "reference"),
    [("event", "dutydesk-page-7"), ("override", "O0"), ("who", "ben@example.org")],
)
def test_what_is_taken_is_delivered(double: PagerDuty, kind: str, reference: str) -> None:
    assert deliver(kind, double) == reference
    assert deliver(kind, double) == reference
    assert len(double.incidents) <= 1
    assert len(double.overrides.get("PI7DH85", [])) <= 1


@pytest.mark.parametrize("kind", KINDS[:2])
def test_a_refusal_is_permanent(double: PagerDuty, kind: str) -> None:
    assert failure(kind, double, "refusal").permanent


def test_a_wrong_key_is_refused_for_good_and_not_shown(double: PagerDuty) -> None:
    wrong = failure("event", double, routing_key="wrong-routing-key")
    assert wrong.permanent
    assert "wrong-routing" not in wrong.reason
    wrong = failure("override", double, api_key="wrong-api-key-9876")
    assert wrong.permanent
    assert "see to its key" in wrong.reason
    assert "9876" not in wrong.reason


def test_unless_it_is_told_otherwise_it_waits_for_seven_seconds() -> None:
    assert PagerDutyAccount().patience == LIMIT


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mood", PASSING)
def test_what_may_pass_is_worth_another_try_once_its_patience_is_over(
    double: PagerDuty, kind: str, mood: Mood
) -> None:
    found = failure(kind, double, mood)
    assert not found.permanent
    assert len(double.asked) == 1  # The client does not try again by itself.
    if mood == "busy":
        assert found.retry_after == timedelta(seconds=RETRY_AFTER)


def test_where_nobody_listens_or_nobody_is_trusted_another_try_is_made(double: PagerDuty) -> None:
    assert not failure("event", double, verify=True).permanent
    assert not failure("event", double, events_url="https://127.0.0.1:1").permanent


def test_an_address_without_tls_is_refused(double: PagerDuty) -> None:
    plain = failure("event", double, events_url="http://127.0.0.1:1")
    assert plain.permanent
    assert "https://" in plain.reason


def test_an_event_fits_however_long_its_words_are(double: PagerDuty) -> None:
    long = {**TRIGGER, "title": "é" * 2000, "details": "é" * 600_000}
    EventSender(account(double)).deliver(Delivery("k", long, 1, False, AT, AT))
    (event,) = double.events
    assert len(event["payload"]["summary"]) == 1024


def test_an_address_that_nobody_tells_is_not_waited_for(double: PagerDuty) -> None:
    assert deliver("who", double, api_key="") == ""
    assert deliver("who", double, api_key="wrong") == ""
    double.mood = "broken"
    again = Delivery("k", WHO, 2, False, AT, AT)
    assert WhoSender(account(double)).deliver(again) == ""


class Log(logging.Handler):
    """Keeps what a log would show whose operator wants to see everything."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mood", ["success", "refusal", "busy", "broken", "garbage", "reset"])
def test_no_secret_is_in_an_error_a_log_a_message_or_the_journal(
    double: PagerDuty,
    kind: str,
    mood: Mood,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    log = Log()
    monkeypatch.setattr(logging.getLogger(), "handlers", [log])
    monkeypatch.setattr(logging.getLogger(), "level", logging.DEBUG)
    double.mood = mood
    found, payload = sender(kind, double)
    monkeypatch.setitem(outbox._senders, "contract", found)
    outbox.enqueue(key="k", kind=MessageKind("contract"), subject="s", payload=payload, at=AT)
    outbox.deliver(message_id=OutboxMessage.objects.get().pk, now=lambda: AT)
    message, written = OutboxMessage.objects.get(), capfd.readouterr()
    assert message.reason or message.state == "done"
    told = [
        *log.lines,
        written.out,
        written.err,
        message.reason,
        message.reference,
        repr(account(double)),
        *JournalEntry.objects.values_list("text", flat=True),
        *(str(data) for data in JournalEntry.objects.values_list("data", flat=True)),
    ]
    for secret in (ROUTING_KEY, API_KEY, SECRET):
        assert not [text for text in told if secret in text]


def recorded(name: str) -> bytes:
    return (PAYLOADS / f"{name}.json").read_bytes()


def heard(secret: str, body: bytes, headers: dict[str, str]) -> PagerEvent | None:
    webhooks = PagerDutyWebhooks(secret)
    webhooks.check(body, headers)
    return webhooks.read(body)


@pytest.mark.parametrize(
    ("name", "does", "by"),
    [
        ("incident.triggered", "", ""),
        ("incident.acknowledged", "acknowledged", "PBEN"),
        ("incident.reassigned", "", "PBEN"),
        ("incident.resolved", "resolved", "PBEN"),
    ],
)
def test_webhooks_are_read_as_they_are_sent(name: str, does: str, by: str) -> None:
    body, headers = signed(recorded(name))
    word = heard(SECRET, body, headers)
    assert word is not None
    assert (word.page, word.what, word.does, word.by) == (7, name, does, by)
    assert word.key == json.loads(body)["event"]["id"]
    assert word.at.tzinfo is not None


def test_what_is_about_none_of_our_pages_is_taken_and_nothing_follows() -> None:
    other = json.loads(recorded("incident.acknowledged"))
    other["event"]["data"]["incident_key"] = None
    for body in (
        recorded("pagey.ping"),
        json.dumps(other).encode(),
        b"[]",
        b"nonsense",
        b"{}",
        b"[" * 5000,
    ):
        assert heard(SECRET, *signed(body)) is None


def test_one_signature_of_several_is_enough_and_none_is_not() -> None:
    body, headers = signed(recorded("incident.resolved"), "an-older-secret", "a-newer-one")
    assert headers["X-PagerDuty-Signature"].count("v1=") == 3
    assert heard(SECRET, body, headers) is not None
    assert heard("a-newer-one", body, headers) is not None
    spaced = {
        **headers,
        "X-PagerDuty-Signature": headers["X-PagerDuty-Signature"].replace(",", ", "),
    }
    assert heard(SECRET, body, spaced) is not None
    for forged in (
        (body + b" ", headers),
        (body, {}),
        (body, {"X-PagerDuty-Signature": ""}),
        (body, {"X-PagerDuty-Signature": "v1=é"}),
        (body, {"X-PagerDuty-Signature": headers["X-PagerDuty-Signature"].replace("v1", "v0")}),
    ):
        with pytest.raises(Forged) as caught:
            heard(SECRET, *forged)
        assert SECRET not in str(caught.value)
