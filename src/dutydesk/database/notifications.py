"""Telling every process, once a transaction is committed, that something changed."""

from collections.abc import Sequence

from django.db import connection, transaction

from dutydesk.database import rows

CHANNEL = "dutydesk_live"
_NOTIFY = "SELECT pg_notify(%s, s) FROM unnest(%s::text[]) s"


class _Told:
    """Remembers, as long as a transaction or its savepoint stands, that it tells of a subject."""

    def __init__(self, subject: str) -> None:
        self.subject = subject

    def __call__(self) -> None:
        """Do nothing once it is committed: PostgreSQL tells."""


def notify(*subjects: str) -> None:
    """Tell live screens, once this transaction is committed, that these subjects changed.

    What a transaction tells of already costs nothing more.
    """
    after = [one[1] for one in connection.run_on_commit]
    known = {each.subject for each in after if isinstance(each, _Told)}
    new = [each for each in dict.fromkeys(subjects) if each not in known]
    if not new:
        return
    with connection.cursor() as cursor:
        cursor.execute(_NOTIFY, [CHANNEL, new])
    if connection.in_atomic_block:
        for each in new:
            transaction.on_commit(_Told(each))


def notify_all(subjects: Sequence[str]) -> None:
    """Do as `notify` does, in a pipeline with other statements."""
    rows.run(_NOTIFY, [CHANNEL, list(subjects)])
