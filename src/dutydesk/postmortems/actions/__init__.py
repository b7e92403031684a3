"""What people do to postmortems and improvements, in any chat."""

from dutydesk.postmortems.actions import improvements, postmortems, publications

ACTIONS = (*postmortems.ACTIONS, *publications.ACTIONS, *improvements.ACTIONS)
