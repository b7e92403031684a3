"""The kinds of values in a process file, and how each is checked."""

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from string import Formatter
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
)
from pydantic_core import PydanticKnownError

from dutydesk.kernel.durations import PATTERN, TooLong, read_duration, write_duration
from dutydesk.kernel.moments import zone_names
from dutydesk.process.rules.mistakes import brief, mistake
from dutydesk.process.rules.opening_hours import WORDS, check_hours

LONGEST = timedelta(days=366)
MOST = 100_000
_DIGITS = re.compile(r"[0-9]{1,9}")
_CLOCK_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_CHANNEL = r"#\S{1,79}"
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _duration(value: Any) -> Any:
    if not isinstance(value, str):
        raise mistake(
            f"“{brief(value)}” is not a length of time.", "Write the unit too, like “15 minutes”."
        )
    try:
        length = read_duration(value)
    except TooLong:
        length = timedelta.max
    except ValueError as error:
        raise mistake(
            f"“{brief(value)}” is not a length of time.", "Write it like “15 minutes” or “2 weeks”."
        ) from error
    if not length:
        raise mistake("The length of time is nothing.", "Write one like “15 minutes”.")
    if length > LONGEST:
        raise mistake(f"“{brief(value)}” is more than a year.", "Write “366 days” or less.")
    return length


def at_least(shortest: timedelta) -> Callable[[timedelta], timedelta]:
    """Give a check that a length of time is no shorter than that."""

    def check(value: timedelta) -> timedelta:
        if value < shortest:
            least = write_duration(shortest)
            raise mistake(
                f"“{write_duration(value)}” is too short here.", f"Write “{least}” or more."
            )
        return value

    return check


def whole_hours(value: timedelta) -> timedelta:
    """Check that a length of time can be a turn: some whole hours."""
    if value % timedelta(hours=1):
        raise mistake(
            f"“{write_duration(value)}” is not a number of whole hours.",
            "Write one like “12 hours” or “1 week”.",
        )
    return value


def _count(value: Any) -> int:
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise PydanticKnownError("int_type")
    return value


def _time_of_day(value: Any) -> time:
    if not isinstance(value, str) or not _CLOCK_TIME.fullmatch(value):
        raise mistake(
            f"“{brief(value)}” is not a time of day.", "Write it in quotes, like “09:00”."
        )
    return time.fromisoformat(value)


def _end_of_part(value: Any) -> time:
    """Read a time of day; “24:00”, the end of the day, is kept as midnight."""
    return time() if value == "24:00" else _time_of_day(value)


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(value if len(value) == 10 else "")
    except (TypeError, ValueError) as error:
        raise mistake(
            f"“{brief(value)}” is not a day.", "Write year, month and day, like “2026-01-31”."
        ) from error


def _hours(value: str) -> str:
    wrong = check_hours(value)
    if wrong:
        raise mistake(wrong, "Write hours like “Mo-Fr 09:00-17:00; PH off”.")
    return value


def _channel(value: str) -> str:
    if not re.fullmatch(_CHANNEL, value):
        raise mistake(
            f"“{brief(value)}” is not a channel.", "Write it like “#ask-platform”, in quotes."
        )
    return value


def _leader(value: str) -> str:
    if "@" in value and not re.fullmatch(r"[^@\s<>,;\"]{1,64}@[A-Za-z0-9.-]{1,189}", value):
        raise mistake(
            f"“{brief(value)}” is not an e-mail address.",
            "Write one like “director@example.org”, or the name of somebody of the desk.",
        )
    return value


def _mark(value: str) -> str:
    if not value.strip():
        raise mistake("An empty text is part of every text.", "Write a word, or leave it out.")
    return value


def zone_name(value: str) -> str:
    """Check the name of a time zone: a place's, or UTC and its like; not a machine's own."""
    if value not in zone_names():
        raise mistake(f"“{value}” is not a time zone.", "Write one like “Europe/London”.")
    return value


def turn_start(value: str) -> str:
    """Check a day and a time, as in “Monday 10:00”."""
    day, _, clock = value.partition(" ")
    if day not in _WEEKDAYS or not _CLOCK_TIME.fullmatch(clock):
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


