"""Somebody who does things in Slack, in the shapes in which Slack tells of it."""

import itertools
from typing import Any

from doubles.slack_workspace import TEAM
from dutydesk.slack.app import Slack
from testing.slack import ADA, ASK, UMA
from testing.world import World

_keys = itertools.count()


class Person:
    """Somebody who does things in Slack."""

    def __init__(self, world: World, slack: Slack, user: str = ADA) -> None:
        self.world, self.slack, self.user = world, slack, user
        self.said = {"id": user, "username": "x", "name": "x", "team_id": TEAM}

    def does(self, payload: dict[str, Any], key: str = "") -> Any:
        answer = self.slack.acting(key or f"slack:{next(_keys)}", payload, self.world.at)
        self.world.settle()
        return answer

    def pressed(self, action: str, about: str, **more: Any) -> dict[str, Any]:
        return {
            "type": "block_actions",
            "user": self.said,
            "api_app_id": "A111",
            "token": "verification_token",
            "container": {"type": "message", "message_ts": "111.222", "channel_id": ASK},
            "trigger_id": f"111.222.{next(_keys)}",
            "team": {"id": TEAM, "domain": "workspace-domain"},
            "channel": {"id": ASK, "name": "ask-cloud-platform"},
            "message": {"type": "message", "ts": "111.222", "thread_ts": "111.000", "text": "x"},
            "response_url": "https://hooks.slack.com/actions/T111/111/random-value",
            "actions": [
                {
                    "action_id": action,
                    "block_id": "b",
                    "text": {"type": "plain_text", "text": "Button", "emoji": True},
                    "value": about,
                    "type": "button",
                    "action_ts": "1596530385.194939",
                }
            ],
            **more,
        }

    def filled(self, view: dict[str, Any], **values: dict[str, Any]) -> dict[str, Any]:
        state = {name: {given.pop("as_", "value"): given} for name, given in values.items()}
        return {
            "type": "view_submission",
            "team": {"id": TEAM, "domain": "workspace-domain"},
            "user": self.said,
            "trigger_id": "111.222.valid",
            "view": {
                **view,
                "id": "V111",
                "state": {"values": state},
                "hash": "1596530361.3wRYuk3R",
            },
            "response_urls": [],
        }

    def changed(self, view: dict[str, Any], **values: dict[str, Any]) -> dict[str, Any]:
        """Give what Slack tells when a choice changes in a form that is open."""
        filled = self.filled(view, **values)
        blocks = [{"block_id": f"b{place}", **one} for place, one in enumerate(view["blocks"])]
        changed = {**filled["view"], "blocks": blocks, "root_view_id": "V111", "team_id": TEAM}
        return {**filled, "type": "block_actions", "view": changed, "actions": [{}]}

    def chose(self, callback: str, ts: str = "", channel: str = ASK) -> dict[str, Any]:
        chosen: dict[str, Any] = {
            "type": "shortcut",
            "token": "verification_token",
            "action_ts": "111.111",
            "team": {"id": TEAM, "domain": "workspace-domain"},
            "user": {"id": self.user, "username": "x", "team_id": TEAM},
            "callback_id": callback,
            "trigger_id": "111.111.xxxxxx",
        }
        if not ts:
            return chosen
        said = {"type": "message", "text": "Help", "user": UMA, "ts": ts, "team": TEAM}
        about = {"channel": {"id": channel, "name": "x"}, "message_ts": ts, "message": said}
        return chosen | about | {"type": "message_action"}

    def typed(self, text: str) -> dict[str, Any]:
        return {
            "type": "command",
            "team_id": TEAM,
            "channel_id": ASK,
            "user_id": self.user,
            "command": "/desk",
            "text": text,
            "trigger_id": "111.111.xxxxxx",
        }
