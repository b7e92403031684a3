"""What is well and what isn't."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, connection

from dutydesk.commitments.flows import next_look
from dutydesk.errands.models import Errand
from dutydesk.journal.models import Reaction
from dutydesk.process.flows import trouble

LATE = timedelta(seconds=15)
WORKER_SILENT = timedelta(seconds=60)


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. `remedy` is empty when it is well."""

    name: str
    well: bool
    says: str
    remedy: str = ""


def health(at: datetime) -> tuple[Check, ...]:
    """Look at everything that the desk's promises depend on; a few milliseconds."""
    try:
        return (
            Check("database", True, _version()),
            _worker(),
            _on_time("commitments", next_look(), at),
            _on_time("reactions", _first_reaction(), at),
            _on_time("errands", _first_errand(), at),
            _process(),
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


def _worker() -> Check:
    """Ask the queue when it last heard of a worker; by the database's own clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_workers"
            " WHERE last_heartbeat > now() - make_interval(secs => %s)",
            [WORKER_SILENT.total_seconds()],
        )
        count = cursor.fetchone()[0]
    if count:
        return Check("worker", True, f"{count} at work")
    return Check("worker", False, "No worker is at work.", "Start `dutydesk worker`.")


def _on_time(name: str, first: datetime | None, at: datetime) -> Check:
    if first is None or at - first <= LATE:
        return Check(name, True, "on time")
    late = int((at - first).total_seconds())
    return Check(name, False, f"The oldest is {late} s late.", "Start another `dutydesk worker`.")


def _first_reaction() -> datetime | None:
    owed = Reaction.objects.filter(due_at__isnull=False).order_by("due_at")
    return owed.values_list("due_at", flat=True).first()


def _first_errand() -> datetime | None:
    owed = Errand.objects.filter(state__in=["owed", "trying"]).order_by("due_at")
    return owed.values_list("due_at", flat=True).first()
