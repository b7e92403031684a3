"""Leaving, joining and coming back: at once on every duty, known ahead, and told."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.actions import NotYours
from dutydesk.kernel.periods import Period
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows import membership, people, team_changes
from dutydesk.people.models import Account, Engineer
from dutydesk.rota.flows import absences, coverage, edits, roster, team_members
from dutydesk.rota.flows.shift_build import EditRefused
from dutydesk.rota.models import Absence, Shift
from testing.screens import squeezed, visit
from testing.world import Moving, World, number

pytestmark = [pytest.mark.django_db, pytest.mark.clause("oncall.rota")]
DAY = timedelta(days=1)
DUTIES = ("primary", "secondary", "support")


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-23T08:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    Account.objects.filter(name="Ada").update(is_administrator=True)
    for duty, names in zip(DUTIES, (("Ada", "Ben"), ("Ben", "Ada"), ("Ben", "Cy")), strict=True):
        places = [[number(name)] for name in names]
        start = world.at.replace(tzinfo=None) - DAY
        edits.rotate(
            duty=duty, cadence=edits.Cadence("weekly", 1, start, places), at=world.at, by="Ada"
        )
    world.forward(minutes=1)
    return world


def turns(name: str, world: World) -> set[str]:
    """Give the duties on which somebody has turns to come."""
    rows = roster.between(Period(world.at, world.at + 400 * DAY), engineer=number(name))
    return {row.duty for row in rows}


def test_who_leaves_is_off_every_duty_in_the_same_moment(world: World) -> None:
    """Whatever else is edited in that second: nobody has to look after it later."""
    people.set_active(engineer=number("Ben"), active=False, at=world.at)
    assert turns("Ben", world) == set()
    people.set_active(engineer=number("Ben"), active=True, at=world.at)
    assert turns("Ben", world) == set(DUTIES)


def test_a_change_that_nobody_told_of_isn_t_lost_by_an_edit_of_another_duty(world: World) -> None:
    Engineer.objects.filter(name="Ben").update(active=False)
    tomorrow = world.at + DAY
    edits.add_shift(
        duty="primary", engineer=number("Cy"), start=tomorrow, end=tomorrow + DAY / 4,
        at=world.at, by="Ada",
    )  # fmt: skip
    world.forward(seconds=10)
    assert turns("Ben", world) == set()


def test_leaving_tells_the_team_what_it_opens_and_that_once(world: World) -> None:
    heard = len(world.said("#cloud-platform"))
    people.set_active(engineer=number("Ben"), active=False, at=world.at, by=world.person("Ada"))
    world.forward(minutes=30)
    told = [said for said in world.said("#cloud-platform")[heard:] if "Secondary on call" in said]
    assert len(told) == 1
    assert "Ben has left" in told[0]
    assert "@cloud-platform-team, these hours have no name now" in told[0]
    assert "Sat 28 Nov: Secondary on call 07:00 to 22:00" in told[0]
    assert "more days" in told[0]


def test_leaving_is_known_ahead_and_happens_then(world: World) -> None:
    world.forward(minutes=1)
    last = world.at + 10 * DAY
    membership.leave(engineer=number("Ben"), on=last, at=world.at, by=world.person("Ada"))
    assert (
        max(Shift.objects.filter(engineer=number("Ben"), cancelled_at=None).values_list("end"))[0]
        <= last
    )
    assert "Ben leaves" in world.said("#cloud-platform")[-1]
    assert Engineer.objects.get(name="Ben").active
    world.at = last
    membership.look_after(at=world.at)
    ben = Engineer.objects.get(name="Ben")
    assert (ben.active, ben.leaves_at, ben.account and ben.account.is_active) == (
        False,
        None,
        False,
    )
    people.set_active(engineer=ben.pk, active=True, at=world.at)
    assert turns("Ben", world) == set(DUTIES)


def test_who_stays_after_all_stays_though_that_is_said_in_the_moment_of_leaving(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada, last, tell = world.person("Ada"), world.at + 10 * DAY, team_changes.tell
    for name in ("Ben", "Cy"):
        membership.leave(engineer=number(name), on=last, at=world.at, by=ada)

    def meanwhile(*, engineer: int, at: datetime, by: str) -> None:
        tell(engineer=engineer, at=at, by=by)
        if engineer == number("Ben"):
            membership.stay(engineer=number("Cy"), at=at, by=ada)

    monkeypatch.setattr(team_changes, "tell", meanwhile)
    membership.look_after(at=last)
    active = Engineer.objects.filter(name__in=["Ben", "Cy"]).order_by("name")
    assert list(active.values_list("active", flat=True)) == [False, True]


def test_time_before_somebody_joins_and_after_they_leave_is_no_absence_of_theirs(
    world: World,
) -> None:
    """It is shown with no day, since it has no end, and isn't theirs to change or take back."""
    membership.leave(
        engineer=number("Ben"), on=world.at + 9 * DAY, at=world.at, by=world.person("Ada")
    )
    Engineer.objects.filter(name="Cy").update(joins_at=world.at + 9 * DAY)
    team_members.changed(engineer=number("Cy"), at=world.at, by="Ada")
    ada = visit("Ada")
    pages = ["/shifts/", "/shifts/change/?what=absence"]
    for row in Absence.objects.order_by("pk"):
        pages.append(f"/shifts/change/?what=change-absence&number={row.pk}")
        with pytest.raises(EditRefused, match="over or gone"):
            edits.be_back(absence=row.pk, at=world.at, by="Ada")
        with pytest.raises(EditRefused, match="over or gone"):
            absences.change(
                absence=row.pk, span=Period(world.at, world.at + DAY), at=world.at, by="Ada"
            )
    assert len(pages) == 4
    for page in pages:
        told = ada.get(page).text
        assert "1970" not in told
        assert "9990" not in told


