"""What the database holds, to say whether it is the same afterwards."""

from dataclasses import dataclass, field, replace

from django.db import connection

# What a session or the desk's own health keeps of a request changes by the clock.
_KEPT = ("people_session", "site_trial", "django_migrations")
_WRITES = """
    SELECT relname, (
        pg_stat_get_xact_tuples_inserted(oid) + pg_stat_get_xact_tuples_updated(oid)
        + pg_stat_get_xact_tuples_deleted(oid)
    ) FROM pg_class
    WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND relname <> ALL (%s)
"""
_DIGEST = (
    "SELECT '{0}', md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \"{0}\" AS t"
)


@dataclass(frozen=True)
class State:
    """A digest of each table's rows, and how often it was written to in this transaction.

    What was written counts even if it is taken back: only tables that nobody wrote to are the same
    without a look, and they are most.
    """

    digests: dict[str, str]
    writes: dict[str, int] = field(compare=False)
    transaction: str = field(compare=False)

    def differences(self, other: "State") -> set[str]:
        """Name the tables that hold something else there."""
        return {name for name, one in self.digests.items() if one != other.digests[name]}

    def rolled_back(self, now: "State") -> "State":
        """Give this again, once whatever was written up to `now` is rolled back.

        A look at what there is afterwards then passes by what was written before that.
        """
        assert now.transaction == self.transaction
        return replace(self, writes=now.writes)


def state(before: State | None = None) -> State:
    """Give what the database holds, but for sessions.

    It is told sooner with one from before: only tables that were written since are looked at. None
    may have been written to before it was taken, and rolled back after.
    """
    now = written()
    known = before if before and before.transaction == now.transaction else State({}, {}, "")
    look = [name for name, count in now.writes.items() if known.writes.get(name) != count]
    if not look:
        return replace(now, digests=known.digests)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(_DIGEST.format(name) for name in look))
        return replace(now, digests=known.digests | dict(cursor.fetchall()))


def written() -> State:
    """Give how often what was written to, without a look at what is there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text, current_setting('track_counts')")
        transaction, counted = cursor.fetchone()
        assert counted == "on"
        cursor.execute(_WRITES, [list(_KEPT)])
        return State({}, dict(cursor.fetchall()), transaction)
