"""A post whose answer was lost is said once, however long the thread is that it stands in."""

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
    more = {"key": "question:1:ticket", "channel": ASK, "screen": "/", "thread": ROOT}
    first = poster.say(OutgoingPost(message=Message("Ticket 1"), **more))
    again = poster.say(OutgoingPost(message=Message("Ticket 1"), uncertain=True, **more))
    assert again == first
    assert len(there.called("chat.postMessage")) == 1
