"""Single days that a process keeps as public holidays, or doesn't, whatever the calendar says."""

from datetime import date
from typing import Annotated

from pydantic import Field, model_validator

from dutydesk.process.rules.calendar import Calendar
from dutydesk.process.rules.fields import Day
from dutydesk.process.rules.mistakes import mistake
from dutydesk.process.rules.sections import Section


class HolidaySection(Section):
    """One day: a public holiday of that name; or none, which takes one out of the calendar."""

    on: Day = Field(description="The day, as in 2027-03-10.")
    name: Annotated[str, Field(max_length=200)] = Field(
        default="", description="What it is called, if it is a public holiday here."
    )
    off: bool = Field(
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


def known_days(values: tuple[HolidaySection, ...], calendar: Calendar) -> None:
    """Check that what is taken out is a public holiday without that."""
    for one in values:
        if one.off and not calendar.is_holiday(one.on):
            raise mistake(
                f"{one.on} is no public holiday there, so it can't be taken out.",
                "Mend the day, or leave it out.",
            )
