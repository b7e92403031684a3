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
    """So long a service is out unless somebody says otherwise."""
    warn_before: Interval = timedelta(minutes=15)
    """So long before its end somebody is reminded."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.warn_before >= self.ends_within:
            raise mistake("warn_before is not shorter than ends_within.", "Make it shorter.")
        return self


def _said(*names: str) -> AfterValidator:
    return filling("service", *names)


class SoFar(Section):
    """What is said of an incident to the affected team, sentence by sentence: each if it is so."""

    problem: Annotated[str, _said("since")] = (
        "We know of a problem with {service} since {since}, and it is not solved yet."
    )
    """What always is said."""
    worked: Annotated[str, _said("limit")] = "On call worked on it for {limit}."
    """Once on call's limit was reached."""
    working: Annotated[str, _said()] = "On call is working on it now."
    """Before that."""
    maintenance: Annotated[str, _said("out")] = "In maintenance for now: {out}."
    """If a service is in maintenance."""
    support: Annotated[str, _said()] = "Our support team has it."
    """In working hours."""
    takeover: Annotated[str, _said("next")] = "Our support team takes it up {next}."
    """Outside them."""
    plan: Annotated[str, _said("next")] = "There is a plan for then."
    """If there is a plan for then."""
    update: Annotated[str, _said("update")] = "You hear more {update} at the latest."
    """While an update is promised."""


class OnCallWords(Section):
    """What on call tells others; whoever sends it may change it first."""

    inform: Annotated[str, filling("service", "limit", "next")] = (
        "We worked on a problem with {service} for {limit} and could not solve it yet. It is in "
        "maintenance for now. We go on {next}, and will tell you here how it goes."
    )
    """Once the limit was reached, all is in maintenance, and support takes it over."""
    so_far: SoFar = SoFar()
    """Else these sentences, each if it is so."""
