"""What is taken in again follows its source, and leaves people's changes alone."""

from copy import deepcopy
from datetime import datetime
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from dutydesk.kernel.periods import Period
from dutydesk.rota.flows import edits, roster
from dutydesk.rota.models import Rotation, Shift
from testing.calendars import Event, calendar, overrides
from testing.imported import ADA, BEN, CY, DAY, FIRST, HOUR, on, pagerduty, shifts, take_in, weekly
from testing.world import World, number

pytestmark = [pytest.mark.django_db, pytest.mark.clause("oncall.rota")]
ORDERS = settings.get_profile("orders")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, "2026-11-23T08:00")


def test_a_changed_calendar_is_followed(world: World) -> None:
    """Ben's is Cy's now, Cy's is gone, and Ada's begins later."""
    take_in(world, FIRST)
    assert shifts(world) == ["Ben 16 10-12", "Cy 17 10-12", "Ada 18 10-12"]
    again = take_in(
        world,
        calendar(
            Event("a", "Cy", "2026-12-16T10:00", "2026-12-16T12:00", "SEQUENCE:1"),
            Event("c", "Ada", "2026-12-18T11:00", "2026-12-18T12:00"),
        ),
    )
    assert shifts(world) == ["Cy 16 10-12", "Ada 18 11-12"]
    assert (again.shifts, again.changed, again.ended, again.left) == (0, 2, 1, 0)
    same = take_in(world, calendar(Event("a", "Cy", BEN.start, BEN.end, "SEQUENCE:1")))
    assert (shifts(world), same.ended, same.left) == (["Cy 16 10-12"], 1, 1)


@pytest.mark.parametrize(
    "gone",
    [
        "STATUS:CANCELLED",
        "STATUS:CANCELLED\nSEQUENCE:3",
        "RRULE:FREQ=DAILY;COUNT=1\nEXDATE;TZID=Europe/London:20261217T100000",
    ],
)
def test_what_is_called_off_there_is_off_here(world: World, gone: str) -> None:
    take_in(world, FIRST)
    take_in(world, calendar(BEN, Event("b", "Cy", CY.start, CY.end, gone), ADA))
    assert shifts(world) == ["Ben 16 10-12", "Ada 18 10-12"]


def test_one_of_a_series_is_moved_and_another_left_out(world: World) -> None:
    daily = Event("s", "Ben", "2026-12-14T10:00", "2026-12-14T12:00", "RRULE:FREQ=DAILY;COUNT=4")
    take_in(world, calendar(daily))
    assert shifts(world) == [f"Ben {day} 10-12" for day in (14, 15, 16, 17)]
    without = Event(
        "s", "Ben", daily.start, daily.end,
        f"{daily.more}\nEXDATE;TZID=Europe/London:20261215T100000",
    )  # fmt: skip
    moved = Event(
        "s", "Cy", "2026-12-16T14:00", "2026-12-16T15:00",
        "RECURRENCE-ID;TZID=Europe/London:20261216T100000",
    )  # fmt: skip
    again = take_in(world, calendar(without, moved))
    assert shifts(world) == ["Ben 14 10-12", "Cy 16 14-15", "Ben 17 10-12"]
    assert (again.shifts, again.changed, again.ended, again.left) == (0, 1, 1, 2)


def test_all_of_a_series_from_one_on_are_changed(world: World) -> None:
    """Ben's are Cy's from the third on, and two hours later: none of those that follow is lost."""
    daily = Event("s", "Ben", "2026-12-14T10:00", "2026-12-14T12:00", "RRULE:FREQ=DAILY;COUNT=5")
    later = Event(
        "s", "Cy", "2026-12-16T12:00", "2026-12-16T14:00",
        "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/London:20261216T100000",
    )  # fmt: skip
    take_in(world, calendar(daily))
    take_in(world, calendar(daily, later))
    now = ["Ben 14 10-12", "Ben 15 10-12", "Cy 16 12-14", "Cy 17 12-14", "Cy 18 12-14"]
    assert shifts(world) == now
    again = take_in(world, calendar(later, daily))
    assert (shifts(world), again.left) == (now, 5)


@pytest.mark.parametrize("stamp", ["DTSTAMP", "LAST-MODIFIED"])
def test_of_two_of_one_version_the_one_that_was_written_last_counts(
    world: World, stamp: str
) -> None:
    old = Event("a", "Ben", BEN.start, BEN.end, f"{stamp}:20261101T080000Z")
    new = Event("a", "Cy", BEN.start, BEN.end, f"{stamp}:20261102T080000Z")
    take_in(world, calendar(new, old).replace("DTSTAMP:20261101T000000Z\r\n", ""))
    assert shifts(world) == ["Cy 16 10-12"]


