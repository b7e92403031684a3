"""The process file as typed values. One class a section, one field a statement of the process."""

from datetime import timedelta
from functools import cached_property, lru_cache
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from dutydesk.process.rules.announcements import Announcements
from dutydesk.process.rules.arrivals import ArrivalsSection
from dutydesk.process.rules.ask_channel import Ask
from dutydesk.process.rules.availability import Availability, AvailabilitySection
from dutydesk.process.rules.calendar import Calendar
from dutydesk.process.rules.fields import (
    ChannelName,
    Count,
    Day,
    Duration,
    EmojiName,
    Flag,
    Hours,
    Id,
    Interval,
    LeaderName,
    Line,
    at_least,
    different,
    whole_hours,
)
from dutydesk.process.rules.handbook import HandbookSection
from dutydesk.process.rules.handovers import DEFAULT as HANDED_OVER
from dutydesk.process.rules.handovers import HandoverSection, once_each
from dutydesk.process.rules.hours import Clock
from dutydesk.process.rules.incident_roles import RolesPart
from dutydesk.process.rules.limits import MaintenanceSection
from dutydesk.process.rules.measures import Measure
from dutydesk.process.rules.mistakes import mistake
from dutydesk.process.rules.on_call import OnCall
from dutydesk.process.rules.place import PlaceSection
from dutydesk.process.rules.postmortems import Postmortems
from dutydesk.process.rules.routes import AlertRoute
from dutydesk.process.rules.routines import AT_END, AT_START, DURING, TOGETHER, Routine, listed
from dutydesk.process.rules.sections import Duty as Duty
from dutydesk.process.rules.sections import Priority as Priority
from dutydesk.process.rules.sections import Section
from dutydesk.process.rules.sections import Severity as Severity
from dutydesk.process.rules.sentences import Sentences
from dutydesk.process.rules.status_page import Impact, StatusPageSection

NEEDED_CLOCKS = ("support", "working", "on_call")


class TeamSection(Section):
    """Who runs this process."""

    name: Line
    """What the team is called."""
    channel: ChannelName
    """Where the team talks."""
    mention: Line
    """What calls the whole team in a chat."""


class NamedClock(Section):
    """A way to count time, in OpenStreetMap's opening_hours syntax."""

    title: Line
    """What these hours are called."""
    hours: Hours
    """When they are, as OpenStreetMap writes opening hours; PH is a public holiday."""


class Support(Section):
    """The support sub-team, whose day is in `routines`."""

    size: Count = Field(ge=1, le=100)
    """How many are on support at once."""
    stint: Annotated[
        Duration, AfterValidator(at_least(timedelta(days=1))), AfterValidator(whole_hours)
    ]
    """How long one turn at support is."""
    every: Duration
    """How often one's turn comes, from start to start."""
    day_start: tuple[str, ...] = ()
    """What the start of a day asks for, in a file without `routines`."""
    during: tuple[str, ...] = ()
    """What goes on through the day, in a file without `routines`."""
    team: tuple[str, ...] = ()
    """What the whole support team does, in a file without `routines`."""
    day_end: tuple[str, ...] = ()
    """What the end of a day asks for, in a file without `routines`."""
    lead: str = Field(default="", max_length=100)
    """The name of the engineer who leads support; empty where nobody does."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.stint > self.every:
            raise mistake("The stint is longer than the cycle.", "Make `every` the longer one.")
        return self


class Flapping(Section):
    """When an alert flaps: people are called for it once."""

    more_than: Annotated[Count, Field(ge=1, le=20)] = 2
    """It flaps when it began more often than so within the time."""
    within: Interval = timedelta(minutes=30)
    """The time within which its beginnings are counted."""
    quiet_for: Interval = timedelta(minutes=15)
    """It is over when it has been quiet for so long."""


class Alarms(Section):
    """Where alerts are shown, and which severities of the monitoring system are high."""

    high_channel: ChannelName
    """Where high alarms are shown."""
    low_channel: ChannelName
    """Where the others are shown."""
    high_severities: tuple[str, ...]
    """Which severities of the monitoring system are high."""
    peer_lag: Duration = timedelta(minutes=6)
    """So long after an alert is over, a peer that did not know may still tell of it."""
    stale_after: Interval = timedelta(hours=6)
    """An alert not told of for so long is shown as such, and asked about."""
    page_again_after: Interval = timedelta(minutes=15)
    """What still fires so long after its incident was resolved pages again."""
    flapping: Flapping = Flapping()
    """When what begins again and again is called for once."""
    routes: tuple[AlertRoute, ...] = ()
    """What is otherwise for some alerts: the first that matches counts."""

    def is_high(self, severity: str) -> bool:
        """Say whether a severity is high; letters' case and blanks around it tell none apart."""
        return plain_severity(severity) in _plain(self.high_severities)


@lru_cache(maxsize=32)
def _plain(severities: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(plain_severity, severities))


def plain_severity(severity: str) -> str:
    """Give a severity in the one form in which they are compared."""
    return severity.strip().lower()


class Criterion(Section):
    """What makes an incident a high-priority one, and what the status page shows of it then."""

    id: Id
    """Its name, which stays when the text changes."""
    text: Line
    """What is so in an incident of high priority."""
    shows: Impact = "partial outage"
    """What the status page shows of it then."""
    on_high_alarm: Flag = Field(
        default=False, description="Ticked already when a high alarm prompts the declaration."
    )


class GatheringSection(Section):
    """The support team's regular meeting in a high-priority incident."""

    every: Interval
    """How often the support team meets."""
    questions: tuple[str, ...] = Field(min_length=1)
    """What it asks itself each time."""


