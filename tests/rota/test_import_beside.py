"""An import puts nobody second unasked, is looked at first, and can go back as one."""

from pathlib import Path

import pytest
from django.db import transaction

from dutydesk.kernel.periods import Period
from dutydesk.rota.flows import edits, imports
from dutydesk.rota.flows.shift_build import EditRefused
from dutydesk.rota.models import Absence, Override, RotaImport, Rotation
from testing.calendars import Event, calendar
from testing.imported import BEN, CY, DAY, FIRST, on, pagerduty, shifts, take_in, weekly
from testing.world import World, number

pytestmark = [pytest.mark.django_db, pytest.mark.clause("oncall.rota")]
SECOND = calendar(Event("d", "On Call - Ben", "2026-12-14T10:00", "2026-12-21T10:00"))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, "2026-11-23T08:00")


@pytest.mark.parametrize("duty", ["primary", "support"])
def test_nobody_is_second_unasked(world: World, duty: str) -> None:
    weekly(world, "Cy", duty)
    with pytest.raises(EditRefused, match=f"Ben would be {duty} beside Cy: Mon 14 Dec") as refused:
        take_in(world, SECOND, duty)
    assert "--replace" in refused.value.remedy
    assert not Override.objects.exists()
    with transaction.atomic():
        both = take_in(world, SECOND, duty, beside=True)
        assert on(world, "2026-12-15T12:00", duty) == ["Ben", "Cy"]
        assert len(both.beside) == 1
        assert take_in(world, SECOND, duty).beside == ()  # Not anew by the same import.
        transaction.set_rollback(True)
    take_in(world, SECOND, duty, instead=True)
    assert on(world, "2026-12-15T12:00", duty) == ["Ben"]
    assert on(world, "2026-12-22T12:00", duty) == ["Cy"]
    later = calendar(Event("d", "On Call - Ben", "2026-12-15T10:00", "2026-12-21T10:00"))
    take_in(world, later, duty)  # Still instead of whoever is on.
    assert on(world, "2026-12-14T12:00", duty) == ["Cy"]
    assert on(world, "2026-12-15T12:00", duty) == ["Ben"]


def test_a_schedule_that_replaces_another_ends_it_and_going_back_revives_it(world: World) -> None:
    weekly(world, "Cy")
    export = pagerduty("Ada", "Ben")
    with pytest.raises(EditRefused, match="beside Cy"):
        take_in(world, export, "primary")
    done = take_in(world, export, "primary", instead=True)
    assert on(world, "2026-12-01T12:00", "primary") == ["Ben"]
    imports.take_back(number=done.number, at=world.at, by="Ada")
    assert on(world, "2026-12-01T12:00", "primary") == ["Cy"]
    assert Rotation.objects.filter(ends_at=None).count() == 1


def test_a_look_says_all_and_changes_nothing(world: World) -> None:
    weekly(world, "Cy")
    before = shifts(world, "primary")
    found, seen = imports.preview(text=SECOND, duty="primary", at=world.at)
    assert found.beside == (
        "Ben would be primary beside Cy: Mon 14 Dec 10:00 to Mon 21 Dec 10:00 GMT",
    )
    assert seen.outcome.people == {number("Ben")}
    instead, seen = imports.preview(text=SECOND, duty="primary", at=world.at, instead=True)
    assert (instead.beside, seen.outcome.people) == ((), {number("Ben"), number("Cy")})
    assert (shifts(world, "primary"), RotaImport.objects.count()) == (before, 0)


def test_an_import_is_taken_back_as_one(world: World) -> None:
    first = take_in(world, FIRST)
    second = take_in(world, calendar(Event("a", "Cy", BEN.start, BEN.end, "SEQUENCE:4"), CY))
    assert shifts(world) == ["Cy 16 10-12", "Cy 17 10-12"]
    with pytest.raises(EditRefused, match="was taken in again since") as refused:
        imports.take_back(number=first.number, at=world.at, by="Ada")
    assert f"Take back {second.number} first" in refused.value.remedy
    imports.take_back(number=second.number, at=world.at, by="Ada")
    assert shifts(world) == ["Ben 16 10-12", "Cy 17 10-12", "Ada 18 10-12"]
    third = take_in(world, calendar(CY))  # It follows on from what stands.
    assert (shifts(world), third.ended) == (["Cy 17 10-12"], 2)
    imports.take_back(number=third.number, at=world.at, by="Ada")
    imports.take_back(number=first.number, at=world.at, by="Ada")
    assert (shifts(world), Override.objects.count()) == ([], 0)
    with pytest.raises(EditRefused, match="taken back or is gone"):
        imports.take_back(number=first.number, at=world.at, by="Ada")


