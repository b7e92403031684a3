"""Alertmanager: told of silences and asked what it knows, if DUTYDESK_ALERTMANAGER_URL is set."""

from dutydesk.adapters.alertmanager.sender import AlertmanagerSender
from dutydesk.ports.silences import LOOK, SILENCE
from dutydesk.ports.vendor import Connection, Surroundings, Vendor


def connect(desk: Surroundings) -> Connection:
    """Bring what tells Alertmanager."""
    read = desk.settings.read
    address = read("DUTYDESK_ALERTMANAGER_URL")
    if not address:
        return Connection()
    sender = AlertmanagerSender(
        address,
        auth=read("DUTYDESK_ALERTMANAGER_AUTH"),
        auth_file=read("DUTYDESK_ALERTMANAGER_AUTH_FILE"),
    )
    return Connection({SILENCE: sender, LOOK: sender})


VENDOR = Vendor("alertmanager", connect)
