"""A person's own time zone: their screens and what is written to them alone tell times in it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from dutydesk.alarms.models import Silence
from dutydesk.announcements.models import Announcement, AnnouncementSeries
from dutydesk.kernel import moments
from dutydesk.people.flows import zones
from dutydesk.people.flows.zones import ZoneRefused
from dutydesk.people.models import Account, Engineer, Service
from dutydesk.rota.flows import edits, swaps
from dutydesk.rota.models import Absence, Override, Shift, ShiftCorrection, Swap
from testing.rotas import span
from testing.screens import seen, squeezed, visit
from testing.world import Moving, World, number

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2027-03-26T12:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(primary="Ada", secondary="Ben")
    return world


def choose(name: str, zone: str) -> str:
    answer = visit(name).post("/account/", {"what": "zone", "zone": zone}, follow=True)
    return seen(answer) if answer.status_code == 200 else answer.text


def override(world: World) -> None:
    """Let Cy have Ada's evening of the day on which the clocks go forward in London."""
    evening = span(world, "2027-03-28T17:00", "2027-03-28T22:00")
    edits.override(
        duty="primary", span=evening, add=number("Cy"), remove=number("Ada"), at=world.at, by="Ben"
    )


def test_screens_tell_times_in_the_reader_s_zone_and_the_team_s_beside(world: World) -> None:
    override(world)
    assert "You read times in Asia/Kolkata." in choose("Ada", "Asia/Kolkata")
    mine, others = (
        visit(name).get("/shifts/change/?what=override").text for name in ("Ada", "Ben")
    )
    assert ">28 Mar 21:30 IST</time>" in mine  # 17:00 in London, whose clocks are at BST by then.
    assert "(Sun 17:00 BST for the team)" in mine
    assert ">28 Mar 17:00</time>" in others
    assert "for the team" not in others
    assert "You read times in the zone of the team." in choose("Ada", "")
    assert ">28 Mar 17:00</time>" in visit("Ada").get("/shifts/change/?what=override").text


def test_what_is_written_to_one_alone_is_in_their_zone(world: World) -> None:
    choose("Ada", "America/Chicago")
    override(world)
    world.settle()
    told = {name: world.said("#cloud-platform", name)[-1] for name in ("Ada", "Cy")}
    assert "You no longer have primary: Sun 28 Mar 11:00 to 16:00 CDT" in told["Ada"]
    assert "You have primary: Sun 28 Mar 17:00 to 22:00 BST" in told["Cy"]


def test_a_swap_is_told_to_each_in_their_own_zone(world: World) -> None:
    choose("Ada", "America/Chicago")
    evening = span(world, "2027-03-28T17:00", "2027-03-28T22:00")
    ada, cy = number("Ada"), number("Cy")
    swaps.offer(duty="primary", span=evening, engineer=ada, asked=cy, at=world.at)
    world.forward(hours=25)
    world.settle()
    told = {name: world.said("#cloud-platform", name) for name in ("Ada", "Cy")}
    (mine,) = [text for text in told["Ada"] if "about to lapse" in text or "open still" in text]
    assert "11:00 to 16:00 CDT" in mine
    assert any("17:00 to 22:00 BST" in text for text in told["Cy"])
    swaps.take(swap=Swap.objects.get().pk, engineer=cy, at=world.at)
    hers = Override.objects.get(kind="hand", duty="primary")
    edits.undo(number=hers.pk, at=world.at, by="Ben")
    world.settle()
    void = {name: world.said("#cloud-platform", name)[-1] for name in ("Ada", "Cy")}
    assert "11:00 to 16:00 CDT" in void["Ada"]
    assert "17:00 to 22:00 BST" in void["Cy"]


def test_a_shift_on_the_chart_is_in_the_reader_s_zone(world: World) -> None:
    override(world)
    choose("Ada", "Asia/Kolkata")
    mine, others = (visit(name).get("/shifts/?from=2027-03-22").text for name in ("Ada", "Ben"))
    assert "Sun 28 Mar 21:30 to Mon 29 Mar 02:30 IST" in mine
    assert "Sun 28 Mar 17:00 to 22:00 BST" in others


