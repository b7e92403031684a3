"""Telling every process, once a transaction is committed, that something changed, or is owed."""

from collections.abc import Sequence

from django.db import connection, transaction

from dutydesk.database import rows

CHANNEL = "dutydesk_live"
WORK = "dutydesk_work"
_NOTIFY = "SELECT pg_notify(%s, s) FROM unnest(%s::text[]) s"


class _Told:
    """Remembers, as long as a transaction or its savepoint stands, what it tells to whom."""

    def __init__(self, channel: str, said: str) -> None:
        self.channel, self.said = channel, said

    def __call__(self) -> None:
        """Do nothing once it is committed: PostgreSQL tells."""


def notify(*subjects: str) -> None:
    """Tell live screens, once this transaction is committed, that these subjects changed.

    What a transaction tells of already costs nothing more.
    """
    _tell(CHANNEL, subjects)


def wake(work: str) -> None:
    """Wake whoever does this work in every worker, once this transaction is committed."""
    _tell(WORK, [work])


def _tell(channel: str, what: Sequence[str]) -> None:
    after = [one[1] for one in connection.run_on_commit]
    told = [each for each in after if isinstance(each, _Told) and each.channel == channel]
    known = {each.said for each in told}
    new = [each for each in dict.fromkeys(what) if each not in known]
    if not new:
        return
    rows.run(_NOTIFY, [channel, new])
    if connection.in_atomic_block:
        for each in new:
            transaction.on_commit(_Told(channel, each))


def notify_all(subjects: Sequence[str]) -> None:
    """Do as `notify` does, in a pipeline with other statements."""
    rows.run(_NOTIFY, [CHANNEL, list(subjects)])
