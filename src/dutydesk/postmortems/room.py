"""Postmortems: they follow their incidents, and their sessions are held."""

from dutydesk.incidents.flows.events import (
    IncidentCorrected,
    IncidentMerged,
    IncidentMistaken,
    IncidentReassessed,
    IncidentReopened,
    IncidentResolved,
)
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.room import MenuSection, PromiseHandler, Reactor, Room
from dutydesk.postmortems.actions import ACTIONS
from dutydesk.postmortems.flows import postmortems
from dutydesk.postmortems.rules.promises import SESSION

ROOM = Room(
    "postmortems",
    urls="dutydesk.postmortems.urls",
    sections=(
        MenuSection(
            "Postmortems",
            path_to("postmortems"),
            85,
            group="Learn",
            icon="document-magnifying-glass",
        ),
    ),
    actions=ACTIONS,
    reactors=(
        Reactor("postmortem.open", IncidentResolved, postmortems.follow),
        Reactor("postmortem.reassess", IncidentReassessed, postmortems.follow),
        Reactor("postmortem.drop", IncidentMistaken, postmortems.follow),
        Reactor("postmortem.pause", IncidentReopened, postmortems.follow),
        Reactor("postmortem.join", IncidentMerged, postmortems.follow),
        Reactor("postmortem.rename", IncidentCorrected, postmortems.rename),
    ),
    promises=(
        PromiseHandler(
            SESSION, due=postmortems.remind, warned=postmortems.remind, chased=postmortems.remind
        ),
    ),
)
