"""What the process file says of postmortems: their sections, session, improvements, and readers."""

import re
from datetime import timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from dutydesk.process.rules.fields import Count, Duration, Flag, Id, Interval, Line, different
from dutydesk.process.rules.mistakes import brief, mistake
from dutydesk.process.rules.publishing_repository import PublishingRepository
from dutydesk.process.rules.sections import Section
from dutydesk.process.rules.status_page import ShownValue

_DOMAIN = re.compile(r"(?=.{1,253}\Z)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*", re.IGNORECASE)


class WrittenSection(Section):
    """A section of a postmortem."""

    id: Id
    """Its name, which stays when the title changes."""
    title: Line
    """What it is called."""
    hint: Annotated[str, Field(max_length=500)] = ""
    """What is to be written in it."""
    required: Flag = True
    """Whether it must have words before the postmortem is published."""


SECTIONS = (
    WrittenSection(
        id="summary",
        title="Summary",
        hint="What happened, in a few sentences that somebody who was not there understands.",
    ),
    WrittenSection(
        id="impact",
        title="Impact",
        hint="Who noticed, what they could not do, and for how long.",
    ),
    WrittenSection(
        id="contributing-factors",
        title="Contributing factors",
        hint="What of the system, the tools and the way of working made it possible, or worse.",
    ),
    WrittenSection(
        id="went-well",
        title="What went well",
        hint="What helped, and is to be kept.",
        required=False,
    ),
    WrittenSection(
        id="luck",
        title="Where luck helped",
        hint="What might as well have gone otherwise.",
        required=False,
    ),
    WrittenSection(
        id="surprises",
        title="What surprised us",
        hint="Where the system was not as we thought.",
        required=False,
    ),
    WrittenSection(
        id="improvements",
        title="Improvements",
        hint="What is to change, and why it is worth it; the list itself stands below.",
        required=False,
    ),
)


class Improvements(Section):
    """By when an improvement is due, by its priority, and of which kinds there are."""

    high_due: Duration
    """By when one of high priority is due."""
    other_due: Duration
    """By when the others are."""
    kinds: Annotated[tuple[Line, ...], AfterValidator(different)] = Field(
        default=("prevent", "detect", "respond", "recover", "learn"),
        min_length=1,
        max_length=20,
        description="What an improvement does about such an incident.",
    )


def _domain(value: str) -> str:
    if not _DOMAIN.fullmatch(value):
        raise mistake(
            f"“{brief(value)}” is not a domain.", "Write one like “internal.example.org”."
        )
    return value.lower()


class PublicationSection(Section):
    """Who reads a postmortem that is published, and what is asked for before.

    `sign_off`: a role in an incident (`lead`, `support`, or a role's id) or the name of a person.
    `internal_domains`: host names in them are shown to nobody outside.
    """

    shown: ShownValue = "off"
    """Who reads what is published."""
    sign_off: Annotated[tuple[Line, ...], AfterValidator(different)] = Field(
        default=(), max_length=10, description="Who says yes before it is published."
    )
    internal_domains: Annotated[
        tuple[Annotated[str, AfterValidator(_domain)], ...], AfterValidator(different)
    ] = Field(default=(), max_length=50)
    """Host names in them are shown to nobody outside."""


class Postmortems(Section):
    """The blameless review after a high-priority incident."""

    session_within_working_days: Count = Field(ge=1)
    """By when the session is, in working days."""
    session_length: Interval = timedelta(hours=1)
    """How long it takes."""
    session_notice: Duration = timedelta(hours=2)
    """It isn't sooner than this after it is proposed."""
    improvements: Improvements
    """What is to change, and by when."""
    sections: Annotated[tuple[WrittenSection, ...], AfterValidator(different)] = Field(
        default=SECTIONS, min_length=1, max_length=20
    )
    """What is written."""
    publication: PublicationSection = PublicationSection()
    """Who reads what is published, and who says yes before."""
    repository: PublishingRepository | None = Field(
        default=None, description="Where what is published is put besides; by itself nowhere."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.session_length > timedelta(hours=8):
            raise mistake("A session of more than 8 hours fits no day.", "Make it shorter.")
        return self

    def section(self, key: str) -> WrittenSection | None:
        """Give the section of that id; None if the process has none such."""
        return next((one for one in self.sections if one.id == key), None)