def refused(visitor: Client, address: str, typed: dict[str, object]) -> str:
    answer = visitor.post(address, typed)
    assert answer.status_code == 422
    return squeezed(answer.text)


def handed_to_cy(start: str, end: str, **more: str) -> dict[str, object]:
    return {"what": "override", "duty": "primary", "add": number("Cy"), "remove": number("Ada"),
            "start": start, "end": end, **more}  # fmt: skip


def test_changes_of_rotas_are_typed_and_shown_in_the_reader_s_zone(world: World) -> None:
    choose("Ada", "Europe/Paris")
    ada = visit("Ada")
    page = ada.get("/shifts/change/?what=override").text
    assert squeezed(page).count("In Europe/Paris time.") == 2
    night = ("2027-03-28T01:30", "2027-03-28T04:00")  # Over the clock change, by Paris.
    shown = ada.post("/shifts/change/", handed_to_cy(*night)).text
    assert "You have primary: Sun 28 Mar 01:30 CET to 04:00 CEST" in shown
    ada.post("/shifts/change/", handed_to_cy(*night, confirm="1"))
    kept = Override.objects.get(kind="override")
    assert (kept.start, kept.end) == (
        datetime(2027, 3, 28, 0, 30, tzinfo=UTC),
        datetime(2027, 3, 28, 2, tzinfo=UTC),
    )
    assert "2027-03-28T02:30 is skipped in Europe/Paris" in refused(
        ada, "/shifts/change/", handed_to_cy("2027-03-28T02:30", night[1])
    )
    assert "2027-03-28T01:30 is skipped in Europe/London" in refused(
        visit("Ben"), "/shifts/change/", handed_to_cy(*night)
    )


def test_a_schedule_for_a_while_is_typed_in_the_reader_s_zone(world: World) -> None:
    choose("Ada", "Asia/Kolkata")
    ada = visit("Ada")
    assert "In Asia/Kolkata time." in ada.get("/shifts/change/?what=temporary").text
    typed = {"what": "temporary", "duty": "primary", "start": "2027-03-29T00:00",
             "end": "2027-03-30T00:00", "shifts": "Cy, 2027-03-29 09:00, 2027-03-29 21:00",
             "confirm": "1"}  # fmt: skip
    assert ada.post("/shifts/change/", typed).status_code == 302
    found = Shift.objects.get(kind="temporary", cancelled_at=None)
    assert found.start == datetime(2027, 3, 29, 3, 30, tzinfo=UTC)
    assert found.end == datetime(2027, 3, 29, 15, 30, tzinfo=UTC)


def test_an_absence_opens_to_be_changed_as_its_reader_noted_it(world: World) -> None:
    choose("Ada", "America/Chicago")
    ada = visit("Ada")
    # The clocks of Chicago show this half hour twice, and those of the team don't.
    once = {"what": "absence", "engineer": number("Cy"), "end": "2027-11-09T09:00", "confirm": "1"}
    twice = refused(ada, "/shifts/change/", once | {"start": "2027-11-07T01:30"})
    assert "comes twice in America/Chicago" in twice
    ada.post("/shifts/change/", once | {"start": "2027-11-07T01:30-06:00"})
    row = Absence.objects.get()
    assert row.start == datetime(2027, 11, 7, 7, 30, tzinfo=UTC)
    form = ada.get(f"/shifts/change/?what=change-absence&number={row.pk}").text
    assert 'value="2027-11-07T01:30-06:00"' in form
    assert 'value="2027-11-09T09:00"' in form
    again = {"what": "change-absence", "number": row.pk, "start": "2027-11-07T01:30-06:00",
             "end": "2027-11-09T09:00", "confirm": "1"}  # fmt: skip
    ada.post("/shifts/change/", again)
    row.refresh_from_db()
    assert row.start == datetime(2027, 11, 7, 7, 30, tzinfo=UTC)


