"""The secondary takes the primary over in one press, and is told who is second then."""

from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.people.flows import membership
from dutydesk.rota.flows import edits, experience, roster
from dutydesk.rota.models import Override, Shift
from testing.screens import seen, visit
from testing.world import Moving, World, number

pytestmark = [pytest.mark.django_db, pytest.mark.clause("oncall.rota")]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T19:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shift(world.at - timedelta(days=1), world.at + timedelta(days=3), primary="Ada")
    world.shift(world.at - timedelta(days=1), world.at + timedelta(days=3), secondary="Ben")
    return world


def on(world: World, duty: str) -> list[str]:
    return [one.name for one in roster.who(at=world.at) if one.duty == duty and one.name]


def press(instead: str = "") -> str:
    shift = Shift.objects.get(duty="primary", engineer__name="Ada", cancelled_at=None)
    chosen = {"instead": str(number(instead))} if instead else {}
    answer = visit("Ben").post(f"/shifts/{shift.pk}", {"what": "now", **chosen}, follow=True)
    assert answer.redirect_chain or answer.status_code == 422
    return answer.text


def test_the_second_takes_over_and_nobody_is_second(world: World) -> None:
    shift = Shift.objects.get(duty="primary")
    page = seen(visit("Ben").get(f"/shifts/{shift.pk}"))
    assert "You are secondary yourself; instead of you that is nobody for now" in page
    assert "You are primary from now until the shift ends; nobody is secondary." in press()
    assert (on(world, "primary"), on(world, "secondary")) == (["Ben"], [])
    world.settle()
    told = [text for text in world.said("#cloud-platform", "Ada") if "Your shifts changed" in text]
    assert "Ben takes over as primary from Ada; nobody is secondary" in told[-1]
    world.at += timedelta(days=3)
    assert on(world, "primary") == []  # Until the shift ends, and no longer.


def test_somebody_else_becomes_second_in_the_same_press(world: World) -> None:
    assert "Cy is secondary." in press("Cy")
    assert (on(world, "primary"), on(world, "secondary")) == (["Ben"], ["Cy"])


@pytest.mark.parametrize("duty", ["primary", "secondary"])
@pytest.mark.parametrize("instead", ["", "Cy"])
def test_taking_either_half_back_takes_back_the_deed(world: World, duty: str, instead: str) -> None:
    press(instead)
    world.at += timedelta(minutes=20)
    half = Override.objects.get(kind="swap", duty=duty)
    edits.undo(number=half.pk, at=world.at, by="Ben")
    assert (on(world, "primary"), on(world, "secondary")) == (["Ada"], ["Ben"])


@pytest.mark.parametrize("instead", ["Ada", "Ben", "Cy"])
def test_who_can_t_be_second_is_refused_and_nothing_changes(world: World, instead: str) -> None:
    away = Shift.objects.get(duty="primary").period
    edits.be_away(engineer=number("Cy"), span=away, at=world.at, by="Cy")
    assert "Choose somebody else" in press(instead)
    assert (on(world, "primary"), on(world, "secondary")) == (["Ada"], ["Ben"])
    assert Override.objects.filter(kind="swap").count() == 0


def test_who_is_not_on_call_takes_over_as_ever(world: World) -> None:
    shift = Shift.objects.get(duty="primary")
    assert "instead of you that is" not in seen(visit("Cy").get(f"/shifts/{shift.pk}"))
    visit("Cy").post(f"/shifts/{shift.pk}", {"what": "now"})
    assert (on(world, "primary"), on(world, "secondary")) == (["Cy"], ["Ben"])


def test_who_joins_later_is_told_so_and_not_to_take_an_absence_back(world: World) -> None:
    joins = world.at + timedelta(days=5)
    membership.join(engineer=number("Cy"), on=joins, at=world.at)
    shift = Shift.objects.get(duty="primary", cancelled_at=None)
    answer = visit("Cy").post(f"/shifts/{shift.pk}", {"what": "now"})
    assert answer.status_code == 422
    assert "You take turns only once you join, on Sun 29 Nov" in answer.text
    assert "Take your absence back" not in answer.text
    assert on(world, "primary") == ["Ada"]


@pytest.mark.clause("oncall.newcomers")
def test_who_is_new_takes_over_from_somebody_who_falls_ill_and_the_team_is_told(
    world: World,
) -> None:
    experience.mark(engineer=number("Ada"), standing="experienced", at=world.at, by="Ada")
    shift = Shift.objects.get(duty="primary")
    visit("Cy").post(f"/shifts/{shift.pk}", {"what": "now"})
    assert (on(world, "primary"), on(world, "secondary")) == (["Cy"], ["Ben"])
    (told,) = [text for text in world.said("#cloud-platform") if "This needs somebody" in text]
    assert "is new to being on call and would be on without anybody experienced" in told
    mine = Shift.objects.get(duty="primary", engineer__name="Cy")
    again = visit("Cy").post(f"/shifts/{mine.pk}", {"what": "now"})
    assert again.status_code == 422
    assert "This shift is not running, or is yours." in again.text
