"""Availability as the incident record tells it, by the rules of the process."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dutydesk.announcements.models import Announcement
from dutydesk.availability.flows.figures import availability, overall, trend
from dutydesk.availability.flows.windows import uncounted
from dutydesk.availability.rules.ranges import holding
from dutydesk.availability.rules.timeline import TimeState
from dutydesk.incidents.models import Incident, Maintenance
from dutydesk.kernel.periods import Period
from dutydesk.people.models import Service
from dutydesk.process.flows import process
from testing.measured import CLUSTERS, HOUR, MINUTE, VISITS, incident, measure, of
from testing.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.clause("measure.availability")]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, "2026-11-24T11:00")


def day(world: World) -> tuple[datetime, datetime, datetime]:
    """Give yesterday's beginning and end, and now."""
    return world.moment("2026-11-23T00:00"), world.moment("2026-11-24T00:00"), world.at


def test_overlapping_incidents_are_one_time_without_the_service(world: World) -> None:
    start, end, at = day(world)
    incident(VISITS, start=start + HOUR, end=start + 2 * HOUR)
    incident(VISITS, CLUSTERS, start=start + 1.5 * HOUR, end=start + 3 * HOUR)
    incident(VISITS, start=start - HOUR, end=start + 10 * MINUTE)
    incident(VISITS, start=start + 5 * HOUR, end=start + 6 * HOUR, user_impact=False)
    incident(VISITS, start=start + 7 * HOUR, end=start + 8 * HOUR, exercise=True)
    incident(VISITS, start=start + 9 * HOUR, end=start + 9 * HOUR)
    visits, clusters = (of(name, start, end, at) for name in (VISITS, CLUSTERS))
    assert visits.tally.down == 2 * HOUR + 10 * MINUTE
    assert clusters.tally.down == 1.5 * HOUR
    assert visits.tally.up + visits.tally.down == 24 * HOUR
    assert visits.source and visits.source.kind == "incidents"
    assert (visits.now, visits.met) == (TimeState.UP, False)
    both = overall(Period(start, end), at=at)
    assert both.tally.down == 3 * HOUR + 40 * MINUTE and both.tally.known == 48 * HOUR


def test_one_that_goes_on_counts_until_now_and_a_corrected_time_at_once(world: World) -> None:
    start, _, at = day(world)
    number = incident(VISITS, start=at - HOUR)
    found = of(VISITS, start, at + 24 * HOUR, at)
    assert (found.tally.down, found.now) == (HOUR, TimeState.DOWN)
    assert found.tally.whole == at - start, "what is to come counts for nothing"
    Incident.objects.filter(pk=number).update(fault_occurs=at - 2 * HOUR)
    assert of(VISITS, start, at, at).tally.down == 2 * HOUR
    Incident.objects.filter(pk=number).update(state="mistake", resolved=at)
    assert of(VISITS, start, at, at).tally.down == timedelta()


def test_before_the_record_nothing_is_known(world: World) -> None:
    start, end = world.moment("2019-12-31T00:00"), world.moment("2020-01-02T00:00")
    found = of(VISITS, start, end, world.at).tally
    assert (found.unknown, found.up) == (24 * HOUR, 24 * HOUR)
    incident(VISITS, start=start + 6 * HOUR, end=start + 7 * HOUR)
    found = of(VISITS, start, end, world.at).tally
    assert (found.unknown, found.down, found.up) == (6 * HOUR, HOUR, 41 * HOUR)


def test_the_process_says_from_which_impact_on_it_is_down(world: World, tmp_path: Path) -> None:
    start, end, at = day(world)
    incident(VISITS, start=start, end=start + HOUR, criteria=["degraded"], priority="high")
    incident(VISITS, start=start + 2 * HOUR, end=start + 4 * HOUR, priority="normal")
    incident(VISITS, start=start + 5 * HOUR, end=start + 9 * HOUR, priority="high")
    outage = {"criteria": ["degraded", "outage"], "priority": "high"}
    incident(VISITS, start=start + 10 * HOUR, end=start + 18 * HOUR, **outage)
    down = {}
    for least in ("degraded", "partial outage", "major outage"):
        measure(world, tmp_path, down_from=least)
        down[least] = of(VISITS, start, end, at).tally.down / HOUR
    assert down == {"degraded": 15, "partial outage": 12, "major outage": 8}


def test_planned_maintenance_is_left_out_or_down_as_the_process_says(
    world: World, tmp_path: Path
) -> None:
    start, end, at = day(world)
    visits = Service.objects.get(name=VISITS)
    felt = Incident.objects.get(pk=incident(start=start + 20 * HOUR, end=start + 21 * HOUR))
    out = {"service": visits, "on_by": "Ada"}
    Maintenance.objects.create(on_at=start + HOUR, off_at=start + 3 * HOUR, **out)
    Maintenance.objects.create(
        on_at=start + 20 * HOUR, off_at=start + 22 * HOUR, incident=felt, **out
    )
    work = Announcement.objects.create(
        title="Upgrade", at=start, started_at=start + 2 * HOUR, over_at=start + 5 * HOUR,
        starts_at=start + 2 * HOUR, ends_at=start + 4 * HOUR, state="finished",
    )  # fmt: skip
    work.services.add(visits)
    incident(VISITS, start=start + 2.5 * HOUR, end=start + 6 * HOUR)
    found = of(VISITS, start, end, at).tally
    assert (found.planned, found.down, found.up) == (4 * HOUR, 3 * HOUR, 17 * HOUR)
    measure(world, tmp_path, maintenance="down")
    found = of(VISITS, start, end, at).tally
    assert (found.planned, found.down) == (timedelta(), 5 * HOUR + 2 * HOUR)


