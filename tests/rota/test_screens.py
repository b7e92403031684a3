"""The rotas' screens: what they show, who may change what, and what a change goes through."""

import csv
import io
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dutydesk.kernel.periods import Period
from dutydesk.people.models import Engineer
from dutydesk.rota.flows import edits, roster
from dutydesk.rota.models import Shift, Swap
from testing.screens import visit
from testing.world import Moving, World, number

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-23T08:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    return world


TURNS = {
    "what": "rotation",
    "duty": "primary",
    "places": "Ada\nben",
    "length": "1",
    "unit": "weekly",
    "starts": "2026-11-23T10:00",
    "replace": "yes",
}


@pytest.mark.clause("oncall.rota")
def test_a_change_is_previewed_then_confirmed(world: World) -> None:
    ada = visit("Ada")
    seen = ada.post("/shifts/change/", TURNS).content.decode()
    assert "This would happen" in seen
    assert "You have primary: Mon 23 Nov 10:00 to Mon 30 Nov 10:00 GMT" in seen
    assert "Primary on call: Mon 23 Nov 17:00 to 22:00 GMT" in seen  # It covers that.
    assert not Shift.objects.exists()
    done = ada.post("/shifts/change/", TURNS | {"confirm": "1"}, follow=True).content.decode()
    assert "Changed. 2 people were told." in done
    names = {
        row.engineer.name for row in Shift.objects.filter(duty="primary").select_related("engineer")
    }
    assert names == {"Ada", "Ben"}
    assert 'aria-label="Primary on call, week of 23 November"' in done


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"places": "Ada\nNobody"}, "“Nobody” is nobody on the team."),
        ({"places": "-"}, "Nobody takes a turn."),
        ({"starts": ""}, "“First turn starts” is missing."),
        ({"length": "0"}, "“A turn lasts” is no whole number from 1 to 366."),
        ({"windows": "Funday 10-11"}, "“Funday 10-11” is not a window of time."),
        ({"unit": "yearly"}, "“Unit” doesn't offer that"),
        ({"duty": "king"}, "“Duty” doesn't offer that"),
        ({"what": "override", "start": "x", "end": "y"}, "“From”: “x” is not a time."),
        (
            {"what": "override", "start": "2026-12-01T10:00", "end": "2026-12-01T09:00"},
            "The end is not after the start.",
        ),
        (
            {"what": "override", "start": "2026-12-01T10:00", "end": "2026-12-01T11:00"},
            "Nobody was chosen.",
        ),
        ({"what": "undo", "number": "77"}, "This change is over or gone."),
        ({"what": "temporary", "start": "2026-12-01T10:00", "end": "2026-12-02T10:00",
          "shifts": "Ada tomorrow"}, "“Ada tomorrow” is not a shift."),
    ],
)  # fmt: skip
def test_what_can_t_be_is_refused_and_what_was_typed_stays(
    world: World, typed: dict[str, str], reason: str
) -> None:
    answer = visit("Ada").post("/shifts/change/", TURNS | typed)
    text = answer.content.decode().replace("&#x27;", "'")
    assert answer.status_code == 422
    assert reason in text


def test_users_look_and_do_not_touch(world: World) -> None:
    world.shifts(primary="Ada")
    uma = visit("Uma")
    shift = Shift.objects.get()
    assert "Change" not in uma.get("/shifts/").content.decode().split("<h1>Shifts</h1>")[1][:60]
    assert uma.post("/shifts/change/", TURNS | {"confirm": "1"}).status_code == 403
    assert uma.post(f"/shifts/{shift.pk}", {"what": "now"}).status_code == 422
    for path in ("/shifts/plan/", "/shifts/calendars/", "/shifts/cover"):
        assert uma.get(path).status_code == 403
    assert (
        uma.get(f"/shifts/statement.csv?engineer={number('Ada')}&month=2026-11").status_code == 403
    )
    assert Shift.objects.get().engineer.name == "Ada"


def test_one_s_shift_is_offered_and_another_s_taken_now(world: World) -> None:
    world.shifts(primary="Ada")
    shift = Shift.objects.get()
    span = {"start": "2026-11-24T17:00", "end": "2026-11-24T22:00"}
    offered = visit("Ada").post(f"/shifts/{shift.pk}", {"what": "offer", **span}, follow=True)
    assert "Offered in the team" in offered.content.decode()
    assert Swap.objects.get().period == Period(
        world.moment(span["start"]), world.moment(span["end"])
    )
    assert "take it" in visit("Ben").get("/shifts/").content.decode()
    visit("Ben").post(f"/shifts/{shift.pk}", {"what": "now"})
    primary = [duty.name for duty in roster.who(at=world.at) if duty.duty == "primary"]
    assert primary == ["Ben"]


