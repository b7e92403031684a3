"""Reading back what was said and marked in Slack while the desk was away.

Source: https://docs.slack.dev/reference/methods/conversations.history and …/conversations.replies.
Slack tells an event again for some minutes only. Of what was deleted meanwhile only that can be
read which has answers: a tombstone stands there.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from dutydesk.adapters.slack.api import SlackCall
from dutydesk.chat.flows import channels
from dutydesk.chat.models import ChannelMapping, Post
from dutydesk.inbox.flows import arrivals
from dutydesk.ports.delivery import Undelivered
from dutydesk.slack import envelopes, events
from dutydesk.slack.envelopes import outside
from dutydesk.slack.people import People

logger = logging.getLogger(__name__)
AGAIN = timedelta(minutes=10)
# So far back answers are looked for under what was said before the newest that is known.
BACK = timedelta(days=1)
PAGE, MOST_PAGES = 200, 50
Said = Mapping[str, Any]


class Backfill:
    """Reads channels back: when the desk starts, and now and then, since Slack may lose events.

    Each channel remembers up to where it was read, whatever else was told of it since.
    """

    def __init__(self, call: SlackCall, people: People, real_now: Callable[[], datetime]) -> None:
        """Ask Slack with `call`; messages go by the real time."""
        self._call, self._people, self._real_now = call, people, real_now
        self._wait_until: datetime | None = None
        self._read: set[str] = set()
        # By channel and thread, and up to when: what was read before Slack had enough of it.
        self._threads: dict[tuple[str, str, str], list[Said]] = {}

    def look_after(self, *, at: datetime) -> None:
        """Read back every channel that the desk is in, if that wasn't done of late.

        When Slack has enough of it, it goes on later where it stopped.
        """
        real = self._real_now()
        if self._wait_until is not None and real < self._wait_until:
            return
        wait = AGAIN
        try:
            for channel in self._channels():
                if channel.outside not in self._read:
                    self._read_back(channel, at)
                    self._read.add(channel.outside)
            self._read.clear()
            self._threads.clear()
        except Undelivered as failure:
            logger.warning("Slack can't be read back now: %s", failure.reason)
            wait = failure.retry_after or (AGAIN if failure.permanent else timedelta(0))
        self._wait_until = real + wait

    def _channels(self) -> Iterator[ChannelMapping]:
        """Give the public channels that the desk is in; a new one is read from now on."""
        now = f"{self._real_now().timestamp():.6f}"
        asked = {"types": "public_channel", "exclude_archived": "true", "limit": PAGE}
        for one in self._pages("conversations.list", "channels", asked):
            if not one.get("is_member") or one.get("is_private") or not one.get("name"):
                continue
            named = outside(self._people.team(), str(one["id"]))
            found = channels.meet(outside=named, name=f"#{one['name']}")
            if found.seen:
                yield found
            else:
                channels.saw(outside=found.outside, mark=now)

    def _read_back(self, where: ChannelMapping, at: datetime) -> None:
        channel, seen = where.outside.rpartition(":")[2], float(where.seen)
        asked = {"channel": channel, "oldest": f"{seen - BACK.total_seconds():.6f}", "limit": PAGE}
        said = list(self._pages("conversations.history", "messages", asked))[::-1]
        answers = [
            answer
            for root in said
            if float(root.get("latest_reply") or 0) > seen
            for answer in self._answers(channel, root, seen)
        ]
        told = sorted((*said, *answers), key=lambda one: float(one["ts"]))
        keys = [f"slack:{channel}:{one['ts']}" for one in told]
        found = Post.objects.filter(key__in=keys).prefetch_related("marks")
        posts = {post.key.rpartition(":")[2]: post for post in found}
        for one in told:
            for what, event in self._news(where, one, posts.get(str(one["ts"])), seen):
                self._receive(where, what, event, at)
        if said:
            channels.saw(outside=where.outside, mark=str(said[-1]["ts"]))

    def _answers(self, channel: str, root: Said, seen: float) -> list[Said]:
        """Give what answers it since then; a thread is asked for once, however often Slack stops.

        Else a day with more threads than Slack lets anybody read in a minute never came to its end.
        """
        ts = str(root["ts"])
        where = channel, ts, str(root["latest_reply"])
        if where not in self._threads:
            asked = {"channel": channel, "ts": ts, "oldest": f"{seen:.6f}", "limit": PAGE}
            found = self._pages("conversations.replies", "messages", asked)
            self._threads[where] = [one for one in found if one.get("ts") != ts]
        return self._threads[where]

    def _news(
        self, where: ChannelMapping, one: Said, post: Post | None, seen: float
    ) -> Iterator[tuple[str, Said]]:
        """Give what isn't known of a message, as the events by which Slack would have told it."""
        ts, edited = str(one["ts"]), str((one.get("edited") or {}).get("ts") or "")
        here = {"channel": where.outside.rpartition(":")[2]}
        if post is None and float(ts) > seen:
            yield ts, {**one, **here, "type": "message"}
        if post is not None and edited and float(edited) > seen:
            inside = {"subtype": "message_changed", "message": dict(one), "ts": edited}
            yield f"{ts}:{edited}", {**inside, **here, "type": "message"}
        if post is not None and post.removed_at is None and one.get("subtype") == "tombstone":
            inside = {"subtype": "message_changed", "message": dict(one), "ts": ts}
            yield f"{ts}:gone", {**inside, **here, "type": "message"}
        made = {(mark.who, mark.name) for mark in post.marks.all()} if post else set()
        team = where.outside.split(":")[1]
        for user, name in _marks(one):
            if (self._people.author(team, user).who, name) not in made:
                item = {"type": "message", "ts": ts, **here}
                inside = {"type": "reaction_added", "user": user, "reaction": name, "item": item}
                yield f"{ts}:{user}:{name}", inside

    def _receive(self, where: ChannelMapping, what: str, event: Said, at: datetime) -> None:
        """Keep it to be done in order with what Slack tells."""
        team = where.outside.split(":")[1]
        bot = {"team_id": team, "user_id": self._people.bot(), "is_bot": True}
        payload = {"team_id": team, "authorizations": [bot], "event": dict(event)}
        if envelopes.matters(payload):
            number = f"read:{where.outside.rpartition(':')[2]}:{what}"
            arrivals.keep(events.arrived(payload, number, at))

    def _pages(self, method: str, what: str, asked: Mapping[str, Any]) -> Iterator[Said]:
        """Give what a method lists, page after page. Raises Undelivered."""
        cursor = ""
        for _ in range(MOST_PAGES):
            answer = self._call(method, **asked, cursor=cursor or None)
            yield from (one for one in answer.get(what) or () if isinstance(one, Mapping))
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return


def _marks(one: Said) -> list[tuple[str, str]]:
    """Give who marked a message with what. Slack names a few people of each mark only."""
    return [
        (str(user), str(reaction.get("name") or "").partition("::")[0][:60])
        for reaction in one.get("reactions") or ()
        for user in reaction.get("users") or ()
    ]
