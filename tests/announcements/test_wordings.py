"""Wordings of the process file, where one announces; and being reminded of what was announced."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dutydesk.announcements.models import Announcement
from dutydesk.announcements.rules.broadcast import AnnouncementRefused
from dutydesk.commitments.models import Commitment
from dutydesk.kernel.periods import Period
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.ports.delivery import Delivery
from dutydesk.process.rules.announcements import read_mark
from dutydesk.process.rules.check import DEFAULT_FILE, check, schema
from testing.planned import ASK, TEAM, announce, form, owed, service
from testing.screens import visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db
UPGRADE = "template:upgrade"
START = {"starts": "2026-11-25T10:00"}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T09:30")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(support="Ada", primary="Ben")
    return world


@pytest.mark.clause("announce.content", "announce.commitment")
def test_what_is_left_out_of_the_form_is_taken_from_the_wording_that_was_chosen(
    world: World,
) -> None:
    fields = list(form(world, "Ada", "announcement.announce", "new"))
    assert fields[0] == "template"
    world.press(
        "Ada", "announcement.announce", "new", template="upgrade", services=[service()], **START
    )
    found = Announcement.objects.get()
    assert found.title == "Planned upgrade"
    assert found.impact == "It may be slow or away for some minutes."
    assert found.window == Period(
        datetime(2026, 11, 25, 10, tzinfo=UTC), datetime(2026, 11, 25, 15, tzinfo=UTC)
    )
    assert owed(found, "update") == [("open", "13:00"), ("open", "15:00")]
    assert "As agreed with the relevant teams, we upgrade what these" in world.said(ASK)[0]


def test_what_is_filled_in_counts_and_a_form_without_a_wording_wants_words(world: World) -> None:
    world.press(
        "Ada", "announcement.announce", "new", template="upgrade", services=[service()],
        title="PostgreSQL", ends="2026-11-25T12:00", updates="11:00", **START,
    )  # fmt: skip
    found = Announcement.objects.get()
    assert (found.title, owed(found, "end")) == ("PostgreSQL", [("open", "12:00")])
    assert owed(found, "update") == [("open", "11:00")]
    with pytest.raises(AnnouncementRefused, match="has no title"):
        world.press("Ada", "announcement.announce", "new", services=[service()], **START,
                    ends="2026-11-25T12:00", updates="11:00")  # fmt: skip


def test_a_form_about_a_wording_is_filled_in_with_it(world: World) -> None:
    page = visit("Ada").get("/announcements/").text
    assert f"/do/announcement.announce/{UPGRADE}" in page
    filled = form(world, "Ada", "announcement.announce", UPGRADE)
    assert "template" not in filled
    assert (filled["title"], filled["starts"]) == ("Planned upgrade", "")
    world.press("Ada", "announcement.announce", UPGRADE,
                **{**filled, **START, "impact": "", "services": [service()]})  # fmt: skip
    found = Announcement.objects.get()
    assert (found.impact, owed(found, "update")) == ("", [("open", "13:00"), ("open", "15:00")])
    assert visit("Ada").get("/do/announcement.announce/template:none").status_code == 404


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("at the start", 0),
        ("2 hours after the start", 2),
        ("At the end", 5),
        ("30 minutes before the end", 4.5),
        ("1 hour after the end", 6),
        ("6 hours before the end", 0),
    ],
)
def test_a_moment_of_work_is_counted_from_its_start_or_its_end(text: str, hours: float) -> None:
    start = datetime(2026, 11, 25, 10, tzinfo=UTC)
    found = read_mark(text).on(Period(start, start + timedelta(hours=5)))
    assert found == Period(start, start + timedelta(hours=hours))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("at the end]", "soon]", "“soon” is not a moment of the work. Write it like “2 hours"),
        ("at the end]", "at the start]", "is not after the start of work that lasts so long"),
        ("at the end]", "9 hours before the end]", "is not after the start"),
        ("updates: [3 hours after the start, at the end]", "updates: []", "at least 1"),
        ("lasts: 5 hours", "lasts: 31 days", "no longer than 30 days"),
        ("lasts: 5 hours", "lasts: long", "is not a length of time"),
        ("- id: upgrade", "- id: Upgrade it", "is not an id"),
        ("series_ahead: 7 days", "series_ahead: 5 minutes", "an hour to 90 days before"),
        ("remind_before: 15 minutes", "remind_before: 5 seconds", "is too short here"),
        ("title: Planned upgrade", "name: Planned upgrade", "“name” is not a key here"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_wording_is_told_with_its_line(old: str, new: str, says: str) -> None:
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    assert old in text
    mistakes = check(text.replace(old, new, 1)).mistakes
    assert any(says in str(one) and one.where.startswith("announcements") for one in mistakes)
    assert all(one.line > 70 for one in mistakes)


def test_two_wordings_of_one_name_are_a_mistake() -> None:
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    start = text.index("    - id: upgrade")
    end = text.index("\nalarms:")
    twice = text[:end].rstrip() + "\n" + text[start:end].rstrip() + "\n" + text[end:]
    assert ["“upgrade” is there twice." in str(one) for one in check(twice).mistakes] == [True]


def test_the_schema_says_what_each_key_of_announcements_is() -> None:
    defined = schema()["$defs"]
    for section, keys in (
        ("Announcements", ("remind_before", "series_ahead", "templates")),
        ("AnnouncementTemplate", ("id", "title", "what", "impact", "lasts", "updates")),
    ):
        for key in keys:
            assert defined[section]["properties"][key]["description"], key


@pytest.mark.clause("announce.commitment")
def test_whoever_owes_it_is_reminded_before_and_asked_when_the_time_has_come(world: World) -> None:
    found = announce(world)
    world.forward(minutes=14)
    assert not [said for said in world.said(TEAM) if "Due soon" in said]
    world.forward(minutes=1)  # 09:45, as the process says.
    (soon,) = [said for said in world.said(TEAM) if said.startswith("Due soon")]
    assert "Ada: Start “PostgreSQL 9.2 to 9.6”: due at 10:00 GMT." in soon
    world.forward(minutes=15)
    (asked,) = [said for said in world.said(TEAM) if said.startswith("Has it begun?")]
    assert "it was to begin at 10:00 GMT." in asked
    world.press("Ada", "announcement.start", found.about)
    for text in ("Half", "Nearly"):
        world.forward(hours=2, minutes=50)
        world.press("Ada", "announcement.update", found.about, text=text, next="2026-11-24T18:00")
    world.forward(minutes=30)  # 16:10
    (over,) = [said for said in world.said(TEAM) if said.startswith("Is it finished?")]
    assert "it was to be over at 15:00 GMT, 1h10m ago. Until somebody says so, it overruns" in over
    world.press("Ada", "announcement.done", found.about)
    assert world.said(ASK)[-1] == "Finished: PostgreSQL 9.2 to 9.6 | The work is done."
    assert not Commitment.objects.filter(state="open", kind__startswith="announcement.").exists()


class Postbox:
    def deliver(self, parcel: Delivery) -> str:
        return parcel.key


def test_at_night_whoever_owes_it_is_asked_where_they_are_reached(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(outbox._senders, "email", Postbox())
    announce(world, starts="2026-11-24T20:00", ends="2026-11-24T20:30", updates="20:30")
    announce(world, by="Cy", starts="2026-11-24T23:00", ends="2026-11-24T23:30", updates="23:30")
    world.forward(hours=13, minutes=40)  # 23:10
    mails = OutboxMessage.objects.filter(kind="email", key__contains=":owes:").order_by("pk")
    told = [(mail.payload["to"], mail.payload["body"].partition("\n")[0]) for mail in mails]
    ours = "Ben: Start “PostgreSQL 9.2 to 9.6”: "
    assert ("ben@example.org", f"{ours}due at 20:00 GMT.") in told
    assert ("ben@example.org", f"{ours}it was to begin at 20:00 GMT.") in told
    nobody_on = "Cy: Start “PostgreSQL 9.2 to 9.6”: it was to begin at 23:00 GMT."
    assert ("cy@example.org", nobody_on) in told, "nobody is on by then: who announced it is asked"
