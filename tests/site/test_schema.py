"""An empty database is made at once, and just as the migrations would make it."""

import os
from difflib import unified_diff

import pytest
from django.db import connection

from dutydesk.site import schema
from testing.schema import migrated, read_once

OLD = "The migrations have changed: run `make schema`, and commit what it wrote"


def test_what_is_made_at_once_is_what_the_migrations_make() -> None:
    server = os.environ["DUTYDESK_TEST_DATABASE_URL"]
    made, expected = read_once(server, schema.FILE.read_text("utf-8")), migrated(server)
    differences = list(unified_diff(made.splitlines(), expected.splitlines(), lineterm="", n=1))
    assert differences[:30] == [], OLD


@pytest.mark.django_db
def test_a_database_that_holds_anything_is_left_to_the_migrations() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA elsewhere; SET search_path = elsewhere")
        cursor.execute("CREATE TYPE alarms_of_another AS ENUM ('one')")
        schema.create()
        assert connection.introspection.table_names(cursor) == []
        cursor.execute("DROP TYPE alarms_of_another")
        schema.create()
        assert schema.is_complete(), OLD


@pytest.mark.django_db
def test_nothing_is_made_for_migrations_that_are_not_those_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    later = {*schema.installed(), ("desk", "0999_from_later")}
    monkeypatch.setattr(schema, "installed", lambda: later)
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA elsewhere; SET search_path = elsewhere")
        schema.create()
        assert connection.introspection.table_names(cursor) == []
