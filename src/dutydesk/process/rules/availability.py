"""What the process file says about availability: what tells it of each service, and its target."""

import re
from datetime import timedelta
from fractions import Fraction
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)

from dutydesk.process.rules.fields import Count, Day, Duration, Interval, Line, at_least
from dutydesk.process.rules.mistakes import brief, mistake
from dutydesk.process.rules.sections import Section, Severity

Impact = Literal["degraded", "partial outage", "major outage"]
PERIODS = ("week", "month", "quarter", "year")
_NUMBER = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?) ?%?")
_DAYS = re.compile(r"([1-9][0-9]{0,2}) days")


def _number(value: Any) -> str:
    """Read a number as it is written, so that 99.9 is exactly that."""
    written = str(value) if isinstance(value, str | int | float) else ""
    found = _NUMBER.fullmatch("" if isinstance(value, bool) else written)
    return found[1] if found else ""


def _percent(value: Any) -> str:
    number = _number(value)
    if not number or not 0 < Fraction(number) <= 100:
        raise mistake(f"“{brief(value)}” is not a share.", "Write a percentage like 99.9.")
    return number


def _share(value: Any) -> str:
    number = _number(value)
    if not number or not 0 < Fraction(number) <= 1:
        raise mistake(
            f"“{brief(value)}” is not a part of one.", "Write a number above 0, up to 1, like 0.5."
        )
    return number


def _window(value: Any) -> str:
    if value in PERIODS:
        return str(value)
    found = _DAYS.fullmatch(value) if isinstance(value, str) else None
    if found is None or int(found[1]) > 366:
        raise mistake(
            f"“{brief(value)}” is not how long a target is for.",
            "Write week, month, quarter, year, or up to “366 days”.",
        )
    return found[0]


def _address(value: str) -> str:
    """Check what is asked: on the web, without a password that everybody would read here."""
    remedy = "Write one like “https://visits.example.org/health”."
    try:
        parts = urlsplit(value)
        fits = parts.scheme in ("https", "http") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits or any(one.isspace() or not one.isprintable() for one in value):
        raise mistake(f"“{brief(value)}” is not an address on the web.", remedy)
    if "@" in parts.netloc:
        raise mistake("The address has a user or a password in it.", "Leave them out.")
    return value.partition("#")[0]


Percent = Annotated[
    str,
    BeforeValidator(_percent),
    WithJsonSchema({"type": ["number", "string"], "examples": [99.9]}),
]
PartOfOne = Annotated[
    str,
    BeforeValidator(_share),
    WithJsonSchema({"type": ["number", "string"], "examples": [0.5, 1]}),
]
TargetPeriod = Annotated[
    str,
    BeforeValidator(_window),
    WithJsonSchema(
        {"type": "string", "pattern": r"^(week|month|quarter|year|[1-9][0-9]{0,2} days)$"}
    ),
]
StatusCode = Annotated[Count, Field(ge=100, le=599)]
_A_SECOND = at_least(timedelta(seconds=1))


class PrometheusSource(Section):
    """A query of Prometheus tells how a service is: one series, 1 for up and 0 for down.

    Of a share, such as that of requests that went well, `up_from` says from which on it is up.
    """

    kind: Literal["prometheus"] = Field(description="Prometheus is asked.")
    query: str = Field(
        min_length=1,
        max_length=2000,
        description="What gives one series: 1 (up), 0 (down), or a share between.",
    )
    up_from: PartOfOne = Field(
        default="1", description="From which value on the service counts as up."
    )
    step: Interval = Field(
        default=timedelta(minutes=1), description="How far apart the values are that are asked for."
    )
    asked_from: Day | None = Field(
        default=None,
        description="From which day on; by itself from when this is first read here.",
    )

    @property
    def detail(self) -> str:
        """Give what names it among the sources of its kind."""
        return f"{self.query}, up from {self.up_from}"


