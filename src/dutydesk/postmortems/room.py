"""Postmortems: they follow their incidents, and what comes of them is followed to its end."""

from dutydesk.chat.flows.quotations import Quoter
from dutydesk.desk.flows.events import TicketClosed, TicketMoved, TicketReopened
from dutydesk.incidents.flows.events import (
    IncidentCorrected,
    IncidentMerged,
    IncidentMistaken,
    IncidentReassessed,
    IncidentReopened,
    IncidentResolved,
)
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.room import MenuSection, PromiseHandler, Reactor, Room
from dutydesk.outbox.flows.outbox import MessageSettled
from dutydesk.ports.published_files import PullRequests
from dutydesk.postmortems.actions import ACTIONS
from dutydesk.postmortems.flows import (
    improvement_reminders,
    improvements,
    postmortems,
    pull_requests,
    quoted_posts,
    repository_files,
)
from dutydesk.postmortems.rules.promises import IMPROVEMENT, SESSION

ROOM = Room(
    "postmortems",
    urls="dutydesk.postmortems.urls",
    sections=(
        MenuSection(
            "Postmortems",
            path_to("postmortems"),
            92,
            group="Learn",
            icon="document-magnifying-glass",
        ),
        MenuSection(
            "Improvements", path_to("improvements"), 93, group="Learn", icon="wrench-screwdriver"
        ),
    ),
    actions=ACTIONS,
    reactors=(
        Reactor("postmortem.open", IncidentResolved, postmortems.follow),
        Reactor("postmortem.reassess", IncidentReassessed, postmortems.follow),
        Reactor("postmortem.drop", IncidentMistaken, postmortems.follow),
        Reactor("postmortem.pause", IncidentReopened, postmortems.follow),
        Reactor("postmortem.join", IncidentMerged, postmortems.follow),
        Reactor("postmortem.rename", IncidentCorrected, postmortems.rename),
        Reactor(
            "postmortem.repository-settled",
            MessageSettled,
            repository_files.settled,
            repository_files.concerns,
        ),
        Reactor("improvement.ticket-closed", TicketClosed, improvements.follow_ticket),
        Reactor("improvement.ticket-moved", TicketMoved, improvements.follow_ticket),
        Reactor("improvement.ticket-reopened", TicketReopened, improvements.follow_ticket),
    ),
    promises=(
        PromiseHandler(
            SESSION, due=postmortems.remind, warned=postmortems.remind, chased=postmortems.remind
        ),
        PromiseHandler(
            IMPROVEMENT,
            due=improvement_reminders.remind,
            warned=improvement_reminders.remind,
            chased=improvement_reminders.remind,
        ),
    ),
    messages=repository_files.KINDS,
    rounds={"postmortem.pull-requests": pull_requests.look_after},
    gives={Quoter: quoted_posts.QUOTER},
    takes={PullRequests: pull_requests.ASKER.connect},
    health=repository_files.health,
)
