"""Planned work in calendars: on the desk's screens, and in those that people have elsewhere."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.announcements.models import Announcement, WorkCalendar
from dutydesk.announcements.rules import months
from dutydesk.announcements.rules.months import Work
from dutydesk.kernel.periods import Period
from dutydesk.people.models import Account, Service
from dutydesk.process.flows import process
from dutydesk.process.rules.calendar import Calendar
from testing.planned import announce, service
from testing.screens import seen, visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db
PAGE, ADDRESSES = "/announcements/calendar/", "/announcements/calendar/addresses"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-10-20T09:30")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(support="Ada", primary="Ben")
    return world


def work(world: World, title: str, starts: str, ends: str) -> Announcement:
    return announce(world, title=title, starts=starts, ends=ends, updates=ends)


def address() -> str:
    page = visit("Ada").post(ADDRESSES, {"of": "work"}).text
    return (
        "/announcements"
        + page.partition("<code>")[2].partition("</code>")[0].partition("/announcements")[2]
    )


def events(path: str) -> dict[str, Any]:
    answer = Client().get(path)
    assert answer.status_code == 200, path
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    found = icalendar.Calendar.from_ical(answer.text)
    return {str(event["SUMMARY"]): event for event in found.walk("VEVENT")}


@pytest.mark.clause("announce.visible")
def test_a_month_shows_what_is_planned_called_off_to_come_and_a_holiday(world: World) -> None:
    work(world, "Upgrade", "2026-10-24T22:00", "2026-10-26T06:00")
    off = work(world, "Patch", "2026-10-27T10:00", "2026-10-27T11:00")
    world.press("Ada", "announcement.cancel", off.about, text="Ill")
    world.press(
        "Ada", "series.begin", "new", title="Backups", text="We test them.", repeats="weekly",
        services=[service()], starts="2026-12-18T07:00", ends="2026-12-18T08:00",
        updates="08:00", holidays="tell",
    )  # fmt: skip
    page = seen(visit("Uma").get(PAGE))
    assert "October 2026" in page
    assert "Sat 24 Oct from 22:00 Upgrade Prison visits" in page
    assert "Sun 25 Oct all day Upgrade Prison visits" in page
    assert "Mon 26 Oct until 06:00 Upgrade Prison visits" in page
    assert "Tue 27 Oct 10:00 to 11:00 Patch called off Prison visits" in page
    december = seen(visit("Uma").get(f"{PAGE}?month=2026-12"))
    assert "Fri 25 Dec Christmas Day 07:00 to 08:00 Backups to be announced" in december
    assert "Nothing is planned in this month." in seen(visit("Uma").get(f"{PAGE}?month=2026-09"))
    for nonsense in ("soon", "2026-13", "9999999-01", "0001-01"):
        assert visit("Uma").get(PAGE, {"month": nonsense}).status_code == 200


def test_work_that_overruns_is_pointed_out_wherever_it_is_shown(world: World) -> None:
    found = work(world, "Upgrade", "2026-10-20T10:00", "2026-10-20T11:00")
    world.at += timedelta(minutes=45)
    world.press("Ada", "announcement.start", found.about)
    assert "overruns" not in seen(visit("Ada").get(PAGE))
    world.at += timedelta(hours=1)
    for path in (PAGE, "/announcements/", f"/announcements/{found.pk}"):
        assert "overruns" in seen(visit("Ada").get(path)), path


@pytest.mark.clause("announce.visible")
def test_a_calendar_elsewhere_follows_what_is_moved_corrected_and_called_off(world: World) -> None:
    winter = work(world, "Winter", "2026-10-27T10:00", "2026-10-27T15:00")
    work(world, "Summer", "2026-10-23T10:00", "2026-10-23T15:00")
    announce(world, title="News", starts="", ends="", updates="", services=[])
    path = address()
    found = events(path)
    assert found.keys() == {"Summer", "Winter"}
    for title, hour in (("Summer", 9), ("Winter", 10)):
        start = found[title]["DTSTART"]
        assert start.params["TZID"] == "Europe/London"
        assert start.dt.replace(tzinfo=None).hour == 10
        assert start.dt.astimezone(UTC).hour == hour
        assert (found[title]["SEQUENCE"], found[title]["STATUS"]) == (0, "CONFIRMED")
    zones = icalendar.Calendar.from_ical(Client().get(path).text).walk("VTIMEZONE")
    assert [str(zone["TZID"]) for zone in zones] == ["Europe/London"]
    assert "Services: Prison visits" in found["Winter"]["DESCRIPTION"]
    uid = found["Winter"]["UID"]
    world.at += timedelta(minutes=10)
    values = {"starts": "2026-10-28T10:00", "ends": "2026-10-28T15:00", "text": "Ill"}
    world.press("Ada", "announcement.move", winter.about, **values)
    moved = events(path)["Winter"]
    assert (moved["UID"], moved["SEQUENCE"]) == (uid, 1)
    assert moved["LAST-MODIFIED"].dt == world.at
    assert moved["DTSTART"].dt.astimezone(UTC) == datetime(2026, 10, 28, 10, tzinfo=UTC)
    world.press("Ada", "announcement.cancel", winter.about, text="No more")
    off = events(path)["Winter"]
    assert (off["UID"], off["SEQUENCE"], off["STATUS"]) == (uid, 2, "CANCELLED")


def test_an_address_is_kept_as_a_hash_revoked_and_ends_with_its_maker(world: World) -> None:
    work(world, "Upgrade", "2026-10-27T10:00", "2026-10-27T15:00")
    path = address()
    kept = WorkCalendar.objects.get()
    assert path.rpartition("/")[2].removesuffix(".ics") not in kept.token_hash
    Account.objects.filter(name="Ada").update(is_active=False)
    assert Client().get(path).status_code == 404
    Account.objects.filter(name="Ada").update(is_active=True)
    assert "Upgrade" in events(path)
    kept.refresh_from_db()
    assert kept.read_at == world.at
    ada = visit("Ada")
    assert ada.post(ADDRESSES, {"revoke": kept.pk}).status_code == 302
    assert Client().get(path).status_code == 404
    refused = ada.post(ADDRESSES, {"revoke": kept.pk})
    assert (refused.status_code, "This calendar is gone." in refused.text) == (422, True)
    assert visit("Uma").get(ADDRESSES).status_code == 403


def test_everybody_reads_only_what_is_for_users_and_only_with_a_public_status_page(
    world: World, tmp_path: Path
) -> None:
    public = "/announcements/calendar/public.ics"
    work(world, "Upgrade", "2026-10-27T10:00", "2026-10-27T15:00")
    Service.objects.filter(name="Clusters").update(user_facing=False)
    both = [service(), service("Clusters")]
    announce(world, title="Nodes", starts="2026-10-27T10:00", ends="2026-10-27T11:00",
             updates="2026-10-27T11:00", services=both[1:])  # fmt: skip
    announce(world, title="Both", starts="2026-10-27T10:00", ends="2026-10-27T11:00",
             updates="2026-10-27T11:00", services=both)  # fmt: skip
    assert Client().get(public).status_code == 404
    file = tmp_path / "process.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("  shown: off", "  shown: public"), encoding="utf-8")
    process.adopt(file=file, at=world.at)
    found = events(public)
    assert found.keys() == {"Upgrade", "Both"}
    text = Client().get(public).text
    assert "Services: Prison visits" in found["Both"]["DESCRIPTION"]
    for secret in ("Clusters", "Nodes", "the prisons team", "Ada"):
        assert secret not in text, secret
    assert public in visit("Ada").get(ADDRESSES).text


def test_the_days_of_the_rotas_have_a_mark_where_work_is_planned(world: World) -> None:
    work(world, "Upgrade", "2026-10-22T10:00", "2026-10-22T15:00")
    off = work(world, "Patch", "2026-10-23T10:00", "2026-10-23T11:00")
    world.press("Ada", "announcement.cancel", off.about, text="Ill")
    page = visit("Uma").get("/shifts/").text
    assert 'aria-label="Planned work: Upgrade"' in page
    assert f'href="{PAGE}?month=2026-10#2026-10-22"' in page
    assert "Patch" not in page


HOURS = st.integers(-24 * 40, 24 * 80).map(
    lambda hours: datetime(2026, 10, 1, tzinfo=UTC) + timedelta(hours=hours)
)


@given(st.lists(st.tuples(HOURS, st.integers(1, 24 * 6)), max_size=8))
def test_each_hour_of_work_is_on_the_day_that_it_is_in(drawn: list[tuple[datetime, int]]) -> None:
    zone = ZoneInfo("Europe/London")
    calendar = Calendar(zone, "GB", "ENG")
    all_work = [
        Work(place, f"Work {place}", "", Period(start, start + timedelta(hours=hours)), "planned")
        for place, (start, hours) in enumerate(drawn)
    ]
    first = datetime(2026, 10, 1, tzinfo=UTC).date()
    found = months.month(first, all_work, calendar, first)
    days = {
        one.number: {
            (one.window.start + timedelta(hours=hour)).astimezone(zone).date()
            for hour in range(int(one.window.length / timedelta(hours=1)))
        }
        for one in all_work
    }
    for week in found.weeks:
        for day in week:
            expected = {number for number, worked in days.items() if day.day in worked}
            assert {one.number for one, _ in day.work} == expected
    assert (found.before.month, found.after.month) == (9, 11)
