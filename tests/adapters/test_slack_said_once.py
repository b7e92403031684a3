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


@pytest.mark.parametrize("changed", [True, False])
def test_what_was_changed_while_an_answer_was_lost_is_changed_there(
    there: Workspace, changed: bool
) -> None:
    there.history[ASK] = []
    poster = SlackPoster(Api(TOKEN, there.url), lambda path: path)
    said = OutgoingPost("question:1:status", ASK, Message("Ada has it"), "/")
    first = poster.say(said)
    now = replace(said, message=Message("Solved")) if changed else said
    assert poster.say(replace(now, uncertain=True)) == first
    assert [one["text"] for one in there.history[ASK]] == ["Solved" if changed else "Ada has it"]
    assert len(there.called("chat.update")) == int(changed)  # Else Slack calls it edited.
