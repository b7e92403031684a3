"""The handbook: repositories are read, and their pages are shown where the work is."""

from dutydesk.handbook.actions import ACTIONS
from dutydesk.handbook.flows import pulls, trouble
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.room import MenuSection, Room
from dutydesk.ports.repositories import RepositorySource

ROOM = Room(
    "handbook",
    urls="dutydesk.handbook.urls",
    sections=(MenuSection("Handbook", path_to("handbook"), 95, group="Learn", icon="book-open"),),
    actions=ACTIONS,
    rounds={"handbook": pulls.look_after},
    takes={RepositorySource: pulls.SOURCE.connect},
    health=trouble.health,
)