def test_an_invitation_tells_of_its_own_event_only(world: World) -> None:
    take_in(world, FIRST)
    off = Event("b", "Cy", CY.start, CY.end, "STATUS:CANCELLED\nSEQUENCE:1")
    take_in(world, calendar(off, method="CANCEL"))
    assert shifts(world) == ["Ben 16 10-12", "Ada 18 10-12"]
    # Some say it by their method alone.
    take_in(world, calendar(Event("a", "Ben", BEN.start, BEN.end, "SEQUENCE:1"), method="CANCEL"))
    assert shifts(world) == ["Ada 18 10-12"]


def test_an_older_version_changes_nothing_and_that_is_said(world: World) -> None:
    newer = Event("a", "Cy", BEN.start, BEN.end, "SEQUENCE:2")
    take_in(world, calendar(newer))
    again = take_in(world, calendar(BEN))
    assert shifts(world) == ["Cy 16 10-12"]
    assert "older" in again.notes[0]
    take_in(world, calendar(newer, BEN, newer))  # All versions in one file: the newest counts.
    assert shifts(world) == ["Cy 16 10-12"]


def test_calendars_of_several_names_leave_each_other_alone(world: World) -> None:
    take_in(world, calendar(BEN, name="Ben's"))
    take_in(world, calendar(CY, name="Cy's"))
    take_in(world, calendar(ADA), source="Ada's")
    take_in(world, calendar(name="Cy's"))
    assert shifts(world) == ["Ben 16 10-12", "Ada 18 10-12"]
    other = take_in(world, calendar(CY), source="Ada's")
    assert other.notes == ()
    take_in(world, calendar(BEN, name="Ben's"), "primary")  # Another duty is another matter.
    assert shifts(world) == ["Ben 16 10-12", "Cy 17 10-12"]


def test_a_calendar_without_a_name_that_has_nothing_of_before_says_so(world: World) -> None:
    take_in(world, calendar(BEN))
    again = take_in(world, calendar(CY))
    assert shifts(world) == ["Cy 17 10-12"]
    assert "If this is another calendar" in again.notes[0]


def test_what_is_past_or_has_begun_stays_as_it_was_until_now(world: World) -> None:
    take_in(world, FIRST)
    world.at = world.moment("2026-12-16T11:00")
    take_in(world, calendar(Event("a", "Cy", BEN.start, BEN.end), CY))
    past = [f"{s.engineer.name} {s.start:%-H}-{s.end:%-H}" for s in Shift.objects.all()[:2]]
    assert past == ["Ben 10-11", "Cy 11-12"]
    world.at = world.moment("2026-12-17T13:00")
    take_in(world, calendar())
    assert [s.engineer.name for s in Shift.objects.filter(cancelled_at=None)] == ["Ben", "Cy", "Cy"]


def test_what_people_changed_here_is_kept_and_said(world: World) -> None:
    take_in(world, FIRST)
    noon = Period(world.moment("2026-12-16T11:00"), world.moment("2026-12-16T12:00"))
    edits.override(
        duty="support", span=noon, add=number("Ada"), remove=number("Ben"), at=world.at, by="Ada"
    )
    gone = Shift.objects.get(engineer=number("Cy"))
    edits.remove_shift(shift=gone.pk, at=world.at, by="Cy")
    changed = ["Ben 16 10-11", "Ada 16 11-12", "Ada 18 10-12"]
    assert take_in(world, FIRST).notes == ()  # The source has nothing new: nothing to say.
    assert shifts(world) == changed
    moved = Event("a", "Cy", "2026-12-16T10:00", "2026-12-16T13:00")
    again = take_in(world, calendar(moved, Event("b", "Cy", CY.start, "2026-12-17T13:00"), ADA))
    assert shifts(world) == changed
    assert [note.split(":")[0] for note in again.notes] == [
        "Ben, Wed 16 Dec 10",
        "Cy, Thu 17 Dec 10",
    ]
    assert (
        "was changed here, and stays so; in a calendar without a name it is now Cy"
        in again.notes[0]
    )
    assert "was taken away here" in again.notes[1]
    left_out = take_in(world, calendar(ADA))
    assert shifts(world) == changed
    assert "it is no more" in left_out.notes[0]


def test_an_override_that_is_gone_in_pagerduty_is_gone_here(world: World) -> None:
    weekly(world, "Ada")
    start = world.moment("2026-12-16T10:00")
    rows = [("Q1", "Ben", start, start + 8 * HOUR), ("Q2", "Cy", start + DAY, start + DAY + HOUR)]
    take_in(world, overrides(rows), "primary")
    assert "Ben 16 10-18" in shifts(world, "primary")
    rows = [("Q2", "Ben", start + DAY, start + DAY + 2 * HOUR)]
    again = take_in(world, overrides(rows), "primary")
    assert [each for each in shifts(world, "primary") if "Ada" not in each] == ["Ben 17 10-12"]
    assert (again.changed, again.ended) == (1, 1)


