"""Commands of this machine that switch maintenance: those that DUTYDESK_MAINTENANCE_COMMANDS names.

A setting that can't be read is logged, and switches none of them on.
"""

import logging
from pathlib import Path

from dutydesk.adapters.maintenance_command.sender import CommandSender, read_commands
from dutydesk.ports.maintenance import COMMAND
from dutydesk.ports.vendor import Connection, Surroundings, Vendor

logger = logging.getLogger(__name__)
_SETTING = "DUTYDESK_MAINTENANCE_COMMANDS"


def connect(desk: Surroundings) -> Connection:
    """Bring what runs each service's command."""
    commands = _commands(desk.settings.read(_SETTING))
    return Connection({COMMAND.one(slug): CommandSender(path) for slug, path in commands.items()})


def _commands(setting: str) -> dict[str, Path]:
    try:
        return read_commands(setting)
    except ValueError as error:
        logger.error("%s is left aside: %s", _SETTING, error)
        return {}


VENDOR = Vendor("maintenance_command", connect)
