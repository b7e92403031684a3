"""What the process file says about on call's limit and about maintenance."""

from datetime import timedelta
from typing import Annotated, Self

from pydantic import AfterValidator, model_validator

from dutydesk.process.rules.fields import Duration, Interval, filling
from dutydesk.process.rules.mistakes import mistake
from dutydesk.process.rules.sections import Section


class MaintenanceSection(Section):
    """How long a service stays in maintenance unless somebody says otherwise."""

    ends_within: Duration = timedelta(hours=4)
    warn_before: Interval = timedelta(minutes=15)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.warn_before >= self.ends_within:
            raise mistake("warn_before is not shorter than ends_within.", "Make it shorter.")
        return self


def _said(*names: str) -> AfterValidator:
    return filling("service", *names)


class SoFar(Section):
    """What is said of an incident to the affected team, sentence by sentence: each if it is so.

    `worked` once on call's limit was reached, `working` before that; `support` in working hours,
    `takeover` outside them, and `plan` after it if one is written; `update` while one is promised.
    """

    problem: Annotated[str, _said("since")] = (
        "We know of a problem with {service} since {since}, and it is not solved yet."
    )
    worked: Annotated[str, _said("limit")] = "On call worked on it for {limit}."
    working: Annotated[str, _said()] = "On call is working on it now."
    maintenance: Annotated[str, _said("out")] = "In maintenance for now: {out}."
    support: Annotated[str, _said()] = "Our support team has it."
    takeover: Annotated[str, _said("next")] = "Our support team takes it up {next}."
    plan: Annotated[str, _said("next")] = "There is a plan for then."
    update: Annotated[str, _said("update")] = "You hear more {update} at the latest."


class OnCallWords(Section):
    """What on call tells others; whoever sends it may change it first.

    `inform` is said once on call's limit was reached, every service of the incident is in
    maintenance, and support takes it over {next}; as long as one of these isn't so, `so_far` is.
    """

    inform: Annotated[str, filling("service", "limit", "next")] = (
        "We worked on a problem with {service} for {limit} and could not solve it yet. It is in "
        "maintenance for now. We go on {next}, and will tell you here how it goes."
    )
    so_far: SoFar = SoFar()
