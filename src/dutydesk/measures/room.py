"""Measures: how the process does, read from what happened."""

from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.room import MenuSection, Room
from dutydesk.measures.flows import reports, tallies

ROOM = Room(
    "measures",
    urls="dutydesk.measures.urls",
    health=tallies.health,
    rounds={"measures.tallies": tallies.look_after},
    chores={"measures.report": reports.look_after},
    sections=(MenuSection("Measures", path_to("measures"), 100, group="Learn", icon="chart-bar"),),
)
