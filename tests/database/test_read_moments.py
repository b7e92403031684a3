"""Times come out of the database as Django's own loader gives them, whatever they look like."""

from collections.abc import Callable
from datetime import UTC, datetime

import psycopg
import pytest
from django.db import DataError, connection
from django.db.backends.postgresql.psycopg_any import register_tzloader

from dutydesk.database.postgresql.moments import MomentLoader

pytestmark = pytest.mark.django_db


def read(text: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::timestamptz", [text])
        return cursor.fetchone()[0]


def by_django(text: str) -> object:
    with connection.cursor() as cursor:
        register_tzloader(UTC, cursor.cursor)
        cursor.execute("SELECT %s::timestamptz", [text])
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    "written",
    [
        "2026-11-30 11:00+00",
        "2026-03-29 02:30:00.5+02",
        "2026-11-30 11:00:00.000001+00",
        "2026-11-30 11:00:00.12+00",
        "1890-01-01 00:00:00 Europe/Amsterdam",
        "0001-01-01 00:00:00+00",
        "9999-12-31 23:59:59.999999+00",
    ],
)
def test_a_time_is_read_as_it_was(written: str) -> None:
    found = read(written)
    assert isinstance(found, datetime)
    assert found.tzinfo is UTC
    assert repr(found) == repr(by_django(written))


@pytest.mark.parametrize("written", ["infinity", "-infinity", "12000-01-01 00:00+00"])
@pytest.mark.parametrize("reads", [read, by_django])
def test_what_is_no_time_of_ours_is_told(written: str, reads: Callable[[str], object]) -> None:
    with pytest.raises(DataError):
        reads(written)


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "America/St_Johns", "UTC"])
def test_another_zone_of_the_session_changes_no_time(zone: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('timezone', %s, true)", [zone])
        cursor.execute("SELECT timestamptz '2026-11-30 11:00:00.25+00'")
        found = cursor.fetchone()[0]
    assert found == datetime(2026, 11, 30, 11, 0, 0, 250_000, UTC)
    assert found.tzinfo is UTC


def test_the_connection_of_the_desk_reads_so() -> None:
    connection.ensure_connection()
    loader = connection.connection.adapters.get_loader(1184, psycopg.pq.Format.TEXT)
    assert loader is MomentLoader
