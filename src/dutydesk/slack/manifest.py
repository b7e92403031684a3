"""The app's manifest: what Slack asks of whoever installs it, from what the desk really does.

Source: https://docs.slack.dev/reference/app-manifest and https://docs.slack.dev/reference/scopes.
"""

from collections.abc import Collection, Mapping
from typing import Any

from dutydesk.slack import addresses
from dutydesk.slack.shortcuts import COMMAND, shortcuts

# Each event that the desk follows, with the scope that it needs.
EVENTS: Mapping[str, str] = {
    "app_home_opened": "",
    "channel_rename": "channels:read",
    "message.channels": "channels:history",
    "message.im": "im:history",  # To say that nobody reads it.
    "reaction_added": "reactions:read",
    "reaction_removed": "reactions:read",
}
# Each method of the Web API that the desk calls, with the scope that it needs.
METHODS: Mapping[str, str] = {
    "auth.test": "",
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.history": "channels:history",
    "conversations.info": "channels:read",
    "conversations.replies": "channels:history",
    "conversations.setTopic": "channels:write.topic",
    "reactions.add": "reactions:write",
    "reactions.remove": "reactions:write",
    "usergroups.list": "usergroups:read",
    "usergroups.users.update": "usergroups:write",
    "users.conversations": "channels:read",
    "users.info": "users:read",
    "users.lookupByEmail": "users:read.email",
    "views.open": "",
    "views.publish": "",
    "views.update": "",
}
_OTHERS = (
    "chat:write.customize",
    "chat:write.public",
    "commands",
    "files:read",  # Pictures, by the addresses that messages have.
    "users:read.email",
)


def scopes() -> list[str]:
    """Give every scope that the bot needs, in order."""
    return sorted({*EVENTS.values(), *METHODS.values(), *_OTHERS} - {""})


def manifest(*, address: str, socket: bool, actions: Collection[str]) -> dict[str, Any]:
    """Give the manifest. `address`: the desk's public one; by socket, none is asked for."""
    command = {
        "command": COMMAND,
        "description": "Who is on, declare an incident, and the rest",
        "usage_hint": "who | find WORDS | declare | announce | subscribe | cover | ticket | help",
        "should_escape": False,
        **({} if socket else {"url": address + addresses.COMMANDS}),
    }
    offered = [
        {"name": one.name, "type": one.where, "callback_id": one.callback}
        | {"description": one.description}
        for one in shortcuts(actions)
    ]
    interactions = {} if socket else {"request_url": address + addresses.INTERACTIONS}
    told = {} if socket else {"request_url": address + addresses.EVENTS}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Duty Desk",
            "description": "Runs the platform team's process: questions, on call, incidents.",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Duty Desk", "always_online": True},
            "shortcuts": offered,
            "slash_commands": [command],
        },
        "oauth_config": {"scopes": {"bot": scopes()}},
        "settings": {
            "event_subscriptions": {**told, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **interactions},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket,
            "token_rotation_enabled": False,
        },
    }
