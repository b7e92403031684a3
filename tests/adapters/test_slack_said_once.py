"""A post whose answer was lost is said once, however long the thread is that it stands in."""

from dataclasses import replace

import pytest

from doubles.slack_workspace import TOKEN, Workspace
from dutydesk.adapters.slack.api import Api
from dutydesk.adapters.slack.poster import SlackPoster
from dutydesk.kernel.messages import Message
from dutydesk.ports.outside import OutgoingPost
from testing.slack import ASK, UMA

ROOT = "1600000000.000000"


@pytest.mark.parametrize("replies", [3, 450])
def test_a_post_at_the_end_of_a_thread_is_found_there(there: Workspace, replies: int) -> None:
    there.history[ASK] = [{"ts": ROOT, "user": UMA, "text": "Why?"}]
    there.history[ASK] += [
        {"ts": f"16000{number:05}.000000", "user": UMA, "text": "More", "thread_ts": ROOT}
        for number in range(1, replies)
    ]
    poster = SlackPoster(Api(TOKEN, there.url), lambda path: path)
    said = OutgoingPost("question:1:ticket", ASK, Message("Ticket 1"), "/", thread=ROOT)
    first = poster.say(said)
    again = poster.say(replace(said, uncertain=True))
    assert again == first
    assert len(there.called("chat.postMessage")) == 1
