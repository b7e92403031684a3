"""Commitments: what was promised by when. Who is told of each kind, its own room says."""

from dutydesk.commitments.flows import wordings
from dutydesk.kernel.room import Reactor, Room
from dutydesk.people.flows.name_changes import NameChange
from dutydesk.people.flows.people import EngineerRenamed

ROOM = Room(
    "commitments",
    gives={NameChange: wordings.rename},
    reactors=(Reactor("commitments.rename", EngineerRenamed, wordings.rename_late),),
)
