"""In Slack, the team's mention calls its user group, in what the desk itself says alone."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doubles.slack_workspace import TEAM, TOKEN, Workspace
from dutydesk.adapters.slack.blocks import calling, message
from dutydesk.chat.flows import channels, people_posts, post_mirror
from dutydesk.chat.flows.people_posts import Author
from dutydesk.kernel.messages import Message
from dutydesk.settings import environment
from dutydesk.slack import connection
from dutydesk.slack.app import Slack, SlackAccount
from dutydesk.wiring import ACTIONS
from testing.audiences import ASK, PRISONS, declare
from testing.audiences import TEAM as OURS
from testing.said import say_what_is_owed
from testing.slack import ASK as ASK_THERE
from testing.slack import SECRET, TEAM_CHANNEL, workspace
from testing.world import World

pytestmark = pytest.mark.django_db
MENTION, CALL = "@cloud-platform-team", "<!subteam^S0TEAM>"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, "2026-11-24T11:00")


@pytest.fixture
def there(world: World) -> Iterator[Workspace]:
    made = workspace()
    known = ((ASK_THERE, ASK), (TEAM_CHANNEL, OURS), ("C0SECRET", PRISONS))
    for number, name in known:
        channels.meet(outside=f"slack:{TEAM}:{number}", name=name)
    post_mirror.mirror_to("slack")
    yield made
    made.close()


def go(world: World, there: Workspace, group: str) -> None:
    account = SlackAccount(TOKEN, SECRET, "xapp-only-for-tests", there.url, team_group=group)
    slack = Slack(
        account,
        ACTIONS,
        now=lambda: world.at,
        real_now=lambda: world.at,
        link=lambda path: f"https://desk.example.org{path}",
        post_at=lambda channel, ts: None,
    )
    for _ in range(12):
        say_what_is_owed(mouth=slack.speaking, now=lambda: world.at)
        world.at += timedelta(seconds=1)


def said(there: Workspace, channel: str) -> str:
    return str(there.history[channel])


@pytest.mark.clause("incident.comms-team", "announce.no-notifiers")
def test_an_incident_calls_the_team_s_group_in_its_channel_and_nobody_elsewhere(
    world: World, there: Workspace
) -> None:
    incident = declare(world)
    world.press("Ada", "incident.update", incident.about, text="We look", next="30")
    go(world, there, "S0TEAM")
    for one in there.history[TEAM_CHANNEL]:
        assert CALL in one["text"]
        assert CALL in str(one["blocks"])
        assert MENTION not in str(one)
    for channel in (ASK_THERE, "C0SECRET"):
        assert "subteam" not in said(there, channel)
        assert MENTION not in said(there, channel)


def test_without_a_group_the_mention_stays_as_it_is_written(world: World, there: Workspace) -> None:
    declare(world)
    go(world, there, "")
    assert MENTION in said(there, TEAM_CHANNEL)
    assert "subteam" not in said(there, TEAM_CHANNEL)


def test_nobody_calls_the_group_by_what_they_post_here(world: World, there: Workspace) -> None:
    uma = Author.of(world.person("Uma"))
    people_posts.post(by=uma, channel=OURS, text=f"{MENTION} Hello", at=world.at)
    go(world, there, "S0TEAM")
    assert MENTION in said(there, TEAM_CHANNEL)
    assert "subteam" not in said(there, TEAM_CHANNEL)


@given(st.lists(st.sampled_from(["@x", "@xy", "a@x", "<b>", "&", "\n", "x" * 300]), max_size=300))
def test_a_message_that_calls_a_group_keeps_to_the_limits(words: list[str]) -> None:
    text = " ".join(words)
    made = calling(message(Message(text), "https://desk.example.org/posts/7"), {"@x": "S0TEAM"})
    assert len(made["text"]) <= 3000 + len(CALL)
    sections = [block["text"]["text"] for block in made["blocks"] if "text" in block]
    assert all(len(one) <= 3000 and one.count(CALL) <= 1 for one in sections)
    assert (CALL in made["text"]) == ("@x" in text.split())


def test_the_group_is_a_setting_and_is_not_kept_in_step_with_the_rota() -> None:
    found = environment.read(
        {
            "DUTYDESK_SLACK_BOT_TOKEN": "only-for-tests",
            "DUTYDESK_SLACK_SIGNING_SECRET": "only-for-tests",
            "DUTYDESK_SLACK_GROUPS": "support=S1,team=S0TEAM",
        }
    )
    assert not found.mistakes
    account = connection.account(found.settings)
    assert account.team_group == "S0TEAM"
    assert account.keeping.groups == {"support": "S1"}
