"""The status page: what users see of the services, and nothing internal."""

from dutydesk.kernel.room import Room

ROOM = Room("status", urls="dutydesk.status.urls")
