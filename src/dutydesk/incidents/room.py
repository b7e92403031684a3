"""Incidents: declared, led, told of, gathered about and resolved; and services in maintenance."""

from collections.abc import Iterator
from datetime import datetime

from dutydesk.alarms.flows.events import AlarmWorsened
from dutydesk.chat.flows.people_posts import PersonMarked, PersonPosted
from dutydesk.chat.flows.post_mirror import MirrorTrouble
from dutydesk.chat.flows.quotations import Quoter
from dutydesk.incidents.actions import (
    corrections,
    declarations,
    lifecycle,
    limits,
    links,
    maintenance,
    notes,
)
from dutydesk.incidents.actions import roles as role_actions
from dutydesk.incidents.flows import (
    alarm_news,
    audiences,
    chat_sentences,
    duty_handovers,
    help_chases,
    leaders,
    maintenance_hooks,
    message_pictures,
    quoted_posts,
    reminders,
    role_handovers,
    roles,
    timeline_marks,
    timers,
    undelivered,
)
from dutydesk.incidents.flows import links as links_flow
from dutydesk.incidents.flows import notes as notes_flow
from dutydesk.incidents.flows.declaration import IncidentDeclared
from dutydesk.incidents.flows.events import IncidentCorrected
from dutydesk.incidents.flows.maintenance_mode import MaintenanceSwitched
from dutydesk.incidents.rules.promises import (
    AFTER_LIMIT,
    GATHERING,
    HANDOVER,
    HELP,
    LEAD_CHOICE,
    LIMIT,
    MAINTENANCE_END,
    ROLE_HANDOVER,
    TAKEOVER,
    UPDATE,
)
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.checks import Check
from dutydesk.kernel.room import MenuSection, PromiseHandler, Reactor, Room
from dutydesk.outbox.flows.outbox import MessageFailing, MessageSettled
from dutydesk.people.flows.people import EngineerStaying
from dutydesk.pictures.flows.holders import PictureHolder
from dutydesk.ports.audiences import PublicAudience
from dutydesk.ports.handovers import HandoverPosts
from dutydesk.ports.incidents import IncidentsOf
from dutydesk.ports.maintenance import COMMAND, WEBHOOK


def health(at: datetime) -> Iterator[Check]:
    """Say whether those who tell senior leadership are people of the desk, or addresses."""
    unknown = leaders.unknown()
    if unknown:
        yield Check(
            "leaders",
            False,
            f"{', '.join(unknown)} in incidents.leaders: nobody of the desk is called so",
            "Correct the name in the process file, or write an e-mail address.",
            vital=False,
            public="somebody who tells senior leadership isn't there",
        )


ROOM = Room(
    "incidents",
    urls="dutydesk.incidents.urls",
    sections=(
        MenuSection(
            "Incidents",
            path_to("incidents"),
            40,
            group="Respond",
            icon="exclamation-triangle",
            count="incidents",
        ),
        MenuSection("Services", path_to("services"), 90, group="Plan", icon="server-stack"),
    ),
    actions=(
        *declarations.ACTIONS,
        *lifecycle.ACTIONS,
        *role_actions.ACTIONS,
        *corrections.ACTIONS,
        *limits.ACTIONS,
        *maintenance.ACTIONS,
        *links.ACTIONS,
        *notes.ACTIONS,
    ),
    reactors=(
        Reactor("incident.hear", PersonPosted, chat_sentences.hear),
        Reactor(
            "incident.keep-pictures", PersonPosted, message_pictures.keep, message_pictures.concerns
        ),
        Reactor("incident.marked", PersonMarked, timeline_marks.marked),
        Reactor("incident.tell-lead", AlarmWorsened, alarm_news.tell_lead),
        Reactor("incident.left-team", EngineerStaying, roles.left_team, roles.concerns),
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
        Reactor("audience.settled", MessageSettled, undelivered.settled, undelivered.concerns),
        Reactor(
            "audience.failing", MessageFailing, undelivered.failing, undelivered.concerns_failing
        ),
        Reactor(
            "audience.trouble", MirrorTrouble, undelivered.trouble, undelivered.concerns_trouble
        ),
        Reactor("audience.look", IncidentDeclared, undelivered.look),
        Reactor("audience.look", IncidentCorrected, undelivered.look),
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
            for kind in (UPDATE, LEAD_CHOICE, *AFTER_LIMIT)
        ),
        PromiseHandler(
            MAINTENANCE_END,
            due=reminders.say_due,
            warned=reminders.warn,
            chased=reminders.chase,
        ),
        PromiseHandler(ROLE_HANDOVER, due=role_handovers.name_owner),
        PromiseHandler(HELP, due=help_chases.chase),
        PromiseHandler(HANDOVER, due=duty_handovers.hand_over),
    ),
    upkeep=(duty_handovers.look_after,),
    messages=(WEBHOOK, COMMAND),
    gives={
        IncidentsOf: links_flow.LinkedIncidents(),
        PictureHolder: PictureHolder("note", notes_flow.shows),
        Quoter: quoted_posts.QUOTER,
    },
    takes={
        PublicAudience: audiences.PUBLIC.connect,
        HandoverPosts: duty_handovers.POSTS.connect,
    },
    health=health,
)