def test_who_was_to_leave_stays_after_all(world: World) -> None:
    soon = Shift.objects.filter(cancelled_at=None, end__lt=world.at + 300 * DAY)
    before = list(soon.values_list("engineer", "start", "end"))
    ada = world.person("Ada")
    membership.leave(engineer=number("Ben"), on=world.at + 10 * DAY, at=world.at, by=ada)
    team_members.stay(engineer=number("Ben"), person=ada, at=world.at, by="Ada")
    assert sorted(soon.values_list("engineer", "start", "end")) == sorted(before)
    assert not Absence.objects.exists()
    with pytest.raises(Refused, match="doesn't leave"):
        membership.stay(engineer=number("Ben"), at=world.at)


def test_who_joins_on_a_day_has_turns_from_then_on(world: World) -> None:
    first = world.at + 20 * DAY
    membership.join(engineer=number("Cy"), on=first, at=world.at)
    mine = Shift.objects.filter(engineer=number("Cy"), cancelled_at=None, end__gt=world.at)
    assert min(mine.values_list("start", flat=True)) >= first
    assert JournalEntry.objects.filter(text__startswith="Cy joins the team").exists()
    with pytest.raises(Refused, match="past"):
        membership.join(engineer=number("Cy"), on=world.at, at=world.at)


def test_nobody_leaves_before_they_join(world: World) -> None:
    first, cy = world.at + 20 * DAY, number("Cy")
    membership.join(engineer=cy, on=first, at=world.at)
    for on in (first - DAY, first):
        with pytest.raises(Refused, match="Cy would leave before they join"):
            membership.leave(engineer=cy, on=on, at=world.at)
    membership.leave(engineer=cy, on=first + DAY, at=world.at)
    with pytest.raises(Refused, match="Cy would leave before they join"):
        membership.join(engineer=cy, on=first + DAY, at=world.at)
    row = Engineer.objects.get(pk=cy)
    assert (row.joins_at, row.leaves_at) == (first, first + DAY)


def test_only_who_may_says_that_somebody_leaves(world: World) -> None:
    for on in (None, world.at + DAY):
        with pytest.raises(NotYours):
            membership.leave(engineer=number("Ben"), on=on, at=world.at, by=world.person("Cy"))
    assert turns("Ben", world) == set(DUTIES)


def test_the_screen_shows_what_leaving_opens_before_it_does(world: World) -> None:
    ada = visit("Ada")
    people = squeezed(ada.get("/people/").text)
    assert "Has left or leaves</a>" in people and 'value="left"' not in people, "one way alone"
    typed = {"what": "leave", "engineer": str(number("Ben")), "on": "2027-09-01T10:00"}
    assert "Somebody leaves the team" in ada.get("/shifts/change/?what=leave").text
    seen = squeezed(ada.post("/shifts/change/", typed).text)
    assert "leaves uncovered" in seen
    opens = seen.split("leaves uncovered")[1]
    assert "Support: Wed 1 Sep 10:00 to 18:00" in opens  # As far ahead as it changes anything.
    assert Engineer.objects.get(name="Ben").leaves_at is None
    ada.post("/shifts/change/", typed | {"confirm": "1"})
    assert "leaves" in squeezed(ada.get("/people/").text)
    stays = {"what": "stay", "engineer": str(number("Ben"))}
    assert "You have" in ada.post("/shifts/change/", stays).text
    ada.post("/shifts/change/", stays | {"confirm": "1"})
    assert Engineer.objects.get(name="Ben").leaves_at is None


def test_a_preview_looks_as_far_as_the_change(world: World) -> None:
    may = Period(world.moment("2027-05-03T10:00"), world.moment("2027-05-10T10:00"))
    seen = coverage.preview(
        lambda: edits.be_away(engineer=number("Ada"), span=may, at=world.at, by="Ada", anyway=True),
        at=world.at,
    )
    days = {gap.period.start.date().isoformat() for gap in seen.opened}
    assert {"2027-05-04", "2027-05-09"} <= days
    assert not Absence.objects.exists()
