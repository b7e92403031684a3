"""Whatever a door refuses is counted, so that somebody sees that it is lost."""

import asyncio
from typing import Any

import pytest
from django.test import Client

from dutydesk.adapters.slack.signatures import Signatures
from dutydesk.alarms.flows import keys
from dutydesk.inbox.api import refused
from dutydesk.inbox.flows import refusals
from dutydesk.inbox.models import Arrival
from dutydesk.slack import addresses
from dutydesk.slack.door import LARGEST, SlackDoor
from testing.arrivals import AlertDoor
from testing.load import alert
from testing.slack import SECRET, signed
from testing.world import Moving, World

pytestmark = pytest.mark.django_db


def counted(world: World) -> list[tuple[str, str, int]]:
    refused.TALLY.write()
    return sorted((one.door, one.sender, one.status) for one in refusals.lately(at=world.at))


def test_what_is_posted_by_another_method_or_where_nothing_is_taken(
    world: World, door: AlertDoor
) -> None:
    key = keys.make_key(name="All", by="Ada", at=world.at)
    assert door.post(f"prometheus/{key}", alert(1)).status == 404
    assert door.post(f"alertmanager/{key}", alert(1), method="GET").status == 405
    assert door.post("events/v2/enqueue", {}, method="DELETE").status == 405
    assert counted(world) == [("alarms", "", 404), ("alertmanager", "", 405), ("events", "", 405)]


def test_grafana_may_put_what_it_sends(world: World, door: AlertDoor) -> None:
    key = keys.make_key(name="All", by="Ada", at=world.at)
    assert door.post(f"alertmanager/{key}", alert(1), method="PUT").status == 200
    assert Arrival.objects.count() == 1


def test_what_vendors_and_jobs_post_that_can_t_be_taken(
    world: World, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    large = b"x" * 2_500_001

    def post(path: str, body: bytes, called: str = "application/json") -> int:
        return client.post(path, body, content_type=called).status_code

    assert post("/github/webhook", b"payload=x", "application/x-www-form-urlencoded") == 415
    assert post("/github/webhook", b"{}") == 404, "nobody listens"
    assert post("/github/webhook", large) == 413
    assert post("/pagerduty/webhook", b"{}") == 404
    assert post("/pagerduty/webhook", large, "multipart/form-data; boundary=x") == 413
    assert client.get("/alarms/in/heartbeat/nothing").status_code == 404
    assert counted(world) == [
        ("github", "GitHub", 404),
        ("github", "GitHub", 413),
        ("github", "GitHub", 415),
        ("heartbeat", "", 404),
        ("pagerduty", "PagerDuty", 404),
        ("pagerduty", "PagerDuty", 413),
    ]


def test_what_slack_posts_that_can_t_be_taken(world: World) -> None:
    talking = SlackDoor(Signatures(SECRET, lambda: world.at), lambda *_: None, lambda: world.at)

    def post(body: bytes, headers: dict[str, str]) -> int:
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": body}

        async def send(event: Any) -> None:
            sent.append(event)

        given = [(name.lower().encode(), each.encode()) for name, each in headers.items()]
        scope = {"type": "http", "path": addresses.EVENTS, "method": "POST", "headers": given}
        asyncio.run(talking(scope, receive, send))
        return int(sent[0]["status"])

    assert post(b"x" * (LARGEST + 1), {}) == 413
    assert post(b"{}", {}) == 403
    assert post(b"[1]", signed(b"[1]", world.at)) == 400
    assert counted(world) == [("slack", "Slack", status) for status in (400, 403, 413)]
