"""Reading back what was said and marked in Slack while the desk was away.

Source: https://docs.slack.dev/reference/methods/conversations.history and …/conversations.replies;
which channels the app is in: …/users.conversations, of which fifty pages a minute may be read.
Slack tells an event again for some minutes only. Where something was deleted meanwhile that has
answers, a tombstone stands; what has none is missing among what is read.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from dutydesk.adapters.slack.api import SlackCall
from dutydesk.chat.flows import channels, history_readers, unheard_channels
from dutydesk.chat.models import ChannelMapping, Post
from dutydesk.inbox.flows import arrivals
from dutydesk.ports.delivery import Undelivered
from dutydesk.slack import envelopes, events, lost_channels
from dutydesk.slack.envelopes import outside
from dutydesk.slack.events import DOOR, SENDER
from dutydesk.slack.kept_threads import KeptThreads
from dutydesk.slack.people import People

logger = logging.getLogger(__name__)
AGAIN, SOON = timedelta(minutes=10), timedelta(minutes=1)
# So far back answers are looked for under what was said before the newest that is known.
BACK = timedelta(days=1)
PAGE, MOST_PAGES = 200, 50
MOST_MISSING = 20
# Within so long nobody can tell which of two changes is the later one.
NEARLY = timedelta(minutes=1)
_NOT_THERE = ("thread_not_found", "message_not_found")
Said = Mapping[str, Any]


class Backfill:
    """Reads channels back: when the desk starts, and now and then, since Slack may lose events.

    Each channel remembers up to where it was read, whatever else was told of it since.
    """

    def __init__(self, call: SlackCall, people: People, real_now: Callable[[], datetime]) -> None:
        """Ask Slack with `call`; messages go by the real time."""
        self._call, self._people, self._real_now = call, people, real_now
        self._rest: tuple[datetime, datetime] | None = None  # From when until when.
        self._read: set[str] = set()
        # Why what was said in a channel can't be read, by our name of it.
        self._refused: dict[str, str] = {}
        self._new: list[ChannelMapping] = []
        # By channel and thread, and up to when: what was read before Slack had enough of it.
        self._threads: dict[tuple[str, str, str], list[Said]] = {}
        self._kept = KeptThreads()
        self._held = False
        self._all_read: datetime | None = None

    def look_after(self, *, at: datetime) -> None:
        """Read back every channel that the desk is in, if that wasn't done of late.

        When Slack has enough of it, it goes on later where it stopped.
        """
        real = self._real_now()
        if not self._hold():
            return  # Another worker does.
        if self._rest is not None and self._rest[0] <= real < self._rest[1]:
            return  # A clock that is set back is not waited for.
        if self._rest is not None and real - self._rest[1] > AGAIN:
            self._kept.away()
        try:
            self._go_round(at, real)
            wait = SOON if self._kept.more else max(SOON, self._next_round() - real)
            known = True
        except Undelivered as failure:
            logger.warning("Slack can't be read back now: %s", failure.reason)
            wait = failure.retry_after or (AGAIN if failure.permanent else timedelta(0))
            if failure.retry_after is None:
                self._kept.away()
            known = self._all_read is not None or bool(self._kept.unread)
        if known and self._hold():  # Else what another worker knows of stands.
            history_readers.note(chat=DOOR, unread=self._kept.unread, at=at)
        self._rest = real, real + wait

    def _go_round(self, at: datetime, real: datetime) -> None:
        """Read all channels, or those alone in which threads are left of a moment ago."""
        there = self._heard(at)
        if not self._read:
            self._kept.begin(there)
        whole = self._all_read is None or not timedelta(0) <= real - self._all_read < AGAIN
        for channel in there:
            if channel.outside not in self._read and (whole or self._kept.wait(channel)):
                self._try(channel, at)
                self._read.add(channel.outside)
        self._read.clear()
        self._threads.clear()
        self._all_read = real if whole else self._all_read

    def _next_round(self) -> datetime:
        """Give when all channels are to be read again, whatever was left of them meanwhile."""
        return (self._all_read or self._real_now()) + AGAIN

    def _hold(self) -> bool:
        """Say whether this worker reads back, and no other; what others told it may not know."""
        held, self._held = self._held, history_readers.hold(chat=DOOR, at=self._real_now())
        if self._held and not held:
            self._kept.away()
        return self._held

    def _heard(self, at: datetime) -> list[ChannelMapping]:
        """Give the channels to read, and let the team know of those that nothing is heard of."""
        named = channels.meant()
        try:
            heard = list(self._channels())
            met = {one.channel_id for one in (*heard, *self._new)}
            lost = lost_channels.lost(self._call, named, met)
        except Undelivered as failure:
            if failure.permanent:
                lost = {one: f"{failure.reason}." for one in lost_channels.known(named)}
                unheard_channels.note(lost, chat=SENDER, at=at)
            raise
        unheard_channels.note({**lost, **self._refused}, chat=SENDER, at=at)
        return heard

    def _try(self, channel: ChannelMapping, at: datetime) -> None:
        """Read one channel back; what Slack lets nobody read there holds up no other."""
        try:
            self._read_back(channel, at)
            self._refused.pop(channel.channel.name, None)
        except Undelivered as failure:
            if not failure.permanent:
                raise
            self._kept.drop(channel)
            self._refused[channel.channel.name] = f"{failure.reason}."
            logger.warning("%s can't be read back: %s", channel.name, failure.reason)

    def _channels(self) -> Iterator[ChannelMapping]:
        """Give the public channels that the desk is in; a new one is read from now on."""
        self._new.clear()
        now = f"{self._real_now().timestamp():.6f}"
        asked = {"types": "public_channel", "exclude_archived": "true", "limit": PAGE}
        for one in self._pages("users.conversations", "channels", asked):
            if one.get("is_private") or not one.get("name"):
                continue
            named = outside(self._people.team(), str(one["id"]))
            found = channels.meet(outside=named, name=f"#{one['name']}")
            if found.seen:
                yield found
            else:
                channels.saw(outside=found.outside, mark=now)
                self._new.append(found)

    def _read_back(self, where: ChannelMapping, at: datetime) -> None:
        channel, seen = where.outside.rpartition(":")[2], float(where.seen)
        real = self._real_now()
        asked = {"channel": channel, "oldest": f"{seen - BACK.total_seconds():.6f}", "limit": PAGE}
        said = list(self._pages("conversations.history", "messages", asked))[::-1]
        kept = self._kept.due(where, at=at, real=real)
        asked_whole = {one: self._whole(channel, one.ts) for one in kept}
        whole = {one: there for one, there in asked_whole.items() if there is not None}
        read = {one.ts for one in kept}
        answers = [
            answer
            for root in said
            if float(root.get("latest_reply") or 0) > seen and root["ts"] not in read
            for answer in self._answers(channel, root, seen)
        ]
        told = {str(one["ts"]): (one, seen) for one in (*said, *answers)}
        told |= {str(one["ts"]): (one, 0.0) for thread in whole.values() for one in thread}
        self._tell(where, told, at)
        since, began = seen - BACK.total_seconds(), real.timestamp()
        gone = [*self._missing(channel, None, [float(one["ts"]) for one in said], since, began)]
        oldest = min((float(ts) for ts in told), default=began)
        for thread, there in whole.items():
            standing = [float(one["ts"]) for one in there]
            if there:
                gone += self._missing(channel, thread.root, standing, 0, began)
            elif float(thread.ts) > oldest:  # It isn't gone for its age.
                gone.append(thread.ts)
        for ts in gone:
            event = {"type": "message", "subtype": "message_deleted", "deleted_ts": ts}
            self._receive(where, f"{ts}:missing", {**event, "channel": channel}, at)
        self._kept.done(where, kept, real)
        if said:
            channels.saw(outside=where.outside, mark=str(said[-1]["ts"]))

    def _tell(
        self, where: ChannelMapping, told: Mapping[str, tuple[Said, float]], at: datetime
    ) -> None:
        """Keep what isn't known of these messages, in order; each with since when it may be new."""
        begins = f"{DOOR}:{where.outside.rpartition(':')[2]}:"
        found = Post.objects.filter(key__in=[f"{begins}{ts}" for ts in told])
        posts = {one.key.removeprefix(begins): one for one in found.prefetch_related("marks")}
        for ts in sorted(told, key=float):
            one, since = told[ts]
            for what, event in self._news(where, one, posts.get(ts), since, at):
                self._receive(where, what, event, at)

    def _missing(
        self, channel: str, root: int | None, there: Collection[float], since: float, until: float
    ) -> Iterator[str]:
        """Give what began a thread here, or answers `root`, and stands there no more.

        What is older than all that is left may only be kept there no longer, unless it is of the
        last day: no workspace keeps less. Each is asked for by itself before it is taken for gone.
        """
        least = max(since, min((*there, until - BACK.total_seconds())))
        begins = f"{DOOR}:{channel}:"
        rows = Post.objects.filter(key__startswith=begins, thread=root, removed_at=None)
        rows = rows.filter(key__gt=f"{begins}{least:.6f}", key__lt=f"{begins}{until}")
        known = [key.removeprefix(begins) for key in rows.values_list("key", flat=True)]
        missing = [ts for ts in sorted(known) if float(ts) not in there]
        yield from (ts for ts in missing[:MOST_MISSING] if not self._stands(channel, ts))

    def _stands(self, channel: str, ts: str) -> bool:
        """Say whether a message is there; of an answer Slack gives that alone.

        What Slack refuses for good is taken for there.
        """
        try:
            asked = {"channel": channel, "ts": ts, "limit": 1}
            found = self._call("conversations.replies", **asked).get("messages") or ()
        except Undelivered as failure:
            if failure.reason.endswith(_NOT_THERE):
                return False
            _pass_over(failure, channel, ts)
            return True
        return bool(found)

    def _whole(self, channel: str, ts: str) -> list[Said] | None:
        """Give a thread with what begins it; nothing of one that isn't there. Likewise once.

        None for one that Slack refuses for good.
        """
        where = channel, ts, ""
        if where not in self._threads:
            asked = {"channel": channel, "ts": ts, "limit": PAGE}
            try:
                self._threads[where] = list(self._pages("conversations.replies", "messages", asked))
            except Undelivered as failure:
                if not failure.reason.endswith(_NOT_THERE):
                    _pass_over(failure, channel, ts)
                    return None
                self._threads[where] = []
        return self._threads[where]

    def _answers(self, channel: str, root: Said, seen: float) -> list[Said]:
        """Give what answers it since then; a thread is asked for once, however often Slack stops.

        Else a day with more threads than Slack lets anybody read in a minute never came to its end.
        """
        ts = str(root["ts"])
        where = channel, ts, str(root["latest_reply"])
        if where not in self._threads:
            asked = {"channel": channel, "ts": ts, "oldest": f"{seen:.6f}", "limit": PAGE}
            try:
                found = list(self._pages("conversations.replies", "messages", asked))
            except Undelivered as failure:
                _pass_over(failure, channel, ts)
                found = []
            self._threads[where] = [one for one in found if one.get("ts") != ts]
        return self._threads[where]

    def _news(
        self, where: ChannelMapping, one: Said, post: Post | None, seen: float, at: datetime
    ) -> Iterator[tuple[str, Said]]:
        """Give what isn't known of a message, as the events by which Slack would have told it."""
        ts, edited = str(one["ts"]), envelopes.edited_in(one)
        here = {"channel": where.outside.rpartition(":")[2]}
        if post is None and float(ts) > seen:
            yield ts, {**one, **here, "type": "message"}
        if post is not None and edited and self._is_newer(edited, post, at):
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

    def _is_newer(self, edited: str, post: Post, at: datetime) -> bool:
        """Say whether a post may not say yet what it was changed to at that moment there."""
        ago = self._real_now() - datetime.fromtimestamp(float(edited), UTC)
        return post.changed_at is None or at - ago > post.changed_at - NEARLY

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
            self._hold()  # Another worker would else take it for gone.
            answer = self._call(method, **asked, cursor=cursor or None)
            yield from (one for one in answer.get(what) or () if isinstance(one, Mapping))
            cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return


def _pass_over(failure: Undelivered, channel: str, ts: str) -> None:
    """Hold up nothing for one thread that Slack refuses for good, where it gave the channel."""
    if not failure.permanent:
        raise failure
    logger.warning("Thread %s of %s can't be read back: %s", ts, channel, failure.reason)


def _marks(one: Said) -> list[tuple[str, str]]:
    """Give who marked a message with what. Slack names a few people of each mark only."""
    return [
        (str(user), str(reaction.get("name") or "").partition("::")[0][:60])
        for reaction in one.get("reactions") or ()
        for user in reaction.get("users") or ()
    ]
