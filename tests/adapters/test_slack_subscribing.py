"""A team subscribes its own channel in Slack to what the status page says."""

import json
from pathlib import Path

import pytest

from doubles.slack_workspace import Workspace
from dutydesk.chat.models import Channel
from dutydesk.slack.app import Slack
from dutydesk.status.models import ChannelSubscription
from testing.slack import ASK, UMA, UNA, slack_of
from testing.slack_person import Person
from testing.status import show
from testing.world import World

pytestmark = pytest.mark.django_db
COURTS, SECRET = "C0COURTS", "C0SECRET"


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    show(world, tmp_path)
    return world


@pytest.fixture
def slack(world: World, there: Workspace) -> Slack:
    there.channels[COURTS] = {"id": COURTS, "name": "courts", "is_private": False}
    return slack_of(world, there)


@pytest.fixture
def uma(world: World, slack: Slack) -> Person:
    return Person(world, slack, UMA)


def types(person: Person, channel: str) -> str:
    """Let somebody type it in a channel; give the answer, if it is one."""
    answer = person.does({**person.typed("subscribe"), "channel_id": channel})
    return str(answer["text"]) if answer else ""


def test_a_channel_is_subscribed_where_it_is_typed(
    world: World, uma: Person, there: Workspace
) -> None:
    assert types(uma, COURTS) == ""
    view = there.called("views.open")[-1]["view"]
    assert (view["callback_id"], "#courts" in json.dumps(view)) == ("status.subscribe", True)
    inputs = {one["block_id"]: one["element"] for one in view["blocks"] if one["type"] == "input"}
    (visits,) = (
        one for one in inputs["services"]["options"] if one["text"]["text"] == "Prison visits"
    )
    done = uma.does(uma.filled(view, services={"type": "checkboxes", "selected_options": [visits]}))
    assert "#courts is told from now on." in json.dumps(done)
    made = ChannelSubscription.objects.get()
    assert (made.channel.name, made.by) == ("#courts", "Uma")
    assert [one.name for one in made.services.all()] == ["Prison visits"]


def test_only_public_channels_that_the_process_does_not_tell_are_subscribed(
    uma: Person, there: Workspace
) -> None:
    assert "public channels only" in types(uma, SECRET)
    assert "public channels only" in types(uma, "D0DIRECT")
    assert not there.called("views.open")
    assert types(uma, ASK) == ""
    refused = uma.does(uma.filled(there.called("views.open")[-1]["view"]))
    assert "tells this channel already" in json.dumps(refused)
    assert not ChannelSubscription.objects.exists()
    assert not Channel.objects.filter(name="#secret").exists()


def test_strangers_are_asked_to_connect_and_help_names_it(world: World, slack: Slack) -> None:
    stranger = Person(world, slack, UNA)
    assert "/people/connect/" in types(stranger, COURTS)
    assert "/desk subscribe" in stranger.does(stranger.typed("help"))["text"]
