"""The manifest asks for all that the desk does in Slack, and for nothing else."""

import json
import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from typer.testing import CliRunner

import dutydesk.adapters.slack
import dutydesk.slack
from dutydesk.cli import app
from dutydesk.slack import envelopes, manifest, payloads, shortcuts
from dutydesk.wiring import ACTIONS
from testing.slack import event

SOURCES = [
    file.read_text()
    for package in (dutydesk.adapters.slack, dutydesk.slack)
    for file in Path(str(package.__file__)).parent.glob("*.py")
]
URL = "https://desk.example.org"
EXAMPLES: dict[str, dict[str, Any]] = {
    "app_home_opened": {"type": "app_home_opened", "user": "U1", "tab": "home"},
    "channel_rename": {"type": "channel_rename", "channel": {"id": "C1", "name": "x"}},
    "message.channels": {
        "type": "message",
        "channel_type": "channel",
        "channel": "C1",
        "user": "U1",
        "ts": "1.2",
    },
    "message.im": {
        "type": "message",
        "channel_type": "im",
        "channel": "D1",
        "user": "U1",
        "ts": "1.2",
    },
    "reaction_added": {
        "type": "reaction_added",
        "user": "U1",
        "reaction": "eyes",
        "item": {"channel": "C1", "ts": "1.2"},
    },
    "reaction_removed": {
        "type": "reaction_removed",
        "user": "U1",
        "reaction": "eyes",
        "item": {"channel": "C1", "ts": "1.2"},
    },
}


def printed(*options: str) -> str:
    result = CliRunner().invoke(app, ["slack", "manifest", *options])
    assert result.exit_code == 0, result.output
    return result.output


def test_it_is_yaml_or_json_and_the_same() -> None:
    as_yaml = YAML(typ="safe").load(printed("--url", URL))
    assert as_yaml == json.loads(printed("--url", URL, "--json"))
    assert as_yaml["settings"]["event_subscriptions"]["request_url"] == f"{URL}/slack/events"
    assert as_yaml["features"]["slash_commands"][0]["url"] == f"{URL}/slack/commands"


def test_by_socket_it_names_no_address() -> None:
    text = printed("--socket", "--json")
    assert "url" not in text
    assert json.loads(text)["settings"]["socket_mode_enabled"] is True


def test_an_address_that_slack_does_not_post_to_is_said() -> None:
    result = CliRunner().invoke(app, ["slack", "manifest", "--url", "http://localhost:8000"])
    assert result.exit_code == 2
    assert "--socket" in result.output


def test_every_event_that_it_asks_for_is_followed() -> None:
    made = manifest.manifest(address=URL, socket=False, actions=ACTIONS.names())
    asked = made["settings"]["event_subscriptions"]["bot_events"]
    assert set(asked) == set(EXAMPLES)
    for name in asked:
        assert envelopes.matters(event(EXAMPLES[name])), name


def test_every_shortcut_that_it_offers_leads_to_an_action_that_exists() -> None:
    made = manifest.manifest(address=URL, socket=False, actions=ACTIONS.names())
    offered = made["features"]["shortcuts"]
    names = {one["callback_id"] for one in offered}
    assert names >= {"message:ticket.raise", "message:thread.ask", "global:who"}
    for one in offered:
        name = one["callback_id"].partition(":")[2]
        assert name in (shortcuts.WHO, *ACTIONS.names())
        assert len(one["name"]) <= 24
        assert {"message": "message_action", "global": "shortcut"}[one["type"]] in payloads._READERS
    assert all(sum(one["type"] == kind for one in offered) <= 5 for kind in ("message", "global"))
    assert not [
        one
        for one in manifest.manifest(address="", socket=True, actions=())["features"]["shortcuts"]
        if one["callback_id"] != "global:who"
    ]


def test_every_method_that_is_called_has_its_scope() -> None:
    called = {
        method
        for source in SOURCES
        for method in re.findall(r'call\(\s*"([a-z]+\.[a-zA-Z.]+)"', source)
    }
    assert called <= set(manifest.METHODS)
    assert len(called) > 4
    scopes = manifest.scopes()
    assert {"users:read.email", "commands", "channels:history"} <= set(scopes)
    assert all(re.fullmatch(r"[a-z.]+:[a-z.]+|commands", scope) for scope in scopes)
