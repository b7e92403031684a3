"""What people do to postmortems and improvements, in any chat."""

from dutydesk.postmortems.actions import postmortems

ACTIONS = postmortems.ACTIONS
