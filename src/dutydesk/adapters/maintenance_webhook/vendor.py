"""The webhooks that are told of maintenance: each service has its own, which people set."""

from dutydesk.adapters.maintenance_webhook.sender import WebhookSender
from dutydesk.ports.maintenance import WEBHOOK, WebhookOf
from dutydesk.ports.vendor import Connection, Surroundings, Vendor


def connect(desk: Surroundings) -> Connection:
    """Bring what calls the webhooks."""
    return Connection(
        {WEBHOOK: WebhookSender(desk.gives[WebhookOf], desk.settings.contact_method_hosts)}
    )


VENDOR = Vendor("maintenance_webhook", connect)
