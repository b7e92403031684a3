"""Who is told of work and news: shown beforehand, told in their own words, and receipts after."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from doubles.slack_workspace import TEAM as WORKSPACE
from doubles.slack_workspace import Workspace
from dutydesk.announcements.flows import receipts
from dutydesk.announcements.models import Announcement, AnnouncementUpdate
from dutydesk.chat.flows import channels, post_mirror
from dutydesk.kernel.forms import Form
from dutydesk.outbox.flows import outbox
from dutydesk.people.models import LeadershipContact
from dutydesk.ports.delivery import MAIL
from dutydesk.wiring import ACTIONS
from testing.audiences import (
    ASK,
    PRISONS,
    TEAM,
    MailServer,
    letters,
    preview,
    service,
    shown,
    told,
)
from testing.said import say_what_is_owed
from testing.screens import seen, visit
from testing.slack import ASK as ASK_THERE
from testing.slack import TEAM_CHANNEL, slack_of, workspace
from testing.world import Moving, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.setitem(outbox._senders, MAIL, MailServer())
    world = World(tmp_path, "2026-11-24T09:30")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    world.shifts(support="Ada", primary="Ben")
    return world


@pytest.fixture
def there(world: World) -> Iterator[Workspace]:
    made = workspace()
    for number, name in ((ASK_THERE, ASK), (TEAM_CHANNEL, TEAM)):
        channels.meet(outside=f"slack:{WORKSPACE}:{number}", name=name)
    post_mirror.mirror_to("slack")
    yield made
    made.close()


def work(**values: Any) -> dict[str, Any]:
    return {
        "title": "PostgreSQL 9.2 to 9.6",
        "text": "9.2 is out of support.",
        "services": [service()],
        "impact": "Bookings are read-only for some minutes.",
        "starts": "2026-11-24T10:00",
        "ends": "2026-11-24T15:00",
        "updates": "13:00 and 15:00",
        **values,
    }


def announce(world: World, **values: Any) -> Announcement:
    world.press("Ada", "announcement.announce", "new", **work(**values))
    return Announcement.objects.latest("id")


def form(world: World, action: str, about: str) -> Form:
    made = ACTIONS[action].form
    assert made is not None
    return made(about, world.person("Ada"), world.at)


@pytest.mark.clause("announce.when", "announce.content", "announce.visible")
@pytest.mark.parametrize("leaders", ["", "yes"])
@pytest.mark.parametrize("end", ["finish", "cancel"])
def test_what_is_announced_told_and_finished_reads_as_it_was_shown(
    world: World, leaders: str, end: str
) -> None:
    sent = work(leaders=leaders)
    before = shown(preview(world, "Ada", "announcement.announce", "new", **sent))
    about = announce(world, leaders=leaders).about
    assert before == told(posts=f"{about}:in:", letters=f"{about}:announced:")
    assert set(before) == {TEAM, ASK, PRISONS} | ({"Director (e-mail)"} if leaders else set())
    world.forward(minutes=31)
    world.press("Ada", "announcement.start", about)
    for action, words in (
        ("update", {"text": "Half of @channel them are done", "next": "2026-11-24T12:00"}),
        (end, {"text": "All is well"}),
    ):
        before = shown(preview(world, "Ada", f"announcement.{action}", about, **words))
        world.press("Ada", f"announcement.{action}", about, **words)
        key = f"announcement-update:{AnnouncementUpdate.objects.latest('pk').pk}:"
        assert before == told(posts=key, letters=key)


@pytest.mark.clause("announce.when", "incident.comms-leaders")
def test_leaders_hear_of_work_only_where_that_is_ticked_and_then_to_its_end(world: World) -> None:
    announce(world)
    assert letters() == []
    found = announce(world, leaders="yes", title="New disks")
    LeadershipContact.objects.all().delete()
    world.forward(minutes=40)
    world.press("Ada", "announcement.start", found.about)
    world.press("Ada", "announcement.finish", found.about, text="All of them are in")
    first, _, last = letters()
    assert first["subject"] == "Announcement: New disks"
    assert first["body"].splitlines() == [
        "9.2 is out of support.",
        "For users: Bookings are read-only for some minutes.",
        "When: Tue 24 Nov 10:00 to 15:00 GMT",
        "Next word: today at 13:00 GMT",
        "",
        f"All of it: {'/announcements/' + str(found.pk)}",
    ]
    assert last["subject"] == "Finished: New disks"
    assert "Next word" not in last["body"]


def test_nobody_is_asked_about_leaders_where_there_are_none(world: World) -> None:
    def fields() -> list[str]:
        return [one.name for one in form(world, "announcement.announce", "new").fields]

    assert "leaders" in fields()
    found = announce(world, leaders="yes")
    copied = form(world, "announcement.copy", found.about).fields
    assert next(one.value for one in copied if one.name == "leaders") == "yes"
    LeadershipContact.objects.all().delete()
    assert "leaders" not in fields()


def test_a_form_that_would_be_refused_shows_who_would_be_told_all_the_same(world: World) -> None:
    path = "/do/announcement.announce/new"
    sent = {**work(updates="when it is done", ends=""), "filled": "1", "look": "live"}
    part = visit("Ada").post(path, sent)
    assert part.status_code == 200
    assert "Announcement: PostgreSQL 9.2 to 9.6" in part.text
    assert PRISONS in part.text
    assert not Announcement.objects.exists()


@pytest.mark.clause("announce.when")
def test_each_word_says_where_it_arrived_and_who_was_not_reached(
    world: World, there: Workspace
) -> None:
    found = announce(world, leaders="yes")
    world.press("Ada", "announcement.update", found.about, text="Soon")
    for _ in range(20):
        speaking = slack_of(world, there).speaking
        say_what_is_owed(mouth=speaking, now=lambda: world.at)
        world.at += timedelta(seconds=1)
    world.settle()
    became = receipts.of_announcement(found)
    assert list(became) == ["announced", f"update:{found.updates.get().pk}"]
    for one in became.values():
        states = {each.place: each.state for each in one.places}
        assert states == {
            TEAM: "delivered",
            ASK: "delivered",
            PRISONS: "waiting",
            "Director (e-mail)": "delivered",
        }
    page = seen(visit("Ada").get(f"/announcements/{found.pk}"))
    assert page.count("told 3 of 4 places waiting") == 2
    assert "told 3 of 4" not in seen(visit("Uma").get(f"/announcements/{found.pk}"))
    (said,) = [text for text in world.said(TEAM) if text.startswith("Not everybody is told")]
    assert f"{PRISONS} does not hear of “PostgreSQL 9.2 to 9.6”" in said


@pytest.mark.usefixtures("there")
def test_a_post_of_an_announcement_that_is_never_taken_is_said(
    world: World, there: Workspace
) -> None:
    channels.meet(outside=f"slack:{WORKSPACE}:C0SECRET", name=PRISONS)
    found = announce(world)
    world.press("Ada", "announcement.update", found.about, text="Soon")
    answers = iter(["", "", "", "msg_too_long"])
    there.weather = lambda method: next(answers, "") if method == "chat.postMessage" else ""
    for _ in range(20):
        speaking = slack_of(world, there).speaking
        say_what_is_owed(mouth=speaking, now=lambda: world.at)
        world.at += timedelta(seconds=1)
    world.settle()
    (said,) = [text for text in world.said(TEAM) if text.startswith("Not everybody is told")]
    assert "What was told of “PostgreSQL 9.2 to 9.6”" in said
    assert "msg_too_long" in said