def filling(*names: str) -> AfterValidator:
    """Give a check of a wording: it says something, and the desk can fill it in for any value.

    A name stands in braces by itself: no code after it says how to write what takes its place.
    """
    known = " or ".join("{" + name + "}" for name in names) or "none"

    def check(value: str) -> str:
        try:
            places = [place for place in Formatter().parse(value) if place[1] is not None]
        except ValueError as error:
            raise mistake(
                "A brace stands alone.",
                f"Names in braces here: {known}. Write a brace that is meant as one twice: {{{{.",
            ) from error
        for _, name, code, conversion in places:
            if name not in names:
                raise mistake(
                    f"The desk can't fill in “{{{brief(name)}}}”.",
                    f"Names in braces here: {known}.",
                )
            if code or conversion:
                raise mistake(
                    f"“{{{name}}}” has a code in its braces.",
                    f"Write {{{name}}} alone; the desk says it in words.",
                )
        if not value.strip():
            raise mistake("The wording is empty.", "Write what the desk is to say.")
        return value

    return AfterValidator(check)


def _written_too(pattern: str, *kinds: str) -> Callable[[dict[str, Any]], None]:
    """Let a schema take what fits the pattern as text too, and these kinds, as the desk does."""

    def take(schema: dict[str, Any]) -> None:
        schema["type"], schema["pattern"] = [schema["type"], "string", *kinds], pattern

    return take


Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    PlainSerializer(write_duration, return_type=str),
    Field(
        json_schema_extra={
            "type": "string",
            "pattern": PATTERN,
            "examples": ["15 minutes", "2 weeks"],
        }
    ),
]
Interval = Annotated[Duration, AfterValidator(at_least(timedelta(minutes=1)))]
Count = Annotated[
    int,
    BeforeValidator(_count),
    Field(ge=0, le=MOST, json_schema_extra=_written_too(f"^{_DIGITS.pattern}$")),
]
Flag = Annotated[
    bool,
    Field(
        json_schema_extra=_written_too(
            "^([tT]([rR][uU][eE])?|[fF]([aA][lL][sS][eE])?|[yY]([eE][sS])?|[nN][oO]?"
            "|[oO][nN]|[oO][fF][fF]|[01])$",
            "number",
        )
    ),
]
TimeOfDay = Annotated[
    time,
    PlainValidator(_time_of_day),
    PlainSerializer(lambda value: f"{value:%H:%M}", return_type=str),
    WithJsonSchema({"type": "string", "pattern": f"^{_CLOCK_TIME.pattern}$"}),
]
EndOfPart = Annotated[
    time,
    PlainValidator(_end_of_part),
    PlainSerializer(
        lambda value: f"{value:%H:%M}" if value != time() else "24:00", return_type=str
    ),
    WithJsonSchema({"type": "string", "pattern": f"^({_CLOCK_TIME.pattern}|24:00)$"}),
]
Day = Annotated[date, PlainValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
EmojiName = Annotated[str, Field(pattern=r"^[a-z0-9_+'-]{1,60}$")]
Line = Annotated[str, Field(min_length=1, max_length=200)]
LeaderName = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_leader)]
Mark = Annotated[str, Field(max_length=100), AfterValidator(_mark)]
Hours = Annotated[
    str,
    AfterValidator(_hours),
    Field(json_schema_extra={"pattern": WORDS, "examples": ["Mo-Fr 09:00-17:00; PH off"]}),
]
ChannelName = Annotated[
    str,
    AfterValidator(_channel),
    Field(json_schema_extra={"pattern": f"^{_CHANNEL}$", "examples": ["#ask-platform"]}),
]
ZoneName = Annotated[
    str,
    AfterValidator(zone_name),
    WithJsonSchema({"type": "string", "enum": sorted(zone_names())}),
]
TurnStart = Annotated[
    str,
    AfterValidator(turn_start),
    Field(
        json_schema_extra={
            "pattern": f"^({'|'.join(_WEEKDAYS)}) {_CLOCK_TIME.pattern}$",
            "examples": ["Monday 10:00"],
        }
    ),
]
