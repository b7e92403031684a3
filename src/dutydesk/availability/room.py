"""Availability: how much of the time each service is there, by a source that is named."""

from dutydesk.availability.actions import ACTIONS
from dutydesk.availability.flows import checks, queries, trouble
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.room import MenuSection, Room
from dutydesk.ports.time_series import SeriesSource
from dutydesk.ports.web_checks import WebChecker

ROOM = Room(
    "availability",
    urls="dutydesk.availability.urls",
    sections=(
        MenuSection(
            "Availability", path_to("availability"), 98, group="Learn", icon="check-circle"
        ),
    ),
    actions=ACTIONS,
    rounds={
        "availability.checks": checks.look_after,
        "availability.prometheus": queries.look_after,
    },
    takes={SeriesSource: queries.SOURCE.connect, WebChecker: checks.CHECKER.connect},
    health=trouble.health,
)
