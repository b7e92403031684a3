"""Planned work, from its announcement to its end, in the words of the process."""

from datetime import datetime
from pathlib import Path

import pytest

from dutydesk.alarms.flows import silences
from dutydesk.alarms.models import Silence
from dutydesk.announcements.flows import announcements
from dutydesk.announcements.models import Announcement, AnnouncementUpdate, PromisedUpdate
from dutydesk.announcements.rules.broadcast import AnnouncementRefused
from dutydesk.chat.models import Post
from dutydesk.commitments.flows import commitments
from dutydesk.kernel.actions import NotYours
from dutydesk.kernel.forms import FormRefused
from dutydesk.kernel.subjects import subject
from dutydesk.people.models import Service
from testing.tellings import alert, called, evening, tell
from testing.world import World

pytestmark = pytest.mark.django_db
LATER = "2026-11-24T12:00"
TEAM, ASK, PRISONS = "#cloud-platform", "#ask-cloud-platform", "#prisons"


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T09:30")
    world.shifts(support="Ada", primary="Ben")
    return world


def announce(world: World, **values: str | list[str]) -> Announcement:
    visits = Service.objects.get(name="Prison visits")
    filled: dict[str, str | list[str]] = {
        "title": "PostgreSQL 9.2 to 9.6",
        "text": "9.2 is out of support.",
        "services": [str(visits.pk)],
        "agreed": "the prisons team",
        "impact": "Bookings are read-only for some minutes.",
        "starts": "2026-11-24T10:00",
        "ends": "2026-11-24T15:00",
        "updates": "13:00 and 15:00",
        **values,
    }
    world.press("Ada", "announcement.announce", "new", **filled)
    return Announcement.objects.latest("id")


def promises(found: Announcement) -> list[tuple[str, str, datetime]]:
    abouts = [found.about, *(one.about for one in found.promised.all())]
    return [
        (one.kind.removeprefix("announcement."), one.state, one.due_at)
        for one in commitments.history(abouts)
    ]


def states(found: Announcement, kind: str) -> list[str]:
    return [state for each, state, _ in promises(found) if each == kind]


@pytest.mark.clause("announce.when", "announce.content", "announce.visible", "announce.commitment")
def test_whoever_is_concerned_reads_what_where_when_and_when_they_hear_next(world: World) -> None:
    found = announce(world)
    for channel in (TEAM, ASK, PRISONS):
        said = world.said(channel)[-1]
        assert said.startswith("Announcement: PostgreSQL 9.2 to 9.6 | ")
        assert "When: Tue 24 Nov 10:00 to 15:00 GMT" in said
        assert "Services: Prison visits" in said
        assert "What to expect: Bookings are read-only for some minutes." in said
        assert "Agreed with: the prisons team" in said
        assert "Next update: today at 13:00 GMT, today at 15:00 GMT" in said
    posts = Post.objects.filter(key__startswith=found.about)
    assert {post.words.tone for post in posts} == {"announcement"}
    assert promises(found) == [
        ("start", "open", world.moment("2026-11-24T10:00")),
        ("update", "open", world.moment("2026-11-24T13:00")),
        ("update", "open", world.moment("2026-11-24T15:00")),
        ("end", "open", world.moment("2026-11-24T15:00")),
    ]
    with pytest.raises(NotYours):
        world.press("Uma", "announcement.announce", "new", title="x")


