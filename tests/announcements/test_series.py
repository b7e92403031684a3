"""Work that comes again and again, each time announced by itself."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutydesk.announcements.flows import occurrences
from dutydesk.announcements.models import Announcement, AnnouncementSeries
from dutydesk.announcements.rules import recurrence
from dutydesk.announcements.rules.broadcast import AnnouncementRefused
from dutydesk.announcements.rules.recurrence import Recurrence
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.refusals import ChangedMeanwhile
from dutydesk.people.models import Service
from testing.planned import ASK, TEAM, form, service
from testing.world import World

LONDON = ZoneInfo("Europe/London")


def pattern(repeats: str, first: str, until: str = "") -> Recurrence:
    last = date.fromisoformat(until) if until else None
    return Recurrence(repeats, date.fromisoformat(first), last, time(7), timedelta(hours=1))


@pytest.mark.parametrize(
    ("repeats", "first", "told", "next_days"),
    [
        ("weekly", "2026-12-01", "every Tuesday", ["2026-12-08", "2026-12-15"]),
        ("fortnightly", "2026-12-01", "every second Tuesday", ["2026-12-15", "2026-12-29"]),
        ("four-weekly", "2026-12-01", "every fourth Tuesday", ["2026-12-29", "2027-01-26"]),
        ("monthly", "2026-12-01", "every first Tuesday of the month", ["2027-01-05", "2027-02-02"]),
        ("monthly-last", "2026-11-24", "every last Tuesday of the month",
         ["2026-12-29", "2027-01-26"]),
        ("monthly-date", "2027-01-03", "on day 3 of every month", ["2027-02-03", "2027-03-03"]),
        ("monthly-date", "2027-01-31",
         "on day 31 of every month, or on the last day of a shorter one",
         ["2027-02-28", "2027-03-31"]),
    ],
)  # fmt: skip
def test_it_comes_on_the_days_that_are_told(
    repeats: str, first: str, told: str, next_days: list[str]
) -> None:
    found = pattern(repeats, first)
    recurrence.check(found)
    assert recurrence.told(found) == told
    days = recurrence.days(found, found.first, found.first + timedelta(days=95))
    assert [each.isoformat() for each in days[:3]] == [first, *next_days]
    later = date.fromisoformat(next_days[1])
    assert list(recurrence.days(found, later, later)) == [later]


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.sampled_from(["weekly", "monthly-date"]))
def test_what_is_asked_for_a_part_is_that_part_of_the_whole(first: date, repeats: str) -> None:
    found = Recurrence(repeats, first, first + timedelta(days=300), time(7), timedelta(hours=1))
    whole = recurrence.days(found, first, first + timedelta(days=400))
    part = recurrence.days(found, first + timedelta(days=50), first + timedelta(days=150))
    assert list(part) == [day for day in whole if 50 <= (day - first).days <= 150]
    assert len(whole) >= 10
    assert recurrence.days(found, first - timedelta(days=9), first - timedelta(days=1)) == []


def test_it_is_on_the_wall_clock_on_both_sides_of_a_clock_change_and_in_the_night_of_it() -> None:
    found = pattern("weekly", "2026-10-20")
    starts = [recurrence.window(found, date(2026, 10, day), LONDON).start for day in (20, 27)]
    assert starts == [datetime(2026, 10, 20, 6, tzinfo=UTC), datetime(2026, 10, 27, 7, tzinfo=UTC)]
    night = Recurrence("weekly", date(2026, 10, 25), None, time(0, 30), timedelta(hours=1))
    back = recurrence.window(night, date(2026, 10, 25), LONDON)  # 01:30 comes twice that night.
    assert back.length == timedelta(hours=2)
    skipped = Recurrence("weekly", date(2027, 3, 28), None, time(1), timedelta(minutes=30))
    assert recurrence.window(skipped, date(2027, 3, 28), LONDON).length == timedelta(minutes=30)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (pattern("monthly", "2026-12-29"), "the fifth of its kind"),
        (pattern("monthly-last", "2026-12-01"), "not the last of its kind"),
        (pattern("weekly", "2026-12-01", "2026-11-30"), "ends before it begins"),
        (
            Recurrence("weekly", date(2026, 12, 1), None, time(7), timedelta(days=2)),
            "a day at most",
        ),
        (
            Recurrence("weekly", date(2026, 12, 1), None, time(7), -timedelta(hours=1)),
            "a day at most",
        ),
    ],
)
def test_what_comes_on_no_such_day_is_refused(wrong: Recurrence, why: str) -> None:
    with pytest.raises(AnnouncementRefused, match=why):
        recurrence.check(wrong)


@pytest.fixture
def world(db: None, tmp_path: Path) -> World:
    world = World(tmp_path, "2026-10-05T09:30")
    world.shifts(support="Ada", primary="Ben")
    return world


def patching(**values: str | list[str]) -> dict[str, str | list[str]]:
    return {
        "title": "Patching",
        "text": "We patch the nodes.",
        "services": [service()],
        "starts": "2026-10-20T07:00",
        "ends": "2026-10-20T08:00",
        "repeats": "weekly",
        "updates": "07:30, 08:00",
        "holidays": "tell",
        **values,
    }


def begin(world: World, **values: str | list[str]) -> AnnouncementSeries:
    done = world.press("Ada", "series.begin", "new", **patching(**values))
    return AnnouncementSeries.objects.get(pk=int(done.show.partition(":")[2]))


def pass_time(world: World, **by: float) -> None:
    """Let time pass for recurring work alone: nobody is reminded of what was not begun."""
    end = world.at + timedelta(**by)
    while world.at < end:
        world.at = min(world.at + timedelta(hours=6), end)
        occurrences.look_after(at=world.at)


def made() -> list[str]:
    """Give when each announced time is, on London's clocks, and what became of it."""
    rows = Announcement.objects.order_by("starts_at", "state").exclude(starts_at=None)
    return [
        f"{row.starts_at.astimezone(LONDON):%d %b %H:%M} {row.state}"
        for row in rows
        if row.starts_at
    ]