class CheckSource(Section):
    """The desk asks an address again and again, and looks at the answer. No redirect is followed.

    `status`: the answers that are right, by themselves 200 to 299. After `alarm_after` failures in
    a row an alert is raised, as if a monitoring system had; 0 is never.
    """

    kind: Literal["check"] = Field(description="The desk itself asks.")
    url: Annotated[str, Field(max_length=1000), AfterValidator(_address)] = Field(
        description="The address that is asked, beginning with https:// or http://."
    )
    every: Interval = Field(default=timedelta(minutes=1), description="How often.")
    timeout: Annotated[Duration, AfterValidator(_A_SECOND)] = Field(
        default=timedelta(seconds=10), description="How long an answer may take, in all."
    )
    status: tuple[StatusCode, ...] = Field(
        default=(), max_length=20, description="The answers that are right."
    )
    text: str = Field(
        default="", max_length=200, description="What must stand in the answer, if anything."
    )
    alarm_after: Annotated[Count, Field(le=100)] = Field(
        default=0, description="After how many failures in a row an alert is raised; 0 is never."
    )
    severity: Severity = Field(default="high", description="How urgent that alert is.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.timeout > min(self.every, timedelta(minutes=1)):
            raise mistake(
                "The timeout is longer than the interval, or than a minute.", "Make it shorter."
            )
        return self

    @property
    def detail(self) -> str:
        """Give what names it among the sources of its kind."""
        return self.url


class IncidentSource(Section):
    """The incident record tells how a service is: from when users were without until the repair."""

    kind: Literal["incidents"] = Field(
        default="incidents", description="The record of incidents tells it."
    )

    @property
    def detail(self) -> str:
        """Give what names it among the sources of its kind: there is one."""
        return ""


AvailabilitySource = Annotated[
    PrometheusSource | CheckSource | IncidentSource, Field(discriminator="kind")
]


class MeasuredService(Section):
    """How one service's availability is known, and what it is to be.

    A service that began or ended is measured between those days only.
    """

    service: Line = Field(description="The service's name, as on the page of services.")
    source: AvailabilitySource = Field(
        default=IncidentSource(), description="What tells how it is; by itself the incidents."
    )
    target: Percent | None = Field(default=None, description="Its own target, in percent.")
    per: TargetPeriod | None = Field(default=None, description="For how long that target is.")
    began: Day | None = Field(default=None, description="The first day on which it was there.")
    ended: Day | None = Field(default=None, description="The first day without it.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.began and self.ended and self.ended <= self.began:
            raise mistake("The service ends before it begins.", "Correct one of the two days.")
        return self


class AvailabilitySection(Section):
    """How availability is counted, for all services; each may have its own source and target.

    `clock`: which hours count, by the name of a clock. `down_from`: from which impact on an
    incident counts as down, as its criteria show it on the status page.
    """

    target: Percent | None = Field(
        default=None, description="The target of all services together, and of each, in percent."
    )
    per: TargetPeriod = Field(
        default="30 days", description="For how long a target is: a period, or the last days."
    )
    clock: Line = Field(default="elapsed", description="The clock whose hours count.")
    maintenance: Literal["left out", "down"] = Field(
        default="left out", description="How planned maintenance counts."
    )
    down_from: Impact = Field(
        default="degraded", description="From which impact on an incident counts as down."
    )
    services: tuple[MeasuredService, ...] = Field(
        default=(), max_length=500, description="What is said of single services."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        seen: set[str] = set()
        for one in self.services:
            if one.service in seen:
                raise mistake(
                    f"“{brief(one.service)}” is there twice.", "Name each service only once."
                )
            seen.add(one.service)
        return self

    def of(self, service: str) -> MeasuredService:
        """Give what is said of a service; what holds by itself if nothing is."""
        named = (one for one in self.services if one.service == service)
        return next(named, None) or MeasuredService(service=service)


def _by_known_clock(section: AvailabilitySection, file: ValidationInfo) -> AvailabilitySection:
    """Check that the clock is one of the process; clocks that are wrong are told by themselves."""
    clocks = file.data.get("clocks")
    if clocks is not None and section.clock not in ("elapsed", *clocks):
        raise mistake(
            f"There is no clock “{brief(section.clock)}”.",
            f"Let `clock` be one of elapsed, {', '.join(clocks)}.",
        )
    return section


Availability = Annotated[
    AvailabilitySection,
    AfterValidator(_by_known_clock),
    Field(description="How availability is known and counted."),
]
