"""A desk into which nothing comes from outside hears Slack by Socket Mode, and ends cleanly."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from doubles.slack_socket import SocketServer
from doubles.slack_workspace import TOKEN, Workspace
from testing.machine import eventually
from testing.slack import ADA, ASK, event, message, ts_of, workspace
from testing.visitors import first_account
from testing.whole_desk import Desk, ordinary_tuesday


@pytest.fixture
def there() -> Iterator[Workspace]:
    found = workspace()
    found.history = {number: [] for number in found.channels}
    yield found
    found.close()


@pytest.fixture
def server(there: Workspace) -> Iterator[SocketServer]:
    server = SocketServer()
    there.socket = server.url
    yield server
    server.close()


@pytest.mark.clause("ask.entry")
def test_what_is_told_by_socket_is_asked_and_answered_and_the_desk_ends_at_once(
    there: Workspace, server: SocketServer
) -> None:
    desk = Desk(
        ordinary_tuesday(11, 0),
        DUTYDESK_SLACK_BOT_TOKEN=TOKEN,
        DUTYDESK_SLACK_APP_TOKEN="xapp-only-for-tests",
        DUTYDESK_SLACK_API_URL=there.url,
    )
    try:
        ada = first_account(desk)
        eventually(lambda: server.connected)
        real = datetime.now(UTC)  # noqa: TID251 -- Slack keeps the machine's time
        told = message("Are visits down?", ts_of(real))
        server.tell("events_api", event(told), "one")
        eventually(lambda: "Are visits down?" in ada.see("/"))
        typed = {"user_id": ADA, "channel_id": ASK, "command": "/desk", "text": "who"}
        server.tell("slash_commands", {**typed, "trigger_id": "1.2"}, "two")
        eventually(lambda: len(server.answers) == 2)
        assert "Support:" in server.answers[1]["payload"]["text"]
        assert "xapp-" not in desk.log.read_text()
        assert TOKEN not in desk.log.read_text()
        with ada.client.stream("GET", "/live?about=any") as screen:
            heard = screen.iter_raw()
            assert b"retry" in next(heard)
            assert desk.stop() == 0
            list(heard)  # To its end, which a killed process would not have sent.
        assert "doesn't end" not in desk.log.read_text()
        assert "Traceback" not in desk.log.read_text()
    finally:
        desk.close()
