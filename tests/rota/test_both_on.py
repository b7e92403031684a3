"""Whoever changes a rota is told where two are on call together that one person had before."""

from datetime import datetime
from pathlib import Path

import pytest

from dutydesk.kernel.periods import Period
from dutydesk.people.models import Account
from dutydesk.rota.flows import edits, team_members
from dutydesk.rota.models import Absence
from testing.rotas import span
from testing.screens import seen, visit
from testing.world import Moving, World, number

pytestmark = [pytest.mark.django_db, pytest.mark.clause("oncall.rota")]
TOGETHER = "Ada and Ben have primary together: Wed 2 Dec 08:00 to Thu 3 Dec 08:00 GMT."


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Give a desk on which Ada is primary for good."""
    world = World(tmp_path, "2026-11-23T08:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    start = datetime(2026, 11, 23, 8)  # noqa: DTZ001
    cadence = edits.Cadence("weekly", 1, start, [[number("Ada")]])
    edits.rotate(duty="primary", cadence=cadence, at=world.at, by="Ada")
    return world


def wednesday(world: World) -> Period:
    return span(world, "2026-12-02T08:00", "2026-12-03T08:00")


def fill_in(world: World, duty: str = "primary", day: Period | None = None) -> tuple[str, ...]:
    day = day or wednesday(world)
    done = edits.add_shift(
        duty=duty, engineer=number("Ben"), start=day.start, end=day.end, at=world.at, by="Ben"
    )
    return done.beside


def test_who_is_not_away_after_all_is_on_beside_whoever_filled_in(world: World) -> None:
    edits.be_away(engineer=number("Ada"), span=wednesday(world), at=world.at, by="Ada")
    assert fill_in(world) == ()
    away = {"what": "back", "number": Absence.objects.get().pk}
    assert TOGETHER in seen(visit("Ada").post("/shifts/change/", away)), "a preview says so"
    said = visit("Ada").post("/shifts/change/", away | {"confirm": "1"}, follow=True)
    assert TOGETHER in seen(said)


def test_who_stays_on_the_team_after_all_is_on_beside_whoever_took_their_time(
    world: World,
) -> None:
    Account.objects.filter(name="Uma").update(is_administrator=True)
    ada, uma = number("Ada"), world.person("Uma")
    leaves = world.moment("2026-12-01T08:00")
    team_members.leave(engineer=ada, on=leaves, person=uma, at=world.at, by="Uma")
    assert fill_in(world) == ()
    stays = team_members.stay(engineer=ada, person=uma, at=world.at, by="Uma")
    assert stays.beside == (TOGETHER,)


def test_it_is_said_once_and_not_of_support(world: World) -> None:
    assert fill_in(world) == (TOGETHER,)
    later = span(world, "2026-12-09T08:00", "2026-12-10T08:00")
    other = edits.override(
        duty="primary", span=later, add=number("Cy"), remove=number("Ada"), at=world.at, by="Cy"
    )
    assert other.beside == ()
    edits.add_shift(
        duty="support", engineer=number("Cy"), start=later.start, end=later.end,
        at=world.at, by="Cy",
    )  # fmt: skip
    assert fill_in(world, "support", later) == ()
