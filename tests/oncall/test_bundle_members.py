"""Each alarm of a bundle keeps whom it calls: the bundle calls those of what goes on, no others."""

import importlib
from pathlib import Path

import pytest
from django.db import connection

from dutydesk.alarms.flows import process_changes
from dutydesk.oncall.models import Page, PageItem
from testing.storms import begin, bundle_of, called, many, receive, reroute, telling

pytestmark = [pytest.mark.django_db, pytest.mark.clause("oncall.respond", "oncall.escalate")]
BATCH = "{job: batch}, page: [primary]"
FIRST = "    - {name: Batch,"


def test_a_bundle_calls_no_more_for_what_is_over(tmp_path: Path) -> None:
    world = begin(tmp_path)
    receive(world, *many(world, "B", 8, job="batch"))
    slow = "    - {name: S, match: {alertname: B7}, page: [secondary]}\n"
    reroute(tmp_path, world, FIRST, slow + FIRST)
    bundle = bundle_of("B6")
    assert bundle.duties == ["primary", "secondary"]
    receive(world, telling(world, "B7", job="batch", firing=False))
    assert bundle_of("B6").duties == ["primary"]
    world.forward(minutes=10)
    assert called(bundle) == ["Ben", "Ben", "Ben"], "Cy was wanted by what is over"


def test_a_bundle_calls_by_the_changed_route_alone_once_all_of_it_was_looked_at_bit_by_bit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process_changes, "AT_ONCE", 2)
    world = begin(tmp_path)
    receive(world, *many(world, "B", 8, job="batch"))
    bundle = bundle_of("B7")
    reroute(tmp_path, world, BATCH, "{job: batch}, page: [secondary]")
    assert bundle_of("B7").duties == ["secondary"]
    world.forward(minutes=15)
    assert called(bundle) == ["Ben", *["Cy"] * 4], "and Ben no more"


def test_what_joins_a_bundle_that_is_narrow_again_is_called_as_its_own_route_says(
    tmp_path: Path,
) -> None:
    world = begin(tmp_path)
    receive(world, *many(world, "B", 8, job="batch"))
    slow = "    - {name: S, match: {alertname: B7}, page: [secondary]}\n"
    reroute(tmp_path, world, FIRST, slow + FIRST)
    receive(world, telling(world, "B7", job="batch", firing=False))
    receive(world, telling(world, "B9", job="batch"))
    assert bundle_of("B9") == bundle_of("B6")
    assert list(PageItem.objects.values_list("duties", flat=True).distinct()) != []
    assert Page.objects.filter(bundle=True).count() == 1


def test_what_was_there_before_keeps_whom_it_calls_and_when_it_was_answered(tmp_path: Path) -> None:
    world = begin(tmp_path)
    receive(world, *many(world, "B", 8, job="batch"))
    bundle, began = bundle_of("B7"), world.at
    world.press("Ben", "page.acknowledge", bundle.about)
    first = world.at
    world.forward(minutes=31)
    world.press("Ben", "page.acknowledge", bundle.about)
    last = world.at
    names = ("first_acknowledged_at", "answered_at", "news_at")
    Page.objects.update(**dict.fromkeys(names), answered_duties=[], acknowledged_at=last)
    PageItem.objects.update(since=None, duties=[])
    bundle.calls.update(duties=[])
    made = importlib.import_module("dutydesk.oncall.migrations.0003_what_a_page_was_answered_for")
    with connection.cursor() as cursor:
        cursor.execute(made.KNOWN)
    bundle.refresh_from_db()
    assert (bundle.first_acknowledged_at, bundle.answered_at) == (first, last)
    assert bundle.answered_duties == ["primary"]
    assert {(one.since, *one.duties) for one in bundle.bundled.all()} == {(began, "primary")}
    assert {tuple(one.duties) for one in bundle.calls.all()} == {("primary",)}
