"""Monitoring systems of every kind post to a desk that runs, and are answered as they expect."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from testing.load import alert
from testing.machine import eventually
from testing.visitors import Visitor, first_account
from testing.whole_desk import Desk, ordinary_tuesday

LISTED = r'href="/alarms/(\d+)"[^>]*>\s*Thing 77 is down'


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    desk = Desk(ordinary_tuesday(11, 0))
    try:
        yield desk
    finally:
        desk.close()


@pytest.fixture(scope="module")
def ada(desk: Desk) -> Visitor:
    return first_account(desk)


def made(ada: Visitor, name: str) -> str:
    shown = ada.send("/alarms/keys/", name=name).text
    return str(re.findall(r"/alarms/in/alertmanager/([\w-]+)", shown)[0])


@pytest.fixture(scope="module")
def key(ada: Visitor) -> str:
    return made(ada, "All of them")


def event(key: str, action: str, **more: Any) -> dict[str, Any]:
    payload = {"summary": "Disk is full", "source": "db-1", "severity": "critical"}
    return {
        "routing_key": key,
        "event_action": action,
        "dedup_key": "disk",
        **({"payload": payload} if action == "trigger" else {}),
        **more,
    }


def test_each_sender_is_kept_or_told_why_not(desk: Desk, ada: Visitor, key: str) -> None:
    into = f"{desk.url}/alarms/in"
    generic = {"key": "k1", "status": "firing", "title": "Queue is long", "severity": "critical"}
    for kind, body in (
        ("alertmanager", alert(1)),
        ("grafana", {**alert(2), "version": "1"}),
        ("json", generic),
    ):
        answer = httpx.post(f"{into}/{kind}/{key}", json=body)
        assert (answer.status_code, answer.text[:15]) == (200, "Kept as arrival"), answer.text
        assert httpx.post(f"{into}/{kind}/{key}", content=b"junk").status_code == 400
        assert httpx.post(f"{into}/{kind}/wrong", json=body).status_code == 403
        assert httpx.get(f"{into}/{kind}/{key}").status_code == 405
    assert httpx.post(f"{into}/nagios/{key}", json={}).status_code == 404
    large = {**alert(3), "more": "x" * 2_000_001}
    assert httpx.post(f"{into}/alertmanager/{key}", json=large).status_code == 200
    titles = ("Thing 1 is down", "Thing 2 is down", "Queue is long")
    for title in (*titles, "What All of them sent can&#x27;t be worked out"):
        eventually(lambda: title in ada.see("/alarms/"))  # noqa: B023 -- it is called at once


def test_events_are_answered_as_their_senders_know_it(desk: Desk, key: str) -> None:
    address = f"{desk.url}/alarms/in/events/v2/enqueue"
    processed = {"status": "success", "message": "Event processed", "dedup_key": "disk"}
    for action in ("trigger", "trigger", "acknowledge", "resolve"):
        answer = httpx.post(address, json=event(key, action, client="Tool"))
        assert (answer.status_code, answer.json()) == (202, processed)
    wrong = httpx.post(address, json=event("x" * 32, "trigger"))
    assert (wrong.status_code, wrong.json()["errors"]) == (400, ["Invalid routing key"])
    junk = httpx.post(address, json={"routing_key": key})
    assert junk.status_code == 400
    assert junk.json()["status"] == "invalid event"
    header = {"X-Routing-Key": key}
    unnamed = {**event("", "trigger"), "dedup_key": "by header"}
    assert httpx.post(address, json=unnamed, headers=header).status_code == 202


def test_two_senders_may_call_different_groups_the_same(desk: Desk, ada: Visitor) -> None:
    first, second = made(ada, "Cluster one"), made(ada, "Cluster two")
    for key in (first, second, first):
        httpx.post(f"{desk.url}/alarms/in/alertmanager/{key}", json=alert(77)).raise_for_status()
    eventually(lambda: len(set(re.findall(LISTED, ada.see("/alarms/")))) == 2)
