"""Pictures: what people add to what they write, for whoever may read that."""

from dutydesk.kernel.room import Room
from dutydesk.pictures.flows import holders

ROOM = Room(
    "pictures",
    urls="dutydesk.pictures.urls",
    takes={holders.PictureHolder: holders.connect},
)
