"""The process file as typed values. One class a section, one field a statement of the process."""

from datetime import date, timedelta
from functools import cached_property
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer

from dutydesk.kernel.durations import read_duration, write_duration
from dutydesk.process.rules.hours import Calendar, Clock, check_hours

Priority = Literal["high", "normal"]
Severity = Literal["high", "low"]
Duty = Literal["support", "primary", "secondary"]


def _duration(value: Any) -> Any:
    return read_duration(value) if isinstance(value, str) else value


def _hours(value: str) -> str:
    wrong = check_hours(value)
    if wrong:
        raise ValueError(wrong)
    return value


def _channel(value: str) -> str:
    if not value.startswith("#") or len(value) < 2 or " " in value:
        raise ValueError(f"“{value}” is not a channel; write it like “#ask-platform”, in quotes.")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError) as error:
        raise ValueError(
            f"“{value}” is not a time zone; write one like “Europe/London”."
        ) from error
    return value


Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    PlainSerializer(write_duration, return_type=str),
    Field(json_schema_extra={"type": "string", "examples": ["15 minutes", "2 weeks"]}),
]
Hours = Annotated[str, AfterValidator(_hours)]
ChannelName = Annotated[str, AfterValidator(_channel)]


class Section(BaseModel):
    """A part of the file; a key that it doesn't know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Team(Section):
    """Who runs this process."""

    name: str
    channel: ChannelName
    mention: str


class Place(Section):
    """Where the process lives: its time zone, and whose public holidays it keeps."""

    zone: Annotated[str, AfterValidator(_zone)] = "UTC"
    country: str = ""
    subdivision: str = ""


class NamedClock(Section):
    """A way to count time, in OpenStreetMap's opening_hours syntax."""

    title: str
    hours: Hours


class Support(Section):
    """The support sub-team and its day."""

    size: int = Field(ge=1)
    stint: Duration
    every: Duration
    day_start: tuple[str, ...]
    during: tuple[str, ...]
    team: tuple[str, ...]
    day_end: tuple[str, ...]


class Ticket(Section):
    """How longer work is recorded."""

    tracker: str
    label: str
    columns: tuple[str, ...] = Field(min_length=2)


class AskWords(Section):
    """What the desk itself says in the ask channel. `{names}` in braces are filled in."""

    welcome: str
    nobody: str
    out_of_hours: str
    offer_ticket: str
    ticket_raised: str
    how_was_it: str
    thanks: str


class Ask(Section):
    """The ask channel: the front door for support."""

    channel: ChannelName
    style: tuple[str, ...]
    quick_limit: Duration
    ticket: Ticket
    words: AskWords


class Announcements(Section):
    """Broadcasts."""

    when: tuple[str, ...]
    names: tuple[str, ...]
    notifiers: Literal["never", "if necessary"]


class Alarms(Section):
    """Where alerts are shown, and which severities of the monitoring system are high."""

    high_channel: ChannelName
    low_channel: ChannelName
    high_severities: tuple[str, ...]


class Criterion(Section):
    """One thing that makes an incident a high-priority one."""

    id: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    text: str


class Gathering(Section):
    """The support team's regular meeting in a high-priority incident."""

    every: Duration
    questions: tuple[str, ...] = Field(min_length=1)


class Incidents(Section):
    """How an incident is declared, told and led."""

    high: tuple[Criterion, ...] = Field(min_length=1)
    first_update: Duration
    updates_every: Duration
    warn_before: Duration
    gathering: Gathering


class Turn(Section):
    """How long one on-call turn is and when it changes hands, in local time."""

    length: Duration
    starts: str


class Newcomers(Section):
    """Who counts as new to the rota, and who as experienced, in finished turns."""

    new_below: int = Field(ge=0)
    experienced_from: int = Field(ge=0)


class OnCall(Section):
    """Who is paged, in which order, and what on call owes."""

    order: tuple[Duty, ...] = Field(min_length=1)
    turn: Turn
    newcomers: Newcomers
    acknowledge_within: Duration
    ask_again_after: Duration
    limit: Duration
    warn_before: Duration


class Improvements(Section):
    """By when an improvement is due, by its priority."""

    high_due: Duration
    other_due: Duration


class Postmortems(Section):
    """The blameless review after a high-priority incident."""

    session_within_working_days: int = Field(ge=1)
    improvements: Improvements


class Measure(Section):
    """One thing that the team wants to know about how it is doing."""

    id: Literal["availability", "incidents", "recovery", "happiness"]
    text: str


class Approval(Section):
    """Somebody who approved this process, and when if it is known."""

    name: str
    on: date | None = None


class Process(Section):
    """A team's whole process."""

    version: Literal[1]
    team: Team
    place: Place
    clocks: dict[str, NamedClock]
    support: Support
    ask: Ask
    announcements: Announcements
    alarms: Alarms
    incidents: Incidents
    on_call: OnCall
    postmortems: Postmortems
    documentation: tuple[str, ...]
    measures: tuple[Measure, ...]
    approved: tuple[Approval, ...]

    @cached_property
    def zone(self) -> ZoneInfo:
        """Give the zone in which the process asks about hours."""
        return ZoneInfo(self.place.zone)

    @cached_property
    def calendar(self) -> Calendar:
        """Give the zone and holidays that its clocks count by."""
        return Calendar(self.zone, self.place.country, self.place.subdivision)

    def clock(self, name: str) -> Clock:
        """Give the clock of that name; `elapsed` always exists. KeyError if there is none."""
        if name == "elapsed":
            return Clock("elapsed", None, self.calendar, "Elapsed time")
        named = self.clocks[name]
        return Clock(name, named.hours, self.calendar, named.title)
