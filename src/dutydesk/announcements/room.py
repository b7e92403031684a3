"""Announcements: planned work and news, told where it matters, with promised updates."""

from dutydesk.announcements.actions import broadcasts, corrections, series
from dutydesk.announcements.flows import occurrences, untold
from dutydesk.announcements.flows.events import AnnouncementMade
from dutydesk.announcements.rules.promises import KINDS
from dutydesk.chat.flows.post_mirror import MirrorTrouble
from dutydesk.incidents.flows import reminders
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.room import MenuSection, PromiseHandler, Reactor, Room

ROOM = Room(
    "announcements",
    urls="dutydesk.announcements.urls",
    sections=(
        MenuSection(
            "Announcements", path_to("announcements"), 45, group="Respond", icon="megaphone"
        ),
    ),
    actions=(*broadcasts.ACTIONS, *corrections.ACTIONS, *series.ACTIONS),
    reactors=(
        Reactor("announcement.trouble", MirrorTrouble, untold.trouble, untold.concerns),
        Reactor("announcement.look", AnnouncementMade, untold.look),
    ),
    promises=tuple(
        PromiseHandler(kind, due=reminders.say_due, warned=reminders.warn, chased=reminders.chase)
        for kind in KINDS
    ),
    upkeep=(occurrences.look_after,),
)