def test_a_shift_opens_and_is_offered_in_the_reader_s_zone(world: World) -> None:
    choose("Ada", "Asia/Kolkata")
    ada, shift = visit("Ada"), Shift.objects.get(duty="primary", cancelled_at=None)
    page = ada.get(f"/shifts/{shift.pk}").text
    assert words_of(shift, "Asia/Kolkata") in page
    assert 'value="2027-03-26T17:30"' in page  # It is noon in London.
    assert "start=2027-03-26T17:30" in page
    offer = {"what": "offer", "start": "2027-03-28T21:30", "end": "2027-03-29T02:30"}
    ada.post(f"/shifts/{shift.pk}", offer)
    assert Swap.objects.get().period == span(world, "2027-03-28T17:00", "2027-03-28T22:00")


def words_of(shift: Shift, zone: str) -> str:
    return moments.span(shift.period, ZoneInfo(zone))


def test_holes_are_listed_and_filled_in_the_reader_s_zone(world: World) -> None:
    evening = span(world, "2027-03-28T21:00", "2027-03-28T22:00")
    edits.override(duty="primary", span=evening, add=None, remove=number("Ada"), at=world.at,
                   by="Ben")  # fmt: skip
    choose("Ada", "Asia/Kolkata")
    page = squeezed(visit("Ada").get("/shifts/?from=2027-03-22").text)
    assert "Days are of Europe/London, times in Asia/Kolkata." in page
    assert "Mon 29 Mar" in page[page.index('id="holes"') :]
    assert "Times are Asia/Kolkata." in page
    assert "Primary on call 01:30 to 02:30" in page
    link = "/shifts/change/?what=shift&amp;duty=primary&amp;start=2027-03-29T01:30"
    assert link in page
    form = visit("Ada").get(link.replace("&amp;", "&")).text
    assert 'value="2027-03-29T01:30"' in form


def test_a_past_time_is_put_right_in_the_reader_s_zone(world: World) -> None:
    choose("Ada", "Asia/Kolkata")
    ada = visit("Ada")
    assert squeezed(ada.get("/shifts/corrections/").text).count("In Asia/Kolkata time.") == 2
    typed = {"duty": "primary", "add": number("Cy"), "remove": number("Ada"), "why": "ill",
             "start": "2027-03-25T22:30", "end": "2027-03-26T00:30", "confirm": "1"}  # fmt: skip
    ada.post("/shifts/corrections/", typed)
    row = ShiftCorrection.objects.get()
    assert row.period == span(world, "2027-03-25T17:00", "2027-03-25T19:00")
    assert "Thu 25 Mar 22:30 to Fri 26 Mar 00:30 IST" in ada.get("/shifts/shares/").text


def test_who_joins_and_leaves_does_so_by_the_reader_s_clock(world: World) -> None:
    Account.objects.filter(name="Ada").update(is_administrator=True)
    choose("Ada", "Asia/Kolkata")
    ada = visit("Ada")
    assert "In Asia/Kolkata time." in squeezed(ada.get("/people/").text)
    new = {"what": "engineer", "name": "Di", "email": "di@example.org"}
    ada.post("/people/", new | {"joins": "2027-04-01T09:30"})
    ada.post("/shifts/change/", {"what": "leave", "engineer": number("Cy"), "confirm": "1",
                                 "on": "2027-04-01T09:30"})  # fmt: skip
    then = datetime(2027, 4, 1, 4, tzinfo=UTC)
    assert Engineer.objects.get(name="Di").joins_at == then
    assert Engineer.objects.get(name="Cy").leaves_at == then


def test_a_zone_that_is_none_is_refused_by_name(world: World) -> None:
    assert "“Mars/Olympus” is no time zone." in choose("Ada", "Mars/Olympus").replace("&#x27;", "'")
    with pytest.raises(ZoneRefused):
        zones.choose(account=world.person("Ada").account, zone="GMT+1", by=world.person("Ada"),
                     at=world.at)  # fmt: skip
    assert Account.objects.get(name="Ada").zone == ""


