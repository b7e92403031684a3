"""Whatever Slack might send, signed, is taken or left, and never fails."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doubles.slack_workspace import Workspace
from dutydesk.slack.app import Slack
from dutydesk.slack.door import keep_event, read
from testing import junk
from testing.arrivals import worked_out
from testing.slack import ADA, ASK, UMA, event, form_of, hear, message, slack_of, ts_of
from testing.world import World

pytestmark = pytest.mark.django_db
fuzzed = settings(
    settings.get_profile("fuzz"),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    max_examples=settings.get_profile("fuzz").max_examples // 6,
)
TS = "1795600000.000100"
EVENTS = [
    event(message("Help <@U0ADA> <https://x.org|x>", TS, thread_ts=TS)),
    event(
        {
            "type": "message",
            "subtype": "message_changed",
            "channel": ASK,
            "channel_type": "channel",
            "message": {"user": UMA, "text": "x", "ts": TS, "files": [{"name": "f"}]},
            "previous_message": {"user": UMA, "text": "y", "ts": TS},
        }
    ),
    event(
        {
            "type": "reaction_added",
            "user": ADA,
            "reaction": "eyes",
            "item": {"channel": ASK, "ts": TS},
        }
    ),
    event(
        {
            "type": "message",
            "subtype": "bot_message",
            "channel": ASK,
            "channel_type": "channel",
            "bot_id": "B0FORM",
            "workflow_id": "Wf0ASK",
            "username": "A form",
            "bot_profile": {"name": "A form", "is_workflow_bot": True},
            "text": "From <@U0UMA>: help <!subteam^S0614TZR7>",
            "ts": TS,
        }
    ),
    event(
        message("Help", TS, bot_id="B0HELPER", app_id="A0HELPER")
        | {"files": [{"name": "f", "preview": "x", "lines_more": 3}]}
    ),
    event(
        {
            "type": "message",
            "subtype": "message_deleted",
            "channel": ASK,
            "channel_type": "channel",
            "deleted_ts": "1795600000.000200",
            "previous_message": {"user": UMA, "ts": "1795600000.000200", "thread_ts": TS},
        }
    ),
    event({"type": "channel_rename", "channel": {"id": ASK, "name": "new"}}),
]
ACTS = [
    {
        "type": "block_actions",
        "user": {"id": ADA},
        "trigger_id": "1.2",
        "channel": {"id": ASK},
        "message": {"thread_ts": TS, "ts": TS},
        "actions": [{"action_id": "ticket.raise", "value": "question:1"}],
    },
    {
        "type": "view_submission",
        "user": {"id": ADA},
        "view": {
            "callback_id": "ticket.raise",
            "private_metadata": '{"about": "question:1"}',
            "blocks": [{"type": "input", "block_id": "title"}],
            "state": {
                "values": {
                    "title": {"value": {"type": "plain_text_input", "value": "x"}},
                    "when": {"value": {"type": "datetimepicker", "selected_date_time": 1}},
                    "who": {"flag": {"type": "checkboxes", "selected_options": [{"value": "a"}]}},
                }
            },
        },
    },
    {
        "type": "message_action",
        "user": {"id": ADA},
        "callback_id": "message:ticket.raise",
        "channel": {"id": ASK},
        "message": {"ts": TS},
    },
    {"type": "command", "user_id": ADA, "text": "who", "trigger_id": "1.2"},
]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, "2026-11-24T11:00")


@pytest.fixture
def slack(world: World, there: Workspace) -> Slack:
    made = slack_of(world, there)
    hear(world, event(message("Visits are down", ts_of(world.at))))
    return made


@pytest.mark.usefixtures("slack")
@fuzzed
@given(told=st.sampled_from(EVENTS).flatmap(junk.mutated))
@pytest.mark.long
def test_any_event_is_taken_or_left(world: World, told: Any) -> None:
    try:
        payload = read("/slack/events", json.dumps(told).encode())
    except ValueError:
        return
    with transaction.atomic():
        keep_event({**payload, "event_id": "Ev1"}, world.at)
        worked_out(world.at)
        transaction.set_rollback(True)


@fuzzed
@given(told=st.sampled_from(ACTS).flatmap(junk.mutated))
@pytest.mark.long
def test_any_interaction_is_answered(world: World, slack: Slack, told: Any) -> None:
    try:
        payload = read("/slack/interactions", form_of(told))
    except ValueError:
        return
    with transaction.atomic():
        slack.acting("slack:key", payload, world.at)
        transaction.set_rollback(True)
