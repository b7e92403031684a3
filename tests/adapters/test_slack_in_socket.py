"""Socket Mode: the desk calls Slack, is told there, answers there, and comes back when cut off."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from doubles.slack_socket import SocketServer
from doubles.slack_workspace import Workspace
from dutydesk.inbox.models import Arrival
from dutydesk.slack.socket_mode import Socket
from testing.machine import eventually
from testing.slack import ADA, event, message, slack_of, ts_of
from testing.world import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(there: Workspace) -> Iterator[SocketServer]:
    server = SocketServer()
    there.socket = server.url
    yield server
    server.close()


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, "2026-11-24T11:00")


@pytest.fixture
def socket(world: World, there: Workspace, server: SocketServer) -> Iterator[Socket]:
    found = slack_of(world, there).socket(ping=0.5)
    assert found is not None
    found.look_after(at=world.at)
    eventually(lambda: server.connected)
    yield found
    found.close()
    connection.close()


def test_what_is_told_is_kept_once_and_acknowledged(
    world: World, server: SocketServer, socket: Socket
) -> None:
    told = event(message("Visits are down", ts_of(world.at)))
    for envelope in ("one", "again"):
        server.tell("events_api", told, envelope)
    eventually(lambda: len(server.answers) == 2)
    assert {one["envelope_id"] for one in server.answers} == {"one", "again"}
    assert Arrival.objects.count() == 1


def test_a_command_is_answered_with_the_acknowledgement(
    server: SocketServer, socket: Socket
) -> None:
    typed = {"user_id": ADA, "channel_id": "C1", "command": "/desk", "text": "who"}
    server.tell("slash_commands", typed, "three")
    answer = eventually(lambda: server.answers)[0]
    assert answer["envelope_id"] == "three"
    assert "Support: nobody" in answer["payload"]["text"]


def test_a_connection_that_slack_moves_or_that_breaks_is_made_anew(
    world: World, server: SocketServer, socket: Socket
) -> None:
    server.move()
    eventually(lambda: server.connections == 2 and server.connected)
    server.drop()
    eventually(lambda: not server.connected)
    eventually(lambda: server.connections >= 3 and server.connected)
    server.tell("events_api", event(message("Still there?", ts_of(world.at))), "four")
    eventually(lambda: server.answers)
    assert Arrival.objects.count() == 1


def test_while_slack_is_away_the_desk_goes_on_and_comes_back(
    world: World, there: Workspace, server: SocketServer
) -> None:
    there.mood = 500
    found = slack_of(world, there).socket(ping=0.5)
    assert found is not None
    before = threading.active_count()
    for _ in range(3):
        found.look_after(at=world.at)
    assert not server.connected
    there.mood = ""
    found.look_after(at=world.at)
    eventually(lambda: server.connected)
    found.close()
    eventually(lambda: threading.active_count() <= before + 2)
