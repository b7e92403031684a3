"""What forms about an incident share, some of them with forms about announcements."""

from datetime import datetime

from dutydesk.kernel import bounds
from dutydesk.kernel.actions import ActionRequest
from dutydesk.kernel.forms import Field
from dutydesk.kernel.moments import write_moment
from dutydesk.kernel.subjects import number_of
from dutydesk.process.flows import process


def incident_of(press: ActionRequest) -> int:
    """Give the incident that something is done to."""
    return number_of(press.about, "incident")


def write_time(at: datetime) -> str:
    """Give a moment as a form's time field takes it."""
    return write_moment(at, process.in_force().zone)


def seen_field(latest: int) -> Field:
    """Keep in a form the number of the last change that its reader saw."""
    return Field("seen", "As it was seen", "hidden", False, value=str(latest))


def seen_of(press: ActionRequest) -> int | None:
    """Give the last change that whoever fills in the form saw."""
    return bounds.number(press.answers.text("seen"))
