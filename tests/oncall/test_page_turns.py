"""Whoever locks many pages takes turns with all who do, and nobody waits for each other."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from dutydesk.alarms.flows import ingestion, takeover
from dutydesk.alarms.models import Alarm
from dutydesk.alarms.rules.notifications import Notification
from dutydesk.database import rows
from dutydesk.oncall.flows import storms
from dutydesk.oncall.flows.escalation import PageRequest
from dutydesk.oncall.models import PageItem
from testing.machine import eventually
from testing.storms import begin, bundle_of, many, receive, telling
from testing.world import World

PAGES = "the pages"
_WAITS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()
"""


def waits() -> bool:
    """Say whether anybody else waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # Else it is as at the first look.
        cursor.execute(_WAITS)
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("oncall.respond")
def test_of_two_batches_that_join_one_bundle_neither_is_broken_off(tmp_path: Path) -> None:
    """One looks at a page that it has and pages then; the other pages, and joins the same page."""
    world = begin(tmp_path)
    receive(world, *many(world, "V", 8))
    member = bundle_of("V7").bundled.all()[0]
    begun, broken = threading.Event(), list[Exception]()

    def joins(about: str) -> None:
        wanted = PageRequest(about, "Down", "", False, "", member.service_id)
        storms.page_all(wanted=[wanted], at=world.at)

    def other() -> None:
        try:
            begun.set()
            joins("alarm:9001")
        except DatabaseError as fault:
            broken.append(fault)
        finally:
            connection.close()

    thread = threading.Thread(target=other)
    with transaction.atomic():
        assert storms.states_of([member.subject]) == {member.subject: "calling"}
        thread.start()
        assert begun.wait(60)
        eventually(waits)
        joins("alarm:9002")
    thread.join(60)
    assert not broken
    joined = PageItem.objects.filter(subject__startswith="alarm:900", page=member.page)
    assert joined.count() == 2


@pytest.fixture
def locked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give what is locked by name from now on, in order."""
    names: list[str] = []
    lock = rows.lock

    def noted(more: Sequence[str]) -> None:
        names.extend(more)
        lock(more)

    monkeypatch.setattr(rows, "lock", noted)
    return names


def senders_come_first(locked: Sequence[str]) -> bool:
    """Say whether nobody new is waited for once the pages' turn is taken."""
    turn = locked.index(PAGES)
    return set(locked[turn:]) <= {PAGES, *locked[:turn]}


def told(world: World, *, firing: bool = True) -> list[Notification]:
    """Give what three senders tell."""
    return [
        replace(telling(world, f"S{sender}", firing=firing), group_key=f"{sender} S{sender}")
        for sender in (7, 8, 9)
    ]


@pytest.mark.django_db
@pytest.mark.clause("incident.lead")
def test_an_incident_that_has_alarms_of_many_senders_again_waits_for_these_first(
    tmp_path: Path, locked: list[str]
) -> None:
    world = begin(tmp_path)
    receive(world, *told(world))
    abouts = [alarm.about for alarm in Alarm.objects.order_by("pk")]
    locked.clear()
    takeover.take_back(abouts=abouts, incident="incident:1", by="Ada", at=world.at)
    assert len(abouts) == 3 and senders_come_first(locked)


@pytest.mark.django_db
def test_what_many_senders_tell_at_once_waits_for_these_before_any_page(
    tmp_path: Path, locked: list[str]
) -> None:
    world = begin(tmp_path)
    locked.clear()
    every = [*told(world), *told(world, firing=False), *told(world)]
    ingestion.receive_all(told=every, at=world.at)
    assert senders_come_first(locked)
