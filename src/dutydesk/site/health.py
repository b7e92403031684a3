"""What is well and what isn't."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import tzdata
from django.db import DatabaseError, connection

from dutydesk.chat.flows import hearing, mirroring
from dutydesk.desk.flows import mirroring as telling_tracker
from dutydesk.desk.flows import tracking
from dutydesk.errands.flows import can_deliver
from dutydesk.errands.models import Errand
from dutydesk.kernel.refusals import Refused
from dutydesk.oncall.flows import pushing
from dutydesk.process.flows import trouble
from dutydesk.site.overdue import overdue, workers

LATE = timedelta(seconds=15)
# A worker says every 5 s that it is there: three times unheard is gone.
BEHIND = timedelta(minutes=5)
HEARTBEAT = timedelta(seconds=5)
WORKER_SILENT = 3 * HEARTBEAT


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. `remedy` is empty when it is well.

    What isn't `vital` is said, and the desk counts as well without it.
    """

    name: str
    well: bool
    says: str
    remedy: str = ""
    vital: bool = True


def health(at: datetime) -> tuple[Check, ...]:
    """Look at everything that the desk's promises depend on; a few milliseconds."""
    try:
        return (
            Check("database", True, _version()),
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
        return (
            Check(
                "database",
                False,
                f"The database can't be reached ({type(error).__name__}).",
                "Start PostgreSQL, or correct DATABASE_URL.",
            ),
        )


def well(checks: tuple[Check, ...]) -> bool:
    """Say whether all that is vital is well."""
    return all(check.well for check in checks if check.vital)


def _process() -> Check:
    mistakes = trouble()
    if not mistakes:
        return Check("process", True, "in force")
    return Check(
        "process",
        False,
        f"The process file is broken; the last good one is in force. {mistakes[0]}",
        "Mend the file; `dutydesk check` shows every mistake.",
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
    failing = Errand.objects.filter(state__in=["owed", "trying"]).exclude(reason="")
    count, first = failing.count(), failing.order_by("put_at").first()
    if first is None:
        return Check("deliveries", True, "taken", vital=False)
    says = f"{count} can't be delivered yet, the oldest because {first.reason}."
    remedy = f"See to what takes “{first.kind}”; each is tried again."
    return Check("deliveries", False, says, remedy, vital=False)


def _chat_outside(at: datetime) -> tuple[Check, ...]:
    """Say whether all that a chat outside told could be done, if one is heard here."""
    if not hearing.listening():
        return ()
    because = hearing.trouble(at=at)
    if because:
        remedy = "See to the settings of Slack; what was said there is not here."
        return (Check("slack", False, because, remedy, vital=False),)
    late = mirroring.behind(at=at, by=BEHIND)
    if late:
        says = f"What is said in {', '.join(late)} does not reach Slack."
        remedy = "Invite the app to these channels, and look whether Slack is well; it stays owed."
        return (Check("slack", False, says, remedy, vital=False),)
    return (Check("slack", True, "heard and told", vital=False),)


def _tracker(at: datetime) -> tuple[Check, ...]:
    """Say whether the tracker outside hears of tickets, if they are kept in one."""
    try:
        if not telling_tracker.outside():
            return ()
    except Refused:  # Without a process; that is said by itself.
        return ()
    because = tracking.trouble(at=at)
    if not because:
        return (Check("tracker", True, "told of tickets", vital=False),)
    remedy = "See to `ask.ticket` in the process file and to the settings of GitHub."
    return (Check("tracker", False, f"It is not told: {because}.", remedy, vital=False),)


def _pagerduty(at: datetime) -> tuple[Check, ...]:
    """Say whether PagerDuty is told of pages, if it is to be; the desk calls without it too."""
    if not can_deliver(pushing.KIND):
        return ()
    because = pushing.trouble(at=at)
    if not because:
        return (Check("pagerduty", True, "told of pages", vital=False),)
    remedy = "See to the settings of PagerDuty; the desk calls people by itself."
    return (Check("pagerduty", False, f"It is not told: {because}.", remedy, vital=False),)
