"""What a change of a rota can't do or show is said: of who is away, and beyond what is known."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dutydesk.kernel.periods import Period
from dutydesk.rota.flows import absences, coverage, edits, exchanges, swaps
from dutydesk.rota.flows.edits import Cadence
from dutydesk.rota.flows.exchanges import Seat
from dutydesk.rota.flows.shift_build import HORIZON, BuildOutcome, EditRefused
from dutydesk.rota.models import Outlook
from testing.world import World, number

pytestmark = [pytest.mark.django_db, pytest.mark.clause("oncall.rota")]
DAY = timedelta(days=1)


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-23T08:00")
    daily = Cadence("daily", 1, datetime(2026, 11, 23, 7), [[number("Ada")]])  # noqa: DTZ001
    edits.rotate(duty="primary", cadence=daily, at=world.at, by="Ada")
    return world


def test_somebody_who_is_away_replaces_nobody(world: World) -> None:
    day = Period(world.moment("2026-12-05T07:00"), world.moment("2026-12-06T07:00"))
    edits.be_away(engineer=number("Ben"), span=day, at=world.at, by="Ben")
    who: dict[str, Any] = {"add": number("Ben"), "remove": number("Ada")}
    with pytest.raises(EditRefused, match="Ben is away then, or on call anyway: nobody would be"):
        edits.override(duty="primary", span=day, **who, at=world.at, by="Ada")
    whoever: dict[str, Any] = {"add": number("Ben"), "everybody": True}
    with pytest.raises(EditRefused, match="Ben is away then"):
        edits.override(duty="primary", span=day, **whoever, at=world.at, by="Ada")


UNTIL = "Rotas are worked out until Mon 27 Dec 2027 at 08:00 GMT"


def beyond(world: World) -> Period:
    return Period(world.at + HORIZON + DAY, world.at + HORIZON + 2 * DAY)


def test_who_is_on_beyond_what_is_worked_out_is_changed_once_it_is_nearer(world: World) -> None:
    far = beyond(world)
    given: dict[str, Any] = {"duty": "primary", "span": far, "at": world.at}
    refusals: list[Callable[[], object]] = [
        lambda: edits.override(**given, add=number("Ben"), by="Ada"),
        lambda: edits.override(**given, remove=number("Ada"), by="Ada"),
        lambda: swaps.offer(**given, engineer=number("Ada"), asked=None),
        lambda: exchanges.exchange(
            first=Seat("primary", number("Ada"), far),
            second=Seat("primary", number("Ben"), Period(far.end, far.end + DAY)),
            at=world.at,
            by="Ada",
        ),
        lambda: edits.add_shift(
            duty="primary", engineer=number("Ben"), start=far.start, end=far.end, at=world.at,
            by="Ada",
        ),
    ]  # fmt: skip
    for refused in refusals:
        with pytest.raises(EditRefused, match=f"{UNTIL}, and this is later") as no:
            refused()
        assert no.value.remedy.endswith("change it once it has come nearer.")


def test_a_preview_says_how_far_it_sees_where_a_change_lies_beyond(world: World) -> None:
    far, later = beyond(world), f"{UNTIL}: what this changes after that shows once it is nearer."
    local = far.start.astimezone(world.zone).replace(tzinfo=None)
    days = absences.Regularly((0,), far.start.date())
    edited: list[Callable[[], BuildOutcome]] = [
        lambda: edits.be_away(engineer=number("Ada"), span=far, at=world.at, by="Ada"),
        lambda: absences.be_away_regularly(
            engineer=number("Ben"), days=days, at=world.at, by="Ben"
        ),
        lambda: edits.stand_in(
            duty="primary", span=far, shifts=[(number("Ben"), far)], at=world.at, by="Ada"
        ),
        lambda: edits.rotate(
            duty="support", cadence=Cadence("daily", 1, local, [[number("Cy")]]), at=world.at,
            by="Ada",
        ),
    ]  # fmt: skip
    for kept in edited:
        assert coverage.preview(kept, at=world.at).outcome.notes == [later]
    near = Period(world.at + DAY, world.at + 2 * DAY)
    seen = coverage.preview(
        lambda: edits.be_away(engineer=number("Ada"), span=near, at=world.at, by="Ada"), at=world.at
    )
    assert seen.outcome.notes == []


def test_rotas_are_worked_out_a_week_at_a_time_and_a_change_goes_by_how_far_they_are(
    world: World,
) -> None:
    until = world.at + HORIZON
    world.forward(hours=5 * 24)
    assert {row.built_until for row in Outlook.objects.all()} == {until}
    far = Period(until + DAY, until + 2 * DAY)
    with pytest.raises(EditRefused, match=f"{UNTIL}, and this is later"):
        edits.override(
            duty="primary", span=far, add=number("Ben"), everybody=True, at=world.at, by="Ada"
        )
    seen = coverage.preview(
        lambda: edits.be_away(engineer=number("Ada"), span=far, at=world.at, by="Ada"), at=world.at
    )
    assert seen.outcome.later == (
        f"{UNTIL}: what this changes after that shows once it is nearer.",
    )
    world.forward(hours=3 * 24)
    edits.override(
        duty="primary", span=far, add=number("Ben"), everybody=True, at=world.at, by="Ada"
    )
