"""Routes that no alert ever takes, since one before them takes all of theirs."""

from collections.abc import Iterator

from dutydesk.process.rules.mistakes import brief
from dutydesk.process.rules.model import Process
from dutydesk.process.rules.pitfalls import Pitfall
from dutydesk.process.rules.routes import never_taken


def hidden(process: Process) -> Iterator[Pitfall]:
    """Say of each what hides it."""
    routes = process.alarms.routes
    for place, before in never_taken(routes):
        yield Pitfall(
            f"No alert takes the route “{brief(routes[place].title)}”: “{brief(before.title)}” "
            "before it takes them all.",
            "Put it before that one, or leave it out.",
            ("alarms", "routes", place, "match"),
        )
