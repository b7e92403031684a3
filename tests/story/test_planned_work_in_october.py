"""Two weeks in October with planned work: it overruns, is corrected, comes again, sent twice."""

from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.announcements.flows import occurrences
from dutydesk.announcements.models import Announcement
from testing.planned import ASK, PRISONS, TEAM, announce, form, owed, service, work
from testing.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-10-12T09:00")
    world.shifts(support="Ada", primary="Ben")
    return world


@pytest.mark.clause(
    "announce.when", "announce.content", "announce.visible", "announce.commitment",
    "announce.no-notifiers",
)  # fmt: skip
def test_an_upgrade_is_sent_twice_corrected_and_overruns(world: World) -> None:
    day = {"starts": "2026-10-12T10:00", "ends": "2026-10-12T15:00"}
    upgrade = announce(world, title="@here PostgreSQL 9.2 to 9.6", **day)
    again = world.press("Ada", "announcement.announce", "new",
                        **work(title="@here PostgreSQL 9.2 to 9.6", **day))  # fmt: skip
    assert again.show == upgrade.about
    for channel in (TEAM, ASK, PRISONS):
        (said,) = world.said(channel)
        assert said.startswith("Announcement: PostgreSQL 9.2 to 9.6 | ")
        assert "Next update: today at 13:00 BST, today at 15:00 BST" in said

    overruns(world, upgrade)


def overruns(world: World, upgrade: Announcement) -> None:
    """Put right what it said, begin it, tell of it at one and at three, and let it take longer."""
    filled = form(world, "Ben", "announcement.correct", upgrade.about)
    filled |= {"services": [service(), service("Clusters")], "reason": "The nodes as well"}
    world.press("Ben", "announcement.correct", upgrade.about, **filled)
    assert "Services: Clusters, Prison visits" in world.said(PRISONS)[0]
    assert world.said(ASK)[-1].endswith("Why: The nodes as well")

    world.forward(hours=1)
    world.press("Ada", "announcement.start", upgrade.about)
    world.forward(hours=2, minutes=55)
    world.press("Ada", "announcement.update", upgrade.about, text="One of three is done")
    world.forward(hours=1, minutes=55)
    world.press("Ada", "announcement.move", upgrade.about, ends="2026-10-12T17:00", text="Slow")
    world.forward(hours=2, minutes=30)
    assert any("it was to be over at 17:00 BST, 20m ago" in said for said in world.said(TEAM))
    world.press("Ada", "announcement.done", upgrade.about)
    times = [("kept", "12:00"), ("kept", "14:00"), ("late", "16:00")]  # UTC
    assert owed(upgrade, "update") == times
    assert owed(upgrade, "end") == [("withdrawn", "14:00"), ("late", "16:00")]


@pytest.mark.clause("announce.when", "announce.commitment")
def test_patching_comes_every_tuesday_over_the_clock_change(world: World) -> None:
    world.press(
        "Ben", "series.begin", "new", title="Patching", text="We patch the nodes.",
        services=[service("Clusters")], starts="2026-10-20T07:00", ends="2026-10-20T08:00",
        repeats="weekly", updates="08:00", holidays="skip",
    )  # fmt: skip
    for _ in range(10):
        world.at += timedelta(days=1)
        occurrences.look_after(at=world.at)
    first, second = Announcement.objects.filter(title="Patching").order_by("starts_at")
    assert first.starts_at == world.moment("2026-10-20T07:00")
    assert second.starts_at == world.moment("2026-10-27T07:00")
    assert second.starts_at - first.starts_at == timedelta(days=7, hours=1)  # The clocks went back.
    patching = [said for said in world.said(ASK) if said.startswith("Announcement: Patching")]
    assert [("BST" in said, "GMT" in said) for said in patching] == [(True, False), (False, True)]
