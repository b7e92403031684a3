"""Telling every process, once a transaction is committed, that something changed."""

from collections.abc import Sequence

from django.db import connection

from dutydesk.database import rows

CHANNEL = "dutydesk_live"
_NOTIFY = "SELECT pg_notify(%s, s) FROM unnest(%s::text[]) s"


def notify(*subjects: str) -> None:
    """Tell live screens, once this transaction is committed, that these subjects changed."""
    with connection.cursor() as cursor:
        cursor.execute(_NOTIFY, [CHANNEL, list(subjects)])


def notify_all(subjects: Sequence[str]) -> None:
    """Do as `notify` does, in a pipeline with other statements."""
    rows.run(_NOTIFY, [CHANNEL, list(subjects)])