def test_hours_and_a_service_that_began_and_ended_inside(world: World, tmp_path: Path) -> None:
    """Support hours are 10:00 to 17:00 on working days; the week has one night without."""
    start, end = world.moment("2026-11-16T00:00"), world.moment("2026-11-23T00:00")
    incident(VISITS, start=world.moment("2026-11-17T16:00"), end=world.moment("2026-11-18T11:00"))
    lives = {"service": VISITS, "began": "2026-11-17", "ended": "2026-11-20"}
    measure(world, tmp_path, clock="support", services=[lives])
    found = of(VISITS, start, end, world.at)
    assert (found.tally.whole, found.tally.down) == (21 * HOUR, 2 * HOUR)
    assert found.now is None, "it is there no more"
    measure(world, tmp_path, services=[lives])
    assert of(VISITS, start, end, world.at).tally.whole == 72 * HOUR


def test_a_target_has_a_budget_that_incidents_use_up(world: World, tmp_path: Path) -> None:
    own = {"service": VISITS, "target": 99.5, "per": "month"}
    measure(world, tmp_path, target="99.9 %", per="30 days", services=[own])
    at = world.at
    incident(VISITS, start=at - 2 * HOUR, end=at - 90 * MINUTE)
    incident(VISITS, start=at - timedelta(days=27), end=at - timedelta(days=27) + HOUR)
    visits, clusters = (of(name, at - HOUR, at, at).budget for name in (VISITS, CLUSTERS))
    assert visits and clusters
    # A November of 30 days may be down for 3 h 36 min at 99.5 %, and the first one was in October.
    assert visits.allowed == 3.6 * HOUR and visits.left == 3.1 * HOUR
    assert visits.burn["1 hour"] == 0 and visits.met
    assert visits.burn["6 hours"] == pytest.approx(30 / 360 / 0.005)
    assert clusters.left == clusters.allowed == timedelta(minutes=43, seconds=12)
    together = overall(Period(at - HOUR, at), at=at).budget
    assert together and together.tally.down == 1.5 * HOUR
    assert together.allowed == 2 * timedelta(minutes=43, seconds=12)


def test_months_side_by_side_are_those_alone(world: World) -> None:
    incident(VISITS, start=world.moment("2026-09-30T23:00"), end=world.moment("2026-10-01T01:30"))
    ranges = [holding(datetime(2026, month, 1, tzinfo=UTC).date(), "month") for month in (9, 10)]
    months = [one.period(process.in_force().zone) for one in ranges]
    visits = Service.objects.get(name=VISITS)
    found = trend(months, at=world.at)[visits.pk]
    assert found == [of(VISITS, one.start, one.end, world.at).tally for one in months]
    assert [one.down for one in found] == [HOUR, 1.5 * HOUR]


def test_incidents_that_count_for_no_service_are_named(world: World) -> None:
    start, end, _ = day(world)
    nowhere = incident(start=start, end=start + HOUR)
    endless = incident(VISITS, start=start, end=start + HOUR, repaired=None, resolved=None)
    incident(VISITS, start=start, end=start + HOUR)
    guessed = incident(VISITS, start=start, end=start + HOUR, estimated=True)
    incident(VISITS, start=start, estimated=True)
    found = [(one.incident.pk, one.reason) for one in uncounted(Period(start, end))]
    assert found == [
        (guessed, "its times are estimates"),
        (endless, "nobody knows when it was over"),
        (nowhere, "it names no service"),
    ]


def test_time_of_estimated_incidents_is_unknown_once_they_are_over(world: World) -> None:
    start, end, _ = day(world)
    incident(VISITS, start=start, end=start + 3 * HOUR, estimated=True)
    incident(VISITS, start=start + 2 * HOUR, end=start + 4 * HOUR)
    found = of(VISITS, start, end, world.at).tally
    assert (found.down, found.unknown) == (2 * HOUR, 2 * HOUR)
    goes_on = incident(VISITS, start=start + 6 * HOUR, estimated=True)
    found = of(VISITS, start, start + 7 * HOUR, world.at).tally
    assert (found.down, found.unknown) == (3 * HOUR, 2 * HOUR)
    Incident.objects.filter(pk=goes_on).update(state="resolved", resolved=start + 7 * HOUR)
    found = of(VISITS, start, start + 7 * HOUR, world.at).tally
    assert (found.down, found.unknown) == (2 * HOUR, 3 * HOUR)


def test_more_services_ask_no_more_questions(world: World) -> None:
    start, end, at = day(world)

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            availability(Period(start, end), at=at)
        return len(asked)

    few = questions()
    for number in range(20):
        Service.objects.create(name=f"Service {number}")
        incident(f"Service {number}", start=start, end=start + HOUR)
    assert len(availability(Period(start, end), at=at)) == 22
    assert questions() == few
