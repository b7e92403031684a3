"""A desk that was used before rotas were worked out keeps its shifts."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from testing.vectors.common import adopt_default

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


@pytest.mark.django_db(transaction=True)
def test_who_was_named_for_a_part_of_a_day_is_named_for_its_time_now(tmp_path: Path) -> None:
    before, after = [("rota", "0002_rotas")], [("rota", "0003_replacements_and_nominations")]
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes("rota")
    adopt_default(tmp_path)
    executor.migrate(before)
    try:
        apps = executor.loader.project_state(before).apps
        ada = apps.get_model("people", "Engineer").objects.create(name="Ada", email="a@example.org")
        for part in ("morning", "long-gone"):
            apps.get_model("rota", "Nominee").objects.create(
                day=date(2026, 7, 1), part=part, engineer=ada
            )
        executor = MigrationExecutor(connection)
        executor.migrate(after)
        apps = executor.loader.project_state(after).apps
        (row,) = apps.get_model("rota", "Nominee").objects.all()
        assert row.start == datetime(2026, 7, 1, 9, tzinfo=UTC)
        assert row.end == datetime(2026, 7, 1, 11, 30, tzinfo=UTC)
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(latest)
