"""Alertmanager: told of silences and asked what it knows, if DUTYDESK_ALERTMANAGER_URL is set."""

from dutydesk.adapters.alertmanager.sender import AlertmanagerSender
from dutydesk.ports.silences import LOOK, SILENCE
from dutydesk.ports.vendor import Connection, Surroundings, Vendor


def connect(desk: Surroundings) -> Connection:
    """Bring what tells Alertmanager."""
    given = desk.settings.alertmanager
    if not given.url:
        return Connection()
    sender = AlertmanagerSender(
        given.url,
        auth=given.auth.get_secret_value(),
        auth_file=str(desk.settings.files.get("DUTYDESK_ALERTMANAGER_AUTH", "")),
    )
    return Connection({SILENCE: sender, LOOK: sender})


VENDOR = Vendor("alertmanager", connect)
