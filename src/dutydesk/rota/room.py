"""Rotas: who is on, who will be, and how that is changed."""

from dutydesk.kernel.room import MenuSection, PromiseHandler, Room
from dutydesk.ports.rota import OVERRIDE
from dutydesk.rota.actions import ACTIONS
from dutydesk.rota.flows import swaps, upkeep
from dutydesk.rota.rules.promises import SWAP

ROOM = Room(
    "rota",
    urls="dutydesk.rota.urls",
    sections=(
        MenuSection(
            "Shifts",
            "/shifts/",
            80,
            group="Plan",
            icon="calendar",
            parts=(
                MenuSection("Weeks", "/shifts/"),
                MenuSection("Change", "/shifts/change/", access="engineer"),
                MenuSection("Plan", "/shifts/plan/", access="engineer"),
                MenuSection("Shares", "/shifts/shares/"),
                MenuSection("Calendars", "/shifts/calendars/", access="engineer"),
            ),
        ),
    ),
    actions=ACTIONS,
    promises=(PromiseHandler(SWAP, due=swaps.due, warned=swaps.warned),),
    messages=(OVERRIDE,),
    upkeep=(upkeep.look_after,),
)
