"""Years of made-up work in bulk: as much as a large team would have, for measuring."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from psycopg import sql

from dutydesk.chat.models import Channel
from dutydesk.database import limits
from dutydesk.kernel.messages import Message
from dutydesk.kernel.periods import Period, offsets
from dutydesk.process.flows import process
from dutydesk.site.demo import cast
from dutydesk.site.demo.fill import Tell, make_people, make_rotas, refuse_unless_empty

QUESTIONS_A_YEAR, INCIDENTS_A_YEAR = 100_000, 10_000
YEAR = timedelta(days=365.25)
_STRETCH = 20_000
_INDEX = "document_words"
_NUMBERED = (
    *("chat_post", "desk_question", "desk_ticket", "incidents_incident", "alarms_alarm"),
    *("oncall_page", "postmortems_postmortem"),
)
_QUIET = (
    *("chat_post", "desk_question", "desk_ticket", "incidents_incident", "incidents_update"),
    *("postmortems_postmortem", "commitments_commitment", "oncall_page", "oncall_call"),
    *("alarms_alarm", "incidents_incident_services", "rota_shift"),
)


@transaction.atomic
def fill(
    *,
    until: datetime,
    seed: int,
    years: int,
    questions: int = QUESTIONS_A_YEAR,
    incidents: int = INCIDENTS_A_YEAR,
    tell: Tell = lambda _: None,
) -> None:
    """Fill the desk with `years` years up to `until`, all of it or nothing. Raises NotEmpty.

    `questions` and `incidents`: how many a year. The same `until` and `seed` make the same, in
    flat memory: the database makes the rows itself, a stretch at a time.
    """
    refuse_unless_empty()
    begins = until - YEAR * years
    make_people(begins)
    bulk = _Bulk(begins, until, seed)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # Else each row waits in memory.
        cursor.execute(limits.LIFT)
        again = _set_aside(cursor)
        for statement in (*_statements("before"), *_statements("turns")):
            cursor.execute(bulk.filled(statement))
        amounts = (
            (_statements("questions"), questions * years),
            (_statements("incidents"), incidents * years),
        )
        done, total = 0, sum(many for _, many in amounts)
        for made, many in amounts:
            for first, last in _stretches(many):
                for statement in made:
                    cursor.execute(bulk.filled(statement, first=first, last=last, many=many))
                done += last - first + 1
                tell(0.9 * done / total)
        _put_back(cursor, again)
    make_rotas(until)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute("ANALYZE")
    tell(1)


def _statements(name: str) -> list[str]:
    """Give the statements of a file, whose values are still to be filled in."""
    text = (cast.HERE / f"{name}.sql").read_text(encoding="utf-8")
    return [part for part in text.split(";\n") if part.strip()]


def _stretches(many: int) -> Iterator[tuple[int, int]]:
    for first in range(1, many + 1, _STRETCH):
        yield first, min(many, first + _STRETCH - 1)


class _Bulk:
    """Fills values into statements."""

    def __init__(self, begins: datetime, until: datetime, seed: int) -> None:
        current = process.in_force()
        ask = Channel.objects.get_or_create(name=current.ask.channel)[0]
        talks = [[talk.asks, "\n".join(talk.answers)] for talk in cast.TALKS]
        self._values: dict[str, Any] = {
            "begins": begins.isoformat(), "ends": until.isoformat(), "seed": seed,
            "span": (until - begins).total_seconds(), **_clock(current.zone, Period(begins, until)),
            "talks": json.dumps(talks), "talk_count": len(talks),
            "blank": json.dumps(Message("").as_json()),
            "ask": ask.pk, "ask_name": ask.name,
        }  # fmt: skip

    def filled(self, statement: str, **numbers: int) -> sql.Composed:
        """Give a statement with all values in it."""
        values = {name: sql.Literal(value) for name, value in (self._values | numbers).items()}
        return sql.SQL(statement).format(**values)


def _clock(zone: ZoneInfo, span: Period) -> dict[str, str]:
    """Give by the clock of `zone` when it changes, and from then on how far ahead of UTC it is."""
    first, *later = offsets(zone, span)
    changes = ["-infinity", *(f"{at + ahead:%Y-%m-%d %H:%M:%S}" for at, ahead in later)]
    ahead = [f"{one.total_seconds():.0f} s" for _, one in (first, *later)]
    return {"changes": f"{{{','.join(changes)}}}", "ahead": f"{{{','.join(ahead)}}}"}


def _set_aside(cursor: Any) -> str:
    """Keep the index of words, and what follows each row, out of the way; give how to make it."""
    cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [_INDEX])
    (definition,) = cursor.fetchone()
    cursor.execute(f"DROP INDEX {_INDEX}")
    _triggers(cursor, _QUIET, "DISABLE")
    return str(definition)


def _put_back(cursor: Any, definition: str) -> None:
    _triggers(cursor, _QUIET, "ENABLE")
    cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
    cursor.execute(definition)
    for table in _NUMBERED:
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
        )


def _triggers(cursor: Any, tables: Iterable[str], do: str) -> None:
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} {do} TRIGGER USER")
