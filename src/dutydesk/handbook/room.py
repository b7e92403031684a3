"""The handbook: repositories are read, and their pages are shown where the work is."""

from dutydesk.handbook.actions import ACTIONS
from dutydesk.handbook.flows import pulls, reviews, trouble
from dutydesk.handbook.rules.promises import REVIEW
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.room import MenuSection, PromiseHandler, Room
from dutydesk.ports.repositories import RepositorySource

ROOM = Room(
    "handbook",
    urls="dutydesk.handbook.urls",
    sections=(MenuSection("Handbook", path_to("handbook"), 95, group="Learn", icon="book-open"),),
    actions=ACTIONS,
    promises=(PromiseHandler(REVIEW, due=reviews.remind, chased=reviews.remind),),
    rounds={"handbook": pulls.look_after},
    chores={"handbook.reviews": reviews.look_after},
    takes={RepositorySource: pulls.SOURCE.connect},
    health=trouble.health,
)
