"""Rotas as a team lives with them: turns, changes, absences, leavers, and what is told."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dutydesk.kernel.periods import Period
from dutydesk.people.flows import people
from dutydesk.people.models import Account, Engineer
from dutydesk.rota.flows import (
    cover_nominations,
    coverage,
    edits,
    experience,
    roster,
    violations,
)
from dutydesk.rota.flows.edits import Cadence
from dutydesk.rota.flows.shift_build import BuildOutcome, EditRefused
from dutydesk.rota.flows.violations import BothRefused, PairingRefused
from dutydesk.rota.models import Shift
from testing.world import World, number

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


def weekly(world: World, duty: str, *groups: str, starts: str, length: int = 1) -> BuildOutcome:
    """Let groups, each of names with spaces between, take weekly turns."""
    places = [[number(name) for name in group.split()] for group in groups]
    cadence = Cadence("weekly", length, datetime.fromisoformat(starts), places)
    return edits.rotate(duty=duty, cadence=cadence, at=world.at, by="Ada")


def on(world: World, duty: str, local: str) -> list[str]:
    return [d.name for d in roster.who(at=world.moment(local)) if d.duty == duty and d.name]


def team(at: datetime, *names: str) -> None:
    for name in names:
        email = f"{name.lower()}@example.org"
        Account.objects.create_user(email=email, name=name)
        people.save_engineer(name=name, email=email, at=at)


@pytest.mark.clause("oncall.rota")
def test_turns_are_handed_over_on_monday_at_ten_by_the_clock_on_the_wall(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-10-12T08:00")
    weekly(world, "primary", "Ada", "Ben", starts="2026-10-12T10:00")
    assert on(world, "primary", "2026-10-26T09:59") == ["Ben"]  # The clocks went back on Sunday.
    first = roster.who(at=world.moment("2026-10-26T09:30"))[1]
    assert first.why == "has the primary turn in on-call hours"
    assert on(world, "primary", "2026-10-26T18:00") == ["Ada"]
    turns = Shift.objects.filter(duty="primary").order_by("start")[:3]
    assert [(t.end - t.start) / timedelta(hours=1) for t in turns] == [168, 169, 168]


@pytest.mark.clause("support.size", "support.cycle")
def test_three_are_on_support_two_weeks_in_every_six(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-23T08:00")
    team(world.at, "Di", "Ed", "Flo", "Gus", "Hal", "Ivy")
    groups = ("Ada Ben Cy", "Di Ed Flo", "Gus Hal Ivy")
    weekly(world, "support", *groups, starts="2026-11-23T09:00", length=2)
    for fortnight, group in enumerate([*groups, *groups]):
        at = world.moment("2026-11-24T11:00") + fortnight * 14 * DAY
        if at.month == 12 and at.day in (25, 26, 28):
            continue
        found = [d.name for d in roster.who(at=at) if d.duty == "support"]
        assert sorted(found) == group.split()


@pytest.mark.clause("oncall.rota")
def test_a_change_is_told_to_whom_it_concerns_and_nothing_past_changes(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-23T08:00")
    weekly(world, "primary", "Ada", "Ben", "Cy", starts="2026-11-02T10:00")
    world.forward(days=3)
    past = list(Shift.objects.filter(start__lt=world.at).values_list("engineer", "start"))
    evening = Period(world.moment("2026-12-01T17:00"), world.moment("2026-12-01T22:00"))
    told = len(world.said("#cloud-platform", "Cy"))
    edits.override(
        duty="primary", span=evening, add=number("Cy"), remove=number("Ben"), at=world.at, by="Ada"
    )
    assert on(world, "primary", "2026-12-01T16:59") == on(world, "primary", "2026-12-01T22:00")
    assert on(world, "primary", "2026-12-01T17:00") == ["Cy"]
    (said,) = world.said("#cloud-platform", "Cy")[told:]
    assert "You have primary: Tue 1 Dec 17:00 to 22:00 GMT" in said
    assert "Ada: Cy replaces Ben as primary" in said
    assert "You no longer have primary" in world.said("#cloud-platform", "Ben")[-1]
    mine = [said for said in world.said("#cloud-platform", "Ada") if "Your shifts" in said]
    assert not any("Tue 1 Dec" in said for said in mine)
    assert list(Shift.objects.filter(start__lt=world.at).values_list("engineer", "start")) == past
    change = Shift.objects.get(kind="override")
    edits.undo(number=change.source, at=world.at, by="Ada")
    assert on(world, "primary", "2026-12-01T17:00") == ["Ben"]


@pytest.mark.clause("oncall.rota")
def test_a_change_in_the_middle_of_a_shift_keeps_what_was(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-23T08:00")
    weekly(world, "primary", "Ada", "Ben", starts="2026-11-23T07:00")
    world.forward(days=2)
    weekly(world, "secondary", "Cy", starts="2026-11-23T07:00")
    (running,) = Shift.objects.filter(duty="primary", start__lt=world.at, end__gt=world.at)
    edits.remove_shift(shift=running.pk, at=world.at, by="Ada")
    running.refresh_from_db()
    assert (running.cancelled_at, running.end) == (None, world.at)
    assert on(world, "primary", "2026-11-24T18:00") == ["Ada"]  # What was asked then stays true.
    assert on(world, "primary", "2026-11-25T18:00") == []
    with pytest.raises(EditRefused, match="over or gone"):
        edits.remove_shift(shift=running.pk, at=world.at, by="Ada")


@pytest.mark.clause("oncall.rota")
def test_a_temporary_schedule_replaces_everything_while_it_lasts(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-23T08:00")
    weekly(world, "primary", "Ada", "Ben", starts="2026-11-23T07:00")
    day = Period(world.moment("2026-11-28T00:00"), world.moment("2026-11-29T00:00"))
    edits.override(duty="primary", span=day, add=number("Ben"), at=world.at, by="Ada")
    noon = Period(world.moment("2026-11-28T12:00"), world.moment("2026-11-28T14:00"))
    edits.stand_in(duty="primary", span=day, shifts=[(number("Cy"), noon)], at=world.at, by="Ada")
    assert on(world, "primary", "2026-11-28T11:59") == []
    assert on(world, "primary", "2026-11-28T12:00") == ["Cy"]
    assert on(world, "primary", "2026-11-29T12:00") == ["Ada"]
    row = Shift.objects.get(kind="temporary")
    edits.end_temporary(number=row.source, at=world.at, by="Ada")
    assert on(world, "primary", "2026-11-28T12:00") == ["Ada", "Ben"]


@pytest.mark.clause("oncall.rota", "hours.oncall")
def test_an_absence_leaves_a_hole_that_the_team_hears_of_before_it_opens(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-23T08:00")
    for duty, names in (("primary", "Ada Ben"), ("secondary", "Ben Ada"), ("support", "Cy")):
        weekly(world, duty, *names.split(), starts="2026-11-23T07:00")
    world.forward(minutes=1)
    heard = len(world.said("#cloud-platform"))
    away = Period(world.moment("2026-11-28T12:00"), world.moment("2026-11-28T23:30"))
    edits.be_away(engineer=number("Ada"), span=away, at=world.at, by="Ada")
    gaps = coverage.gaps(at=world.at, until=world.at + 7 * DAY)
    (gap,) = [gap for gap in gaps if gap.what == "Primary on call"]
    assert gap.period == Period(away.start, world.moment("2026-11-28T22:00"))  # Nights are no gap.
    world.forward(seconds=10)
    (said,) = world.said("#cloud-platform")[heard:]
    assert "Nobody covers this yet" in said
    assert "Sat 28 Nov: Primary on call 12:00 to 22:00" in said
    world.forward(days=1, hours=1)
    assert "Sat 28 Nov: Primary" in world.said("#cloud-platform")[-1]  # Chased in the morning.


@pytest.mark.clause("oncall.rota")
def test_somebody_who_leaves_moves_nobody_else_s_turn(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-23T08:00")
    weekly(world, "primary", "Ada", "Ben", "Cy", starts="2026-11-23T07:00")
    days = [f"2026-12-{day:02}T18:00" for day in (1, 8, 15, 22)]
    before = [on(world, "primary", day) for day in days]
    assert before == [["Ben"], ["Cy"], ["Ada"], ["Ben"]]
    people.set_active(engineer=number("Ben"), active=False, at=world.at)
    world.forward(seconds=10)
    assert [on(world, "primary", day) for day in days] == [[], ["Cy"], ["Ada"], []]
    people.set_active(engineer=number("Ben"), active=True, at=world.at)
    world.forward(seconds=10)
    assert [on(world, "primary", day) for day in days] == before


@pytest.mark.clause("oncall.newcomers")
def test_a_newcomer_has_somebody_experienced_for_a_partner(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-23T08:00")
    team(world.at, "Di")
    hour = timedelta(hours=1)
    for name, standing in (("Ada", "experienced"), ("Ben", "new"), ("Cy", "new")):
        experience.mark(engineer=number(name), standing=standing, at=world.at, by="Ada")
    weekly(world, "secondary", "Ada", starts="2026-11-23T07:00")
    weekly(world, "primary", "Ben", starts="2026-11-23T07:00")
    late = Period(world.at + 10 * hour, world.at + 11 * hour)
    experience.mark(engineer=number("Di"), standing="experienced", at=world.at, by="Ada")
    with pytest.raises(PairingRefused, match=r"Ben is new .* Mon 23 Nov 18:00 to 19:00") as refused:
        edits.override(
            duty="secondary", span=late, add=number("Cy"), remove=number("Ada"), at=world.at, by="A"
        )
    assert refused.value.remedy == "Who could do it instead: Di."
    with pytest.raises(PairingRefused):
        edits.be_away(engineer=number("Ada"), span=late, at=world.at, by="Ada")
    assert on(world, "secondary", "2026-11-23T18:30") == ["Ada"]
    edits.override(
        duty="secondary", span=late, add=number("Di"), remove=number("Ada"), at=world.at, by="Ada"
    )
    assert on(world, "secondary", "2026-11-23T18:30") == ["Di"]
    day = Period(world.at + 2 * DAY, world.at + 3 * DAY)
    told = edits.be_away(engineer=number("Ada"), span=day, at=world.at, by="Ada", anyway=True)
    assert "Ben is new" in told.warnings[0]
    assert any("This needs somebody | Ben is new" in s for s in world.said("#cloud-platform"))


@pytest.mark.clause("oncall.newcomers")
def test_when_an_experienced_partner_leaves_the_team_hears_of_it(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-23T08:00")
    experience.mark(engineer=number("Ada"), standing="experienced", at=world.at, by="Ada")
    experience.mark(engineer=number("Cy"), standing="experienced", at=world.at, by="Ada")
    weekly(world, "secondary", "Ada", starts="2026-11-23T07:00")
    weekly(world, "primary", "Ben", starts="2026-11-23T07:00")
    people.set_active(engineer=number("Ada"), active=False, at=world.at)
    world.forward(seconds=10)
    (said,) = [s for s in world.said("#cloud-platform") if "This needs somebody" in s]
    assert "Ben is new to being on call and would be on without anybody experienced" in said


@pytest.mark.clause("oncall.newcomers")
def test_finished_turns_make_a_newcomer_experienced(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-02T10:00")
    weekly(world, "primary", "Ada", starts="2026-11-02T10:00")
    weekly(world, "secondary", "Ben", starts="2026-11-23T10:00")
    known = violations.experience(world.moment("2026-11-30T10:00"))
    names = {e.pk: e.name for e in Engineer.objects.all()}
    assert {names[n] for n in known.experienced} == {"Ada"}  # Four turns.
    assert {names[n] for n in known.newcomers} == {"Ben", "Cy"}  # One turn, and none.


@pytest.mark.clause("ask.cover")
def test_each_part_of_the_day_has_a_name_taken_given_and_handed_back(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-23T08:00")
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    world.forward(minutes=1)
    (said,) = [s for s in world.said("#cloud-platform") if "Answering:" in s]
    assert "Mon 23 Nov: Answering: opening, morning, lunch, afternoon, closing\n" in said
    day = Period(world.moment("2026-11-24T00:00"), world.moment("2026-11-25T00:00"))
    parts = {each.part.id: each.number for each in cover_nominations.nominations(day)}
    assert list(parts) == ["opening", "morning", "lunch", "afternoon", "closing"]
    world.press("Ben", "rota.cover", f"cover:{parts['lunch']}")
    lunch = [d for d in roster.who(at=world.moment("2026-11-24T13:00")) if d.duty == "support"]
    assert [(d.name, d.why) for d in lunch] == [
        ("Ben", "is named to answer in working hours"),
        ("Ada", "has the support shift in working hours"),
    ]
    cover_nominations.name(number=parts["lunch"], engineer=number("Cy"), at=world.at, by="Ben")
    assert on(world, "support", "2026-11-24T13:00") == ["Cy", "Ada"]
    assert on(world, "support", "2026-11-24T13:30") == ["Ada"]
    cover_nominations.name(number=parts["lunch"], engineer=None, at=world.at, by="Cy")
    assert on(world, "support", "2026-11-24T13:00") == ["Ada"]
    assert (
        cover_nominations.nominations(Period(day.start + 4 * DAY, day.end + 4 * DAY)) == []
    )  # Saturday.


@pytest.mark.clause("ask.cover")
def test_an_edit_previewed_changes_nothing(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-23T08:00")
    posts = world.said("#cloud-platform", "Ada")
    seen = coverage.preview(
        lambda: weekly(world, "primary", "Ada", "Ben", starts="2026-11-23T10:00"), at=world.at
    )
    assert seen.closed
    assert not seen.opened
    assert seen.outcome.people == {number("Ada"), number("Ben")}
    assert not Shift.objects.exists()
    assert world.said("#cloud-platform", "Ada") == posts


@pytest.mark.clause("oncall.rota")
def test_where_two_rotations_meet_in_one_person_the_secondary_is_a_hole(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-23T08:00")
    weekly(world, "primary", "Ada", "Ben", "Cy", starts="2026-11-23T10:00")
    weekly(world, "secondary", "Ben", "Ada", starts="2026-11-23T10:00")
    assert on(world, "primary", "2026-11-24T18:00") == ["Ada"]
    assert on(world, "secondary", "2026-11-24T18:00") == ["Ben"]
    late = [f"2026-12-{day:02}T18:00" for day in (1, 8, 15, 22)]
    assert [on(world, "primary", day) for day in late] == [["Ben"], ["Cy"], ["Ada"], ["Ben"]]
    assert [on(world, "secondary", day) for day in late] == [["Ada"], ["Ben"], [], []]
    third = [g for g in coverage.gaps(at=world.at, until=world.at + 28 * DAY)
             if g.what == "Secondary on call"]  # fmt: skip
    assert third[1].period.start == world.moment("2026-12-14T17:00")
    world.forward(days=30)  # The horizon moves on, over more such meetings, and nothing breaks.
    with pytest.raises(BothRefused):
        edits.override(
            duty="secondary",
            span=Period(world.at + 6 * DAY, world.at + 7 * DAY),
            add=number(on(world, "primary", "2026-12-29T18:00")[0]),
            at=world.at,
            by="Ada",
        )
