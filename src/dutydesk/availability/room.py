"""Availability: how much of the time each service is there, by a source that is named."""

from dutydesk.kernel.room import Room

ROOM = Room("availability")