@pytest.mark.clause("announce.when", "announce.commitment")
def test_each_time_is_announced_a_week_ahead_over_the_clock_change(world: World) -> None:
    begin(world)
    pass_time(world, days=7)
    assert made() == []
    pass_time(world, days=1, hours=1)  # Tuesday 13 October, 10:30
    assert made() == ["20 Oct 07:00 planned"]
    assert "When: Tue 20 Oct 07:00 to 08:00 BST" in world.said(ASK)[0]
    assert (
        "Next update: on Tue 20 Oct at 07:30 BST, on Tue 20 Oct at 08:00 BST"
        in (world.said(ASK)[0])
    )
    pass_time(world, days=7)
    assert made() == ["20 Oct 07:00 planned", "27 Oct 07:00 planned"]
    assert "When: Tue 27 Oct 07:00 to 08:00 GMT" in world.said(ASK)[-1]
    entry = JournalEntry.objects.filter(kind="announcement.made").latest("id")
    assert (entry.actor, entry.text) == (
        "the desk",
        "“Patching” was announced, which Ada set up to come again and again",
    )
    assert any(said.startswith("Worth a look: Patching") for said in world.said(TEAM))


def test_a_public_holiday_is_left_out_or_pointed_out(world: World) -> None:
    days = {"starts": "2026-12-18T07:00", "ends": "2026-12-18T08:00"}
    left_out = begin(world, title="Left out", holidays="skip", **days)
    begin(world, title="Pointed out", **days)
    pass_time(world, days=80)  # Until 24 December; the 25th is Christmas Day, a Friday.
    friday = Announcement.objects.filter(occurrence="2026-12-25")
    assert [row.title for row in friday] == ["Pointed out"]
    assert any("Fri 25 Dec 2026 is a public holiday: Christmas Day." in said
               for said in world.said(TEAM))  # fmt: skip
    days_left = [one.day.isoformat() for one in occurrences.upcoming(left_out, world.at)
                 if one.skipped]  # fmt: skip
    assert days_left[:2] == ["2026-12-25", "2027-01-01"]


