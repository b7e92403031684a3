"""Reading what somebody filled in about an incident."""

from datetime import datetime

from dutydesk.kernel.actions import ActionRequest
from dutydesk.kernel.refusals import Refused
from dutydesk.kernel.subjects import number_of
from dutydesk.process.flows import process
from dutydesk.process.rules.hours import in_zone


def incident_of(press: ActionRequest) -> int:
    """Give the incident that something is done to."""
    return number_of(press.about, "incident")


def read_time(text: str) -> datetime | None:
    """Give the moment that somebody filled in, or None if they left it out."""
    if not text:
        return None
    try:
        return in_zone(text, process.in_force().zone)
    except ValueError as error:
        raise Refused(f"“{text}” is not a time.", "Write it like 2026-03-29T09:00.") from error


def write_time(at: datetime) -> str:
    """Give a moment as a form's time field takes it."""
    return f"{at.astimezone(process.in_force().zone):%Y-%m-%dT%H:%M}"
