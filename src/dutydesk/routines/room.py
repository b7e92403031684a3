"""Routines: the checklists of the process, come due by the clock for those whose turn it is."""

from dutydesk.chat.flows.quotations import Quoter
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.gatherers import Gatherer
from dutydesk.kernel.room import MenuSection, PromiseHandler, Room
from dutydesk.routines.actions import ACTIONS
from dutydesk.routines.flows import checklists, gatherers, quoted_posts, reminders
from dutydesk.routines.rules.promises import KINDS

ROOM = Room(
    "routines",
    urls="dutydesk.routines.urls",
    sections=(
        MenuSection(
            "Routines",
            path_to("routines"),
            75,
            group="Respond",
            icon="clipboard-document-check",
        ),
    ),
    actions=ACTIONS,
    promises=tuple(
        PromiseHandler(kind, due=reminders.due, warned=reminders.warn) for kind in KINDS
    ),
    takes={Gatherer: gatherers.offer},
    upkeep=(checklists.look_after,),
    gives={Quoter: quoted_posts.QUOTER},
)
