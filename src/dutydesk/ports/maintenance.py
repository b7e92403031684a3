"""Telling the world that a service's maintenance begins or ends."""

from collections.abc import Callable

from dutydesk.kernel.kinds import MessageKind

WEBHOOK = MessageKind("maintenance.webhook", "the service's webhook", latest_only=True)
COMMAND = MessageKind(
    "command",
    "the service's command",
    setting="DUTYDESK_MAINTENANCE_COMMANDS",
    latest_only=True,
)
"""One for each service, by its short name."""

WebhookOf = Callable[[int], tuple[str, str] | None]
"""Gives the address and the secret of a service's webhook; None if it has none."""