def test_one_is_moved_or_called_off_alone(world: World) -> None:
    begin(world)
    pass_time(world, days=16)
    first, second = Announcement.objects.order_by("starts_at")
    world.press("Ada", "announcement.cancel", first.about, text="Not today")
    values = {"starts": "2026-10-28T07:00", "ends": "2026-10-28T08:00", "text": "Ill"}
    world.press("Ada", "announcement.move", second.about, **values)
    pass_time(world, days=8)
    assert made() == [
        "20 Oct 07:00 cancelled",
        "28 Oct 07:00 planned",
        "03 Nov 07:00 planned",
    ]


def test_one_that_is_not_announced_yet_is_left_out_or_announced_already(world: World) -> None:
    found = begin(world)
    world.press("Ada", "series.skip", found.about, day="2026-10-20", reason="A freeze")
    done = world.press("Ben", "series.announce", found.about, day="2026-11-03")
    assert Announcement.objects.get().about == done.show
    offered = form(world, "Ada", "series.skip", found.about)
    assert offered.keys() == {"day", "reason"}
    with pytest.raises(Exception, match="doesn't offer that"):
        world.press("Ada", "series.skip", found.about, day="2026-11-03", reason="x")
    pass_time(world, days=17)
    assert made() == ["27 Oct 07:00 planned", "03 Nov 07:00 planned"]


def test_it_is_changed_from_a_day_on_and_what_is_announced_follows(world: World) -> None:
    found = begin(world)
    for day in ("2026-10-27", "2026-11-03", "2026-11-10"):
        world.press("Ada", "series.announce", found.about, day=day)
    pass_time(world, days=9)
    moved = Announcement.objects.get(occurrence="2026-11-10")
    values = {"starts": "2026-11-11T10:00", "ends": "2026-11-11T11:00", "text": "A visit"}
    world.press("Ada", "announcement.move", moved.about, **values)
    opened = form(world, "Ada", "series.change", found.about)
    changed = patching(
        starts="2026-10-27T06:00", ends="2026-10-27T07:00", repeats="fortnightly",
        updates="07:00", title="Early patching",
    )  # fmt: skip
    done = world.press("Ada", "series.change", found.about, reason="Fewer read", **changed)
    assert made() == [
        "20 Oct 07:00 planned",
        "27 Oct 06:00 planned",
        "03 Nov 07:00 cancelled",
        "11 Nov 10:00 planned",
    ]
    titles = Announcement.objects.order_by("starts_at").values_list("title", flat=True)
    assert list(titles) == ["Patching", "Early patching", "Patching", "Early patching"]
    later = AnnouncementSeries.objects.get(pk=int(done.show.partition(":")[2]))
    assert later.follows_id == found.pk
    assert later.announcements.count() == 2
    with pytest.raises(ChangedMeanwhile, match="Ada changed “Early patching” from Tue 27 Oct"):
        world.press("Ben", "series.end", found.about, reason="x", since="2026-10-20",
                    seen=opened["seen"])  # fmt: skip
    pass_time(world, days=35)
    assert made()[-1] == "24 Nov 06:00 planned"


@pytest.mark.parametrize("first", ["2026-10-20", "2026-10-27"])
def test_what_was_left_out_or_called_off_stays_so_when_the_rest_is_changed(
    world: World, first: str
) -> None:
    found = begin(world)
    world.press("Ada", "series.skip", found.about, day="2026-10-27", reason="A freeze")
    world.press("Ada", "series.announce", found.about, day="2026-11-03")
    off = Announcement.objects.get(occurrence="2026-11-03")
    world.press("Ada", "announcement.cancel", off.about, text="Half term")
    changed = patching(starts=f"{first}T06:00", ends=f"{first}T07:00", updates="07:00")
    for title in ("Early patching", "Patching of all"):  # Once more, of what it is by then.
        done = world.press(
            "Ada", "series.change", found.about, reason="So", **changed | {"title": title}
        )
        found = AnnouncementSeries.objects.get(pk=int(done.show.partition(":")[2]))
    pass_time(world, days=31)
    hour = 6 if first == "2026-10-20" else 7
    assert made() == [
        f"20 Oct {hour:02}:00 planned",
        "03 Nov 07:00 cancelled",
        "10 Nov 06:00 planned",
    ]


