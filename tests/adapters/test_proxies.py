"""Behind an HTTP proxy: what goes by it, and what goes straight whatever the environment says."""

import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from dutydesk.adapters.alertmanager.sender import AlertmanagerSender
from dutydesk.adapters.apprise.contact_method import ContactMethodSender
from dutydesk.adapters.github.account import GitHubAccount
from dutydesk.adapters.github.client import Client
from dutydesk.adapters.maintenance_webhook.sender import WebhookSender
from dutydesk.adapters.prometheus.client import PrometheusSeries
from dutydesk.adapters.slack.api import Api
from dutydesk.adapters.web_check.checker import HttpChecker
from dutydesk.ports.delivery import Delivery, Undelivered
from dutydesk.ports.time_series import SeriesTrouble
from dutydesk.ports.tracker import TrackerPlace
from dutydesk.ports.web_checks import WebCheck
from dutydesk.site.watchdog import Watchdog
from testing.webhooks import Receiver

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
LOOPBACK = ["127.0.0.1"]


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """A proxy that the environment names."""
    made = Receiver()
    address = made.url.removesuffix("/secret-path")
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, address)
    for name in ("no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(urllib.request, "_opener", None)  # It read the environment once.
    yield made
    made.close()


@pytest.fixture
def there() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def delivery(**payload: object) -> Delivery:
    return Delivery("k", payload, 1, False, AT, AT)


def test_vendors_and_what_calls_people_are_reached_by_the_proxy(proxy: Receiver) -> None:
    github = Client(
        GitHubAccount(token="t", api_url="http://github.invalid"), lambda: TrackerPlace("o/r"), 60
    )
    method = ContactMethodSender(lambda _: "json://push.invalid/", LOOPBACK, 60)
    for reach in (
        lambda: AlertmanagerSender("http://am.invalid:9093").deliver(delivery(fingerprints=[])),
        lambda: Watchdog("http://watchdog.invalid/ping", lambda: True)._look(),
        lambda: Api("xoxb-1", "http://slack.invalid/api", 60)("auth.test"),
        lambda: github.do(lambda session: session.get("")),
        lambda: method.deliver(delivery(contact_method=1, subject="Page", body="Look")),
    ):
        with suppress(Undelivered):  # The proxy answers nothing that any of them understands.
            reach()
    assert [one.path for one in proxy.received] == [
        "http://am.invalid:9093/api/v2/alerts",
        "http://watchdog.invalid/ping",
        "http://slack.invalid/api/auth.test",
        "http://github.invalid/repos/o/r",
        "http://push.invalid/",
    ]


def test_what_is_asked_at_the_team_s_own_addresses_goes_straight(
    proxy: Receiver, there: Receiver
) -> None:
    webhook = WebhookSender(lambda _: (there.url, "whsec_c2VjcmV0"), LOOPBACK)
    assert webhook.deliver(delivery(service=1, body={})) == "answered 200"
    assert HttpChecker(LOOPBACK).ask(WebCheck(there.url, 60)).up
    with pytest.raises(SeriesTrouble):
        PrometheusSeries(there.url, lambda: "", 60).values(
            "up", start=AT, end=AT, step=timedelta(minutes=1)
        )
    assert (len(there.received), proxy.received) == (3, [])


def test_nobody_is_led_inwards_by_a_webhook_and_a_proxy_that_may_go_there(
    proxy: Receiver,
) -> None:
    webhook = WebhookSender(lambda _: ("http://169.254.169.254/latest", "whsec_c2VjcmV0"), LOOPBACK)
    with pytest.raises(Undelivered, match="inner one"):
        webhook.deliver(delivery(service=1, body={}))
    assert proxy.received == []
