"""What is well and what isn't."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import tzdata
from django.db import DatabaseError, connection

from dutydesk.chat.flows import inbound_events, post_mirror
from dutydesk.data_folder import home
from dutydesk.database.postgresql import standing
from dutydesk.desk.flows import tracker_outbound, tracker_problems
from dutydesk.kernel.refusals import Refused
from dutydesk.oncall.flows import pager_outbound
from dutydesk.outbox.flows.outbox import can_deliver
from dutydesk.outbox.models import OutboxMessage
from dutydesk.process.flows.process import trouble
from dutydesk.site.lag import overdue, workers
from dutydesk.site.storage import TRIALS, room
from dutydesk.web.doors import JSON, Scope, Send, answer
from dutydesk.web.live import listener

LATE = timedelta(seconds=15)
# A worker says every 5 s that it is there: three times unheard is gone.
BEHIND = timedelta(minutes=5)
HEARTBEAT = timedelta(seconds=5)
WORKER_SILENT = 3 * HEARTBEAT


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. `remedy` is empty when it is well.

    What isn't `vital` is said, and the desk counts as well without it. `public` is what strangers
    are told, where what it says names what is the team's own.
    """

    name: str
    well: bool
    says: str
    remedy: str = ""
    vital: bool = True
    public: str = ""


def health(at: datetime) -> tuple[Check, ...]:
    """Look at everything that the desk's promises depend on; a few milliseconds."""
    try:
        return (
            Check("database", True, _version()),
            *_storage(at),
            _connections(),
            _worker(),
            *(_on_time(f"{kind}s", late) for kind, late in overdue().late(at)),
            _process(),
            _deliveries(),
            *_pagerduty(at),
            *_tracker(at),
            *_chat_outside(at),
            _time_zones(),
        )
    except DatabaseError as error:
        connection.close()
        return (_away(type(error).__name__), _connections())


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


def _process() -> Check:
    mistakes = trouble()
    if not mistakes:
        return Check("process", True, "in force")
    return Check(
        "process",
        False,
        f"The process file is broken; the last good one is in force. {mistakes[0]}",
        "Mend the file; `dutydesk check` shows every mistake.",
        public="The process file is broken; the last good one is in force.",
    )


def _version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0]}"


def _time_zones() -> Check:
    says = f"IANA {tzdata.IANA_VERSION}, of the package tzdata {tzdata.__version__}"
    return Check("time zones", True, says, vital=False)


def _worker() -> Check:
    count = workers(WORKER_SILENT)
    if count:
        return Check("worker", True, f"{count} at work")
    return Check("worker", False, "No worker is at work.", "Start `dutydesk worker`.")


def _on_time(name: str, late: timedelta) -> Check:
    if late <= LATE:
        return Check(name, True, "on time")
    says = f"The oldest is {int(late.total_seconds())} s late."
    return Check(name, False, says, "Start another `dutydesk worker`, and read the worker's log.")


def _deliveries() -> Check:
    """Say what the outside world refuses to take just now. Another worker wouldn't mend it."""
    failing = OutboxMessage.objects.filter(state__in=["owed", "trying"]).exclude(reason="")
    count, first = failing.count(), failing.order_by("put_at").first()
    if first is None:
        return Check("deliveries", True, "taken", vital=False)
    says = f"{count} can't be delivered yet, the oldest because {first.reason}."
    remedy = f"See to what takes “{first.kind}”; each is tried again."
    public = f"{count} can't be delivered yet."
    return Check("deliveries", False, says, remedy, vital=False, public=public)


def _chat_outside(at: datetime) -> tuple[Check, ...]:
    """Say whether all that a chat outside told could be done, if one is heard here."""
    if not inbound_events.listening():
        return ()
    because = inbound_events.trouble(at=at)
    if because:
        remedy = "See to the settings of Slack; what was said there is not here."
        public = "What was said in Slack is not all here."
        return (Check("slack", False, because, remedy, vital=False, public=public),)
    late = post_mirror.behind(at=at, by=BEHIND)
    if late:
        says = f"What is said in {', '.join(late)} does not reach Slack."
        remedy = "Invite the app to these channels, and look whether Slack is well; it stays owed."
        public = "What is said here does not all reach Slack."
        return (Check("slack", False, says, remedy, vital=False, public=public),)
    return (Check("slack", True, "heard and told", vital=False),)


def _tracker(at: datetime) -> tuple[Check, ...]:
    """Say whether the tracker outside hears of tickets, if they are kept in one."""
    try:
        if not tracker_outbound.outside():
            return ()
    except Refused:  # Without a process; that is said by itself.
        return ()
    because = tracker_problems.trouble(at=at)
    if not because:
        return (Check("tracker", True, "told of tickets", vital=False),)
    remedy = "See to `ask.ticket` in the process file and to the settings of GitHub."
    return (_untold("tracker", because, remedy),)


def _pagerduty(at: datetime) -> tuple[Check, ...]:
    """Say whether PagerDuty is told of pages, if it is to be; the desk calls without it too."""
    if not can_deliver(pager_outbound.KIND):
        return ()
    because = pager_outbound.trouble(at=at)
    if not because:
        return (Check("pagerduty", True, "told of pages", vital=False),)
    remedy = "See to the settings of PagerDuty; the desk calls people by itself."
    return (_untold("pagerduty", because, remedy),)


def _untold(name: str, because: str, remedy: str) -> Check:
    says, public = f"It is not told: {because}.", "It is not told of all."
    return Check(name, False, says, remedy, vital=False, public=public)
