"""Measures: how the process does, read from what happened."""

from dutydesk.kernel.room import Room, Section

ROOM = Room(
    "measures",
    urls="dutydesk.measures.urls",
    sections=(Section("Measures", "/measures/", 100, group="Learn", icon="chart-bar"),),
)