class LeadersSection(Section):
    """Who tells senior leadership of incidents, besides those whom the page of people names."""

    who: Annotated[tuple[LeaderName, ...], AfterValidator(different)] = ()
    """Names of people of the desk, or e-mail addresses."""
    hear_of: Literal["high", "all"] = "high"
    """Whether they hear of incidents of high priority only, or of all."""
    direct: Flag = Field(
        default=False,
        description="Whether they are told in the chat outside and by contact methods of their own "
        "too, besides by e-mail.",
    )


class IncidentsSection(RolesPart):
    """How an incident is declared, told and led."""

    high: Annotated[tuple[Criterion, ...], AfterValidator(different)] = Field(min_length=1)
    """What makes an incident one of high priority: one of these is enough."""
    first_update: Interval
    """By when the first update is owed."""
    updates_every: Interval
    """By when each further one is."""
    warn_before: Interval
    """So long before an update is due, whoever owes it is reminded."""
    gathering: GatheringSection
    """The support team's meeting in an incident of high priority."""
    maintenance: MaintenanceSection = MaintenanceSection()
    """How long services are taken out."""
    reopen_within: Interval = timedelta(days=7)
    """So long after it was resolved, an incident may begin again."""
    leaders: LeadersSection = LeadersSection()
    """Who tells senior leadership."""
    sentences: Sentences = Sentences()
    """What is written in the team's channel to declare, lead and resolve."""
    timeline_mark: EmojiName = Field(
        default="memo", description="The reaction that puts a message into the timeline."
    )
    deploys_before: Interval = Field(
        default=timedelta(hours=2),
        description="Deploys so long before it began stand in the timeline too.",
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.warn_before >= min(self.first_update, self.updates_every):
            raise mistake(
                "warn_before is not shorter than the time to an update.",
                "Make it shorter than first_update and updates_every.",
            )
        return self


class ApprovalSection(Section):
    """Somebody who approved this process, and when if it is known."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    """Who approved it."""
    on: Day | None = None
    """On which day, if it is known."""


def _clocks(clocks: dict[str, NamedClock]) -> dict[str, NamedClock]:
    missing = [name for name in NEEDED_CLOCKS if name not in clocks]
    if missing:
        raise mistake(
            f"The process needs the clocks {', '.join(missing)} too.",
            "Add each with a title and its hours.",
        )
    if "elapsed" in clocks:
        raise mistake("“elapsed” is always there.", "Give this clock another name.")
    return clocks


class Process(Section):
    """A team's whole process."""

    version: Literal[1]
    """The version of this format; there is one."""
    team: TeamSection
    """The team whose process it is."""
    place: PlaceSection
    """Where the team is: its time zone and public holidays."""
    clocks: Annotated[dict[str, NamedClock], AfterValidator(_clocks)]
    """The hours by which things are counted, by name: support, working, on_call, and others."""
    support: Support
    """The support sub-team."""
    ask: Ask
    """The channel in which users ask."""
    announcements: Announcements
    """Broadcasts about planned work and news."""
    alarms: Alarms
    """Where alerts are shown, and whose they are."""
    incidents: IncidentsSection
    """What incidents ask for."""
    on_call: OnCall
    """Who is paged, in which order, and what on call owes."""
    postmortems: Postmortems
    """The review after an incident."""
    documentation: tuple[str, ...]
    """What is to be written down, and where, in sentences."""
    handbook: HandbookSection = HandbookSection()
    """The Git repositories whose pages are shown."""
    arrivals: ArrivalsSection = ArrivalsSection()
    """What other systems told."""
    measures: tuple[Measure, ...]
    """What the team wants to know about how it is doing."""
    availability: Availability = AvailabilitySection()
    status_page: StatusPageSection = StatusPageSection()
    """What users see of the services."""
    routines: Annotated[tuple[Routine, ...], AfterValidator(different)] = Field(
        default=(), description="Checklists that come due by the clock each working day."
    )
    handovers: Annotated[tuple[HandoverSection, ...], AfterValidator(once_each)] = HANDED_OVER
    """What is handed over when, from whom to whom."""
    approved: tuple[ApprovalSection, ...] = ()
    """Who approved this process elsewhere, on paper say."""

    @field_validator("measures")
    @classmethod
    def _by_known_clocks(
        cls, measures: tuple[Measure, ...], info: ValidationInfo
    ) -> tuple[Measure, ...]:
        known = {"elapsed", *info.data.get("clocks", ())}
        for measure in measures:
            if measure.clock not in known:
                raise mistake(
                    f"{measure.id} is counted by “{measure.clock}”, which is no clock here.",
                    f"Write one of {', '.join(sorted(known))}.",
                )
        return measures

    @cached_property
    def zone(self) -> ZoneInfo:
        """Give the zone in which the process asks about hours."""
        return ZoneInfo(self.place.zone)

    @cached_property
    def day_routines(self) -> tuple[Routine, ...]:
        """Give its routines; those of an older file are what its support section lists."""
        if "routines" in self.model_fields_set:
            return self.routines
        support = self.support
        return (
            *listed(AT_START, support.day_start, "support.day-start"),
            *listed(DURING, support.during, "support.during"),
            *listed(TOGETHER, support.team, "support.team"),
            *listed(AT_END, support.day_end, "support.day-end"),
        )

    @cached_property
    def calendar(self) -> Calendar:
        """Give the zone and holidays that its clocks count by."""
        place = self.place
        days = tuple((one.on, "" if one.off else one.name) for one in place.holidays)
        return Calendar(self.zone, place.country, place.subdivision, days)

    def clock(self, name: str) -> Clock:
        """Give the clock of that name; `elapsed` always exists. KeyError if there is none."""
        if name == "elapsed":
            return Clock("elapsed", None, self.calendar, "Elapsed time")
        named = self.clocks[name]
        return Clock(name, named.hours, self.calendar, named.title)
