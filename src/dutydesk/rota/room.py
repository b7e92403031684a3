"""Rotas: who is on, who will be, and how that is changed."""

from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.room import MenuSection, PromiseHandler, Room
from dutydesk.people.flows.team_changes import TeamChange
from dutydesk.ports.rota import OVERRIDE
from dutydesk.rota.actions import ACTIONS
from dutydesk.rota.flows import planned_work, swaps, team_members, turn_notices, upkeep
from dutydesk.rota.flows.planned_work import PlannedWork
from dutydesk.rota.rules.promises import SWAP

ROOM = Room(
    "rota",
    urls="dutydesk.rota.urls",
    sections=(
        MenuSection(
            "Shifts",
            path_to("shifts"),
            80,
            group="Plan",
            icon="calendar",
            parts=(
                MenuSection("Weeks", path_to("shifts")),
                MenuSection("Change", path_to("change-rota"), access="engineer"),
                MenuSection("Plan", path_to("plan"), access="engineer"),
                MenuSection("Shares", path_to("shares")),
                MenuSection("Calendars", path_to("calendars"), access="engineer"),
            ),
        ),
    ),
    actions=ACTIONS,
    promises=(PromiseHandler(SWAP, due=swaps.due, warned=swaps.warned),),
    messages=(OVERRIDE,),
    takes={PlannedWork: planned_work.WORK.connect},
    gives={TeamChange: team_members.changed},
    upkeep=(upkeep.look_after,),
    rounds={"rota.turns": turn_notices.look_after},
)
