"""A desk that had services before they had names for addresses."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from dutydesk.people.models import Service


@pytest.mark.django_db(transaction=True)
def test_every_service_gets_a_slug_of_its_own() -> None:
    before, after = [("people", "0001_initial")], [("people", "0002_service_slugs_and_webhooks")]
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()
    executor.migrate(before)
    try:
        services = executor.loader.project_state(before).apps.get_model("people", "Service").objects
        for name in ("Prison visits", "Prison  Visits!", "監獄", "Cafés"):
            services.create(name=name)
        executor = MigrationExecutor(connection)
        executor.migrate(after)
        rows = executor.loader.project_state(after).apps.get_model("people", "Service").objects
        slugs = list(rows.order_by("id").values_list("slug", flat=True))
        assert slugs == ["prison-visits", "prison-visits-2", "service", "cafes"]
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(latest)


@pytest.mark.django_db
def test_a_new_service_gets_one_that_no_other_has_and_keeps_it() -> None:
    names = ["Prison visits", "Prison, visits", "x" * 100, "x" * 99, "…"]
    slugs = [Service.objects.create(name=name).slug for name in names]
    assert slugs == ["prison-visits", "prison-visits-2", "x" * 40, "x" * 40 + "-2", "service"]
    changed = Service.objects.get(name="Prison visits")
    changed.user_facing = False
    changed.save()
    assert changed.slug == "prison-visits"
