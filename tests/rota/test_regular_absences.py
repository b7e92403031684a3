"""Absences that come again each week: noted once, worked around by plans, told, taken back."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.kernel.periods import Period
from dutydesk.people.flows import membership
from dutydesk.rota.flows import absences, edits, plan_notes, upkeep
from dutydesk.rota.flows.absences import Regularly
from dutydesk.rota.flows.shift_build import HORIZON, EditRefused
from dutydesk.rota.models import Absence, RegularAbsence
from dutydesk.rota.rules.plan_model import PlanRequest, Turn, against
from dutydesk.rota.rules.solver import plan
from dutydesk.rota.rules.stand_ins import stand_ins
from dutydesk.rota.rules.typed import TypedRefused, weekdays
from testing.rotas import on, propose, publish, span, team_of_eight
from testing.screens import seen, visit
from testing.world import Moving, World, number

clause = pytest.mark.clause("oncall.rota")
FRIDAYS = Regularly([4], date(2026, 11, 23))
DAY = timedelta(days=1)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = team_of_eight(tmp_path)
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    return world


def away(world: World, name: str, days: Regularly = FRIDAYS) -> None:
    absences.be_away_regularly(engineer=number(name), days=days, at=world.at, by="Ada", anyway=True)


def days_of(world: World, name: str) -> list[date]:
    rows = Absence.objects.filter(engineer=number(name)).order_by("start")
    return [row.start.astimezone(world.zone).date() for row in rows]


def test_days_of_the_week_are_read_as_people_write_them() -> None:
    assert weekdays("Fri") == [4]
    assert weekdays("monday, Wed-Friday") == [0, 2, 3, 4]
    for odd in ("", "Fri Sat", "someday", "1"):
        with pytest.raises(TypedRefused, match="no days of the week"):
            weekdays(odd)


@clause
@pytest.mark.django_db
def test_no_fridays_is_noted_once_and_goes_on_as_far_as_rotas_do(world: World) -> None:
    away(world, "Fay")
    found = days_of(world, "Fay")
    assert {day.weekday() for day in found} == {4}
    assert found[0] == date(2026, 11, 27)
    assert len(found) == HORIZON.days // 7
    world.at += timedelta(weeks=3)
    upkeep.look_after(at=world.at)
    assert days_of(world, "Fay") == [found[0] + n * 7 * DAY for n in range(len(found) + 3)]


@clause
@pytest.mark.django_db
def test_every_second_tuesday_from_and_until_a_day(world: World) -> None:
    days = Regularly([1], date(2026, 12, 2), every=2, last=date(2027, 1, 31))
    away(world, "Ben", days)  # The week of 2 December is the first: its Tuesday was before it.
    assert days_of(world, "Ben") == [date(2026, 12, 15), date(2026, 12, 29), date(2027, 1, 12),
                                     date(2027, 1, 26)]  # fmt: skip
    (row,) = RegularAbsence.objects.all()
    assert absences.told(row) == "every second Tue from 2 Dec 2026 until 31 Jan 2027"


@clause
@pytest.mark.django_db
def test_a_plan_gives_a_part_timer_turns_and_names_who_stands_in(world: World) -> None:
    away(world, "Fay")
    proposal = propose(world, weeks=8, afresh=True)
    assert proposal.counts[number("Fay")] > 0
    stood = [one for one in proposal.stand_ins if one.instead_of == number("Fay")]
    assert len(stood) == proposal.counts[number("Fay")]
    publish(world, proposal)
    for one in stood:
        assert one.engineer is not None
        day = one.period.start.astimezone(world.zone)
        assert day.weekday() == 4
        assert on(world, f"{day:%Y-%m-%d}T19:00", one.duty) == [proposal.names[one.engineer]]
        thursday = day - DAY
        if thursday >= proposal.turns[0].period.start:
            assert on(world, f"{thursday:%Y-%m-%d}T19:00", one.duty) == ["Fay"]
    assert any("stands in for Fay" in note for note in proposal.notes)
    again = propose(world, weeks=8)
    assert again.moved == ()
    assert again.stand_ins == proposal.stand_ins  # Who was told already stands in again.


@clause
@pytest.mark.django_db
def test_who_gets_no_turn_at_all_is_said_with_the_reason(world: World) -> None:
    away(world, "Fay", Regularly([0, 1, 2, 3], date(2026, 11, 23)))
    whole = span(world, "2026-11-23T09:00", "2027-03-01T00:00")
    edits.be_away(engineer=number("Gus"), span=whole, at=world.at, by="Gus", anyway=True)
    proposal = propose(world, weeks=4, afresh=True)
    assert "Fay has none of these turns: away in 4 of 4." in proposal.notes
    assert "Gus has none of these turns: away in 4 of 4." in proposal.notes
    assert not any(note.startswith("Ada has none") for note in proposal.notes)


@clause
@pytest.mark.django_db
def test_it_is_filled_in_previewed_shown_and_taken_back(world: World) -> None:
    ada = visit("Ada")
    typed = {"what": "regular", "engineer": str(number("Fay")), "weekdays": "Fri", "every": "1",
             "first": "2026-11-23", "last": "", "anyway": "yes"}  # fmt: skip
    assert "This would happen" in seen(ada.post("/shifts/change/", typed))
    assert not RegularAbsence.objects.exists()
    ada.post("/shifts/change/", typed | {"confirm": "1"})
    assert "Fay every Fri from 23 Nov 2026" in seen(ada.get("/shifts/"))
    assert "Fay every Fri from 23 Nov 2026" in seen(ada.get("/shifts/change/?what=absence"))
    world.at += timedelta(days=9)
    back = {"what": "back-regular", "number": str(RegularAbsence.objects.get().pk)}
    ada.post("/shifts/change/", back | {"confirm": "1"})
    assert days_of(world, "Fay") == [date(2026, 11, 27)]  # What was, was.
    with pytest.raises(EditRefused, match="over or gone"):
        absences.be_back_regularly(number=9, at=world.at, by="Ada")


@clause
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("days", "reason"),
    [
        (Regularly([], date(2026, 12, 1)), "No day of the week"),
        (Regularly(range(7), date(2026, 12, 1)), "every day"),
        (Regularly([4], date(2026, 12, 1), every=0), "too few or too many"),
        (Regularly([4], date(2026, 12, 1), last=date(2026, 11, 1)), "before the first"),
        (Regularly([4], date(2026, 1, 1), last=date(2026, 2, 1)), "still to come"),
    ],
)
def test_what_can_t_be_an_absence_of_each_week(world: World, days: Regularly, reason: str) -> None:
    with pytest.raises(EditRefused, match=reason):
        away(world, "Fay", days)
    with pytest.raises(EditRefused, match="not on the team"):
        absences.be_away_regularly(engineer=10**6, days=FRIDAYS, at=world.at, by="Ada")
    assert not Absence.objects.exists()


@clause
@pytest.mark.django_db
def test_a_wish_of_each_week_changes_nobody_s_shifts(world: World) -> None:
    outcome = absences.be_away_regularly(
        engineer=number("Fay"), days=FRIDAYS, at=world.at, by="Fay", wish=True
    )
    assert not outcome.people
    assert all(row.wish for row in Absence.objects.all())
    absences.be_back_regularly(number=RegularAbsence.objects.get().pk, at=world.at, by="Fay")
    assert not Absence.objects.exists()


@clause
@pytest.mark.django_db
def test_an_absence_can_be_changed(world: World) -> None:
    first = span(world, "2026-12-07T10:00", "2026-12-09T10:00")
    edits.be_away(engineer=number("Cy"), span=first, at=world.at, by="Cy", anyway=True)
    row, ada = Absence.objects.get(), visit("Ada")
    page = ada.get(f"/shifts/change/?what=change-absence&number={row.pk}").text
    assert 'value="2026-12-07T10:00"' in page
    typed = {"what": "change-absence", "number": str(row.pk), "start": "2026-12-08T10:00",
             "end": "2026-12-12T10:00", "anyway": "yes", "confirm": "1"}  # fmt: skip
    ada.post("/shifts/change/", typed)
    row.refresh_from_db()
    assert row.period == span(world, "2026-12-08T10:00", "2026-12-12T10:00")
    world.at = world.moment("2026-12-09T10:00")
    ada.post("/shifts/change/", typed | {"start": "2026-12-01T10:00", "end": "2026-12-10T10:00"})
    row.refresh_from_db()
    assert row.period == span(world, "2026-12-08T10:00", "2026-12-10T10:00")  # It had begun.
    for sent in ({"wish": "yes"}, {"end": "2026-12-09T09:00"}, {"number": "99"}):
        answer = ada.post("/shifts/change/", typed | sent)
        assert answer.status_code == 422


MONDAY = datetime(2026, 12, 7, 10, tzinfo=UTC)


@given(st.sets(st.integers(1, 8), max_size=5), st.integers(4, 8))
def test_who_stands_in_breaks_no_rule(part_timers: set[int], people: int) -> None:
    week = timedelta(weeks=1)
    turns = [Turn(Period(MONDAY + n * week, MONDAY + (n + 1) * week), 70) for n in range(6)]
    friday = timedelta(days=3, hours=14)
    partly = {
        who: [Period(t.period.start + friday, t.period.start + friday + DAY) for t in turns]
        for who in part_timers
        if who <= people
    }
    wanted = PlanRequest(turns, range(1, people + 1), partly=partly, rest=timedelta(days=2))
    seats = {(n, duty): 1 + (2 * n + k) % people
             for n in range(6) for k, duty in enumerate(wanted.duties)}  # fmt: skip
    found = stand_ins(wanted, seats, [])
    assert len(found) == sum(seat in partly for seat in seats.values())
    for one in found:
        assert seats[one.turn, one.duty] == one.instead_of
        if one.engineer is None:
            continue
        assert one.engineer not in partly  # All who can't on Fridays can't on this one.
        assert one.engineer not in (seats[one.turn, duty] for duty in wanted.duties)
        mine = [turns[n].period for (n, _), who in seats.items() if who == one.engineer]
        gaps = [max(p.start, one.period.start) - min(p.end, one.period.end) for p in mine]
        assert all(gap >= timedelta(days=2) for gap in gaps)


def test_a_plan_without_reason_against_somebody_says_that_others_carried_less() -> None:
    week = timedelta(weeks=1)
    turns = [Turn(Period(MONDAY + n * week, MONDAY + (n + 1) * week), 70) for n in range(2)]
    wanted = PlanRequest(turns, range(1, 6), had={1: 900.0, 2: 0.0, 3: 0.0, 4: 0.0, 5: 0.0})
    found = plan(wanted, seconds=30)
    assert 1 not in found.seats.values()
    assert against(wanted, found.seats, (0, "primary"), 1) == ""
    names = dict(enumerate("ABCDE", start=1))
    assert list(plan_notes.nothing(wanted, found, names)) == [
        "A has none of these turns: others have carried less in the half year before."
    ]


@pytest.mark.django_db
def test_an_absence_that_is_noted_already_is_refused_with_the_time_that_is_noted(
    world: World,
) -> None:
    days = Period(world.at + timedelta(days=10), world.at + timedelta(days=12))

    def note(span: Period, *, wish: bool = False) -> None:
        edits.be_away(engineer=number("Ben"), span=span, wish=wish, at=world.at, by="Ben")

    note(days)
    for part in (days, Period(days.start + timedelta(hours=1), days.end)):
        with pytest.raises(EditRefused, match="Ben is away then already"):
            note(part)
    note(days, wish=True)
    note(Period(days.start, days.end + timedelta(hours=1)))


@pytest.mark.django_db
def test_leave_is_noted_for_a_day_off_and_for_after_a_leave_that_may_yet_be_later(
    world: World,
) -> None:
    who, day = number("Ben"), span(world, "2026-12-18T00:00", "2026-12-19T00:00")
    away(world, "Ben")
    membership.leave(engineer=who, on=world.moment("2026-12-14T00:00"), at=world.at)
    edits.be_away(engineer=who, span=day, at=world.at, by="Ben")
    assert absences.noted().filter(regular=None, start=day.start).count() == 1
    with pytest.raises(EditRefused, match="Ben is away then already"):
        edits.be_away(engineer=who, span=day, at=world.at, by="Ben")


@pytest.mark.django_db
def test_an_absence_is_not_changed_into_the_time_of_another(world: World) -> None:
    who = number("Ben")
    for start, end in (("2026-12-01", "2026-12-05"), ("2026-12-10", "2026-12-12")):
        whole = span(world, f"{start}T00:00", f"{end}T00:00")
        edits.be_away(engineer=who, span=whole, at=world.at, by="Ben")
    first, second = Absence.objects.order_by("start")
    within = span(world, "2026-12-02T00:00", "2026-12-05T00:00")
    with pytest.raises(EditRefused, match=r"Ben is away then already: .*1 Dec"):
        absences.change(absence=second.pk, span=within, at=world.at, by="Ben")
    absences.change(absence=first.pk, span=within, at=world.at, by="Ben")  # Its own time is not.
    over = span(world, "2026-12-04T00:00", "2026-12-12T00:00")
    absences.change(absence=second.pk, span=over, at=world.at, by="Ben")