def test_the_api_the_page_and_the_history_say_the_same(world: World) -> None:
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    ada = visit("Ada")
    for local in ("2026-11-23T09:30", "2026-11-23T12:00", "2026-11-28T12:00", "2026-11-28T23:00"):
        told = ada.get("/shifts/who.json", {"at": local}).json()
        assert told["covers"] == [duty.row() for duty in roster.who(at=world.moment(local))]
    assert ada.get("/shifts/who.json", {"at": "soon"}).status_code == 422


def test_a_week_with_a_clock_change_and_holidays_says_so(world: World) -> None:
    world.shifts(primary="Ada")
    ada = visit("Ada")
    assert "clocks go forward 1 h" in ada.get("/shifts/?from=2027-03-22").content.decode()
    assert "Christmas Day" in ada.get("/shifts/?from=2026-12-21").content.decode()
    for odd in ("?from=x", "?from=9999-99-99", "?from=0001-01-01", "?who=x", "?who=99999"):
        assert ada.get(f"/shifts/{odd}").status_code == 200


@pytest.mark.clause("oncall.rota")
def test_a_calendar_is_secret_follows_changes_and_can_be_revoked(world: World) -> None:
    world.shifts(primary="Ada")
    span = Period(world.moment("2026-12-01T17:00"), world.moment("2026-12-01T22:00"))
    ada = visit("Ada")
    page = ada.post("/shifts/calendars/", {"of": "me"}).content.decode()
    path = re.findall(r"(/calendar/\S+\.ics)", page)[0]
    anybody = Client()
    first = anybody.get(path)
    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    before = first.content.decode()
    assert "SUMMARY:Primary on call: Ada" in before
    assert "TRIGGER:-PT30M" in before
    edits.override(
        duty="primary", span=span, add=number("Ben"), remove=number("Ada"), at=world.at, by="Ada"
    )
    after = anybody.get(path).content.decode()
    assert "DTEND:20261201T170000Z" in after
    assert set(re.findall(r"UID:\S+", before)) < set(re.findall(r"UID:\S+", after))
    change = Shift.objects.get(kind="override")
    edits.undo(number=change.source, at=world.at, by="Ada")
    rota = ada.post("/shifts/calendars/", {"of": "primary"}).content.decode()
    path = re.findall(r"(/calendar/\S+\.ics)", rota)[0]
    assert "STATUS:CANCELLED" in anybody.get(path).content.decode()
    feed = re.findall(r'name="revoke" value="(\d+)"', rota)[-1]
    ada.post("/shifts/calendars/", {"revoke": feed})
    assert anybody.get(path).status_code == 404
    assert anybody.get("/calendar/nonsense.ics").status_code == 404


def test_a_month_s_statement_adds_up(world: World) -> None:
    world.shifts(primary="Ada")
    world.at = world.moment("2027-01-02T12:00")
    answer = visit("Ada").get(f"/shifts/statement.csv?engineer={number('Ada')}&month=2026-12")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))
    total = rows.pop()
    assert total["duty"] == "total"
    for column in ("promised hours", "weekend hours", "public holiday hours"):
        assert float(total[column]) == pytest.approx(sum(float(row[column]) for row in rows))
    assert float(total["public holiday hours"]) == 30  # The 25th and the 28th.
    assert visit("Ada").get("/shifts/statement.csv?engineer=1&month=x").status_code == 404


@pytest.mark.clause("oncall.rota")
def test_a_plan_is_proposed_and_published(world: World) -> None:
    ada = visit("Ada")
    alone = ada.post("/shifts/plan/", {"weeks": "4"}).content.decode()
    assert "There is no such plan" in alone  # Three people can't rest a week between turns.
    assert "people rest between two turns" in alone
    for name in ("Di", "Ed"):
        Engineer.objects.create(name=name, email=f"{name}@example.org")
    page = ada.post("/shifts/plan/", {"weeks": "4"}).content.decode()
    token = re.findall(r'name="plan" value="([^"]+)"', page)[0]
    done = ada.post("/shifts/plan/", {"plan": token}, follow=True).content.decode()
    assert "Published." in done
    assert Shift.objects.filter(kind="plan").count() == 8
    assert ada.post("/shifts/plan/", {"plan": "forged"}).status_code == 422


def test_shares_name_who_carries_too_much(world: World) -> None:
    world.shifts(primary="Ada", secondary="Ben")
    page = visit("Ada").get("/shifts/shares/").content.decode()
    assert "Only 2 people are on call; it takes at least 6." in page
    assert "On call is not planned 13 weeks ahead." in page
    visit("Ada").post("/shifts/shares/", {"engineer": number("Ben"), "standing": "experienced"})
    assert "by turns" in visit("Ada").get("/shifts/shares/").content.decode()


def test_shares_of_many_people_take_no_more_questions_than_those_of_few(world: World) -> None:
    world.shifts(primary="Ada", secondary="Ben")
    ada = visit("Ada")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert ada.get("/shifts/shares/").status_code == 200
        return len(queries)

    asked()  # What is kept from then on is no difference.
    few = asked()
    for n in range(12):
        Engineer.objects.create(name=f"Engineer {n}", email=f"e{n}@example.org")
    assert asked() == few
