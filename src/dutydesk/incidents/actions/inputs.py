"""What forms about an incident share."""

from datetime import datetime

from dutydesk.kernel.actions import ActionRequest
from dutydesk.kernel.moments import write_moment
from dutydesk.kernel.subjects import number_of
from dutydesk.process.flows import process


def incident_of(press: ActionRequest) -> int:
    """Give the incident that something is done to."""
    return number_of(press.about, "incident")


def write_time(at: datetime) -> str:
    """Give a moment as a form's time field takes it."""
    return write_moment(at, process.in_force().zone)