@pytest.mark.clause("announce.commitment")
def test_work_that_overruns_says_so_and_keeps_what_was_promised(world: World) -> None:
    found = announce(world)
    world.forward(minutes=30)
    world.press("Ada", "announcement.start", found.about)
    assert world.said(ASK)[0].startswith("Announcement, in progress: ")
    world.forward(minutes=60)  # 11:00: one more, which keeps no promise.
    world.press("Ada", "announcement.update", found.about, text="The first of three is done")
    assert states(found, "update") == ["open", "open"]
    world.forward(minutes=115)  # 12:55
    assert any("Due soon" in said for said in world.said(TEAM))
    world.press("Ada", "announcement.update", found.about, text="Two of three are done")
    assert states(found, "update") == ["kept", "open"]
    assert "Two of three are done | Next update: today at 15:00 GMT" in world.said(PRISONS)[-1]
    world.forward(minutes=115)  # 14:50
    world.press(
        "Ada",
        "announcement.move",
        found.about,
        ends="2026-11-24T17:00",
        text="The third has more data than we thought",
    )
    assert states(found, "update") == ["kept", "kept", "open"]
    assert states(found, "end") == ["withdrawn", "open"]
    assert "When: Tue 24 Nov 10:00 to 17:00 GMT" in world.said(ASK)[0]
    said = world.said(ASK)[-1]
    assert "The third has more data than we thought | Next update: today at 17:00 GMT" in said
    world.forward(minutes=140)  # 17:10
    asked = [said for said in world.said(TEAM) if said.startswith("Is it finished?")]
    assert "it was to be over at 17:00 GMT, 10m ago. Until somebody says so" in asked[-1]
    world.press("Ada", "announcement.finish", found.about, text="All three are upgraded")
    assert states(found, "update") == ["kept", "kept", "late"]
    assert states(found, "end") == ["withdrawn", "late"]
    for channel in (TEAM, ASK, PRISONS):
        assert world.said(channel)[0].startswith("Finished: PostgreSQL 9.2 to 9.6")
    assert world.said(PRISONS)[-1] == "Finished: PostgreSQL 9.2 to 9.6 | All three are upgraded"
    with pytest.raises(AnnouncementRefused, match="is over"):
        world.press("Ada", "announcement.update", found.about, text="More", next="")


@pytest.mark.clause("announce.commitment")
def test_what_nobody_starts_or_updates_is_chased_where_the_owner_is(world: World) -> None:
    found = announce(world)
    world.forward(minutes=35)
    reminded = [said for said in world.said(TEAM) if said.startswith("Has it begun?")]
    assert len(reminded) == 1
    assert "Ada: Start “PostgreSQL 9.2 to 9.6”: it was to begin at 10:00 GMT." in reminded[0]
    world.press("Ada", "announcement.start", found.about)
    assert states(found, "start") == ["late"]
    world.forward(hours=4)
    assert states(found, "update") == ["open", "open"]
    promised = PromisedUpdate.objects.earliest("due_at")
    world.press("Ada", "announcement.update", promised.about, text="Slower than we thought")
    assert states(found, "update") == ["late", "open"]


def test_work_is_called_off_and_everybody_who_was_told_is_told_why(world: World) -> None:
    found = announce(world)
    with pytest.raises(AnnouncementRefused, match="hasn't begun"):
        world.press("Ada", "announcement.finish", found.about, text="Done")
    world.press("Ada", "announcement.cancel", found.about, text="The backup failed")
    assert {state for _, state, _ in promises(found)} == {"withdrawn"}
    for channel in (TEAM, ASK, PRISONS):
        assert world.said(channel)[0].startswith("Called off: ")
        assert world.said(channel)[-1].endswith("The backup failed")
    world.forward(hours=8)
    assert not [said for said in world.said(TEAM) if said.startswith(("Due soon", "Overdue"))]


def test_work_that_is_moved_before_it_begins_is_owed_at_its_new_time(world: World) -> None:
    found = announce(world)
    values = {"starts": "2026-11-25T10:00", "ends": "2026-11-25T12:00", "text": "Ill today"}
    world.press("Ada", "announcement.move", found.about, **values)
    found.refresh_from_db()
    assert states(found, "start") == ["withdrawn", "open"]
    assert states(found, "update") == ["withdrawn", "withdrawn", "open"]
    assert "Next update: tomorrow at 12:00 GMT" in world.said(ASK)[0]
    assert world.moment("2026-11-25T10:00") == found.starts_at
    world.press("Ada", "announcement.start", found.about)
    with pytest.raises(AnnouncementRefused, match="begun already"):
        world.press("Ben", "announcement.start", found.about)


