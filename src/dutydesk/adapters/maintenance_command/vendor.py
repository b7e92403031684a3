"""Commands of this machine that switch maintenance, as DUTYDESK_MAINTENANCE_COMMANDS names."""

from dutydesk.adapters.maintenance_command.sender import CommandSender
from dutydesk.ports.maintenance import COMMAND
from dutydesk.ports.vendor import Connection, Surroundings, Vendor


def connect(desk: Surroundings) -> Connection:
    """Bring what runs each service's command."""
    commands = desk.settings.maintenance.commands
    return Connection({COMMAND.one(slug): CommandSender(path) for slug, path in commands.items()})


VENDOR = Vendor("maintenance_command", connect)
