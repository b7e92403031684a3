"""Histories: incidents from before the desk are taken in by a command, as often as one likes."""

from dutydesk.kernel.room import Room

ROOM = Room("histories")
