"""What stands in Slack's ask channel, and the desk that reads it back."""

from typing import Any

from doubles.slack_workspace import Workspace
from dutydesk.chat.models import Post
from dutydesk.slack.backfill import Backfill
from dutydesk.slack.people import People
from testing.slack import ASK, UMA, message, slack_of, take_in
from testing.world import World


def reading(world: World, there: Workspace) -> Backfill:
    """Give what a desk that starts reads with."""
    slack = slack_of(world, there)
    return Backfill(slack.call, People(slack.call), lambda: world.at)


def read_back(world: World, catching: Backfill) -> None:
    catching.look_after(at=world.at)
    take_in(world)


def said(there: Workspace, text: str, ts: str, by: str = UMA, **more: Any) -> dict[str, Any]:
    one = message(text, ts, by=by)
    for name in ("channel", "channel_type", "event_ts"):
        del one[name]
    there.history[ASK] = sorted([*there.history[ASK], one | more], key=lambda m: float(m["ts"]))
    return one | more


def posts() -> list[str]:
    found = Post.objects.filter(key__startswith="slack:").order_by("id")
    return [one.words.body for one in found]
