"""Slack posts to a desk that runs: signed requests are taken at once, all others refused."""

import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import httpx
import pytest

from doubles.slack_workspace import TOKEN, Workspace
from testing import slack
from testing.machine import eventually
from testing.slack import ADA, SECRET, UNA, event, form_of, message, signed, ts_of, workspace
from testing.visitors import Visitor, first_account, invite
from testing.whole_desk import Desk, ordinary_tuesday


@pytest.fixture(scope="module")
def there() -> Iterator[Workspace]:
    found = workspace()
    yield found
    found.close()


@pytest.fixture(scope="module")
def desk(there: Workspace) -> Iterator[Desk]:
    desk = Desk(
        ordinary_tuesday(11, 0),
        DUTYDESK_SLACK_BOT_TOKEN=TOKEN,
        DUTYDESK_SLACK_SIGNING_SECRET=SECRET,
        DUTYDESK_SLACK_API_URL=there.url,
    )
    try:
        yield desk
    finally:
        desk.close()


@pytest.fixture(scope="module")
def ada(desk: Desk) -> Visitor:
    return first_account(desk)


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 -- Slack keeps the machine's time


def send(desk: Desk, path: str, body: bytes, **headers: str) -> httpx.Response:
    given = {**signed(body, now()), **headers}
    return httpx.post(f"{desk.url}/slack/{path}", content=body, headers=given, timeout=120)


def typed(user: str, text: str) -> bytes:
    return urlencode(
        {
            "token": "verification_token",
            "team_id": "T024BE7LD",
            "channel_id": slack.ASK,
            "channel_name": "ask-cloud-platform",
            "user_id": user,
            "user_name": "somebody",
            "command": "/desk",
            "text": text,
            "response_url": "https://hooks.slack.com/commands/T111/111/xxxxx",
            "trigger_id": f"111.222.{time.monotonic_ns()}",
        }
    ).encode()


def test_slack_finds_out_whether_the_desk_is_there(desk: Desk) -> None:
    body = json.dumps({"token": "x", "challenge": "3eZbrw1a", "type": "url_verification"}).encode()
    answer = send(desk, "events", body)
    assert (answer.status_code, answer.text) == (200, "3eZbrw1a")


@pytest.mark.clause("ask.entry")
def test_an_event_is_answered_and_becomes_a_question_once(desk: Desk, ada: Visitor) -> None:
    told = json.dumps(event(message("Are visits down?", ts_of(now())))).encode()
    for retry in ("0", "1"):
        answer = send(desk, "events", told, **{"X-Slack-Retry-Num": retry})
        assert (answer.status_code, answer.content) == (200, b"")
    eventually(lambda: "Are visits down?" in ada.see("/"))
    assert len(set(re.findall(r"/questions/\d+", ada.see("/")))) == 1


def test_what_is_forged_stale_changed_or_no_request_of_slacks_is_refused(desk: Desk) -> None:
    body = json.dumps(event(message("Trust me", ts_of(now())))).encode()
    old = now() - timedelta(minutes=5, seconds=5)
    for headers in (
        {},
        signed(body, now(), "another secret"),
        signed(body, old),
        signed(body, now() + timedelta(minutes=6)),
        signed(body, now()) | {"X-Slack-Request-Timestamp": str(int(now().timestamp()) - 9)},
        signed(body + b" ", now()),
        signed(body, now()) | {"X-Slack-Signature": "v0="},
        signed(body, now()) | {"X-Slack-Request-Timestamp": "now"},
    ):
        for path in ("events", "interactions", "commands"):
            answer = httpx.post(f"{desk.url}/slack/{path}", content=body, headers=headers)
            assert answer.status_code == 403, (headers, path)
            assert SECRET not in answer.text
    assert send(desk, "events", b"[1, 2]").status_code == 400
    assert send(desk, "events", b"\xff{").status_code == 400
    assert send(desk, "interactions", b"payload=1").status_code == 400
    assert httpx.get(f"{desk.url}/slack/events").status_code == 405
    assert send(desk, "events", b"x" * 2_000_001).status_code == 413


def test_a_stranger_connects_by_a_link_and_is_known_then(desk: Desk, ada: Visitor) -> None:
    wes = invite(desk, ada, "Wes")
    told = send(desk, "commands", typed(UNA, "connect")).json()
    assert told["response_type"] == "ephemeral"
    path = re.findall(r"/people/connect/[\w:.-]+", told["text"])[0]
    assert 'type="password"' in Visitor(desk).see(path)
    assert "Are you Una in Slack?" in wes.see(path)
    assert "You are connected" in wes.send(path).text
    assert "another account" in ada.send(path).text
    body = typed(UNA, "declare")
    assert "engineers of the team" in send(desk, "commands", body).json()["text"]
    ada.send("/people/", what="engineer", name="Wes", email="wes@example.org")
    assert send(desk, "commands", typed(UNA, "declare")).content == b""


def test_nothing_says_what_a_stranger_pressed_if_the_link_is_old(desk: Desk, ada: Visitor) -> None:
    told = send(desk, "commands", typed("U0BEN", "connect")).json()["text"]
    path = re.findall(r"/people/connect/[\w:.-]+", told)[0]
    assert ada.client.get(path[:-1] + "x").status_code == 410
    desk.forward("31 minutes")
    assert ada.client.get(path).status_code == 410


def test_an_incident_is_declared_in_slack(desk: Desk, ada: Visitor, there: Workspace) -> None:
    assert send(desk, "commands", typed(ADA, "declare")).content == b""
    view = there.called("views.open")[-1]["view"]
    assert view["title"]["text"] == "Declare an incident"
    values = {"title": {"value": {"type": "plain_text_input", "value": "Visits are down"}}}
    body = form_of(
        {
            "type": "view_submission",
            "team": {"id": "T024BE7LD", "domain": "workspace-domain"},
            "user": {"id": ADA, "username": "ada", "name": "ada", "team_id": "T024BE7LD"},
            "trigger_id": "111.222.valid",
            "view": {**view, "id": "V111", "state": {"values": values}, "hash": "1.3"},
            "response_urls": [],
        }
    )
    for _ in range(2):
        answer = send(desk, "interactions", body).json()
        assert answer["response_action"] == "update"
        assert "Declared" in json.dumps(answer["view"])
    assert len(set(re.findall(r"/incidents/\d+", ada.see("/incidents/")))) == 1
