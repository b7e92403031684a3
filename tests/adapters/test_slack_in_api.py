"""Calling Slack: once, in a bounded time, and never with a secret in what is said of it."""

import socket
from datetime import timedelta

import pytest

from doubles.slack_workspace import TOKEN, Workspace
from dutydesk.adapters.slack.api import Api
from dutydesk.ports.delivery import Undelivered
from testing.slack import ADA


def refused(url: str, token: str = TOKEN, patience: int = 120) -> Undelivered:
    with pytest.raises(Undelivered) as caught:
        Api(token, url, patience)("users.info", user=ADA)
    assert token not in caught.value.reason
    assert url not in caught.value.reason
    return caught.value


def test_an_answer_is_given_and_lists_and_mappings_arrive_whole(there: Workspace) -> None:
    call = Api(TOKEN, there.url.rstrip("/"))
    assert call("users.info", user=ADA)["user"]["id"] == ADA
    view = {"type": "home", "blocks": [{"type": "divider"}]}
    call("views.publish", user_id=ADA, view=view, hash=None)
    assert there.calls[-1] == ("views.publish", {"user_id": ADA, "view": view})


@pytest.mark.parametrize(
    ("mood", "permanent", "retry_after"),
    [
        (429, False, timedelta(seconds=7)),
        ("ratelimited", False, timedelta(seconds=30)),
        (500, False, None),
        (503, False, None),
        ("internal_error", False, None),
        ("fatal_error", False, None),
        ("channel_not_found", True, None),
        ("missing_scope", True, None),
        ("token_revoked", True, None),
    ],
)
def test_what_slack_answers_says_whether_to_try_again(
    there: Workspace, mood: int | str, permanent: bool, retry_after: timedelta | None
) -> None:
    there.mood = mood
    failure = refused(there.url)
    assert (failure.permanent, failure.retry_after) == (permanent, retry_after)


def test_a_wrong_token_is_said_without_it(there: Workspace) -> None:
    assert refused(there.url, "xoxb-wrong").permanent


def test_slack_that_is_not_there_or_never_answers_is_tried_again() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        assert not refused(f"http://127.0.0.1:{closed.getsockname()[1]}/api/").permanent
        closed.listen()
        silent = f"http://127.0.0.1:{closed.getsockname()[1]}/api/"
        assert not refused(silent, patience=1).permanent
        assert Api(TOKEN, silent, 1)._client.timeout == 1, "it waits as long as it was told"
