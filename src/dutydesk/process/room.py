"""The written process: the one file that the desk runs."""

from collections.abc import Iterable
from datetime import datetime

from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.checks import Check
from dutydesk.kernel.room import MenuSection, Room
from dutydesk.process.flows.process import trouble


def health(at: datetime) -> Iterable[Check]:
    """Say whether the file that lies there is in force."""
    mistakes = trouble()
    if not mistakes:
        yield Check("process", True, "in force")
        return
    broken = "The process file is broken; the last good one is in force."
    remedy = "Mend the file; `dutydesk check` shows every mistake."
    yield Check("process", False, f"{broken} {mistakes[0]}", remedy, public=broken)


ROOM = Room(
    "process",
    urls="dutydesk.process.urls",
    sections=(
        MenuSection(
            "Process",
            path_to("process"),
            110,
            (path_to("glossary"),),
            group="Learn",
            icon="document-text",
        ),
    ),
    health=health,
)
