"""Many threads in Slack are asked for by one worker at a time; health says how many wait."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from doubles.slack_workspace import Workspace
from dutydesk.chat.flows import history_readers
from dutydesk.chat.models import HistoryReader
from dutydesk.site.health import health
from dutydesk.slack import kept_threads
from dutydesk.slack.backfill import AGAIN, SOON, Backfill
from testing.slack import ADA, ASK, TEAM_CHANNEL, event, hear, message, slack_of, ts_of, workspace
from testing.slack_history import posts, read_back, reading, said
from testing.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> Iterator[Workspace]:
    found = workspace()
    found.history = {number: [] for number in found.channels}
    yield found
    found.close()


@pytest.fixture
def world(tmp_path: Path, there: Workspace) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    slack_of(world, there)
    read_back(world, reading(world, there))
    return world


def asked_days_ago(world: World, there: Workspace, count: int) -> list[str]:
    """Let so many questions have been asked and heard, and let days go by in which the desk is."""
    roots = []
    for number in range(count):
        ts = ts_of(world.at)
        said(there, f"How do I do {number}?", ts)
        hear(world, event(message(f"How do I do {number}?", ts)))
        roots.append(ts)
        world.at += timedelta(hours=2)
    world.at += timedelta(days=2)
    hear(world, event(message("[fyi] Noon", ts_of(world.at))))
    said(there, "[fyi] Noon", ts_of(world.at))
    return roots


def slack(world: World) -> tuple[bool, str]:
    return next((one.well, one.says) for one in health(world.at) if one.name == "slack")


@pytest.mark.clause("ask.entry")
def test_while_one_worker_reads_back_no_other_does_and_one_that_is_dead_is_followed(
    world: World, there: Workspace
) -> None:
    (old,) = asked_days_ago(world, there, 1)
    said(there, "With the pipeline", ts_of(world.at, 5), by=ADA, thread_ts=old)
    HistoryReader.objects.update(worker="elsewhere:1", until=world.at + history_readers.LEASE)
    before, catching = len(there.calls), reading(world, there)
    read_back(world, catching)
    assert len(there.calls) == before
    world.at += history_readers.LEASE
    read_back(world, catching)
    assert len(there.calls) == before
    world.at += timedelta(seconds=30)
    read_back(world, catching)
    assert "With the pipeline" in posts()
    ours = HistoryReader.objects.get()
    assert ours.worker != "elsewhere:1"
    assert ours.until == world.at + history_readers.LEASE
    ours.until += timedelta(days=1)  # By a clock that was ahead.
    ours.worker = "elsewhere:1"
    ours.save()
    world.at += AGAIN
    read_back(world, catching)
    ours.refresh_from_db()
    assert ours.until == world.at + history_readers.LEASE


def test_while_threads_are_left_the_channels_that_have_none_are_not_read_again(
    world: World, there: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_threads, "MOST", 2)
    roots = asked_days_ago(world, there, 5)
    catching, before = reading(world, there), len(there.called("conversations.history"))

    def read(channel: str) -> int:
        calls = there.called("conversations.history")[before:]
        return sum(one["channel"] == channel and "cursor" not in one for one in calls)

    begun = world.at
    for times in (1, 2, 3, 3):
        read_back(world, catching)
        assert (read(ASK), read(TEAM_CHANNEL)) == (times, 1)
        world.at += SOON
    assert {one["ts"] for one in there.called("conversations.replies")} >= set(roots)
    world.at = begun + AGAIN  # However long it went on with what was left.
    read_back(world, catching)
    assert (read(ASK), read(TEAM_CHANNEL)) == (4, 2)


def test_health_says_how_many_threads_have_waited_for_long_to_be_read(
    world: World, there: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_threads, "MOST", 1)
    asked_days_ago(world, there, 3)
    catching = reading(world, there)
    read_back(world, catching)
    assert slack(world)[0]
    there.weather = lambda method: 429 if method == "conversations.replies" else ""
    for _ in range(4):
        world.at += timedelta(minutes=4)
        read_back(world, catching)
    well, says = slack(world)
    assert (well, says) == (
        False,
        "What was said in 2 threads in Slack while the desk was away is not read yet.",
    )
    there.weather = None
    for _ in range(2):
        world.at += SOON
        read_back(world, catching)
    assert slack(world)[0]


def test_a_worker_that_has_read_nothing_yet_knows_no_better_than_the_one_before_it(
    world: World, there: Workspace
) -> None:
    behind = {"unread": 2, "unread_since": world.at - timedelta(hours=1)}
    HistoryReader.objects.update(**behind)
    there.weather = lambda method: 429
    read_back(world, reading(world, there))
    assert not slack(world)[0]
    there.weather = None
    read_back(world, reading(world, there))
    assert slack(world)[0]


def test_a_worker_whose_place_another_took_says_nothing_of_what_is_left(
    world: World, there: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    catching, done = reading(world, there), Backfill._go_round

    def lose(self: Backfill, *given: Any) -> None:
        done(self, *given)
        HistoryReader.objects.update(
            worker="elsewhere:1",
            until=world.at + history_readers.LEASE,
            unread=2,
            unread_since=world.at - timedelta(hours=1),
        )

    monkeypatch.setattr(Backfill, "_go_round", lose)
    read_back(world, catching)
    assert not slack(world)[0]


def test_two_processes_of_one_name_and_number_are_two_workers(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_readers, "_PROCESS", "one")
    assert [history_readers.hold(chat="elsewhere", at=world.at) for _ in range(2)] == [True, True]
    monkeypatch.setattr(history_readers, "_PROCESS", "other")
    assert not history_readers.hold(chat="elsewhere", at=world.at)
