"""What is in the way of knowing how services are, said on the health page."""

from collections.abc import Iterator
from datetime import datetime

from dutydesk.availability.flows import terms
from dutydesk.availability.models import SourceTerm
from dutydesk.kernel.checks import Check
from dutydesk.kernel.refusals import Refused
from dutydesk.process.flows import process

_NAME = "availability"


def in_trouble() -> list[SourceTerm]:
    """Give the sources that can't be asked now."""
    failing = SourceTerm.objects.filter(ended=None).exclude(trouble="")
    return list(failing.select_related("service").order_by("service__name"))


def health(at: datetime) -> Iterator[Check]:
    """Say whether the sources of availability can be asked, if the process file names any."""
    try:
        if not process.in_force().availability.services:
            return
    except Refused:  # Without a process; that is said by itself.
        return
    missing, failing = terms.unknown_names(), in_trouble()
    if missing:
        yield Check(
            _NAME,
            False,
            f"{', '.join(missing)}: no service has this name",
            "Correct the names in the process file's availability.",
            vital=False,
            public="a service that is measured isn't there",
        )
    for one in failing[:5]:
        yield Check(
            _NAME,
            False,
            f"{one.service.name} can't be asked for: {one.trouble}",
            one.remedy,
            vital=False,
            public="how a service is can't be asked",
        )
    if not missing and not failing:
        yield Check(_NAME, True, "its sources can be asked", vital=False)
