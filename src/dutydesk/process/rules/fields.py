"""The kinds of values in a process file, and how each is checked."""

from collections.abc import Callable
from datetime import timedelta
from string import Formatter
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer

from dutydesk.kernel.durations import read_duration, write_duration
from dutydesk.kernel.moments import zone_names
from dutydesk.process.rules.mistakes import mistake
from dutydesk.process.rules.opening import check_hours

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _duration(value: Any) -> Any:
    if not isinstance(value, str):
        raise mistake(
            f"“{value}” is not a length of time.", "Write the unit too, like “15 minutes”."
        )
    try:
        length = read_duration(value)
    except ValueError as error:
        raise mistake(
            f"“{value}” is not a length of time.", "Write it like “15 minutes” or “2 weeks”."
        ) from error
    if not length:
        raise mistake("The length of time is nothing.", "Write one like “15 minutes”.")
    return length


def _hours(value: str) -> str:
    wrong = check_hours(value)
    if wrong:
        raise mistake(wrong, "Write hours like “Mo-Fr 09:00-17:00; PH off”.")
    return value


def _channel(value: str) -> str:
    if not value.startswith("#") or len(value) < 2 or " " in value:
        raise mistake(f"“{value}” is not a channel.", "Write it like “#ask-platform”, in quotes.")
    return value


def zone_name(value: str) -> str:
    """Check the name of a time zone: a place's, or UTC and its like; not a machine's own."""
    if value not in zone_names():
        raise mistake(f"“{value}” is not a time zone.", "Write one like “Europe/London”.")
    return value


def turn_start(value: str) -> str:
    """Check a day and a time, as in “Monday 10:00”."""
    day, _, clock = value.partition(" ")
    hours, _, minutes = clock.partition(":")
    known = day in _WEEKDAYS and len(clock) == 5 and (hours + minutes).isdecimal()
    if not known or int(hours) > 23 or int(minutes) > 59:
        raise mistake(f"“{value}” is not a day and a time.", "Write it like “Monday 10:00”.")
    return value


def different(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Check that nothing in a list is there twice."""
    seen: set[str] = set()
    for value in values:
        name = getattr(value, "id", value)
        if name in seen:
            raise mistake(f"“{name}” is there twice.", "Name each only once.")
        seen.add(name)
    return values


def filling(*names: str) -> Callable[[str], str]:
    """Give a check that a wording uses only the names in braces that the desk fills in."""
    known = " or ".join("{" + name + "}" for name in names) or "none"

    def check(value: str) -> str:
        try:
            used = {name for _, name, _, _ in Formatter().parse(value) if name is not None}
        except ValueError as error:
            raise mistake(
                "A brace is opened and not closed.", f"Names in braces here: {known}."
            ) from error
        unknown = sorted(used - set(names))
        if unknown:
            raise mistake(
                f"The desk can't fill in “{{{unknown[0]}}}”.", f"Names in braces here: {known}."
            )
        return value

    return check


Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    PlainSerializer(write_duration, return_type=str),
    Field(json_schema_extra={"type": "string", "examples": ["15 minutes", "2 weeks"]}),
]
Hours = Annotated[str, AfterValidator(_hours)]
ChannelName = Annotated[str, AfterValidator(_channel)]
