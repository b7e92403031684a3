"""Availability by the incident record against a slow count of every minute, one by one."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from dutydesk.incidents.models import Incident, Maintenance
from dutydesk.people.models import Service
from dutydesk.process.flows import process
from testing.measured import MINUTE, VISITS, incident, measure, of
from testing.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.clause("measure.availability")]
# Three local days, on the first of which the clocks went back: it had 25 hours.
FIRST, WHOLE = "2026-10-25T00:00", 73 * 60
EXAMPLES = 12

spans = st.tuples(st.integers(-90, WHOLE), st.integers(1, 700))
histories = st.tuples(
    st.lists(st.tuples(spans, st.booleans(), st.booleans()), max_size=6),
    st.lists(spans, max_size=2),
    st.tuples(st.integers(0, WHOLE - 2), st.integers(1, WHOLE)),
)


def counted(
    minutes: range, down: list[range], planned: list[range], lives: range
) -> tuple[int, int, int]:
    """Count how many minutes were up, down and planned, each looked at alone."""
    up = felt = work = 0
    for minute in minutes:
        if minute not in lives:
            continue
        if any(minute in one for one in planned):
            work += 1
        elif any(minute in one for one in down):
            felt += 1
        else:
            up += 1
    return up, felt, work


def lived(world: World, first: datetime, began: date, ended: date) -> range:
    """Give the minutes in which the service was there, by local days."""
    edges = (world.moment(f"{day}T00:00") for day in (began, ended))
    start, end = ((edge - first) // MINUTE for edge in edges)
    return range(start, end)


def test_any_range_has_what_its_minutes_have(world: World, tmp_path: Path) -> None:
    """Part days, overlaps, a night of 25 hours, and a service that began and ended inside."""
    first = world.moment(FIRST)
    began, ended = date(2026, 10, 25), date(2026, 10, 27)
    lives = {"service": VISITS, "began": str(began), "ended": str(ended)}
    measure(world, tmp_path, services=[lives])
    there = lived(world, first, began, ended)
    assert len(there) == 49 * 60

    @settings(max_examples=EXAMPLES)
    @given(histories)
    def holds(history: tuple) -> None:  # type: ignore[type-arg]
        told, works, (start, length) = history
        end = min(start + length, WHOLE)
        with transaction.atomic():
            down, planned = recorded(first, told), maintained(first, works)
            found = of(VISITS, first + start * MINUTE, first + end * MINUTE, world.at).tally
            transaction.set_rollback(True)
        expected = counted(range(start, end), down, planned, there)
        assert tuple(one // MINUTE for one in (found.up, found.down, found.planned)) == expected
        assert found.unknown == timedelta()

    holds()


def recorded(first: datetime, told: list[tuple[tuple[int, int], bool, bool]]) -> list[range]:
    """Put incidents on record; give when users were without by those that count."""
    incident(start=first - 400 * MINUTE, end=first - 399 * MINUTE)  # So long there was a record.
    felt = []
    for (start, length), impact, real in told:
        begun, over = first + start * MINUTE, first + (start + length) * MINUTE
        incident(VISITS, start=begun, end=over, user_impact=impact, exercise=not real)
        if impact and real:
            felt.append(range(start, start + length))
    return felt


def maintained(first: datetime, works: list[tuple[int, int]]) -> list[range]:
    """Let the service be out on purpose; give when."""
    visits = Service.objects.get(name=VISITS)
    for start, length in works:
        begun, over = first + start * MINUTE, first + (start + length) * MINUTE
        Maintenance.objects.create(service=visits, on_at=begun, off_at=over, on_by="Ada")
    assert process.in_force().availability.maintenance != "down"
    assert not Incident.objects.filter(maintenance__isnull=False).exists()
    return [range(start, start + length) for start, length in works]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, "2026-11-24T11:00")
