"""An announcement that said something wrong, or was sent twice, or is changed by two at once."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from dutydesk.alarms.models import Silence
from dutydesk.announcements.flows.events import AnnouncementMade
from dutydesk.announcements.models import Announcement
from dutydesk.announcements.rules.broadcast import AnnouncementRefused
from dutydesk.commitments.models import Commitment
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.refusals import ChangedMeanwhile
from testing.planned import ASK, PRISONS, TEAM, announce, form, owed, service, work
from testing.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T09:30")
    world.shifts(support="Ada", primary="Ben")
    return world


def correct(world: World, found: Announcement, by: str = "Ben", **values: Any) -> None:
    filled = form(world, by, "announcement.correct", found.about) | values
    world.press(by, "announcement.correct", found.about, **filled)
    found.refresh_from_db()


@pytest.mark.clause("announce.content")
def test_a_wrong_word_is_rewritten_wherever_it_stands_and_told_nobody_anew(world: World) -> None:
    found = announce(world)
    before = {channel: len(world.said(channel)) for channel in (TEAM, ASK, PRISONS)}
    correct(world, found, title="PostgreSQL 9.2 to 9.6 @here", impact="None", agreed="prisons")
    assert found.title == "PostgreSQL 9.2 to 9.6"
    correct(world, found, title="PostgreSQL 9.2 to 10", text="It is out of support.")
    for channel, count in before.items():
        said = world.said(channel)
        assert len(said) == count
        assert said[0].startswith("Announcement: PostgreSQL 9.2 to 10 | ")
        assert "It is out of support." in said[0]
        assert "What to expect: None; Agreed with: prisons" in said[0]
    entry = JournalEntry.objects.filter(kind="announcement.corrected").latest("id")
    assert entry.text == (
        "Ben corrected it: it is called “PostgreSQL 9.2 to 10”, no longer “PostgreSQL 9.2 to 9.6”; "
        "what is done: “It is out of support.” (before: “9.2 is out of support.”)."
    )
    texts = set(Commitment.objects.filter(state="open").values_list("text", flat=True))
    assert {"Start “PostgreSQL 9.2 to 10”", "Say how “PostgreSQL 9.2 to 10” is going"} <= texts
    assert not [text for text in texts if "9.6" in text]
    assert (found.sequence, found.changed_at) == (2, world.at)


@pytest.mark.clause("announce.content", "announce.commitment")
def test_other_times_and_services_are_told_to_whoever_was_told_and_to_whom_they_are_new(
    world: World,
) -> None:
    found = announce(world, services=[service("Clusters")], mute="yes")
    assert world.said(PRISONS) == []
    changed: dict[str, Any] = {
        "services": [service()], "starts": "2026-11-24T11:00", "ends": "2026-11-24T16:00",
        "updates": "2026-11-24T13:00, 2026-11-24T16:00",
    }  # fmt: skip
    with pytest.raises(AnnouncementRefused, match="Nobody is told why"):
        correct(world, found, **changed)
    assert owed(found, "end") == [("open", "15:00")]
    correct(world, found, **changed, impact="", reason="Visits, not the nodes, and an hour later")
    for channel in (TEAM, ASK, PRISONS):
        told = world.said(channel)[-1]
        assert told.startswith("Corrected: PostgreSQL 9.2 to 9.6 | Ben corrected this: ")
        assert "the services are Prison visits (before: Clusters)" in told
        assert "it is Tue 24 Nov 11:00 to 16:00 GMT (before: Tue 24 Nov 10:00 to 15:00 GMT)" in told
        assert "updates come today at 13:00 GMT, today at 16:00 GMT (before: today" in told
        assert told.endswith("Why: Visits, not the nodes, and an hour later")
        assert "When: Tue 24 Nov 11:00 to 16:00 GMT" in world.said(channel)[0]
        assert "What to expect" not in world.said(channel)[0]
        assert "what to expect" not in told
    entry = JournalEntry.objects.filter(kind="announcement.corrected").latest("id")
    assert "what to expect: nothing (before: “Bookings are read-only" in entry.text
    kept = found.updates.get().text
    assert kept.startswith("Corrected: it is Tue 24 Nov 11:00 to 16:00 GMT (before: Tue 24 Nov")
    assert "Clusters" not in kept, "users read it on the status page"
    assert owed(found, "start") == [("withdrawn", "10:00"), ("open", "11:00")]
    assert owed(found, "end") == [("withdrawn", "15:00"), ("open", "16:00")]
    assert owed(found, "update") == [("open", "13:00"), ("withdrawn", "15:00"), ("open", "16:00")]
    (quiet,) = Silence.objects.filter(lifted_at=None)
    assert (quiet.service_id, quiet.starts_at) == (int(service()), found.starts_at)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({}, "Nothing is different"),
        ({"title": "@channel"}, "has no title"),
        ({"text": "<!here>"}, "says nothing"),
        ({"services": []}, "touches no service"),
        ({"updates": ""}, "when they hear next"),
        ({"updates": "2026-11-24T09:00"}, "for a time that is past"),
        ({"updates": "soon"}, "is not a time"),
        ({"ends": "2026-11-24T09:40"}, "ends before it starts"),
        ({"starts": "2026-11-23T09:40", "ends": "2026-11-23T09:50"}, "end is past"),
        ({"ends": "2027-01-24T10:00"}, "longer than 30 days"),
    ],
)
def test_what_an_announcement_cannot_say_changes_nothing(
    world: World, wrong: dict[str, str], why: str
) -> None:
    found = announce(world)
    said = world.said(ASK)
    with pytest.raises(AnnouncementRefused, match=why):
        correct(world, found, reason="I think so", **wrong)
    assert world.said(ASK) == said
    assert not JournalEntry.objects.filter(kind="announcement.corrected").exists()


def test_what_has_begun_is_corrected_but_for_its_start_and_what_is_over_but_for_its_times(
    world: World,
) -> None:
    found = announce(world)
    world.forward(minutes=30)
    world.press("Ada", "announcement.start", found.about)
    assert "starts" not in form(world, "Ada", "announcement.correct", found.about)
    correct(world, found, ends="2026-11-24T16:00", reason="One more")
    assert f"{found.ends_at:%H:%M}" == "16:00"
    world.press("Ada", "announcement.finish", found.about, text="Done")
    assert not {"ends", "updates"} & set(form(world, "Ada", "announcement.correct", found.about))
    correct(world, found, title="PostgreSQL 9.2 to 11")
    assert world.said(ASK)[0].startswith("Finished: PostgreSQL 9.2 to 11 | ")
    assert not Commitment.objects.filter(state="open", kind__startswith="announcement.").exists()


def test_news_is_corrected_and_stays_news(world: World) -> None:
    news = announce(world, starts="", ends="", updates="", services=[])
    correct(world, news, title="The docs have moved")
    assert world.said(ASK)[0].startswith("Announcement: The docs have moved | ")


def test_a_form_that_is_sent_twice_makes_one_announcement(world: World) -> None:
    first = announce(world)
    world.forward(minutes=4)
    done = world.press("Ada", "announcement.announce", "new", **work())
    assert (done.show, done.says) == (
        first.about,
        "You announced this just now: it is one announcement.",
    )
    assert len(world.said(ASK)) == 1
    assert announce(world, starts="2026-11-24T11:00").pk != first.pk
    assert announce(world, by="Ben").pk != first.pk
    world.press("Ada", "announcement.cancel", first.about, text="Not today")
    assert announce(world).pk != first.pk


def test_words_that_are_alike_are_two_announcements_if_some_time_passed(world: World) -> None:
    first = announce(world)
    world.forward(minutes=5)
    assert announce(world).pk != first.pk


def test_no_button_of_an_announcement_does_twice_what_is_pressed_twice(world: World) -> None:
    found = announce(world)
    world.forward(minutes=30)
    moved: dict[str, str | list[str]] = {"ends": "2026-11-24T17:00", "text": "Slow"}
    told: dict[str, str | list[str]] = {"text": "Half", "next": "2026-11-24T12:00"}
    for action, values in (
        ("start", {}), ("update", told), ("move", moved), ("finish", {"text": "Done"}),
    ):  # fmt: skip
        opened = form(world, "Ada", f"announcement.{action}", found.about) if values else {}
        seen = {"seen": opened["seen"]} if opened else {}
        for _ in range(2):
            world.press("Ada", f"announcement.{action}", found.about, **{**values, **seen})
    assert [one.text for one in found.updates.order_by("pk")] == [
        "The work has begun.", "Half", "Slow", "Done",
    ]  # fmt: skip
    with pytest.raises(AnnouncementRefused, match="is over"):
        world.press("Ada", "announcement.finish", found.about, text="Done, really")
    other = announce(world, by="Ben")
    for _ in range(2):
        world.press("Ada", "announcement.cancel", other.about, text="Ill")
    assert other.updates.count() == 1


def test_a_correction_that_is_sent_twice_is_one(world: World) -> None:
    found = announce(world)
    filled = form(world, "Ada", "announcement.correct", found.about) | {"title": "Upgrade"}
    for _ in range(2):
        world.press("Ada", "announcement.correct", found.about, **filled)
    assert JournalEntry.objects.filter(kind="announcement.corrected").count() == 1


@pytest.mark.parametrize("action", ["update", "move", "correct", "finish", "cancel"])
def test_of_two_who_change_it_at_once_the_second_sees_what_changed(
    world: World, action: str
) -> None:
    found = announce(world)
    world.forward(minutes=30)
    world.press("Ada", "announcement.start", found.about)
    filled = form(world, "Ben", f"announcement.{action}", found.about)
    filled |= {"text": "We are half way", "title": "Half way"}
    correct(world, found, by="Ada", title="Upgrade")
    with pytest.raises(ChangedMeanwhile) as refused:
        world.press("Ben", f"announcement.{action}", found.about, **filled)
    assert "Ada corrected it: it is called “Upgrade”, no longer “Post" in refused.value.reason
    seen = form(world, "Ben", f"announcement.{action}", found.about)["seen"]
    world.press("Ben", f"announcement.{action}", found.about, **{**filled, "seen": seen})
    assert JournalEntry.objects.filter(subject=found.about, actor="Ben").exists()


def test_two_presses_at_the_same_instant_take_turns(world: World) -> None:
    """Whoever announces holds the lock until the transaction ends; the other then sees it."""
    held = (
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() AND"
        " ((classid::bigint << 32) | objid::bigint) = hashtextextended(%s, 0)"
    )
    with connection.cursor() as cursor:
        cursor.execute(held, [AnnouncementMade.kind])
        assert cursor.fetchone() == (0,)
        announce(world)
        cursor.execute(held, [AnnouncementMade.kind])
        assert cursor.fetchone() == (1,)
