"""Two people change places in one deed, and a stint is offered in one."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.periods import Period
from dutydesk.people.flows import membership
from dutydesk.rota.flows import edits, exchanges, experience, roster, swaps
from dutydesk.rota.flows.exchanges import Seat
from dutydesk.rota.flows.shift_build import EditRefused
from dutydesk.rota.flows.violations import PairingRefused
from dutydesk.rota.models import Override, Rotation, Shift, Swap
from testing.screens import squeezed, visit
from testing.world import Moving, World, number

pytestmark = [pytest.mark.django_db, pytest.mark.clause("oncall.rota")]
DAY = timedelta(days=1)
WORKDAY: dict[str, object] = {"days": [0, 1, 2, 3, 4], "start": "09:00", "end": "18:00"}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-23T08:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    weekly(world, "primary", "Ada", "Ben")
    weekly(world, "secondary", "Ben", "Cy")
    return world


def weekly(
    world: World, duty: str, *names: str, windows: tuple[dict[str, object], ...] = ()
) -> None:
    places = [[number(name)] for name in names]
    start = datetime(2026, 11, 23, 8)  # noqa: DTZ001
    cadence = edits.Cadence("weekly", 1, start, places, windows)
    edits.rotate(duty=duty, cadence=cadence, at=world.at, by="Ada")


def on(world: World, duty: str, local: str) -> str:
    moment = world.moment(local)
    rows = roster.between(Period(moment, moment + DAY / 24), duty=duty)
    return " ".join(row.engineer.name for row in rows)


def span(world: World, start: str, end: str) -> Period:
    return Period(world.moment(start), world.moment(end))


def test_primary_and_secondary_change_places_for_an_evening(world: World) -> None:
    evening = span(world, "2026-11-25T17:00", "2026-11-25T22:00")
    exchanges.exchange(
        first=Seat("primary", number("Ada"), evening),
        second=Seat("secondary", number("Ben"), evening),
        at=world.at,
        by="Ada",
    )
    for local, primary, secondary in (
        ("2026-11-25T16:00", "Ada", "Ben"),
        ("2026-11-25T18:00", "Ben", "Ada"),
        ("2026-11-25T22:00", "Ada", "Ben"),
    ):
        assert (on(world, "primary", local), on(world, "secondary", local)) == (primary, secondary)
    assert "Ada and Ben change places" in JournalEntry.objects.latest("pk").text
    half = Override.objects.filter(kind="swap").first()
    assert half is not None
    edits.undo(number=half.pk, at=world.at, by="Ben")  # Half of it alone couldn't be.
    assert on(world, "primary", "2026-11-25T18:00") == "Ada"
    assert on(world, "secondary", "2026-11-25T18:00") == "Ben"


def test_two_people_change_weeks(world: World) -> None:
    first = span(
        world, "2026-12-07T08:00", "2026-12-14T08:00"
    )  # Ada's, as Ben's is Cy's secondary.
    second = span(world, "2026-12-14T08:00", "2026-12-21T08:00")
    edits.add_shift(
        duty="support", engineer=number("Cy"), start=first.start, end=first.end, at=world.at, by="A"
    )
    edits.add_shift(
        duty="support", engineer=number("Ben"), start=second.start, end=second.end,
        at=world.at, by="Ada",
    )  # fmt: skip
    exchanges.exchange(
        first=Seat("support", number("Cy"), first),
        second=Seat("support", number("Ben"), second),
        at=world.at,
        by="Ada",
    )
    assert on(world, "support", "2026-12-08T12:00") == "Ben"
    assert on(world, "support", "2026-12-15T12:00") == "Cy"


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (("secondary", "Ada", "2026-11-25T17:00", "2026-11-25T22:00"), "the same person"),
        (("primary", "Ben", "2026-11-25T21:00", "2026-11-25T23:00"), "overlap"),
        (("secondary", "Cy", "2026-11-25T17:00", "2026-11-25T22:00"), "Cy is not secondary then"),
        (("nonsense", "Ben", "2026-11-25T17:00", "2026-11-25T22:00"), "not a duty"),
        (("secondary", "Ben", "2026-11-20T17:00", "2026-11-20T22:00"), "wholly in the past"),
    ],
)
def test_what_is_no_exchange_changes_nothing(
    world: World, second: tuple[str, str, str, str], reason: str
) -> None:
    duty, name, start, end = second
    evening = span(world, "2026-11-25T17:00", "2026-11-25T22:00")
    with pytest.raises(EditRefused, match=reason):
        exchanges.exchange(
            first=Seat("primary", number("Ada"), evening),
            second=Seat(duty, number(name), span(world, start, end)),
            at=world.at,
            by="Ada",
        )
    assert not Override.objects.exists()


def test_an_exchange_is_filled_in_seen_and_done_on_its_screen(world: World) -> None:
    ada = visit("Ada")
    assert "Let two people change places" in ada.get("/shifts/change/?what=exchange").text
    typed = {
        "what": "exchange", "duty": "primary", "engineer": number("Ada"),
        "start": "2026-11-25T17:00", "end": "2026-11-25T22:00",
        "other_duty": "secondary", "other": number("Ben"),
    }  # fmt: skip
    seen = squeezed(ada.post("/shifts/change/", typed).text)
    assert "You have secondary: Wed 25 Nov 17:00 to 22:00" in seen
    assert not Override.objects.exists()
    ada.post("/shifts/change/", typed | {"confirm": "1"})
    assert on(world, "primary", "2026-11-25T18:00") == "Ben"


def test_a_stint_of_days_is_offered_and_taken_in_one_deed(world: World) -> None:
    weekly(world, "support", "Ada", "Cy", windows=(WORKDAY,))
    whole = span(world, "2026-12-07T09:00", "2026-12-11T18:00")
    swap = swaps.offer(
        duty="support", span=span(world, "2026-12-07T00:00", "2026-12-12T00:00"),
        engineer=number("Ada"), asked=None, at=world.at,
    )  # fmt: skip
    assert swap.period == whole
    (said,) = [s for s in world.said("#cloud-platform") if "who takes this support time" in s]
    assert "in 5 parts" in said
    assert "Wed 9 Dec 09:00 to 18:00" in said
    swaps.take(swap=swap.pk, engineer=number("Ben"), at=world.at)
    days = [on(world, "support", f"2026-12-{day:02}T12:00") for day in (7, 8, 9, 10, 11)]
    assert days == ["Ben"] * 5
    assert on(world, "support", "2026-11-24T12:00") == "Ada"


def test_on_call_time_with_somebody_else_s_between_is_not_one_s_own(world: World) -> None:
    cut = span(world, "2026-11-25T10:00", "2026-11-25T12:00")
    edits.override(
        duty="primary", span=cut, add=number("Cy"), remove=number("Ada"), at=world.at, by="Ada"
    )
    with pytest.raises(EditRefused, match="not primary in all of that time"):
        swaps.offer(
            duty="primary", span=span(world, "2026-11-24T08:00", "2026-11-26T08:00"),
            engineer=number("Ada"), asked=None, at=world.at,
        )  # fmt: skip


def test_the_shift_s_screen_offers_all_of_the_turn(world: World) -> None:
    weekly(world, "support", "Ada", "Cy", windows=(WORKDAY,))
    shift = Shift.objects.filter(duty="support", start=world.moment("2026-12-08T09:00")).get()
    ada = visit("Ada")
    page = squeezed(ada.get(f"/shifts/{shift.pk}").text)
    assert "All of this turn: Mon 7 Dec 09:00 to Fri 11 Dec 18:00" in page
    typed = {"start": "2026-12-08T09:00", "end": "2026-12-08T18:00", "asked": "", "whole": "yes"}
    ada.post(f"/shifts/{shift.pk}", {**typed, "what": "offer"})
    swap = Swap.objects.get()
    assert swap.period == span(world, "2026-12-07T09:00", "2026-12-11T18:00")


def test_a_swap_that_is_undone_is_no_longer_taken(world: World) -> None:
    saturday = span(world, "2026-11-28T08:00", "2026-11-29T08:00")
    swap = swaps.offer(
        duty="primary", span=saturday, engineer=number("Ada"), asked=None, at=world.at
    )
    swaps.take(swap=swap.pk, engineer=number("Cy"), at=world.at)
    assert any("taken by Cy" in said for said in world.said("#cloud-platform"))
    override = Override.objects.get(kind="swap")
    edits.undo(number=override.pk, at=world.at, by="Ada")
    (said,) = [s for s in world.said("#cloud-platform") if "Ada's primary time" in s]
    assert "taken by Cy, and given back to Ada" in said


def test_what_applies_in_part_is_written_down_with_its_part(world: World) -> None:
    """Ada is primary for the first two hours of it only."""
    edge = span(world, "2026-11-30T06:00", "2026-11-30T12:00")
    edits.override(
        duty="primary", span=edge, add=number("Cy"), remove=number("Ada"), at=world.at, by="Ada"
    )
    told = JournalEntry.objects.filter(kind="rota.changed").latest("pk").text
    assert "Cy replaces Ada as primary, Mon 30 Nov 06:00 to 08:00" in told


@pytest.mark.clause("oncall.newcomers")
def test_who_enters_a_rota_by_hand_is_told_who_comes_first(world: World) -> None:
    for row in Rotation.objects.all():
        edits.end_rotation(number=row.pk, at=world.at, by="Ada")
    experience.mark(engineer=number("Ada"), standing="experienced", at=world.at, by="Ada")
    first, second = world.at + DAY, world.at + 2 * DAY
    with pytest.raises(PairingRefused) as refused:
        edits.add_shift(
            duty="primary", engineer=number("Ben"), start=first, end=second, at=world.at, by="Ada"
        )
    assert "enter the experienced person first" in refused.value.remedy


@pytest.mark.parametrize("how", ["away", "leaves"])
def test_nobody_gets_time_of_another_in_which_they_are_away(world: World, how: str) -> None:
    mine = span(world, "2026-11-30T08:00", "2026-12-07T08:00")
    theirs = span(world, "2026-12-07T08:00", "2026-12-14T08:00")
    for name, time in (("Ben", mine), ("Cy", theirs)):
        edits.add_shift(
            duty="support", engineer=number(name), start=time.start, end=time.end,
            at=world.at, by="Ada",
        )  # fmt: skip
    gone = span(world, "2026-12-10T12:00", "2026-12-11T12:00")
    if how == "away":
        edits.be_away(engineer=number("Ben"), span=gone, at=world.at, by="Ben")
    else:
        membership.leave(engineer=number("Ben"), on=gone.start, at=world.at)
    with pytest.raises(EditRefused, match="Ben is away then, or not on the team: Thu 10 Dec 12:00"):
        exchanges.exchange(
            first=Seat("support", number("Ben"), mine),
            second=Seat("support", number("Cy"), theirs),
            at=world.at,
            by="Ada",
        )
    assert on(world, "support", "2026-12-10T13:00") == "Cy"
