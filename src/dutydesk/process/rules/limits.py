"""What the process file says about on call's limit and about maintenance."""

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator

from dutydesk.process.rules.fields import Duration, filling
from dutydesk.process.rules.sections import Section


class Maintenance(Section):
    """How long a service stays in maintenance unless somebody says otherwise."""

    ends_within: Duration = timedelta(hours=4)
    warn_before: Duration = timedelta(minutes=15)


class OnCallWords(Section):
    """What on call tells others; whoever sends it may change it first."""

    inform: Annotated[str, AfterValidator(filling("service", "limit", "next"))] = (
        "We worked on a problem with {service} for {limit} and could not solve it yet. It is in "
        "maintenance for now. We go on {next}, and will tell you here how it goes."
    )
