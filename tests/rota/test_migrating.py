"""A desk that was used before rotas were worked out keeps its shifts."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

WEEK = timedelta(weeks=1)


@pytest.mark.django_db(transaction=True)
def test_shifts_entered_before_are_shifts_by_hand_now() -> None:
    before, after = [("rota", "0001_initial")], [("rota", "0002_rotas")]
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes("rota")
    executor.migrate(before)
    try:
        apps = executor.loader.project_state(before).apps
        ada = apps.get_model("people", "Engineer").objects.create(name="Ada", email="a@example.org")
        shifts = apps.get_model("rota", "Shift").objects
        start = datetime(2026, 11, 23, 10, tzinfo=UTC)
        for duty in ("primary", "secondary", "support", "support"):
            shifts.create(duty=duty, engineer=ada, start=start, end=start + WEEK)
        executor = MigrationExecutor(connection)
        executor.migrate(after)
        apps = executor.loader.project_state(after).apps
        rows = apps.get_model("rota", "Shift").objects.order_by("id")
        assert [(row.duty, row.cancelled_at is None) for row in rows] == [
            ("primary", True),
            ("secondary", False),
            ("support", True),
            ("support", False),
        ]
        overrides = apps.get_model("rota", "Override").objects
        for row in rows.filter(cancelled_at=None):
            hand = overrides.get(pk=row.source)
            assert (hand.kind, hand.add_id, hand.start) == ("hand", ada.pk, row.start)
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(latest)
