"""The inbox: what came in from outside is kept here first, and worked out right after."""

from collections.abc import Iterable
from datetime import datetime

from dutydesk.inbox.actions import ACTIONS
from dutydesk.inbox.flows import arrivals, refusals
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.checks import Check
from dutydesk.kernel.room import MenuSection, Room


def health(at: datetime) -> Iterable[Check]:
    """Say what came in since yesterday and could not be worked out.

    That is nothing that a watchdog is kept waiting for, unless nobody else could be told.
    """
    count, last = arrivals.aside_lately(at=at)
    if last is None:
        yield Check("inbox", True, "worked out", vital=False)
        return
    public = f"{count} of the things that came in since yesterday can't be worked out."
    says = f"{public} The last is arrival {last.pk}, by {last.door}: {last.problem}"
    remedy = "Mend what is in the way, and try each of them again."
    untold = arrivals.is_any_untold(at=at)
    yield Check("inbox", False, says, remedy, vital=untold, public=public)


ROOM = Room(
    "inbox",
    urls="dutydesk.inbox.urls",
    sections=(
        MenuSection(
            "Arrivals",
            path_to("arrivals"),
            115,
            group="Team",
            icon="inbox-arrow-down",
            access="engineer",
        ),
    ),
    actions=ACTIONS,
    chores={"inbox.old": arrivals.forget, "inbox.refused": refusals.forget},
    health=health,
)