def test_it_is_ended_and_what_is_announced_is_called_off_if_that_is_wished(world: World) -> None:
    found, kept = begin(world), begin(world, title="Backups")
    for each, call_off in ((found, "yes"), (kept, "")):
        world.press("Ada", "series.announce", each.about, day="2026-10-27")
        world.press("Ada", "series.end", each.about, since="2026-10-27", reason="No more",
                    call_off=call_off)  # fmt: skip
    pass_time(world, days=40)
    assert made() == [
        "20 Oct 07:00 planned",
        "20 Oct 07:00 planned",
        "27 Oct 07:00 cancelled",
        "27 Oct 07:00 planned",
    ]
    with pytest.raises(AnnouncementRefused, match="come to its end"):
        world.press("Ada", "series.change", found.about, reason="x",
                    **patching(starts="2026-12-01T07:00", ends="2026-12-01T08:00"))  # fmt: skip


def test_what_cannot_be_announced_is_told_to_the_team_and_the_next_one_comes(world: World) -> None:
    found = begin(world)
    Service.objects.get(name="Prison visits").delete()
    pass_time(world, days=9)
    assert made() == []
    (told,) = [said for said in world.said(TEAM) if said.startswith("Not announced")]
    assert "“Patching” of Tue 20 Oct 2026 was not announced. The work touches no service." in told
    found.services.add(Service.objects.get(name="Clusters"))
    pass_time(world, days=7)
    assert made() == ["27 Oct 07:00 planned"]


def test_what_could_not_be_announced_is_once_the_work_is_changed(world: World) -> None:
    found = begin(world)
    world.press("Ada", "series.skip", found.about, day="2026-10-27", reason="A freeze")
    changed = {**patching(), "services": [service("Clusters")]}
    Service.objects.get(name="Prison visits").delete()
    pass_time(world, days=9)
    world.press("Ada", "series.change", found.about, reason="Its service went", **changed)
    pass_time(world, days=16)
    assert made() == ["20 Oct 07:00 planned", "03 Nov 07:00 planned"]


def test_what_is_slept_through_is_announced_late_or_said_to_be_missed(world: World) -> None:
    begin(world)
    world.at += timedelta(days=23)  # Nobody was there until 28 October.
    occurrences.look_after(at=world.at)
    assert made() == ["03 Nov 07:00 planned"]
    missed = JournalEntry.objects.filter(kind="announcement.series", text__contains="Nobody looked")
    assert missed.count() == 2
    assert not occurrences.look_after(at=world.at)


def test_a_form_that_is_sent_twice_sets_up_one(world: World) -> None:
    assert begin(world).pk == begin(world).pk
    assert begin(world, title="Backups").pk != begin(world).pk


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"title": "@here"}, "has no title"),
        ({"services": []}, "touches no service"),
        ({"updates": "2026-10-20T07:30"}, "is not a time of day"),
        ({"until": "soon"}, "is not a day"),
        ({"starts": "2026-10-01T07:00", "ends": "2026-10-01T08:00"}, "first time is past"),
        ({"ends": "2026-10-20T06:00"}, "a day at most"),
    ],
)
def test_what_no_time_of_it_could_say_sets_up_nothing(
    world: World, wrong: dict[str, str], why: str
) -> None:
    with pytest.raises(AnnouncementRefused, match=why):
        begin(world, **wrong)
    assert not AnnouncementSeries.objects.exists()
