"""Whether the routes of the process file do what they say: for whoever can mend them."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from dutydesk.kernel.checks import Check
from dutydesk.people.flows import process_names
from dutydesk.process.flows import process
from dutydesk.process.rules.model import Process
from dutydesk.process.rules.routes import never_taken

MOST_SAID = 5


def troubles(current: Process) -> Iterator[str]:
    """Say of each route that no alert takes, or that names a service that there is not."""
    routes = current.alarms.routes
    for place, before in never_taken(routes):
        yield f"no alert takes “{routes[place].title}”, since “{before.title}” takes all of them"
    for one in process_names.unknown_in_routes(current):
        yield f"{one.where} names the service “{one.name}”, which there is not"


def health(at: datetime) -> Iterable[Check]:
    """Say what is wrong with routes, if anything is."""
    found = list(troubles(process.in_force()))
    if found:
        more = f", and {len(found) - MOST_SAID} more" if len(found) > MOST_SAID else ""
        yield Check(
            "routes",
            False,
            f"{'; '.join(found[:MOST_SAID])}{more}.",
            "Correct alarms.routes in the process file, or add the service under People.",
            vital=False,
            public="a route of alerts doesn't do what it says",
        )
