"""Whatever GitHub and PagerDuty might post, signed, is taken or left, and never fails."""

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction

from dutydesk.adapters.github import payloads
from dutydesk.adapters.pagerduty import incidents
from dutydesk.desk.flows import tracker_inbound
from dutydesk.oncall.flows import pager_inbound
from dutydesk.ports.pager import key_of
from dutydesk.ports.tracker import TrackerPlace
from testing.bodies import body_of
from testing.world import World

pytestmark = pytest.mark.django_db
SECRET = "only for tests"
DATA = Path(__file__).parent.parent / "data"
PAGE = {
    "id": "01B",
    "event_type": "incident.acknowledged",
    "occurred_at": "2026-11-24T08:00:00Z",
    "agent": {"id": "P1", "type": "user_reference", "summary": "Ada"},
    "data": {"incident_key": key_of(1)},
}


def signature(body: bytes) -> str:
    return hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()


def from_github(name: str, body: bytes, number: int, at: datetime) -> None:
    headers = {
        "X-Hub-Signature-256": f"sha256={signature(body)}",
        "X-GitHub-Delivery": f"d{number}",
        "X-GitHub-Event": name,
    }
    there = payloads.GitHubWebhooks(SECRET, lambda: TrackerPlace("acme/support"))
    word = there.read(body, there.check(body, headers))
    if word is not None:
        tracker_inbound.hear(word=word, at=at)


def from_pagerduty(body: bytes, at: datetime) -> None:
    headers = {"X-PagerDuty-Signature": f"v1={signature(body)}"}
    there = incidents.PagerDutyWebhooks(SECRET)
    there.check(body, headers)
    word = there.read(body)
    if word is not None:
        pager_inbound.hear(word=word, at=at)


def told() -> list[tuple[str, Any]]:
    """Give what GitHub really posts, each with the name of its event."""
    found = []
    for file in sorted((DATA / "github").glob("*.json")):
        sent = json.loads(file.read_text())
        if "repository" in sent:
            sent["repository"]["full_name"] = "acme/support"
        found.append((file.name.partition(".")[0], sent))
    return found


@pytest.mark.long
def test_nothing_that_is_signed_fails(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    seed, count = (request.config.getoption(name) for name in ("--seed", "--fuzz"))
    world = World(tmp_path, "2026-11-24T11:00")
    recorded = told()
    for number in range(count // 2):
        random = Random(f"{seed}:vendor:{number}")
        hear: Callable[[], None]
        if random.random() < 0.7:
            name, sent = random.choice(recorded)
            body = body_of(random, sent)
            hear = partial(from_github, name, body, number, world.at)
        else:
            body = body_of(random, {"event": PAGE})
            hear = partial(from_pagerduty, body, world.at)
        with transaction.atomic():
            try:
                hear()
                connection.check_constraints()
            except Exception as fault:
                raise AssertionError(f"{seed}:vendor:{number} {body[:300]!r}") from fault
            transaction.set_rollback(True)
