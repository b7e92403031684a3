"""Commitments: what was promised by when. Who is told of each kind, its own room says."""

from dutydesk.kernel.room import Room

ROOM = Room("commitments")
