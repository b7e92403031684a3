"""A desk from before: who was shut out stays out, and links mean no more than they did."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE = [("people", "0004_links_for_new_passwords"), ("rota", "0004_void_swaps")]
AFTER = [("people", "0005_who_may_come_in"), ("rota", "0005_makers_of_feeds")]
AT = datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_what_was_open_is_open_to_no_more_than_it_was() -> None:
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()
    executor.migrate(BEFORE)
    try:
        _fill(executor.loader.project_state([*BEFORE, ("sessions", "0001_initial")]).apps)
        executor = MigrationExecutor(connection)
        executor.migrate(AFTER)
        _look(executor.loader.project_state(AFTER).apps)
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(latest)


def _fill(old: Any) -> None:
    """Let Ada be an engineer, Ben have left, and Cy be shut out; links go to Ada and to Dan."""
    account = old.get_model("people", "Account").objects
    for name in ("ada", "ben", "cy"):
        account.create(email=f"{name}@example.org", name=name, is_active=name != "cy")
    engineer = old.get_model("people", "Engineer").objects
    ada, ben = (account.get(name=name) for name in ("ada", "ben"))
    engineer.create(name="Ada", email="ada@example.org", account=ada)
    engineer.create(name="Ben", email="ben@example.org", account=ben, active=False)
    engineer.create(name="Dan", email="dan@example.org")
    link = old.get_model("people", "Invitation").objects
    times = {"made_at": AT, "expires_at": AT + timedelta(days=1)}
    link.create(token_hash="password", account=ada, email="", **times)
    link.create(token_hash="address", email="dan@example.org", **times)
    session = {"session_key": "in clear", "session_data": "", "expire_date": AT}
    old.get_model("sessions", "Session").objects.create(**session)
    feed = old.get_model("rota", "Feed").objects
    feed.create(token_hash="x", duty="support", made_by="ben", made_at=AT)


def _look(new: Any) -> None:
    shut = new.get_model("people", "Account").objects.filter(is_active=False).order_by("name")
    assert [(one.name, one.closed_at is None) for one in shut] == [("ben", True), ("cy", False)]
    links = new.get_model("people", "Invitation").objects.order_by("token_hash")
    assert [(one.email, one.engineer and one.engineer.name) for one in links] == [
        ("dan@example.org", None),
        ("ada@example.org", "Ada"),
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        assert cursor.fetchone() == (0,)
    assert new.get_model("rota", "Feed").objects.get().maker.name == "ben"
