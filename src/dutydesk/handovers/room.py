"""Handovers: between on call and support, and from one on-call turn to the next."""

from dutydesk.chat.flows.quotations import Quoter
from dutydesk.handovers.actions import ACTIONS
from dutydesk.handovers.flows import checklist_facts, drafts, quoted_posts, reminders
from dutydesk.handovers.flows.duty_posts import DutyPosts
from dutydesk.handovers.rules.promises import ACCEPT, GIVE
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.gatherers import Gatherer
from dutydesk.kernel.room import MenuSection, PromiseHandler, Room
from dutydesk.ports.handovers import HandoverPosts

ROOM = Room(
    "handovers",
    urls="dutydesk.handovers.urls",
    sections=(
        MenuSection("Handovers", path_to("handovers"), 85, group="Plan", icon="arrows-right-left"),
    ),
    actions=ACTIONS,
    promises=(
        PromiseHandler(GIVE, due=reminders.come, warned=reminders.warn),
        PromiseHandler(ACCEPT, due=reminders.chase, chased=reminders.chase),
    ),
    upkeep=(drafts.look_after,),
    gives={
        HandoverPosts: DutyPosts(),
        Gatherer: checklist_facts.GATHERER,
        Quoter: quoted_posts.QUOTER,
    },
)
