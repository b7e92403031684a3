"""Reading the silence that somebody typed, on a screen or in a terminal."""

from collections.abc import Mapping
from datetime import datetime

from dutydesk.alarms.flows.silences import SilenceDraft
from dutydesk.alarms.rules.silence_matchers import read_matchers
from dutydesk.kernel import bounds
from dutydesk.kernel.durations import read_duration
from dutydesk.kernel.refusals import Refused
from dutydesk.people.models import Service
from dutydesk.process.flows import process
from dutydesk.process.rules.hours import in_zone
from dutydesk.rota.rules import typed as reading


def read_wanted(typed: Mapping[str, str], *, at: datetime) -> SilenceDraft:
    """Read what was filled in, or refuse it with what is missing.

    An end that is typed goes before a length; a beginning that is left out is now.
    """
    starts = _moment(typed.get("starts", ""), "beginning") or at
    ends = _moment(typed.get("until", ""), "end")
    if ends is None:
        ends = _after(starts, typed.get("lasts", ""))
    return SilenceDraft(
        matchers=read_matchers(typed.get("matchers", "").splitlines()),
        starts_at=starts,
        ends_at=ends,
        reason=typed.get("reason", ""),
        service=_service(typed.get("service", "")),
        windows=reading.windows(typed.get("windows", "")),
    )


def _service(text: str) -> int | None:
    """Find a service by its number or its name."""
    number = bounds.number(text)
    if not text or number is not None:
        return number
    found = Service.objects.filter(name__iexact=text).first()
    if found is None:
        raise Refused(f"There is no service {text}.", "Services are named under People.")
    return found.pk


def _after(starts: datetime, text: str) -> datetime:
    try:
        return starts + read_duration(text)
    except (ValueError, OverflowError) as error:
        raise Refused("The silence has no end.", "Say for how long, or until when.") from error


def _moment(text: str, what: str) -> datetime | None:
    if not text:
        return None
    try:
        return in_zone(text, process.in_force().zone)
    except (ValueError, OverflowError) as error:
        raise Refused(f"The {what} is not a time.", "Write it like 2026-03-29T09:00.") from error
