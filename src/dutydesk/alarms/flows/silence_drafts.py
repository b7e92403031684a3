"""The form of a silence, and reading it: on a screen or in a terminal."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from dutydesk.alarms.flows.silences import SilenceDraft
from dutydesk.alarms.rules.silence_matchers import read_matchers
from dutydesk.kernel import bounds
from dutydesk.kernel.durations import read_duration
from dutydesk.kernel.forms import Field, Form
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows import known_services
from dutydesk.people.models import Service
from dutydesk.process.flows import process
from dutydesk.rota.rules import typed as reading

_MATCHERS = (
    "One a line; all have to match. Take a line away to quiet more. “=” equals, “!=” doesn't, “=~”"
    " and “!~” match the whole value by a regular expression."
)
_REASON = "For whoever finds it at night. Your name goes with it."
_WINDOWS = (
    "One a line, like “Sun 02:00-04:00”, {} time, also when the clocks change. With windows it may "
    "last a year."
)


def form() -> Form:
    """Give the form. An end that is filled in goes before a length."""
    services = ((str(number), name) for number, name in Service.objects.values_list("pk", "name"))
    return Form(
        "Make a silence",
        "Preview: show what it would quiet",
        (
            Field("matchers", "Alerts with these labels", "long", False, _MATCHERS, rule=_matchers),
            Field(
                "service", "Of this service only", "choice", False, options=(("", "Any"), *services)
            ),
            Field("reason", "Why", hint=_REASON, longest=300),
            Field("lasts", "For how long", required=False, value="2 hours", rule=_length),
            Field("until", "Or until", "time", False, "It goes before a length."),
            Field("starts", "From", "time", False, "Now, if left out."),
            Field(
                "windows", "Only in these windows of each week", "long", False,
                _WINDOWS.format(process.in_force().zone),
                rule=reading.windows,
            ),
        ),
    )  # fmt: skip


def read_wanted(typed: Mapping[str, str], *, zone: ZoneInfo, at: datetime) -> SilenceDraft:
    """Read what was filled in, with its times in `zone`, or refuse it with all that is wrong.

    A service is its number or its name. A beginning that is left out is now.
    """
    filled = {**typed, "service": _service(typed.get("service", ""))}
    answers = form().read(filled, zone)
    starts = answers.moment_if_any("starts") or at
    return SilenceDraft(
        matchers=read_matchers(answers.text("matchers").splitlines()),
        starts_at=starts,
        ends_at=answers.moment_if_any("until") or _after(starts, answers.text("lasts")),
        reason=answers.text("reason"),
        service=answers.number_if_any("service"),
        windows=reading.windows(answers.text("windows")),
    )


def _matchers(text: str) -> object:
    return read_matchers(text.splitlines())


def _length(text: str) -> None:
    try:
        read_duration(text)
    except (ValueError, OverflowError) as error:
        raise ValueError("is no length of time; write it like “2 hours”") from error


def _service(text: str) -> str:
    """Give the number of a service that is given by its number or its name."""
    if not text or bounds.number(text) is not None:
        return text
    found = known_services.called(text)
    if found is None:
        raise Refused(f"There is no service {text}.", "Services are named under People.")
    return str(found.pk)


def _after(starts: datetime, text: str) -> datetime:
    try:
        return starts + read_duration(text)
    except (ValueError, OverflowError) as error:
        raise Refused("The silence has no end.", "Say for how long, or until when.") from error