def test_the_services_alarms_are_quiet_in_the_window_and_heard_after(world: World) -> None:
    found = announce(world, mute="yes")
    (silence,) = Silence.objects.all()
    assert (silence.starts_at, silence.ends_at) == (found.starts_at, found.ends_at)
    assert silence.reason == "Planned work: PostgreSQL 9.2 to 9.6"
    world.forward(minutes=30)
    world.press("Ada", "announcement.start", found.about)
    world.press("Ada", "announcement.move", found.about, ends="2026-11-24T16:00", text="Slow")
    standing = Silence.objects.get(lifted_at=None)
    assert standing.ends_at == world.moment("2026-11-24T16:00")
    world.forward(minutes=60)
    world.press("Ada", "announcement.finish", found.about, text="Done")
    assert not Silence.objects.filter(lifted_at=None).exists()


def test_as_many_silences_as_there_may_be_keep_no_quiet_work_from_taking_longer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = [str(one.pk) for one in Service.objects.order_by("name")]
    found = announce(world, services=both, mute="yes")
    monkeypatch.setattr(silences, "MOST_KEPT", len(both))
    later = {"starts": "2026-11-24T11:00", "ends": "2026-11-24T16:00", "text": "Slow"}
    world.press("Ada", "announcement.move", found.about, **later)
    ends = set(Silence.objects.filter(lifted_at=None).values_list("ends_at", flat=True))
    assert ends == {world.moment("2026-11-24T16:00")}


def test_what_somebody_lifted_is_heard_though_the_work_takes_longer(world: World) -> None:
    both = [str(one.pk) for one in Service.objects.order_by("name")]
    found = announce(world, services=both, mute="yes")
    world.forward(minutes=30)
    world.press("Ada", "announcement.start", found.about)
    lifted = Silence.objects.get(service__name="Prison visits")
    silences.lift(silence=lifted.pk, by="Ben", at=world.at)
    for ends in ("16:00", "17:00"):
        longer = {"ends": f"2026-11-24T{ends}", "text": f"Until {ends}"}
        world.press("Ada", "announcement.move", found.about, **longer)
    standing = Silence.objects.get(lifted_at=None)
    assert standing.service is not None and standing.service.name == "Clusters"
    assert standing.ends_at == world.moment("2026-11-24T17:00")


def test_nobody_is_called_while_the_end_of_quiet_work_moves(tmp_path: Path) -> None:
    world = evening(tmp_path)
    when = {"starts": "2026-11-24T19:30", "ends": "2026-11-24T21:00", "updates": "20:00 and 21:00"}
    found = announce(world, mute="yes", **when)
    world.forward(minutes=31)
    world.press("Ada", "announcement.start", found.about)
    tell(world, alert("Down", world.at))
    longer = {"ends": "2026-11-24T22:00", "text": "Slow"}
    world.press("Ada", "announcement.move", found.about, **longer)
    assert called() == []
    world.press("Ada", "announcement.finish", found.about, text="Done")
    assert called() == ["Ben"]


@pytest.mark.clause("announce.no-notifiers")
def test_nobody_calls_a_whole_channel_unless_there_is_a_reason_which_is_kept(world: World) -> None:
    found = announce(world, title="@here Upgrade", text="Hi @channel, <!everyone> read")
    assert (found.title, found.text) == ("Upgrade", "Hi, read")
    world.press("Ada", "announcement.update", found.about, text="@everyone: it goes well")
    assert AnnouncementUpdate.objects.get().text == ": it goes well"
    with pytest.raises(AnnouncementRefused, match="wants a reason"):
        announce(world, notify="here")
    with pytest.raises(FormRefused, match="doesn't offer that"):
        announce(world, notify="everybody")
    called = announce(world, notify="here", why="Bookings stop for an hour")
    posts = Post.objects.filter(key__startswith=f"{called.about}:in:")
    assert {post.words.notify for post in posts} == {"here"}
    assert called.notify_reason == "Bookings stop for an hour"