def test_taking_an_import_back_leaves_what_people_changed(world: World) -> None:
    done = take_in(world, FIRST)
    whole = Period(world.moment(BEN.start), world.moment(BEN.end))
    edits.override(
        duty="support", span=whole, add=number("Ada"), remove=number("Ben"), at=world.at, by="Ada"
    )
    imports.take_back(number=done.number, at=world.at, by="Ada")
    assert shifts(world) == ["Ada 16 10-12"]


def test_who_is_away_at_a_time_of_the_file_is_named(world: World) -> None:
    """It is taken in all the same, and is theirs once they are back."""
    half = Period(world.moment("2026-12-16T11:00"), world.moment("2026-12-17T00:00"))
    edits.be_away(engineer=number("Ben"), span=half, at=world.at, by="Ben")
    done = take_in(world, FIRST)
    said = "Ben is away Wed 16 Dec 11:00 to 12:00 GMT, so nobody is on by this file then."
    assert done.notes == (said,)
    assert shifts(world) == ["Ben 16 10-11", "Cy 17 10-12", "Ada 18 10-12"]
    edits.be_back(absence=Absence.objects.get().pk, at=world.at, by="Ben")
    assert shifts(world)[0] == "Ben 16 10-12"


def test_every_time_that_is_missed_is_named_once_in_order(world: World) -> None:
    """Whatever the order of shifts and absences, and however absences overlap."""
    for start, end in (
        ("2026-12-19T00:00", "2026-12-20T00:00"),
        ("2026-12-16T11:30", "2026-12-16T12:00"),  # It ends with the shift.
        ("2026-12-16T10:15", "2026-12-16T10:30"),
        ("2026-12-16T10:20", "2026-12-16T10:45"),
        ("2026-12-16T09:00", "2026-12-16T10:00"),  # Over as the shift begins.
        ("2026-12-16T12:00", "2026-12-17T00:00"),
    ):
        span = Period(world.moment(start), world.moment(end))
        edits.be_away(engineer=number("Ben"), span=span, at=world.at, by="Ben")
    later = Event("z", "Ben", "2026-12-19T10:00", "2026-12-19T11:00")
    done = take_in(world, calendar(later, BEN, CY))
    assert [each.partition(",")[0] for each in done.notes] == [
        "Ben is away Wed 16 Dec 10:15 to 10:45 GMT",
        "Ben is away Wed 16 Dec 11:30 to 12:00 GMT",
        "Ben is away Sat 19 Dec 10:00 to 11:00 GMT",
    ]


BEFORE_IT = "2026-12-10T12:00"


def to_come(world: World) -> int:
    """Take in, instead of Cy's rotation, one of Ada that begins on 14 December."""
    export = pagerduty("Ada")
    export["schedule"]["schedule_layers"][0]["start"] = "2026-12-14T00:00:00Z"
    return take_in(world, export, "primary", instead=True).number


def test_a_rotation_that_people_ended_themselves_stays_ended(world: World) -> None:
    weekly(world, "Cy")
    mine = Rotation.objects.latest("pk")
    done = to_come(world)
    world.at += DAY
    edits.end_rotation(number=mine.pk, at=world.at, by="Cy")  # It was to end in three weeks.
    assert on(world, BEFORE_IT, "primary") == []
    imports.take_back(number=done, at=world.at + DAY, by="Ada")
    mine.refresh_from_db()
    assert mine.ends_at == world.at


def test_what_comes_instead_of_all_rotations_comes_instead_of_one_that_ends_later(
    world: World,
) -> None:
    """Also when what ended it is taken back; and nothing goes on for longer because of it."""
    weekly(world, "Cy")
    done = to_come(world)
    every = list(Rotation.objects.values_list("pk", flat=True))
    starts = world.moment("2026-12-07T10:00")
    cadence = edits.Cadence("weekly", 1, starts.replace(tzinfo=None), [[number("Ben")]])
    edits.rotate(duty="primary", cadence=cadence, at=world.at, by="Ada", instead_of=every)
    assert on(world, "2026-12-06T12:00", "primary") == ["Cy"]
    for day in (BEFORE_IT, "2026-12-16T12:00"):
        assert on(world, day, "primary") == ["Ben"]
    imports.take_back(number=done, at=world.at, by="Ada")
    assert on(world, BEFORE_IT, "primary") == ["Ben"]


def test_nobody_is_second_by_an_import_that_is_taken_back(world: World) -> None:
    weekly(world, "Cy")
    done = take_in(world, pagerduty("Ada"), "primary", instead=True)
    edits.end_rotation(number=Rotation.objects.latest("pk").pk, at=world.at, by="Ada")
    weekly(world, "Ben")
    with pytest.raises(EditRefused, match="Cy would be primary beside Ben"):
        imports.take_back(number=done.number, at=world.at, by="Ada")
    edits.end_rotation(number=Rotation.objects.latest("pk").pk, at=world.at, by="Ada")
    imports.take_back(number=done.number, at=world.at, by="Ada")
    assert on(world, BEFORE_IT, "primary") == ["Cy"]
