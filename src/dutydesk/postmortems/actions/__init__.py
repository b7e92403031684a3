"""What people do to postmortems and improvements, in any chat."""

from dutydesk.postmortems.actions import improvements, postmortems

ACTIONS = (*postmortems.ACTIONS, *improvements.ACTIONS)
