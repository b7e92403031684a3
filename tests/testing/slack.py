"""Slack beside a small world: what it tells, in the shapes that its own SDK's tests record."""

import hashlib
import hmac
import itertools
import json
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from doubles.slack_workspace import BOT, TEAM, TOKEN, Workspace, user
from dutydesk.chat.models import Post
from dutydesk.inbox.flows import work
from dutydesk.outbox.flows import outbox
from dutydesk.slack.app import Slack, SlackAccount
from dutydesk.slack.door import keep_event
from dutydesk.slack.events import PostAt
from dutydesk.wiring import ACTIONS
from testing.arrivals import worked_out
from testing.world import World

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
ASK, TEAM_CHANNEL = "C0ASK", "C0TEAM"
ADA, BEN, UMA, UMI, UNA, RIA = "U0ADA", "U0BEN", "U0UMA", "U0UMI", "U0UNA", "U0RIA"
_numbers = itertools.count(1)


def workspace() -> Workspace:
    """Give a workspace with Ada, Ben and Uma, whom the desk knows; Umi, Una and Ria.

    Umi has an address that the desk doesn't know; Una has none. Ria belongs to another workspace,
    which says that she has Ada's address. A bot tells alerts.
    """
    people = [
        user(ADA, "Ada L", "ada@example.org"),
        user(BEN, "Ben B", "Ben@Example.org"),
        user(UMA, "Uma U", "uma@example.org"),
        user(UNA, "Una"),
        user(UMI, "Umi", "umi@example.org"),
        user(RIA, "Ria", "ada@example.org", team_id="T0OTHER"),
        user("U0ALERTS", "Alerts", is_bot=True),
    ]
    channels = {
        ASK: {"id": ASK, "name": "ask-cloud-platform", "is_member": True, "is_private": False},
        TEAM_CHANNEL: {"id": TEAM_CHANNEL, "name": "cloud-platform", "is_member": True},
        "C0SECRET": {"id": "C0SECRET", "name": "secret", "is_member": True, "is_private": True},
    }
    return Workspace({one["id"]: one for one in people}, channels)


def _shown(channel: str, ts: str) -> Post | None:
    return Post.objects.filter(key=f"shown:{channel}:{ts}").first()


def slack_of(world: World, there: Workspace, post_at: PostAt = _shown) -> Slack:
    """Give Slack, connected to this world."""
    made = Slack(
        SlackAccount(TOKEN, SECRET, "xapp-only-for-tests", there.url),
        ACTIONS,
        now=lambda: world.at,
        real_now=lambda: world.at,
        link=lambda path: f"https://desk.example.org{path}",
        post_at=post_at,
    )
    work.handle_with(made.events.arrivals())
    for kind, sender in made.senders().items():
        outbox.deliver_with(kind, sender)
    return made


def ts_of(at: datetime, number: int = 0) -> str:
    """Give a moment as Slack names messages by it."""
    return f"{at.timestamp() + number / 1000:.6f}"


def event(what: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Give an event in the envelope in which it comes."""
    return {
        "token": "verification_token",
        "team_id": TEAM,
        "api_app_id": "A111",
        "event": what,
        "type": "event_callback",
        "event_id": f"Ev{next(_numbers):08}",
        "event_time": 1595926230,
        "authorizations": [
            {"enterprise_id": None, "team_id": TEAM, "user_id": BOT, "is_bot": True}
        ],
        "is_ext_shared_channel": False,
        **more,
    }


def message(
    text: str, ts: str, *, by: str = UMA, channel: str = ASK, **more: Any
) -> dict[str, Any]:
    """Give somebody's message as an event's inside."""
    return {
        "client_msg_id": "a8744611-0210-4f85-9f15-5faf7fb225c8",
        "type": "message",
        "text": text,
        "user": by,
        "ts": ts,
        "team": TEAM,
        "channel": channel,
        "event_ts": ts,
        "channel_type": "channel",
        **more,
    }


def hear(world: World, payload: dict[str, Any]) -> None:
    """Take an event as the door does, and do what is owed at this moment."""
    keep_event(payload, world.at)
    take_in(world)


def take_in(world: World) -> None:
    """Do what Slack told and is owed at this moment, as a worker would, and what follows."""
    worked_out(world.at)
    world.settle()


def signed(body: bytes, at: datetime, secret: str = SECRET) -> dict[str, str]:
    """Give the headers with which Slack sends a body."""
    stamp = str(int(at.timestamp()))
    made = hmac.new(secret.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={made}"}


def form_of(payload: dict[str, Any]) -> bytes:
    """Give an interaction as it is posted."""
    return urlencode({"payload": json.dumps(payload)}).encode()


def changed(ts: str, text: str, at: str, **more: object) -> dict[str, object]:
    inner = {"type": "message", "user": UMA, "text": text, "ts": ts, "team": TEAM, **more}
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "message": inner | {"edited": {"user": UMA, "ts": at}},
        "previous_message": inner | {"text": "before"},
        "channel": ASK,
        "ts": at,
        "event_ts": at,
        "channel_type": "channel",
    }


def reaction(ts: str, name: str, by: str = ADA, on: bool = True) -> dict[str, object]:
    return {
        "type": "reaction_added" if on else "reaction_removed",
        "user": by,
        "item": {"type": "message", "channel": ASK, "ts": ts},
        "reaction": name,
        "item_user": UMA,
        "event_ts": "1599616881.000800",
    }
