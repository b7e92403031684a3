"""Who is named for the parts of a support day, and what was had of it."""

import re
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from dutydesk.chat.models import Post
from dutydesk.kernel.periods import Period
from dutydesk.people.models import Account, Engineer
from dutydesk.process.flows import process
from dutydesk.process.rules.check import DEFAULT_FILE
from dutydesk.rota.flows import (
    calendar_feeds,
    cover_nominations,
    coverage,
    edits,
    roster,
    workload,
)
from dutydesk.rota.flows.shift_build import EditRefused
from dutydesk.rota.models import Shift
from testing.world import World, number

pytestmark = [pytest.mark.django_db, pytest.mark.clause("ask.cover")]
DAY = timedelta(days=1)


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T08:00")
    world.forward(minutes=1)
    return world


def part(world: World, which: str, day: str = "2026-11-24") -> int:
    start = world.moment(f"{day}T00:00")
    parts = cover_nominations.nominations(Period(start, start + DAY))
    return next(each.number for each in parts if each.part.id == which)


def give(world: World, which: str, name: str, by: str = "Ada") -> None:
    whom = number(name) if name else None
    cover_nominations.name(number=part(world, which), engineer=whom, at=world.at, by=by)
    world.settle()


def answers(world: World, local: str) -> list[str]:
    return [d.name for d in roster.who(at=world.moment(local)) if d.duty == "support" and d.name]


def holes(world: World) -> list[str]:
    found = coverage.gaps(at=world.at, until=world.moment("2026-11-25T00:00"))
    zone = world.zone
    return [
        f"{gap.what} {gap.period.start.astimezone(zone):%H:%M} to "
        f"{gap.period.end.astimezone(zone):%H:%M}"
        for gap in found
        if gap.number is not None
    ]


def test_what_was_had_of_a_running_part_stays_when_somebody_else_is_named(world: World) -> None:
    give(world, "morning", "Ben")
    world.forward(hours=4)
    give(world, "morning", "Cy")
    assert answers(world, "2026-11-24T10:30") == ["Ben"]
    assert answers(world, "2026-11-24T11:59") == ["Ben"]
    assert answers(world, "2026-11-24T12:10") == ["Cy"]
    give(world, "morning", "")
    assert answers(world, "2026-11-24T12:05") == []
    assert answers(world, "2026-11-24T10:30") == ["Ben"]


def test_a_night_s_part_is_one_until_the_morning_after(world: World, tmp_path: Path) -> None:
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    for hours in ("Mo-Fr 10:00-17:00; PH off", "Mo-Fr 09:00-18:00; PH off"):
        text = text.replace(hours, "24/7")
    first, last = text.index("      - {id: opening"), text.index("  ticket:")
    day = '      - {id: day, title: Day, starts: "08:00", ends: "20:00"}\n'
    night = '      - {id: night, title: Night, starts: "20:00", ends: "08:00"}\n'
    file = tmp_path / "always.yaml"
    file.write_text(text[:first] + day + night + text[last:], encoding="utf-8")
    process.adopt(file=file, at=world.at)
    evening = world.moment("2026-11-24T20:30")
    (tonight,) = cover_nominations.nominations(Period(evening, evening + timedelta(hours=1)))
    give_it = partial(cover_nominations.name, number=tonight.number, by="Ada")
    give_it(engineer=number("Ben"), at=world.at)
    assert answers(world, "2026-11-24T23:59") == ["Ben"]
    assert answers(world, "2026-11-25T02:00") == ["Ben"]
    assert answers(world, "2026-11-25T08:00") == []
    world.forward(hours=18)  # It is two in the morning.
    parts = cover_nominations.nominations(Period(world.at, world.at + timedelta(hours=1)))
    assert [(each.part.id, f"{each.day:%d}", each.engineer) for each in parts] == [
        ("night", "24", Engineer.objects.get(name="Ben"))
    ]
    give_it(engineer=None, at=world.at)
    assert answers(world, "2026-11-25T01:00") == ["Ben"]
    assert answers(world, "2026-11-25T03:00") == []


def test_who_left_answered_until_then(world: World) -> None:
    give(world, "morning", "Ben")
    give(world, "afternoon", "Ben")
    world.forward(hours=3)
    Engineer.objects.filter(name="Ben").update(active=False)
    world.forward(minutes=10)
    assert answers(world, "2026-11-24T10:30") == ["Ben"]
    assert answers(world, "2026-11-24T11:30") == []
    assert "Answering, afternoon 13:30 to 17:00" in holes(world)


def test_somebody_named_who_is_away_or_unreachable_is_a_hole_and_told(world: World) -> None:
    for which in ("morning", "lunch", "afternoon"):
        give(world, which, "Ben")
    assert not any("morning" in hole for hole in holes(world))
    world.forward(minutes=1)
    away = Period(world.moment("2026-11-24T12:00"), world.moment("2026-11-24T13:00"))
    edits.be_away(engineer=number("Ben"), span=away, at=world.at, by="Ben")
    assert "Answering, morning 12:00 to 12:30" in holes(world)
    assert "Answering, lunch 12:30 to 13:00" in holes(world)
    assert answers(world, "2026-11-24T11:59") == ["Ben"]
    assert answers(world, "2026-11-24T12:00") == []
    world.forward(minutes=2)
    told = world.said("#cloud-platform")[-1]
    assert told.endswith("Support 12:00 to 13:00; Answering: morning, lunch")
    with pytest.raises(EditRefused, match="Ben is away then"):
        give(world, "lunch", "Ben")
    Account.objects.filter(name="Ben").update(is_active=False)
    assert "Answering, afternoon 13:30 to 17:00" in holes(world)


