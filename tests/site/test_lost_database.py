"""The database is lost or frozen: every door says so itself, and is there again with it."""

import hashlib
import hmac
import os
import re
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import httpx
import pytest

from dutydesk.alarms.rules import events
from dutydesk.kernel.addresses import INTAKE_EVENTS
from dutydesk.site.pulse import AWAY
from testing.load import alert
from testing.lost import frozen, is_back, killed, servers
from testing.machine import eventually
from testing.slack import event, message, signed, ts_of
from testing.visitors import Visitor, first_account
from testing.whole_desk import Desk, ordinary_tuesday

SECRET = "e6b19c573432dcc6b075501d51b51bb8"


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    desk = Desk(
        ordinary_tuesday(11, 0),
        DUTYDESK_SLACK_BOT_TOKEN="xoxb-1",
        DUTYDESK_SLACK_SIGNING_SECRET=SECRET,
        DUTYDESK_SLACK_API_URL="http://127.0.0.1:9/",
        DUTYDESK_GITHUB_WEBHOOK_SECRET=SECRET,
        DUTYDESK_PAGERDUTY_WEBHOOK_SECRET=SECRET,
    )
    try:
        yield desk
    finally:
        desk.close()


@pytest.fixture(scope="module")
def ada(desk: Desk) -> Visitor:
    return first_account(desk)


@pytest.fixture(scope="module")
def key(ada: Visitor) -> str:
    page = ada.send("/alarms/keys/", name="All").text
    return str(re.findall(r"/alarms/in/alertmanager/([\w-]+)", page)[0])


def doors(desk: Desk, key: str) -> dict[str, Callable[[], httpx.Response]]:
    """Give every door at which somebody posts or asks who can't wait."""
    at = datetime.now(UTC)  # noqa: TID251 -- Slack keeps the machine's time
    told = httpx.Request("POST", "http://x", json=event(message("Help", ts_of(at)))).content
    trigger = {
        "routing_key": key,
        "event_action": "trigger",
        "payload": {"summary": "Down", "source": "x", "severity": "critical"},
    }
    posts: dict[str, Any] = {
        "/alarms/in/alertmanager/" + key: alert(1),
        "/alarms/in/json/" + key: {"title": "Down"},
        INTAKE_EVENTS: trigger,
        "/alarms/in/heartbeat/" + key: None,
        "/github/webhook": {},
    }
    post = partial(httpx.post, timeout=120)
    found: dict[str, Callable[[], httpx.Response]] = {
        path: partial(post, f"{desk.url}{path}", json=json) for path, json in posts.items()
    }
    happened = {"id": "1", "event_type": "incident.resolved", "occurred_at": at.isoformat()}
    resolved = {"event": {**happened, "data": {"incident_key": "dutydesk-page-1"}}}
    signs = httpx.Request("POST", "http://x", json=resolved).content
    made = hmac.new(SECRET.encode(), signs, hashlib.sha256).hexdigest()
    vendors = {
        "/slack/events": (told, signed(told, at, SECRET)),
        "/pagerduty/webhook": (
            signs,
            {"X-PagerDuty-Signature": f"v1={made}", "Content-Type": "application/json"},
        ),
    }
    for path, (body, headers) in vendors.items():
        found[path] = partial(post, f"{desk.url}{path}", content=body, headers=headers)
    token = (desk.home / "metrics-token").read_text().strip()
    for path, headers in (("/healthz", {}), ("/metrics", {"Authorization": f"Bearer {token}"})):
        found[path] = partial(httpx.get, f"{desk.url}{path}", headers=headers, timeout=120)
    return found


def refused(ask: Callable[[], httpx.Response], name: str) -> httpx.Response:
    """Give a refusal, which came while the database could not have said a word."""
    answer = ask()
    told = 429 if name == INTAKE_EVENTS else 503
    assert answer.status_code == told, (name, answer.status_code, answer.text)
    assert answer.headers["Retry-After"] == "1", name
    return answer


def many(desk: Desk, key: str, first: int, count: int = 24) -> list[int]:
    """Post alerts all at the same time; give the statuses."""

    def post(number: int) -> int:
        address = f"{desk.url}/alarms/in/alertmanager/{key}"
        return httpx.post(address, json=alert(number), timeout=120).status_code

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(post, range(first, first + count)))


def busy(desk: Desk, ada: Visitor) -> None:
    """Let many look at once, so that the pool has many connections to lose."""
    cookies = dict(ada.client.cookies)

    def look(_: int) -> int:
        return httpx.get(f"{desk.url}/", cookies=cookies, timeout=120).status_code

    with ThreadPoolExecutor(12) as threads:
        assert set(threads.map(look, range(36))) == {200}


@pytest.mark.parametrize("lose", [frozen, killed])
def test_every_door_says_itself_that_it_cant_and_is_there_again_with_the_database(
    desk: Desk, ada: Visitor, key: str, lose: Callable[[Desk], AbstractContextManager[None]]
) -> None:
    everything = doors(desk, key)
    busy(desk, ada)
    with lose(desk):
        assert set(many(desk, key, 100)) == {503}
        for name, ask in everything.items():
            answer = refused(ask, name)
            # While nothing is heard of it, only who asks for its pulse knows.
            told = events.too_many() if name == INTAKE_EVENTS else AWAY
            felt = lose is killed or name == "/healthz" or answer.content == told
            assert felt, (name, answer.text)
        page = refused(lambda: ada.client.get("/", headers={"Accept": "text/html"}), "a page")
        assert "database doesn't answer" in page.text
        answer = refused(everything["/healthz"], "/healthz")
        assert not answer.json()["checks"]["database"]["well"]
        slashed = httpx.get(f"{desk.url}/alarms", timeout=120)
        assert (slashed.status_code, slashed.headers["Location"]) == (301, "/alarms/")
        missing = httpx.get(f"{desk.url}/nothing-here", timeout=120)
        assert missing.status_code == 404
        assert "There is nothing here" in missing.text
        assert httpx.get(f"{desk.url}/static/desk.css").status_code == 200
        assert httpx.get(f"{desk.url}/gate/x").status_code == 204
        stream = httpx.get(f"{desk.url}/live", cookies=dict(ada.client.cookies), timeout=120)
        assert (stream.status_code, stream.text) == (200, "retry: 2000\n\n"), "it comes again"
    eventually(lambda: is_back(desk))
    first = httpx.post(f"{desk.url}/alarms/in/alertmanager/{key}", json=alert(100), timeout=120)
    assert first.status_code == 200, first.text
    assert everything["/slack/events"]().status_code == 200
    assert everything["/pagerduty/webhook"]().status_code == 202
    assert ada.client.get("/").status_code == 200
    assert set(many(desk, key, 100)) == {200}
    for _ in range(20):  # Whichever thread's connection was lost.
        assert httpx.get(f"{desk.url}/nothing-here").status_code == 404
    eventually(desk.well)


def test_a_restart_that_nobody_noticed_costs_the_first_request_nothing(
    desk: Desk, ada: Visitor, key: str
) -> None:
    busy(desk, ada)
    (before,) = desk.children("postgres")
    for pid in servers(desk):
        os.kill(pid, signal.SIGKILL)
    eventually(lambda: desk.children("postgres") not in ([], [before]))
    eventually(lambda: is_back(desk))
    assert ada.client.get("/").status_code == 200
    assert many(desk, key, 200, 1) == [200]
    assert set(many(desk, key, 201)) == {200}
