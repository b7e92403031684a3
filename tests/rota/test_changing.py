"""Changing what runs: rotations, temporary schedules, who is experienced; and what can't be."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import typer

from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.periods import Period
from dutydesk.kernel.refusals import Refused
from dutydesk.people.models import Engineer
from dutydesk.rota.commands.rotas import RotaCommands
from dutydesk.rota.flows import (
    edits,
    experience,
    roster,
    rotation_changes,
    swaps,
    violations,
    workload,
)
from dutydesk.rota.flows.edit_checks import ChangesNothing
from dutydesk.rota.flows.edits import Cadence
from dutydesk.rota.flows.shift_build import HORIZON, EditRefused
from dutydesk.rota.models import Rotation, Shift, TemporarySchedule
from dutydesk.rota.rules import typed
from testing.screens import seen, squeezed, visit
from testing.world import Moving, World, number

pytestmark = [pytest.mark.django_db, pytest.mark.clause("oncall.rota")]
DAY = timedelta(days=1)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-23T08:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    return world


def daily(*names: str, **more: object) -> Cadence:
    places = [[number(name)] for name in names]
    return Cadence("daily", 1, datetime(2026, 11, 23, 7), places, **more)  # type: ignore[arg-type] # noqa: DTZ001


def rotate(world: World, *names: str) -> Rotation:
    edits.rotate(duty="primary", cadence=daily(*names), at=world.at, by="Ada")
    return Rotation.objects.latest("pk")


def on(world: World, local: str) -> list[str]:
    return [d.name for d in roster.who(at=world.moment(local)) if d.duty == "primary" and d.name]


def nights(world: World, first: int, count: int) -> list[str]:
    return ["".join(on(world, f"2026-11-{first + n}T20:00")) for n in range(count)]


def test_a_changed_rotation_keeps_whoever_is_on_and_the_past(world: World) -> None:
    row = rotate(world, "Ada", "Ben", "Cy")
    world.forward(days=1, hours=10)
    assert nights(world, 23, 4) == ["Ada", "Ben", "Cy", "Ada"]
    rotation_changes.change(number=row.pk, cadence=daily("Cy", "Ben"), at=world.at, by="Ada")
    assert nights(world, 23, 5) == ["Ada", "Ben", "Cy", "Ben", "Cy"]
    rotation_changes.change(number=row.pk, cadence=daily("Cy", "Ada"), at=world.at, by="Ada")
    assert on(world, "2026-11-24T17:30") == ["Ben"]  # He had it until now: it is 18:00.
    assert nights(world, 23, 4) == ["Ada", "Ada", "Cy", "Ada"]  # She takes his place, from now on.


def test_a_rotation_changed_to_begin_later_goes_on_until_then(world: World) -> None:
    row = rotate(world, "Ada", "Ben")
    later = Cadence("daily", 2, datetime(2026, 11, 26, 7), [[number("Cy")]])  # noqa: DTZ001
    rotation_changes.change(number=row.pk, cadence=later, at=world.at, by="Ada")
    assert nights(world, 23, 5) == ["Ada", "Ben", "Ada", "Cy", "Cy"]


def test_a_rotation_that_is_to_end_is_replaced_moved_and_ended_like_any_other(world: World) -> None:
    """Ben follows Ada on the 27th; then Cy comes instead of all from the 25th on, and Ben goes."""
    form = {"what": "rotation", "duty": "primary", "length": "1", "unit": "daily", "replace": "yes"}
    for name, day in (("Ada", "2026-11-22"), ("Ben", "2026-11-27"), ("Cy", "2026-11-25")):
        typed = form | {"places": name, "starts": f"{day}T07:00", "confirm": "1"}
        assert visit("Ada").post("/shifts/change/", typed).status_code == 302
    assert nights(world, 23, 6) == ["Ada", "Ada", "Cy", "Cy", "Cy", "Cy"]
    first, second = (Rotation.objects.order_by("pk")[n] for n in (0, 2))
    ends = first.ends_at
    later = Cadence("daily", 1, datetime(2026, 11, 24, 7), [[number("Ben")]])  # noqa: DTZ001
    rotation_changes.change(number=first.pk, cadence=later, at=world.at, by="Ada")
    assert nights(world, 23, 4) == ["Ada", "Ben", "Cy", "Cy"]
    moved = Rotation.objects.latest("pk")
    assert moved.ends_at == ends
    with pytest.raises(EditRefused, match="begin after it ends"):
        late = Cadence("daily", 1, datetime(2026, 11, 26, 7), [[number("Ben")]])  # noqa: DTZ001
        rotation_changes.change(number=moved.pk, cadence=late, at=world.at, by="Ada")
    for row in (first, second):
        edits.end_rotation(number=row.pk, at=world.at, by="Ada")
    assert nights(world, 23, 4) == ["", "Ben", "", ""]


def test_turns_may_begin_on_a_leap_day(world: World) -> None:
    leap = Cadence("weekly", 1, datetime(2028, 2, 29, 10), [[number("Ada")]])  # noqa: DTZ001
    edits.rotate(duty="primary", cadence=leap, at=world.at, by="Ada")
    world.at = world.moment("2028-02-20T10:00")
    world.forward(minutes=1)
    assert on(world, "2028-02-28T20:00") == []
    assert on(world, "2028-02-29T20:00") == ["Ada"]


def test_who_left_is_closed_up_after_and_nobody_else_jumps(world: World) -> None:
    row = rotate(world, "Ada", "Ben", "Cy")
    world.forward(hours=10)
    Engineer.objects.filter(name="Ben").update(active=False)
    world.forward(minutes=1)
    assert nights(world, 23, 4) == ["Ada", "", "Cy", "Ada"]
    page = squeezed(visit("Ada").get("/shifts/change/?what=rotation").text)
    assert "Ben left: close up" in page
    rotation_changes.close_up(number=row.pk, engineer=number("Ben"), at=world.at, by="Ada")
    assert nights(world, 23, 4) == ["Ada", "Cy", "Ada", "Cy"]
    with pytest.raises(EditRefused, match="no turn in this rotation"):
        rotation_changes.close_up(number=row.pk, engineer=number("Ben"), at=world.at, by="Ada")


def test_a_rotation_is_edited_in_its_own_form_with_zone_and_priority(world: World) -> None:
    row = rotate(world, "Ada", "Ben")
    ada = visit("Ada")
    form = ada.get(f"/shifts/change/?what=edit&number={row.pk}").content.decode()
    assert ">Ada\nBen</textarea>" in form
    assert 'value="Europe/London"' in form
    typed = {
        "what": "edit", "number": row.pk, "places": "Ada\nCy", "length": "1", "unit": "daily",
        "starts": "2026-11-23T07:00", "zone": "Europe/London", "priority": "4",
    }  # fmt: skip
    seen = ada.post("/shifts/change/", typed).content.decode()
    assert "This would happen" in seen
    row.refresh_from_db()
    assert row.priority == 1
    ada.post("/shifts/change/", typed | {"confirm": "1"})
    row.refresh_from_db()
    assert (row.priority, nights(world, 23, 3)) == (4, ["Ada", "Cy", "Ada"])
    wrong = ada.post("/shifts/change/", typed | {"zone": "Mars/Olympus"})
    assert (wrong.status_code, "no time zone" in wrong.content.decode()) == (422, True)
    other = ada.post("/shifts/change/", typed | {"starts": "2026-11-23T07:00+05:30"})
    assert (other.status_code, "is of another clock" in other.text) == (422, True)


def test_names_may_hold_commas(world: World) -> None:
    Engineer.objects.filter(name="Cy").update(name="Ben, Cy")
    people = dict(Engineer.objects.values_list("name", "pk"))
    ada, ben, both = (people[name] for name in ("Ada", "Ben", "Ben, Cy"))
    read = typed.places("Ben,Cy, Ada, Ben\n-\nBen , cy", people)
    assert read == [[both, ada, ben], [], [both]]
    with pytest.raises(typed.TypedRefused, match="“Cy” is nobody on the team"):
        typed.places("Ada, Cy", people)
    asked = {
        "what": "temporary", "duty": "primary", "start": "2026-11-24T07:00",
        "end": "2026-11-25T07:00", "confirm": "1",
        "shifts": "Ben, Cy, 2026-11-24 07:00, 2026-11-24 20:00",
    }  # fmt: skip
    ada_s = visit("Ada")
    two = ada_s.post("/shifts/change/", asked | {"shifts": f"Ada, {asked['shifts']}"})
    assert (two.status_code, "is not a shift" in two.text) == (422, True)
    ada_s.post("/shifts/change/", asked)
    assert on(world, "2026-11-24T19:00") == ["Ben, Cy"]


def test_a_part_of_a_temporary_schedule_is_cleared_and_the_rest_stays(world: World) -> None:
    rotate(world, "Ada")
    whole = Period(world.moment("2026-11-24T07:00"), world.moment("2026-11-27T07:00"))
    edits.stand_in(
        duty="primary", span=whole, shifts=[(number("Ben"), whole)], at=world.at, by="Ada"
    )
    assert nights(world, 23, 5) == ["Ada", "Ben", "Ben", "Ben", "Ada"]
    row = TemporarySchedule.objects.get()
    part = Period(world.moment("2026-11-25T07:00"), world.moment("2026-11-26T07:00"))
    edits.clear_temporary(number=row.pk, span=part, at=world.at, by="Ada")
    assert nights(world, 23, 5) == ["Ada", "Ben", "Ada", "Ben", "Ada"]
    assert "You no longer have primary" in world.said("#cloud-platform", "Ben")[-1]
    after = Period(whole.end, whole.end + DAY)
    with pytest.raises(EditRefused, match="doesn't last then"):
        edits.clear_temporary(number=row.pk, span=after, at=world.at, by="Ada")


def test_an_override_replaces_whoever_is_on(world: World) -> None:
    rotate(world, "Ada", "Ben")
    span = Period(world.moment("2026-11-23T19:00"), world.moment("2026-11-25T19:00"))
    edits.override(
        duty="primary", span=span, add=number("Cy"), everybody=True, at=world.at, by="Ada"
    )
    assert nights(world, 23, 3) == ["Cy", "Cy", "Ada"]
    assert on(world, "2026-11-23T18:00") == ["Ada"]


@pytest.mark.clause("oncall.newcomers")
@pytest.mark.parametrize("goes", ["whoever is on", "Ada"])
@pytest.mark.parametrize("fills", ["Ben", "Ada"])
def test_a_hole_that_a_change_left_is_filled_by_hand(world: World, goes: str, fills: str) -> None:
    """Cy was to replace whoever is on and falls ill; or Ada was taken off, and nobody is on."""
    rotate(world, "Ada")
    day = Period(world.moment("2026-11-25T07:00"), world.moment("2026-11-25T22:00"))
    if goes == "Ada":
        edits.override(duty="primary", span=day, remove=number("Ada"), at=world.at, by="Ada")
    else:
        edits.override(
            duty="primary", span=day, add=number("Cy"), everybody=True, at=world.at, by="Ada"
        )
        edits.be_away(engineer=number("Cy"), span=day, at=world.at, by="Cy")
    assert on(world, "2026-11-25T20:00") == []
    filled = {"duty": "primary", "start": day.start, "end": day.end, "at": world.at, "by": "Ben"}
    edits.add_shift(engineer=number(fills), **filled)  # type: ignore[arg-type]
    assert on(world, "2026-11-25T20:00") == [fills]
    written = JournalEntry.objects.filter(text__startswith=f"{fills} has primary")
    assert written.count() == 1
    with pytest.raises(ChangesNothing, match="is primary then already, away, or on call anyway"):
        edits.add_shift(engineer=number(fills), **filled)  # type: ignore[arg-type]


def test_marking_the_only_experienced_partner_as_new_is_told_and_on_record(world: World) -> None:
    for name, standing in (("Ada", "experienced"), ("Cy", "experienced"), ("Ben", "new")):
        experience.mark(engineer=number(name), standing=standing, at=world.at, by="Cy")
    edits.rotate(duty="secondary", cadence=daily("Ada"), at=world.at, by="Ada")
    rotate(world, "Ben")
    assert violations.alone_in(Period(world.at, world.at + DAY), at=world.at) == []
    warnings = experience.mark(engineer=number("Ada"), standing="new", at=world.at, by="Cy")
    assert "is new to being on call and would be on without anybody experienced" in warnings[0]
    assert "This needs somebody" in world.said("#cloud-platform")[-1]
    entry = JournalEntry.objects.filter(kind="rota.standing").latest("pk")
    assert (entry.actor, entry.text) == ("Cy", "Ada was marked as new to being on call")
    world.forward(days=1, hours=2)
    told = [s for s in world.said("#cloud-platform") if "A newcomer needs a partner" in s]
    assert len(told) == 1
    assert "Ben is new to being on call and is on without anybody experienced" in told[0]


@pytest.mark.clause("oncall.newcomers")
def test_time_going_on_over_a_newcomer_alone_is_told(world: World) -> None:
    experience.mark(engineer=number("Ada"), standing="experienced", at=world.at, by="Ada")
    experience.mark(engineer=number("Ben"), standing="new", at=world.at, by="Ada")
    edits.rotate(duty="secondary", cadence=daily("Ada"), at=world.at, by="Ada")
    rotate(world, "Ben")
    beyond = world.at + HORIZON
    edits.be_away(
        engineer=number("Ada"), span=Period(beyond + DAY, beyond + 2 * DAY), at=world.at, by="Ada"
    )
    assert not any("This needs somebody" in s for s in world.said("#cloud-platform"))
    world.forward(days=9)
    (said,) = [s for s in world.said("#cloud-platform") if "This needs somebody" in s]
    assert "Ben is new to being on call" in said


@pytest.mark.clause("oncall.newcomers")
def test_the_check_of_cover_says_where_newcomers_are_alone(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    for duty, name in (("support", "Cy"), ("primary", "Ben"), ("secondary", "Ada")):
        edits.rotate(duty=duty, cadence=daily(name), at=world.at, by="Ada")
    experience.mark(engineer=number("Cy"), standing="experienced", at=world.at, by="Ada")
    experience.mark(engineer=number("Ben"), standing="new", at=world.at, by="Ada")
    assert not RotaCommands(lambda: world.at).cover(1, False)
    assert "Ben is new to being on call" in capsys.readouterr().err
    experience.mark(engineer=number("Ada"), standing="experienced", at=world.at, by="Ada")
    RotaCommands(lambda: world.at).cover(1, False)
    assert "Ben is new" not in capsys.readouterr().err


def test_what_can_t_be_is_refused_by_name(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.shifts(primary="Ada")
    ada, shift = visit("Ada"), Shift.objects.get()
    for at in ("9999-12-31T23:59", "9990-01-01T00:00", "0001-01-01T00:00", "soon"):
        answer = ada.get(f"/shifts/who.json?at={at}")
        assert (answer.status_code, "is not a time" in answer.json()["error"]) == (422, True)
    offer = {"what": "offer", "start": "2026-11-24T10:00", "end": "2026-11-24T12:00"}
    for asked, reason in ((999999, "not on the team"), (number("Ada"), "ask yourself")):
        answer = ada.post(f"/shifts/{shift.pk}", offer | {"asked": asked})
        assert answer.status_code == 422
        assert "Choose from the list." in answer.content.decode()
        span = Period(world.moment(offer["start"]), world.moment(offer["end"]))
        with pytest.raises(Refused, match=reason):
            swaps.offer(duty="primary", span=span, engineer=number("Ada"), asked=asked, at=world.at)
    answer = ada.post("/shifts/shares/", {"engineer": "999999", "standing": "new"}, follow=True)
    assert "That engineer is not on the team." in answer.content.decode()
    with pytest.raises(typer.Exit):
        RotaCommands(lambda: world.at).show(duty="king")
    assert "“king” is not a duty" in capsys.readouterr().err
    RotaCommands(lambda: world.at).show(duty="primary", weeks=1)
    shown = capsys.readouterr().out
    assert "Support" not in shown
    assert "Secondary" not in shown


def test_holes_go_by_day_with_their_duty_and_how_many_more_there_are(world: World) -> None:
    page = squeezed(visit("Ada").get("/shifts/").text)
    assert "?what=shift&amp;duty=secondary&amp;start=2026-11-23T08:00" in page
    assert "and on 23 more days of these weeks" in page
    assert page.count("<b>Mon 23 Nov</b>") == 1


@pytest.mark.clause("ask.cover")
def test_who_answers_is_of_the_week_that_was_chosen_and_names_holidays(world: World) -> None:
    ada = visit("Ada")
    assert "Wed 25 Nov, morning" in seen(ada.get("/shifts/"))
    page = squeezed(ada.get("/shifts/?from=2026-12-21").text)
    assert "Wed 25 Nov, morning" not in page
    assert "Wed 23 Dec, morning" in page
    cover = page[page.index('id="cover"') :]
    assert "Christmas Day" in cover[: cover.index("</table>")]
    autumn = ada.get("/shifts/?from=2027-10-25").content.decode()
    cover = autumn[autumn.index('id="cover"') :]
    assert "clocks go back 1 h" in cover[: cover.index("</table>")]


def test_the_shares_say_how_fair_it_is(world: World) -> None:
    rotate(world, "Ada", "Ben", "Cy")
    start = world.moment("2026-11-23T08:00")
    even = workload.health(span=Period(start, start + 21 * DAY), at=start).quality
    assert even.percent[0] == 100
    assert even.balance > 0.9
    gone = Period(start, start + 21 * DAY)
    edits.be_away(engineer=number("Cy"), span=gone, at=world.at, by="Ada")
    less = workload.health(span=gone, at=start).quality
    assert less.coverage < 0.7
    assert less.balance < 0.4
    assert "Fairness" in visit("Ada").get("/shifts/shares/").content.decode()


def test_nobody_asks_themselves_in_a_swap(world: World) -> None:
    world.shifts(primary="Ada")
    span = Period(world.at + DAY, world.at + 2 * DAY)
    with pytest.raises(EditRefused, match="ask yourself"):
        swaps.offer(
            duty="primary", span=span, engineer=number("Ada"), asked=number("Ada"), at=world.at
        )


def test_a_preview_says_that_a_shift_is_outside_its_duty_s_hours(world: World) -> None:
    ben = visit("Ben")
    sent = {"what": "shift", "engineer": str(number("Ada")), "start": "2026-11-28T18:00"}
    saturday = {**sent, "end": "2026-11-28T21:00"}
    told = seen(ben.post("/shifts/change/", {**saturday, "duty": "support"}))
    assert "outside its hours Nobody is asked for anything then: Support: Sat 28 Nov 18:00" in told
    for some in ({"duty": "primary"}, {"duty": "support", "end": "2026-11-30T11:00"}):
        assert "outside its hours" not in seen(ben.post("/shifts/change/", {**saturday, **some}))
