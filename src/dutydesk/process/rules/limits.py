"""What the process file says about on call's limit and about maintenance."""

from datetime import timedelta
from typing import Annotated, Self

from pydantic import model_validator

from dutydesk.process.rules.fields import Duration, Interval, filling
from dutydesk.process.rules.mistakes import mistake
from dutydesk.process.rules.sections import Section


class Maintenance(Section):
    """How long a service stays in maintenance unless somebody says otherwise."""

    ends_within: Duration = timedelta(hours=4)
    warn_before: Interval = timedelta(minutes=15)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.warn_before >= self.ends_within:
            raise mistake("warn_before is not shorter than ends_within.", "Make it shorter.")
        return self


class OnCallWords(Section):
    """What on call tells others; whoever sends it may change it first."""

    inform: Annotated[str, filling("service", "limit", "next")] = (
        "We worked on a problem with {service} for {limit} and could not solve it yet. It is in "
        "maintenance for now. We go on {next}, and will tell you here how it goes."
    )