def test_a_zone_that_is_no_more_is_the_team_s(world: World) -> None:
    Account.objects.filter(name="Ada").update(zone="Europe/Atlantis")
    assert visit("Ada").get("/").status_code == 200
    assert zones.zone_of(Engineer.objects.get(name="Ada")) == world.zone
    Engineer.objects.filter(name="Ben").update(account=None)
    assert zones.zone_of(Engineer.objects.get(name="Ben")) == world.zone
    assert zones.read_zone("UTC").utcoffset(world.at) == timedelta()


def test_a_silence_is_made_and_moved_by_the_reader_s_clock(world: World) -> None:
    choose("Ada", "Asia/Kolkata")
    ada = visit("Ada")
    typed: dict[str, object] = {
        "matchers": 'a="b"',
        "reason": "Disks",
        "starts": "2027-03-28T05:30",
        "until": "2027-03-28T07:30",
    }
    ada.post("/alarms/silences/new", typed | {"confirm": "1"})
    made = Silence.objects.get()
    assert (made.starts_at, made.ends_at) == (
        datetime(2027, 3, 28, 0, tzinfo=UTC),
        datetime(2027, 3, 28, 2, tzinfo=UTC),
    )
    # London's clocks skip this, and Kolkata's don't.
    skipped = typed | {"until": "2027-03-28T01:30"}
    assert "is skipped in Europe/London" in refused(visit("Ben"), "/alarms/silences/new", skipped)
    form = ada.get(f"/do/silence.extend/silence:{made.pk}").text
    assert 'value="2027-03-28T08:30"' in form  # An hour after its end.
    assert "It ends on Sun 28 Mar at 07:30 IST now." in form
    ada.post(f"/do/silence.extend/silence:{made.pk}", {"filled": "1", "until": "2027-03-28T09:15"})
    made.refresh_from_db()
    assert made.ends_at == datetime(2027, 3, 28, 3, 45, tzinfo=UTC)


def test_an_announcement_s_times_are_all_of_the_reader_s_clock(world: World) -> None:
    Service.objects.create(name="Visits")
    choose("Ada", "America/Chicago")
    ada = visit("Ada")
    page = squeezed(ada.get("/do/announcement.announce/new").text)
    assert "Such as 13:00, 15:00, America/Chicago time." in page
    typed = {
        "filled": "1",
        "title": "Disks",
        "text": "New ones",
        "services": visits(),
        "starts": "2027-03-27T20:00",
        "ends": "2027-03-27T23:00",
        "updates": "21:00, 22:30",
    }
    ada.post("/do/announcement.announce/new", typed)
    made = Announcement.objects.get()
    assert made.starts_at == datetime(2027, 3, 28, 1, tzinfo=UTC)
    page = ada.get(f"/do/announcement.correct/announcement:{made.pk}").text
    assert 'value="2027-03-27T20:00"' in page
    assert 'value="2027-03-27T21:00, 2027-03-27T22:30"' in page
    page = visit("Ben").get(f"/do/announcement.correct/announcement:{made.pk}").text
    assert 'value="2027-03-28T03:00, 2027-03-28T04:30"' in page


def visits() -> str:
    return str(Service.objects.get(name="Visits").pk)


def test_work_that_comes_again_comes_by_the_team_s_clock(world: World) -> None:
    Service.objects.create(name="Visits")
    choose("Ada", "Asia/Kolkata")
    typed = {"filled": "1", "title": "Disks", "text": "New ones", "services": visits(),
             "starts": "2027-04-06T02:30", "ends": "2027-04-06T04:30", "repeats": "weekly",
             "updates": "22:30", "holidays": "tell"}  # fmt: skip
    page = visit("Ada").get("/do/series.begin/new").text
    assert "22:30" not in page
    assert "in Europe/London time" in squeezed(page)
    visit("Ada").post("/do/series.begin/new", typed)
    made = AnnouncementSeries.objects.get()
    assert (made.first_day.isoformat(), f"{made.starts:%H:%M}") == ("2027-04-05", "22:00")
