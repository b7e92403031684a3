"""Incidents: declared, led, told of, gathered about and resolved; and services in maintenance."""

from dutydesk.alarms.flows.events import AlarmWorsened
from dutydesk.chat.flows.people_posts import PersonMarked, PersonPosted
from dutydesk.incidents.actions import corrections, lifecycle, limits, links, maintenance, notes
from dutydesk.incidents.flows import (
    alarm_news,
    chat_sentences,
    maintenance_hooks,
    reminders,
    timeline_marks,
    timers,
)
from dutydesk.incidents.flows.maintenance_mode import MaintenanceSwitched
from dutydesk.incidents.rules.promises import (
    AFTER_LIMIT,
    GATHERING,
    LIMIT,
    MAINTENANCE_END,
    TAKEOVER,
    UPDATE,
)
from dutydesk.kernel.addresses import beginning, path_to
from dutydesk.kernel.room import MenuSection, PromiseHandler, Reactor, Room
from dutydesk.outbox.flows.outbox import MessageFailing, MessageSettled
from dutydesk.ports.maintenance import COMMAND, WEBHOOK

ROOM = Room(
    "incidents",
    urls="dutydesk.incidents.urls",
    sections=(
        MenuSection(
            "Incidents",
            path_to("incidents"),
            40,
            (beginning("postmortem"),),
            group="Respond",
            icon="exclamation-triangle",
            count="incidents",
        ),
        MenuSection("Services", path_to("services"), 90, group="Plan", icon="server-stack"),
    ),
    actions=(
        *lifecycle.ACTIONS,
        *corrections.ACTIONS,
        *limits.ACTIONS,
        *maintenance.ACTIONS,
        *links.ACTIONS,
        *notes.ACTIONS,
    ),
    reactors=(
        Reactor("incident.hear", PersonPosted, chat_sentences.hear),
        Reactor("incident.marked", PersonMarked, timeline_marks.marked),
        Reactor("incident.tell-lead", AlarmWorsened, alarm_news.tell_lead),
        Reactor("maintenance.switch", MaintenanceSwitched, maintenance_hooks.switch),
        Reactor(
            "maintenance.settled",
            MessageSettled,
            maintenance_hooks.settled,
            maintenance_hooks.concerns,
        ),
        Reactor(
            "maintenance.failing",
            MessageFailing,
            maintenance_hooks.failing,
            maintenance_hooks.concerns,
        ),
    ),
    promises=(
        PromiseHandler(
            GATHERING, due=timers.call_gathering, warned=reminders.warn, chased=reminders.chase
        ),
        PromiseHandler(LIMIT, due=timers.reach_or_drop_limit, warned=timers.warn_of_limit),
        PromiseHandler(TAKEOVER, due=timers.hand_over),
        *(
            PromiseHandler(
                kind, due=timers.say_overdue, warned=reminders.warn, chased=reminders.chase
            )
            for kind in (UPDATE, *AFTER_LIMIT)
        ),
        PromiseHandler(
            MAINTENANCE_END,
            due=reminders.say_due,
            warned=reminders.warn,
            chased=reminders.chase,
        ),
    ),
    messages=(WEBHOOK, COMMAND),
)
