"""Announcements: planned work and news, told where it matters, with promised updates."""

from dutydesk.announcements.actions import broadcasts, corrections, series
from dutydesk.announcements.flows import occurrences, untold, work_days, work_questions
from dutydesk.announcements.flows.events import AnnouncementMade
from dutydesk.announcements.rules.promises import END, START, UPDATE
from dutydesk.chat.flows.post_mirror import MirrorTrouble
from dutydesk.incidents.flows import reminders
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.room import MenuSection, PromiseHandler, Reactor, Room
from dutydesk.rota.flows.planned_work import PlannedWork

ROOM = Room(
    "announcements",
    urls="dutydesk.announcements.urls",
    sections=(
        MenuSection(
            "Announcements",
            path_to("announcements"),
            45,
            group="Respond",
            icon="megaphone",
            parts=(
                MenuSection("Announcements", path_to("announcements")),
                MenuSection("Calendar", path_to("planned-work")),
                MenuSection("Addresses", path_to("work-calendars"), access="engineer"),
            ),
        ),
    ),
    actions=(*broadcasts.ACTIONS, *corrections.ACTIONS, *series.ACTIONS),
    reactors=(
        Reactor("announcement.trouble", MirrorTrouble, untold.trouble, untold.concerns),
        Reactor("announcement.look", AnnouncementMade, untold.look),
    ),
    promises=(
        *(
            PromiseHandler(
                kind,
                due=work_questions.ask,
                warned=work_questions.warn,
                chased=work_questions.ask_again,
            )
            for kind in (START, END)
        ),
        PromiseHandler(
            UPDATE,
            due=reminders.say_due,
            warned=reminders.warn,
            chased=work_questions.chase_update,
        ),
    ),
    gives={PlannedWork: work_days.titles},
    upkeep=(occurrences.look_after,),
)
