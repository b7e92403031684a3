"""What is kept is worked out in bounds, and what can't be is said on the health page."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dutydesk.inbox.flows import arrivals, work
from dutydesk.inbox.flows.work import ARRIVALS
from dutydesk.inbox.models import Arrival
from dutydesk.inbox.room import health
from dutydesk.kernel.arrivals import ArrivalHandler, Arrived, WorkedOut
from dutydesk.kernel.refusals import Refused
from testing.arrivals import worked_out

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 10, tzinfo=UTC)


def says(at: datetime) -> tuple[bool, str]:
    (found,) = health(at)
    return found.well, found.says


def test_what_is_put_aside_is_said_for_a_day_and_tried_again_it_is_well() -> None:
    lines = [WorkedOut(problem="It has no end.", aside=True), WorkedOut(("alarm:7",))]
    work.handle_with(ArrivalHandler(("x",), lambda told, at: [lines.pop(0) for _ in told]))
    number = arrivals.keep(Arrived("x", "x:1", b"body", AT))
    assert number is not None
    assert says(AT) == (True, "worked out")
    worked_out(AT)
    well, why = says(AT)
    assert not well
    assert f"The last is arrival {number}, by x: It has no end." in why
    assert says(AT + timedelta(days=2)) == (True, "worked out")
    arrivals.retry(arrival=number, at=AT)
    worked_out(AT)
    assert says(AT) == (True, "worked out")
    assert Arrival.objects.get().became == ["alarm:7"]
    with pytest.raises(Refused, match="not put aside"):
        arrivals.retry(arrival=number, at=AT)


def test_what_lost_its_ring_is_found_by_the_sweep_which_rings_and_queues_nothing() -> None:
    rung = list[bool]()
    work.handle_with(ArrivalHandler(("x",), lambda told, at: [WorkedOut() for _ in told]))
    arrivals.insert([Arrived("x", "x:1", b"body", AT)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ARRIVALS, "wakes", lambda: rung.append(True))
        assert ARRIVALS.sweep(at=AT + timedelta(seconds=5)) == 0
    assert rung == [True]


def test_many_large_bodies_are_not_read_at_once() -> None:
    taken = list[int]()

    def take(told: Sequence[Arrived], at: datetime) -> list[WorkedOut]:
        taken.append(len(told))
        return [WorkedOut() for _ in told]

    work.handle_with(ArrivalHandler(("x",), take))
    for size in (2_000_000, 1_500_000, 1_500_000, 9, 9):
        arrivals.keep(Arrived("x", "x:1", b"x" * size, AT))
    worked_out(AT)
    assert taken == [1, 1, 1, 2]


@pytest.mark.parametrize("ahead", [timedelta(milliseconds=200), timedelta(hours=1)])
@pytest.mark.parametrize("prepare", [None, lambda one, at: None])
def test_what_came_in_where_the_clock_is_ahead_or_before_it_was_set_back_is_not_waited_for(
    prepare: Any, ahead: timedelta
) -> None:
    handler = ArrivalHandler(("x",), lambda told, at: [WorkedOut() for _ in told], prepare)
    work.handle_with(handler)
    arrivals.keep(Arrived("x", "x:1", b"body", AT + ahead))
    worked_out(AT)
    assert Arrival.objects.get().outcome == "done"