def test_of_overrides_that_overlap_the_later_one_stands(world: World) -> None:
    weekly(world, "Ada")
    start = world.moment("2026-12-16T10:00")
    whole = ("Q1", "Ben", start, start + 8 * HOUR)
    for who in ("Cy", "Ada"):
        take_in(world, overrides([whole, ("Q2", who, start + HOUR, start + 2 * HOUR)]), "primary")
    take_in(world, overrides([whole, ("Q2", "Cy", start + HOUR, start + 2 * HOUR)]), "primary")
    on = [each for each in shifts(world, "primary") if "Ada" not in each]
    assert on == ["Ben 16 10-11", "Cy 16 11-12", "Ben 16 12-18"]


def test_a_rotation_that_people_changed_here_stays_theirs(world: World) -> None:
    take_in(world, pagerduty("Ada", "Ben"), "primary")
    row = Rotation.objects.get()
    row.places = [[number("Cy")]]
    row.save()
    assert take_in(world, pagerduty("Ada", "Ben"), "primary").notes == ()
    again = take_in(world, pagerduty("Ben", "Ada"), "primary")
    assert "was changed here since and stays so" in again.notes[0]
    assert Rotation.objects.get().places == [[number("Cy")]]


def test_a_period_that_pagerduty_wasn_t_asked_for_is_left_alone(world: World) -> None:
    export = pagerduty("Ada")
    start = world.moment("2026-12-16T10:00")
    entry = {
        "start": start.isoformat(),
        "end": (start + HOUR).isoformat(),
        "user": {"summary": "Ben"},
    }
    export["schedule"]["overrides_subschedule"] = {"rendered_schedule_entries": [entry]}
    take_in(world, export, "primary")
    unasked = deepcopy(export)
    unasked["schedule"]["overrides_subschedule"] = {"rendered_schedule_entries": []}
    unasked["schedule"]["final_schedule"] = {"rendered_schedule_entries": []}
    take_in(world, unasked, "primary")
    assert "Ben 16 10-11" in shifts(world, "primary")
    shorter = deepcopy(unasked)
    rendered = [entry | {"start": world.at.isoformat(), "end": (start - DAY).isoformat()}]
    shorter["schedule"]["final_schedule"] = {"rendered_schedule_entries": rendered}
    take_in(world, shorter, "primary")
    assert "Ben 16 10-11" in shifts(world, "primary")
    rendered[0]["end"] = (start + DAY).isoformat()
    take_in(world, shorter, "primary")
    assert "Ben 16 10-11" not in shifts(world, "primary")


UIDS, NAMES, SLOTS = "abcd", ("Ada", "Ben", "Cy"), 24
events = st.tuples(
    st.sampled_from(NAMES), st.integers(0, SLOTS - 1), st.integers(1, 6), st.booleans()
)
calendars = st.dictionaries(st.sampled_from(UIDS), events, max_size=4)
Drawn = dict[str, tuple[str, int, int, bool]]


@settings(ORDERS, max_examples=2 * ORDERS.max_examples)
@given(first=calendars, second=calendars, later=st.integers(0, SLOTS))
def test_first_and_then_second_is_second_alone_from_then_on(
    world: World, first: Drawn, second: Drawn, later: int
) -> None:
    """Compare with a slow model: for each hour, whoever has an event of the file of its time."""
    begin = world.at
    with transaction.atomic():
        take_in(world, drawn(world, first))
        world.at = begin + later * HOUR
        take_in(world, drawn_at(world, second, begin))
        found = [
            {row.engineer.name for row in roster.between(hour(begin, n), duty="support")}
            for n in range(SLOTS + 6)
        ]
        transaction.set_rollback(True)
    world.at = begin
    assert found == [having(first if n < later else second, n) for n in range(SLOTS + 6)]


def hour(begin: datetime, n: int) -> Period:
    return Period(begin + n * HOUR, begin + (n + 1) * HOUR)


def having(file: Drawn, n: int) -> set[str]:
    return {
        who for who, start, length, off in file.values() if start <= n < start + length and not off
    }


def drawn(world: World, file: Drawn) -> str:
    return drawn_at(world, file, world.at)


def drawn_at(world: World, file: Drawn, begin: datetime) -> str:
    def local(slot: int) -> str:
        return (begin + slot * HOUR).astimezone(world.zone).strftime("%Y-%m-%dT%H:%M")

    return calendar(
        *(
            Event(uid, who, local(start), local(start + length), "STATUS:CANCELLED" if off else "")
            for uid, (who, start, length, off) in file.items()
        )
    )


def test_a_changed_override_of_another_number_is_still_the_same_time(world: World) -> None:
    """PagerDuty may give what it renders another number: nobody is put on beside for that."""
    weekly(world, "Ada")
    start = world.moment("2026-12-16T10:00")
    take_in(world, overrides([("Q1", "Ben", start, start + 8 * HOUR)]), "primary")
    edits.override(
        duty="primary",
        span=Period(start, start + HOUR),
        add=number("Ada"),
        remove=number("Ben"),
        at=world.at,
        by="Ada",
    )
    again = take_in(world, overrides([("Q7", "Cy", start, start + 8 * HOUR)]), "primary")
    assert "stays so; in PagerDuty's overrides it is now Cy" in again.notes[0]
    assert on(world, "2026-12-16T12:00", "primary") == ["Ben"]
