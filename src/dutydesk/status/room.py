"""The status page: what users see of the services, and nothing internal."""

from collections.abc import Iterator
from datetime import datetime

from dutydesk.chat.flows.quotations import Quoter
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.checks import Check
from dutydesk.kernel.room import MenuSection, Room
from dutydesk.ports.audiences import PublicAudience
from dutydesk.status.actions import ACTIONS
from dutydesk.status.flows import letters, posts, quoted_posts, record
from dutydesk.status.flows.audience import StatusAudience


def health(at: datetime) -> Iterator[Check]:
    """Say whether the groups of the process file name services that are there."""
    missing = record.missing_services()
    if missing:
        yield Check(
            "status page",
            False,
            f"{', '.join(missing)} in its groups: no service that users depend on has this name",
            "Correct the names in the process file's status_page.",
            vital=False,
            public="a group names a service that isn't there",
        )


ROOM = Room(
    "status",
    urls="dutydesk.status.urls",
    sections=(
        MenuSection(
            "Status page",
            path_to("status-page"),
            46,
            group="Respond",
            icon="signal",
            access="engineer",
        ),
    ),
    actions=ACTIONS,
    health=health,
    rounds={"status.letters": letters.look_after, "status.posts": posts.look_after},
    gives={PublicAudience: StatusAudience(), Quoter: quoted_posts.QUOTER},
)
