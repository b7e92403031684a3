"""Where a process lives: its zone, whose public holidays it keeps, and single days besides."""

from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from dutydesk.process.rules.calendar import known_place
from dutydesk.process.rules.fields import Day, Flag, ZoneName
from dutydesk.process.rules.mistakes import mistake
from dutydesk.process.rules.sections import Section


class HolidaySection(Section):
    """One day: a public holiday of that name; or none, which takes one out of the calendar."""

    on: Day = Field(description="The day, as in 2027-03-10.")
    name: Annotated[str, Field(max_length=200)] = Field(
        default="", description="What it is called, if it is a public holiday here."
    )
    off: Flag = Field(
        default=False, description="It is none here, though the country's calendar has it."
    )

    @model_validator(mode="after")
    def _check(self) -> "HolidaySection":
        if bool(self.name.strip()) == self.off:
            raise mistake(
                f"It isn't clear whether {self.on} is a public holiday.",
                "Give it a name, or write “off: true” if it is none.",
            )
        return self


def once_a_day(values: tuple[HolidaySection, ...]) -> tuple[HolidaySection, ...]:
    """Check that no day is named twice."""
    seen: set[date] = set()
    for one in values:
        if one.on in seen:
            raise mistake(f"{one.on} is there twice.", "Name each day only once.")
        seen.add(one.on)
    return values


class PlaceSection(Section):
    """Where the process lives: its time zone, and whose public holidays it keeps."""

    zone: ZoneName = "UTC"
    """The time zone by whose clocks the process goes."""
    country: str = ""
    """The country whose public holidays it keeps, by its letters; empty for none."""
    subdivision: str = ""
    """The part of the country, if it has holidays of its own."""
    holidays: Annotated[tuple[HolidaySection, ...], AfterValidator(once_a_day)] = Field(
        default=(),
        description="Single days that are public holidays here besides, or are none.",
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not known_place(self.country, self.subdivision):
            named = f"{self.country} {self.subdivision}".strip()
            raise mistake(
                f"No public holidays are known for “{named}”.",
                "Write a country's two letters and a part of it, like GB and ENG, or neither.",
            )
        return self