@pytest.mark.parametrize(
    ("filled", "why"),
    [
        ({"title": "@here"}, "has no title"),
        ({"text": "@here"}, "says nothing"),
        ({"services": []}, "touches no service"),
        ({"updates": ""}, "when they hear next"),
        ({"updates": "13 o'clock"}, "is not a time"),
        ({"updates": "2026-11-23T13:00"}, "for a time that is past"),
        ({"updates": ",".join(f"{hour}:00" for hour in range(10, 23))}, "are the most"),
        ({"ends": ""}, "a start and an end"),
        ({"ends": "2026-11-24T09:45"}, "ends before it starts"),
        ({"starts": "2026-11-23T09:00", "ends": "2026-11-23T10:00"}, "end is past"),
        ({"ends": "2027-02-24T10:00"}, "longer than 30 days"),
    ],
)  # fmt: skip
def test_what_a_broadcast_leaves_out_is_asked_for(
    world: World, filled: dict[str, str], why: str
) -> None:
    with pytest.raises(AnnouncementRefused, match=why):
        announce(world, **filled)
    assert not Announcement.objects.exists()
    assert world.said(ASK) == []


def test_what_is_told_of_work_is_never_empty_nor_without_a_next_time(world: World) -> None:
    found = announce(world, updates="10:15")
    world.forward(minutes=40)
    for action in ("update", "cancel"):
        with pytest.raises(AnnouncementRefused, match=r"says nothing|called off"):
            world.press("Ada", f"announcement.{action}", found.about, text="@here", next=LATER)
    with pytest.raises(FormRefused, match="is missing"):
        world.press("Ada", "announcement.update", found.about, text="Well", next="")
    with pytest.raises(AnnouncementRefused, match="when the next one comes"):
        announcements.update(
            announcement=found.pk, text="Well", next_at=None, by=world.person("Ada"), at=world.at
        )
    assert states(found, "update") == ["open"]
    world.press("Ada", "announcement.update", found.about, text="Well", next=LATER)
    assert states(found, "update") == ["kept", "open"]
    with pytest.raises(AnnouncementRefused, match="end is past"):
        world.press("Ada", "announcement.move", found.about, starts="2026-11-24T08:00",
                    ends="2026-11-24T09:00", text="x")  # fmt: skip
    with pytest.raises(AnnouncementRefused, match="longer than"):
        world.press("Ada", "announcement.move", found.about, starts="2026-11-24T10:00",
                    ends="2027-11-24T09:00", text="x")  # fmt: skip
    with pytest.raises(FormRefused, match="is missing"):
        world.press("Ada", "announcement.move", found.about, starts="", ends="", text="x")


def test_news_has_no_window_and_is_over_at_once_unless_it_promises_more(world: World) -> None:
    news = announce(world, starts="", ends="", updates="", services=[])
    assert (news.state, news.over_at) == ("finished", world.at)
    assert promises(news) == []
    assert world.said(ASK)[-1].startswith("Announcement: PostgreSQL 9.2 to 9.6")
    more = announce(world, starts="", ends="", updates="13:00", services=[])
    assert (more.state, states(more, "update")) == ("started", ["open"])
    with pytest.raises(AnnouncementRefused, match="no time to move"):
        world.press("Ada", "announcement.move", more.about, starts="2026-11-24T10:00",
                    ends="2026-11-24T11:00", text="x")  # fmt: skip
    world.press("Ada", "announcement.finish", more.about, text="That is all")
    assert world.said(ASK)[-1].endswith("That is all")


def test_what_work_runs_into_is_pointed_out(world: World) -> None:
    first = announce(world)
    visits = Service.objects.get(name="Prison visits")
    world.press(
        "Ben", "incident.declare", "new", title="Visits are slow", services=[str(visits.pk)]
    )
    done = world.press(
        "Ada",
        "announcement.copy",
        first.about,
        title="Patch",
        text="Security",
        services=[str(visits.pk)],
        starts="2026-11-24T14:00",
        ends="2026-11-24T19:00",
        updates="18:00",
    )
    assert "It runs into the open incident “Visits are slow” on Prison visits." in done.says
    expected = "It runs into “PostgreSQL 9.2 to 9.6” (Tue 24 Nov 10:00 to 15:00 GMT) on Prison"
    assert expected in done.says
    assert "Part of it is outside “Support hours”" in done.says
    calm = announce(world, starts="2026-11-25T10:00", ends="2026-11-25T12:00", updates="12:00")
    assert calm.about == subject("announcement", calm.pk)
