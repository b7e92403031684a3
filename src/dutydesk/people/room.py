"""People: engineers, teams, services, and who may sign in."""

from dutydesk.database import rows
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.room import MenuSection, Room
from dutydesk.people.flows import (
    attempts,
    membership,
    name_changes,
    people,
    process_names,
    team_changes,
)
from dutydesk.people.flows.name_changes import NameChange
from dutydesk.people.flows.team_changes import TeamChange
from dutydesk.ports.delivery import MAIL
from dutydesk.ports.maintenance import WebhookOf

ROOM = Room(
    "people",
    urls="dutydesk.people.urls",
    sections=(
        MenuSection(
            "People",
            path_to("people"),
            120,
            group="Team",
            icon="users",
            parts=(
                MenuSection("People", path_to("people")),
                MenuSection("Accounts", path_to("accounts"), access="administrator"),
            ),
        ),
    ),
    messages=(MAIL,),
    health=process_names.health,
    rounds={"people.leavers": membership.look_after},
    chores={"people.attempts": attempts.forget},
    takes={
        TeamChange: team_changes.CHANGES.connect,
        NameChange: name_changes.CHANGES.connect,
    },
    gives={WebhookOf: rows.released(people.webhook_of)},
)
