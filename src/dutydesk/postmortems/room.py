"""Postmortems: opened when a high-priority incident is over, and their sessions."""

from dutydesk.incidents.flows.events import IncidentResolved
from dutydesk.kernel.room import PromiseHandler, Reactor, Room
from dutydesk.postmortems.actions import ACTIONS
from dutydesk.postmortems.flows import postmortems
from dutydesk.postmortems.rules import SESSION

ROOM = Room(
    "postmortems",
    urls="dutydesk.postmortems.urls",
    actions=ACTIONS,
    reactors=(Reactor("postmortem.open", IncidentResolved, postmortems.open_draft),),
    promises=(
        PromiseHandler(
            SESSION, due=postmortems.remind, warned=postmortems.remind, chased=postmortems.remind
        ),
    ),
)
