"""What the process file says about what comes in from other systems."""

from datetime import timedelta

from pydantic import Field

from dutydesk.process.rules.fields import Interval
from dutydesk.process.rules.sections import Section


class ArrivalsSection(Section):
    """How long what other systems told is kept as they sent it."""

    kept: Interval = Field(
        default=timedelta(days=14),
        description="So long what came in can be looked at, and tried again.",
    )
