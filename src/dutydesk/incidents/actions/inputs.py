"""What forms about an incident share, some of them with forms about announcements."""

from dutydesk.kernel import bounds
from dutydesk.kernel.actions import ActionRequest
from dutydesk.kernel.forms import Field
from dutydesk.kernel.subjects import number_of


def incident_of(press: ActionRequest) -> int:
    """Give the incident that something is done to."""
    return number_of(press.about, "incident")


def seen_field(latest: int) -> Field:
    """Keep in a form the number of the last change that its reader saw."""
    return Field("seen", "As it was seen", "hidden", False, value=str(latest))


def seen_of(press: ActionRequest) -> int | None:
    """Give the last change that whoever fills in the form saw."""
    return bounds.number(press.answers.text("seen"))
