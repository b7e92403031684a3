"""Making a new desk ready to be filled, as `prepare` does, but with a process from long ago."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from dutydesk.chat.flows import channels
from dutydesk.data_folder import make_secrets, process_file
from dutydesk.process.flows import process
from dutydesk.site.demo.fill import refuse_unless_empty
from dutydesk.site.prepare import migrate
from dutydesk.wiring import now

__all__ = ("make_ready", "now", "zone")
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def make_ready() -> None:
    """Make the tables, and adopt the process as if it had always been in force.

    Raises NotEmpty before anything is changed.
    """
    make_secrets()
    refuse_unless_empty()
    process.ship(process_file())
    migrate()
    process.adopt(file=process_file(), at=LONG_AGO)
    channels.open_channels()


def zone() -> ZoneInfo:
    """Give the process's time zone."""
    return process.in_force().zone