def test_who_gets_a_part_and_who_loses_it_are_told(world: World) -> None:
    give(world, "morning", "Ben", by="Ada")
    assert "You answer: Morning" in world.said("#cloud-platform", "Ben")[-1]
    give(world, "morning", "Cy", by="Ada")
    assert "You no longer answer: Morning" in world.said("#cloud-platform", "Ben")[-1]
    assert "You answer: Morning" in world.said("#cloud-platform", "Cy")[-1]
    before = world.said("#cloud-platform", "Cy")
    give(world, "morning", "", by="Cy")  # Who hands it back knows.
    assert world.said("#cloud-platform", "Cy") == before


def test_a_part_of_a_day_is_in_the_calendars_and_goes_as_cancelled(world: World) -> None:
    give(world, "morning", "Ben")
    token = calendar_feeds.make(engineer=number("Ben"), duty="", by="Ben", at=world.at)
    rota = calendar_feeds.make(engineer=None, duty="support", by="Ben", at=world.at)
    for each in (token, rota):
        text = calendar_feeds.calendar(token=each, at=world.at) or ""
        assert "SUMMARY:Answering\\, morning: Ben" in text
        assert "DTSTART:20261124T100000Z" in text
    uids = re.findall("UID:(.*)", calendar_feeds.calendar(token=token, at=world.at) or "")
    give(world, "morning", "")
    gone = calendar_feeds.calendar(token=token, at=world.at) or ""
    assert re.findall("UID:(.*)", gone) == uids
    assert "STATUS:CANCELLED" in gone
    assert "STATUS:CONFIRMED" not in gone


def test_the_past_is_answered_by_the_hours_of_its_time(world: World, tmp_path: Path) -> None:
    world.shifts(support="Ada", primary="Ben")
    file = tmp_path / "process.yaml"
    file.write_text(file.read_text().replace("07:00-22:00", "12:00-13:00"))
    span = Period(world.moment("2026-11-21T00:00"), world.moment("2026-11-23T00:00"))
    was = workload.health(span=span, at=world.at).shares[1].on_call.total
    process.adopt(file=file, at=world.at)
    assert process.in_force_at(datetime(2019, 1, 1, tzinfo=UTC)) == process.in_force_at(
        world.at - DAY
    )
    weekend = roster.who(at=world.moment("2026-11-22T20:00"))[1]
    assert weekend.name == "Ben"
    assert roster.who(at=world.moment("2026-11-28T20:00"))[1].name == ""
    shares = workload.health(span=span, at=world.at).shares
    assert shares[1].on_call.total == was > timedelta()
    assert Shift.objects.exists()


def offered() -> list[list[str]]:
    """Give which parts each post about holes still offers to take."""
    posts = Post.objects.filter(key__startswith="rota:holes:").order_by("pk")
    return [[button.about for button in one.words.buttons] for one in posts]


def test_a_part_that_somebody_took_is_offered_no_more_and_taken_from_nobody(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-11-24T08:00")
    world.shifts(primary="Ada")
    world.forward(minutes=1)
    (first, *_), *_ = offered()
    world.press("Ben", "rota.cover", first)
    assert not any(first in some for some in offered())
    assert any("Ben answers on Tue 24 Nov" in said for said in world.said("#cloud-platform"))
    with pytest.raises(EditRefused, match="Ben answers then already"):
        world.press("Cy", "rota.cover", first)
    cover_nominations.name(
        number=int(first.partition(":")[2]), engineer=number("Cy"), at=world.at, by="Ada"
    )
    with pytest.raises(EditRefused, match="Cy answers then already"):
        world.press("Ben", "rota.cover", first)


def test_a_hole_is_offered_until_somebody_whom_a_message_reaches_has_it(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T08:00")
    world.shifts(primary="Ada")
    world.forward(minutes=1)
    (first, *_), *_ = before = offered()
    which = int(first.partition(":")[2])
    given = partial(cover_nominations.name, number=which, at=world.at, by="Ada")
    Account.objects.filter(name="Ben").update(is_active=False)
    says = given(engineer=number("Ben"))
    assert says.endswith("But no message reaches them, so it counts as nobody.")
    assert offered() == before
    for engineer in (number("Cy"), None):
        given(engineer=engineer)
    assert not any(first in some for some in offered())
    world.forward(minutes=1)
    assert [some for some in offered() if first in some] == [[first]]


def test_the_first_shift_may_come_right_after_the_first_part_that_is_taken(world: World) -> None:
    cover_nominations.take(
        number=part(world, "lunch"), engineer=number("Ben"), at=world.at, by="Ben"
    )
    edits.add_shift(
        duty="support", engineer=number("Cy"), start=world.at, end=world.at + DAY, at=world.at,
        by="Ada",
    )  # fmt: skip
    assert answers(world, "2026-11-24T12:00") == ["Cy"]
