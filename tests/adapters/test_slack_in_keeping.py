"""User groups and the topic in Slack follow the rota."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from doubles.slack_workspace import Workspace
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Engineer
from dutydesk.rota.flows import edits
from dutydesk.slack.usergroups import Keeping
from testing.slack import ADA, ASK, BEN, event, hear, message, slack_of, ts_of, workspace
from testing.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def there() -> Iterator[Workspace]:
    found = workspace()
    found.users[BEN]["profile"]["email"] = "ben@example.org"
    yield found
    found.close()


@pytest.fixture
def world(tmp_path: Path, there: Workspace) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    slack_of(world, there)
    return world


def kept(world: World, keeping: Keeping) -> None:
    keeping.look_after(at=world.at)
    world.settle()


def test_a_group_holds_who_is_on_and_changes_with_the_shift(world: World, there: Workspace) -> None:
    keeping = Keeping({"support": "S1", "on_call": "S2"})
    world.shifts(support="Ada")
    kept(world, keeping)
    kept(world, keeping)
    assert there.called("usergroups.users.update") == [{"usergroup": "S1", "users": ADA}]
    ben = Engineer.objects.get(name="Ben")
    edits.add_shift(
        duty="support",
        engineer=ben.pk,
        start=world.at,
        end=world.moment("2026-11-24T17:00"),
        at=world.at,
        by="Ada",
    )
    kept(world, keeping)
    told = there.called("usergroups.users.update")[1:]
    assert [sorted(one["users"].split(",")) for one in told] == [sorted([ADA, BEN])]


def test_on_call_is_primary_and_secondary_in_their_hours(world: World, there: Workspace) -> None:
    world.shifts(primary="Ada", secondary="Ben")
    keeping = Keeping({"on_call": "S2"})
    kept(world, keeping)
    assert not there.called("usergroups.users.update")
    world.at = world.moment("2026-11-24T20:00")
    kept(world, keeping)
    told = there.called("usergroups.users.update")
    assert [sorted(one["users"].split(",")) for one in told] == [sorted([ADA, BEN])]


def test_whoever_is_not_in_slack_is_left_out_and_slack_away_is_tried_again(
    world: World, there: Workspace
) -> None:
    world.shifts(support="Cy")
    keeping = Keeping({"support": "S1"})
    there.mood = 500
    kept(world, keeping)
    there.mood = ""
    world.forward(seconds=10)
    failed = OutboxMessage.objects.get(kind="slack.group")
    assert failed.state == "failed"
    assert "None of them is in Slack" in failed.reason


def test_the_topic_of_the_ask_channel_says_who_is_on(world: World, there: Workspace) -> None:
    world.shifts(support="Ada")
    keeping = Keeping(topic="Support: {support}. On call: {primary}. Be {kind}.")
    kept(world, keeping)
    assert not there.called("conversations.setTopic")
    hear(world, event(message("Hello", ts_of(world.at))))
    world.forward(seconds=10)
    topic = "Support: Ada. On call: nobody. Be {kind}."
    assert there.called("conversations.setTopic") == [{"channel": ASK, "topic": topic}]
