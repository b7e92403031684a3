"""What is well and what isn't."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection

from dutydesk.alarms.flows import listeners
from dutydesk.data_folder import home
from dutydesk.database.postgresql import standing
from dutydesk.kernel.checks import Check
from dutydesk.process.flows.process import NoProcess
from dutydesk.site.lag import overdue, workers
from dutydesk.site.storage import TRIALS, room
from dutydesk.site.versions import ZONE_RULES
from dutydesk.web.doors import JSON, Scope, Send, answer
from dutydesk.web.live import listener
from dutydesk.wiring import rooms

LATE = timedelta(seconds=15)
# A worker says every 5 s that it is there: three times unheard is gone.
HEARTBEAT = timedelta(seconds=5)
WORKER_SILENT = 3 * HEARTBEAT


def health(at: datetime) -> tuple[Check, ...]:
    """Look at everything that the desk's promises depend on; a few milliseconds."""
    try:
        return (
            Check("database", True, _version()),
            *_storage(at),
            _connections(),
            _worker(),
            _web(at),
            *(_on_time(f"{kind}s", late) for kind, late in overdue().late(at)),
            *(check for room in rooms() if room.health for check in _of_room(room.health, at)),
            _time_zones(),
        )
    except DatabaseError as error:
        connection.close()
        return (_away(type(error).__name__), _connections())


def _of_room(look: Callable[[datetime], Iterable[Check]], at: datetime) -> tuple[Check, ...]:
    """Give a room's checks: none of what follows from the process, before there is one."""
    try:
        return tuple(look(at))
    except NoProcess:
        return ()


def _away(why: str) -> Check:
    says = f"The database can't be reached ({why})."
    return Check("database", False, says, "Start PostgreSQL, or correct DATABASE_URL.")


def well(checks: tuple[Check, ...]) -> bool:
    """Say whether all that is vital is well."""
    return all(check.well for check in checks if check.vital)


def told(checks: Iterable[Check], *, strangers: bool) -> dict[str, dict[str, Any]]:
    """Give what is told of each check, to strangers or to the team."""
    return {
        check.name: {
            "well": check.well,
            "says": (strangers and check.public) or check.says,
            "remedy": "" if strangers and check.public else check.remedy,
            "vital": check.vital,
        }
        for check in checks
    }


async def refuse(scope: Scope, send: Send) -> None:
    """Answer as the health page does that the database doesn't answer."""
    checks = (_away("no answer"), _connections())
    body = {"well": False, "checks": told(checks, strangers=True)}
    headers = (*JSON, (b"cache-control", b"no-store"), (b"retry-after", b"1"))
    await answer(send, 503, json.dumps(body).encode(), headers)


def _storage(at: datetime) -> Iterable[Check]:
    """Say whether anything can be stored, and whether there is room for more."""
    because = TRIALS.trouble(at)
    if because:
        says = f"The database stores nothing: {because}."
        remedy = "Make room on its disk, or see to its log: nothing that comes in can be kept."
        yield Check("storage", False, says, remedy)
    else:
        yield Check("storage", True, "stores what comes in")
    found = room(home())
    if found is not None:
        remedy = "Make room on the disk of the data folder before it is full." if found.low else ""
        yield Check("disk", not found.low, f"{found}.", remedy, vital=False)


def _connections() -> Check:
    """Say how the connections to the database are used by this process."""
    pool = standing()
    says = f"{pool.taken} of {pool.size} are taken, {pool.waiting} wait for one"
    says += ", one listens for the screens." if listener.listens else "."
    remedy = "Run another `dutydesk web`, if it stays so." if pool.waiting else ""
    return Check("connections", not pool.waiting, says, remedy, vital=False)


def _version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0]}"


def _time_zones() -> Check:
    return Check("time zones", True, ZONE_RULES, vital=False)


def _worker() -> Check:
    count = workers(WORKER_SILENT)
    if count:
        return Check("worker", True, f"{count} at work")
    return Check("worker", False, "No worker is at work.", "Start `dutydesk worker`.")


def _web(at: datetime) -> Check:
    """Say whether anything that is told would be heard: without the web nothing can be kept."""
    if listeners.listens(at=at):
        return Check("web", True, "hears what is told")
    silent = int(listeners.SILENT.total_seconds())
    says = f"No web process noted for {silent} s that it hears what is told, so nothing is kept."
    remedy = "See to `dutydesk web`, and that the clocks of the desk's machines agree."
    return Check("web", False, says, remedy)


def _on_time(name: str, late: timedelta) -> Check:
    if late <= LATE:
        return Check(name, True, "on time")
    says = f"The oldest is {int(late.total_seconds())} s late."
    return Check(name, False, says, "Start another `dutydesk worker`, and read the worker's log.")
