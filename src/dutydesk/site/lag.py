"""How late the desk itself is: the oldest of each kind of thing that it owes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from dutydesk.database import works
from dutydesk.oncall.rules.promises import ACKNOWLEDGE, WORK

# Each asks an index of what is still open. A page is as late as its latest promise, or as the
# moment until which it is held; one that nobody promises anything about is late since it came.
_OLDEST = """
SELECT
    (SELECT min(CASE WHEN p.state = 'held' THEN p.held_until ELSE coalesce(
        (SELECT max(c.due_at) FROM commitments_commitment c
         WHERE c.subject = 'page:' || p.id AND c.kind = CASE p.state
            WHEN 'calling' THEN %s ELSE %s END),
        p.raised_at) END)
     FROM oncall_page p WHERE p.state IN ('held', 'calling', 'acknowledged')),
    (SELECT min(next_at) FROM commitments_commitment WHERE state = 'open')
"""


@dataclass(frozen=True)
class Overdue:
    """Since when the oldest of each is or will be late; None if there is none.

    A commitment here is one that the desk must look after, not one that a person owes. Beside these
    each kind of durable work tells of itself.
    """

    page: datetime | None
    commitment: datetime | None

    def late(self, at: datetime) -> Iterator[tuple[str, timedelta]]:
        """Give by how much the oldest of each kind is late at `at`; zero if none is."""
        for kind, since in (vars(self) | works.oldest()).items():
            yield kind, max(at - since, timedelta(0)) if since else timedelta(0)


def overdue() -> Overdue:
    """Ask for the oldest of each kind, in one round trip to the database."""
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST, [ACKNOWLEDGE, WORK])
        return Overdue(*cursor.fetchone())


def workers(silent: timedelta) -> int:
    """Give how many workers were heard of within `silent`, by the database's own clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_workers"
            " WHERE last_heartbeat > now() - make_interval(secs => %s)",
            [silent.total_seconds()],
        )
        count: int = cursor.fetchone()[0]
    return count
