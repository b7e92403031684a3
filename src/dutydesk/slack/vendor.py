"""Slack: people are heard there and answered, if DUTYDESK_SLACK_BOT_TOKEN is set.

Else its client, 10 MiB, is not loaded.
"""

from dataclasses import replace
from importlib import import_module

from dutydesk.ports.outside import Manifest
from dutydesk.ports.vendor import Connection, Surroundings, Vendor
from dutydesk.slack import kinds
from dutydesk.slack.manifest import manifest


def connect(desk: Surroundings) -> Connection:
    """Bring what hears Slack and speaks there; the manifest of its app in any case."""

    def describe(address: str, socket: bool) -> dict[str, object]:
        return manifest(address=address, socket=socket, actions=desk.actions.names())

    made = Connection()
    if desk.settings.slack.bot_token.get_secret_value():
        made = import_module("dutydesk.slack.connection").connection(desk)
    return replace(made, offers={Manifest: describe})


VENDOR = Vendor("slack", connect, messages=(kinds.REPLY, kinds.HOME, kinds.GROUP, kinds.TOPIC))
