"""The process file as typed values. One class a section, one field a statement of the process."""

from datetime import timedelta
from functools import cached_property
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
    Hours,
    Id,
    Interval,
    LeaderName,
    Line,
    Mark,
    at_least,
    different,
    turn_start,
    whole_hours,
)
from dutydesk.process.rules.handbook import HandbookSection
from dutydesk.process.rules.handovers import DEFAULT as HANDED_OVER
from dutydesk.process.rules.handovers import HandoverSection, once_each
from dutydesk.process.rules.hours import Clock
from dutydesk.process.rules.incident_roles import RolesPart
from dutydesk.process.rules.limits import MaintenanceSection, OnCallWords
from dutydesk.process.rules.measures import Measure
from dutydesk.process.rules.mistakes import mistake
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
    channel: ChannelName
    mention: Line


class NamedClock(Section):
    """A way to count time, in OpenStreetMap's opening_hours syntax."""

    title: Line
    hours: Hours


class Support(Section):
    """The support sub-team. `lead`: an engineer's name; empty where nobody leads it.

    What its day asks for stands in `routines`; the lists here are how older files say it.
    """

    size: Count = Field(ge=1, le=100)
    stint: Annotated[
        Duration, AfterValidator(at_least(timedelta(days=1))), AfterValidator(whole_hours)
    ]
    every: Duration
    day_start: tuple[str, ...] = ()
    during: tuple[str, ...] = ()
    team: tuple[str, ...] = ()
    day_end: tuple[str, ...] = ()
    lead: str = Field(default="", max_length=100)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.stint > self.every:
            raise mistake("The stint is longer than the cycle.", "Make `every` the longer one.")
        return self


class Flapping(Section):
    """An alert that begins more often than `more_than` times `within` a time flaps.

    People are called for it once; it is over when it has been quiet for `quiet_for`.
    """

    more_than: Annotated[Count, Field(ge=1, le=20)] = 2
    within: Interval = timedelta(minutes=30)
    quiet_for: Interval = timedelta(minutes=15)


class Alarms(Section):
    """Where alerts are shown, and which severities of the monitoring system are high.

    The first of `routes` that an alert matches says otherwise for it. `peer_lag`: for so long
    after an alert was told over, a peer that did not know may still tell of the same firing.
    `stale_after`: an alert that was not told of for so long is shown as such, and asked about.
    `page_again_after`: what still fires so long after its incident was resolved pages again.
    `flapping`: when what begins again and again is called for once.
    """

    high_channel: ChannelName
    low_channel: ChannelName
    high_severities: tuple[str, ...]
    peer_lag: Duration = timedelta(minutes=6)
    stale_after: Interval = timedelta(hours=6)
    page_again_after: Interval = timedelta(minutes=15)
    flapping: Flapping = Flapping()
    routes: tuple[AlertRoute, ...] = ()


class Criterion(Section):
    """What makes an incident a high-priority one, and what the status page shows of it then."""

    id: Id
    text: Line
    shows: Impact = "partial outage"
    on_high_alarm: bool = Field(
        default=False, description="Ticked already when a high alarm prompts the declaration."
    )


class GatheringSection(Section):
    """The support team's regular meeting in a high-priority incident."""

    every: Interval
    questions: tuple[str, ...] = Field(min_length=1)


class LeadersSection(Section):
    """Who tells senior leadership of incidents, besides those whom the page of people names.

    `who`: names of people of the desk, or e-mail addresses. `hear_of`: only those of high
    priority, or all. `direct`: those whom the chat outside knows are written to there too, and
    those who set contact methods of their own are told by these, in their order.
    """

    who: Annotated[tuple[LeaderName, ...], AfterValidator(different)] = ()
    hear_of: Literal["high", "all"] = "high"
    direct: bool = Field(
        default=False,
        description="Whether they are told in the chat outside and by contact methods of their own "
        "too, besides by e-mail.",
    )


class IncidentsSection(RolesPart):
    """How an incident is declared, told and led."""

    high: Annotated[tuple[Criterion, ...], AfterValidator(different)] = Field(min_length=1)
    first_update: Interval
    updates_every: Interval
    warn_before: Interval
    gathering: GatheringSection
    maintenance: MaintenanceSection = MaintenanceSection()
    reopen_within: Interval = timedelta(days=7)
    leaders: LeadersSection = LeadersSection()
    sentences: Sentences = Sentences()
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


class TurnSection(Section):
    """How long one on-call turn is and when it changes hands, in local time."""

    length: Annotated[Duration, AfterValidator(whole_hours)]
    starts: Annotated[str, AfterValidator(turn_start)]


class Newcomers(Section):
    """Who counts as new to the rota, and who as experienced, in finished turns."""

    new_below: Count
    experienced_from: Count


class HealthSection(Section):
    """How much of a rota one person may carry, in percent, and how many people it needs."""

    share_below: Count = Field(default=50, ge=1, le=100)
    share_ideally: Count = Field(default=30, ge=1, le=100)
    people: Count = Field(default=6, ge=1)
    people_ideally: Count = Field(default=8, ge=1)
    planned_ahead: Duration = timedelta(weeks=13)


class Storm(Section):
    """How many alarms for one person within how long become one message."""

    more_than: Count = Field(default=5, ge=1)
    within: Duration = timedelta(minutes=1)


class OnCall(Section):
    """Who is paged, in which order, what on call owes, and what plans of it keep to.

    `rest`: the least time between two of a person's turns. `in_stint`: whether somebody may be on
    call in a turn that shares time with their stint on support. `acknowledge_words`: what somebody
    writes under a page to say that they have it.
    """

    order: Annotated[tuple[Duty, ...], AfterValidator(different)] = Field(min_length=1)
    turn: TurnSection
    newcomers: Newcomers
    acknowledge_within: Interval
    ask_again_after: Interval
    limit: Duration
    warn_before: Interval
    rest: Duration | None = None
    in_stint: bool = True
    snooze_at_most: Duration = timedelta(hours=4)
    rehearse_ahead: Duration = timedelta(weeks=1)
    acknowledge_words: tuple[Mark, ...] = (
        "ack",
        "on it",
        "I have it",
        "I've got it",
        "taking it",
    )
    tell_before: Interval | None = Field(
        default=timedelta(days=1),
        description="So long before a turn of theirs begins, people are told; null: they aren't.",
    )
    health: HealthSection = HealthSection()
    storm: Storm = Storm()
    words: OnCallWords = OnCallWords()

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.warn_before >= self.limit:
            raise mistake("warn_before is not shorter than limit.", "Make it shorter.")
        return self


class ApprovalSection(Section):
    """Somebody who approved this process, and when if it is known."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    on: Day | None = None


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
    team: TeamSection
    place: PlaceSection
    clocks: Annotated[dict[str, NamedClock], AfterValidator(_clocks)]
    support: Support
    ask: Ask
    announcements: Announcements
    alarms: Alarms
    incidents: IncidentsSection
    on_call: OnCall
    postmortems: Postmortems
    documentation: tuple[str, ...]
    handbook: HandbookSection = HandbookSection()
    arrivals: ArrivalsSection = ArrivalsSection()
    measures: tuple[Measure, ...]
    availability: Availability = AvailabilitySection()
    status_page: StatusPageSection = StatusPageSection()
    routines: Annotated[tuple[Routine, ...], AfterValidator(different)] = Field(
        default=(), description="Checklists that come due by the clock each working day."
    )
    handovers: Annotated[tuple[HandoverSection, ...], AfterValidator(once_each)] = HANDED_OVER
    approved: tuple[ApprovalSection, ...] = ()

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
