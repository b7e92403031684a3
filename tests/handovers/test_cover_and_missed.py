"""Cover is no turn; what nobody accepted is missed; a long list asks no more than a short one."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dutydesk.commitments.models import Commitment
from dutydesk.handovers.models import Handover
from testing.handed import Handed
from testing.screens import visit
from testing.world import Moving, number

pytestmark = pytest.mark.django_db


def begin(folder: Path, local: str) -> Handed:
    """Give a desk on which Ada has support, Ben is primary and Cy secondary."""
    world = Handed(folder, local)
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    return world


def states(handover: Handover) -> dict[str, str]:
    rows = Commitment.objects.filter(subject=handover.about).exclude(state="withdrawn")
    return {one.kind: one.state for one in rows}


@pytest.mark.clause("oncall.rota")
def test_cover_for_an_evening_hands_nothing_over_and_whoever_had_the_turn_gives_it(
    tmp_path: Path,
) -> None:
    world = Handed(tmp_path, "2026-11-23T12:00")
    turn, end = world.moment("2026-11-26T10:00"), world.moment("2026-11-30T10:00")
    world.shift(world.at, world.moment("2026-11-26T05:00"), primary="Ben")
    world.shift(world.moment("2026-11-26T05:00"), turn, primary="Cy")
    world.shift(turn, end, primary="Ada")
    world.at = world.moment("2026-11-26T04:00")
    world.look()
    assert not Handover.objects.filter(kind="turn change").exists()
    world.at = world.moment("2026-11-26T08:30")
    world.look()
    found = world.handover("turn change")
    assert found.due_at == turn
    assert (found.givers, found.takers) == ([number("Ben")], [number("Ada")])


@pytest.mark.clause("support.day-start")
def test_one_that_nobody_accepted_is_missed_when_the_next_is_drafted(tmp_path: Path) -> None:
    world = begin(tmp_path, "2026-11-23T17:00")
    world.until("2026-11-23T22:00")
    world.alarm("Certificate soon over", "warning")
    world.until("2026-11-24T10:30")
    monday = world.handover()
    assert (monday.state, states(monday)["handover.accept"]) == ("given", "open")
    world.at = world.moment("2026-11-24T16:30")
    world.until("2026-11-24T22:00")
    world.at = world.moment("2026-11-25T08:25")
    world.until("2026-11-25T08:29")
    monday.refresh_from_db()
    assert monday.state == "given"
    world.until("2026-11-25T08:30")
    monday.refresh_from_db()
    assert monday.state == "missed"
    assert states(monday)["handover.accept"] == "missed"
    assert world.handover().state == "draft"


def test_a_longer_list_of_handovers_asks_the_database_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = begin(tmp_path, "2026-11-23T17:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.until("2026-11-24T09:30")
    ada = visit("Ada")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert "Start of day" in ada.get("/handovers/").text
        return len(queries)

    asked()
    before = asked()
    for back in range(1, 6):
        one = world.handover()
        one.pk, one.due_at = None, one.due_at - timedelta(days=back)
        one.save()
    assert asked() == before
