"""What happens in Slack's channels, as what people do here.

Source: https://docs.slack.dev/reference/events/message and its subtypes, …/reaction_added,
…/channel_rename. Every event may come more than once, and not in order.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from django.db import transaction

from dutydesk.adapters.slack import text as markup
from dutydesk.adapters.slack.api import SlackCall
from dutydesk.chat.flows import aside, channels, outside_pictures, people_posts, versions
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import ChannelMapping, Post
from dutydesk.kernel.arrivals import ArrivalHandler, Arrived, each
from dutydesk.people.flows import identities, people
from dutydesk.ports.delivery import Undelivered
from dutydesk.ports.outside import Payload
from dutydesk.process.flows import process
from dutydesk.slack import direct_messages
from dutydesk.slack.block_text import words_in
from dutydesk.slack.envelopes import (
    SLACKBOT,
    Event,
    attached,
    bot_name,
    channel_of,
    edited_in,
    event_of,
    heard_as_new,
    is_direct,
    is_form,
    outside,
    place_of,
    said_before,
    said_in,
    team_of,
    unread,
    version_of,
)
from dutydesk.slack.people import People
from dutydesk.slack.pictures import files_in, pictures_in
from dutydesk.slack.places import follow_name, public_channel
from dutydesk.slack.replies import Where, reply
from dutydesk.slack.shortcuts import COMMAND

DOOR, SENDER = "slack", "Slack"
# An edit of what never came here is taken for the post itself if it is so young.
YOUNG = timedelta(minutes=10)
MOST_NAMED = 10
# An answer to what never came here brings what it answers along, if that is so young.
YOUNG_ROOT = timedelta(days=1)
OFFERED = timedelta(days=90)
PostAt = Callable[[str, str], Post | None]


def arrived(payload: Payload, number: str, at: datetime) -> Arrived:
    """Give an event as the inbox keeps it; Slack, or whoever read it back, has a number for it."""
    return Arrived(
        door=DOOR,
        source=place_of(payload),
        body=json.dumps(dict(unread(payload))).encode(),
        at=at,
        key=f"{DOOR}:{number}"[:160],
        sender=SENDER,
    )


class Events:
    """Takes events of the Events API, wherever they came in.

    `post_at` gives the desk's own post that stands at a place there. `home` shows somebody their
    home tab. `now` is the real time: what happened longer ago counts from then.
    """

    def __init__(
        self,
        call: SlackCall,
        people: People,
        *,
        post_at: PostAt,
        home: Callable[[str, datetime], None],
        now: Callable[[], datetime],
    ) -> None:
        """Ask Slack with `call` for what an event doesn't tell."""
        self._call, self._people = call, people
        self._post_at, self._home, self._now = post_at, home, now
        self._roots: dict[tuple[str, str], Event] = {}
        self._private: set[str] = set()

    def arrivals(self) -> ArrivalHandler:
        """Give what works out events that were kept; what people wrote stays nowhere but here."""

        def prepare(one: Arrived, at: datetime) -> None:
            self.prepare(json.loads(one.body), at=at)

        def take(one: Arrived, at: datetime) -> None:
            self.take(json.loads(one.body), at=at)

        return ArrivalHandler(
            (DOOR,), each(take), prepare, put_aside=aside.tell_team, keeps_body=False
        )

    def prepare(self, payload: Payload, *, at: datetime) -> None:
        """Learn the channel's name and who did it and is named. Raises Undelivered."""
        event = event_of(payload)
        if is_direct(event):
            return
        self._meet(team_of(payload), event)
        lost = self._lost_root(team_of(payload), event)
        for said in (lost, said_before(event), said_in(event), event):
            self._learn(said, at)

    def _learn(self, said: Event, at: datetime) -> None:
        """Learn who said it, and who is named and called in it."""
        text, user = words_in(said), said.get("user")
        if said.get("bot_id") and user and isinstance(user, str) and self._people.is_bot(user):
            user = None
        for one in dict.fromkeys((user, *markup.mentioned(text)[:MOST_NAMED])):
            if one and isinstance(one, str) and one != SLACKBOT:
                self._people.know(one, at)
        if groups := markup.groups(text):
            self._people.meet_groups(groups, at)

    def _by(self, team: str, said: Event) -> Author | None:
        """Give who said it; None for a bot.

        With a person's token an app posts as that person. A workflow's form asks for whom it names.
        """
        if is_form(said):
            return self._of_bot(team, said)
        user = str(said.get("user") or "")
        if not user or (said.get("bot_id") and self._people.is_bot(user)):
            return None
        return self._people.author(team, user)

    def _of_bot(self, team: str, said: Event) -> Author:
        """Give for whom a bot begins a thread: the one whom it names, if they are none of the team.

        Nothing else that it says is anybody's: it acts for nobody, and answers nothing.
        """
        named = set(markup.mentioned(words_in(said)))
        if len(named) == 1 and said.get("thread_ts") in (None, "", said.get("ts")):
            asker = self._people.author(team, named.pop())
            if people.engineer_of(asker.account) is None:
                return asker
        return self._people.author(team, str(said.get("bot_id") or ""), bot_name(said))

    def adopt(self, team: str, channel: str, said: Event, at: datetime) -> Post | None:
        """Take in what was left when it was said, of a bot or from before the desk was there.

        None for what answers something else, or isn't in a public channel. Raises Undelivered.
        """
        ts = str(said.get("ts") or "")
        if said.get("thread_ts") not in (None, "", ts):
            return None
        self.prepare({"team_id": team, "event": {**said, "channel": channel}}, at=at)
        where = channels.known(outside(team, channel))
        if where is None:
            return None
        by = self._by(team, said) or self._of_bot(team, said)
        with transaction.atomic():
            return self._keep(team, where, said, by, None, at)

    def _lost_root(self, team: str, event: Event) -> Event:
        """Read what an answer answers, if that was said of late and never came here."""
        said, where = said_in(event), channels.known(outside(team, channel_of(event)))
        thread = said.get("thread_ts")
        if where is None or not thread or thread == said.get("ts") or "deleted_ts" in event:
            return {}
        if self._now() - _moment(str(thread)) > YOUNG_ROOT or self._found(where, str(thread)):
            return {}
        asked = {"channel": channel_of(event), "ts": thread, "limit": 1}
        for one in self._call("conversations.replies", **asked).get("messages") or ():
            root = {**one, "type": "message", "channel": channel_of(event)}
            if one.get("ts") == thread and heard_as_new(channel_of(event), one):
                self._roots[where.outside, str(thread)] = root
                return root
        return {}

    def _meet(self, team: str, event: Event) -> None:
        """Learn whether its channel is public; one that was not may be so when a message comes."""
        channel = channel_of(event)
        named = outside(team, channel)
        if not channel or (named in self._private and "channel_type" not in event):
            return
        self._private.discard(named)
        if public_channel(self._call, team, channel) is None:
            self._private.add(named)

    def take(self, payload: Payload, *, at: datetime) -> None:
        """Do what an event says. Raises Undelivered if its channel isn't known yet."""
        event, team = event_of(payload), team_of(payload)
        kind = event.get("type")
        if kind == "app_home_opened" or is_direct(event):
            return self._greet(team, event, at)
        where = channels.known(outside(team, channel_of(event)))
        if where is None and outside(team, channel_of(event)) in self._private:
            return None
        if where is None:
            raise Undelivered("The channel isn't known yet")
        if kind == "channel_rename":
            return follow_name(where, str(event["channel"].get("name") or ""), at)
        if kind != "message":
            return self._mark(team, where, event, at)
        subtype = str(event.get("subtype") or "")
        if subtype == "message_deleted" or said_in(event).get("subtype") == "tombstone":
            return self._remove(team, where, event, at)
        if subtype == "message_changed":
            return self._edit(team, where, event, at)
        return self._post(team, where, event, at)

    def _greet(self, team: str, event: Event, at: datetime) -> None:
        """Answer whoever opened the app's home, or wrote to the desk alone."""
        user = str(event.get("user") or "")
        if is_direct(event):
            return direct_messages.answer(user, team, at)
        return self._home(user, at)

    def _post(self, team: str, where: ChannelMapping, said: Event, at: datetime) -> None:
        ts, thread = str(said["ts"]), str(said.get("thread_ts") or "")
        root = None
        if thread and thread != ts:
            lost = self._roots.pop((where.outside, thread), None)
            if lost is not None:
                self._post(team, where, lost, at)
            root = self._found(where, thread)
            if root is None:
                return  # An answer to what was said before the desk was there.
        by = self._by(team, said)
        if by is None:
            return
        self._keep(team, where, said, by, root, at)
        if not said.get("user"):
            return  # Nobody who could be told anything.
        if by.account is None and identities.may_offer(outside=by.outside, at=at, again=OFFERED):
            user, channel = str(said["user"]), where.outside.rpartition(":")[2]
            place = Where(user, channel, thread)
            offer = process.in_force().ask.words.stranger.format(command=f"{COMMAND} connect")
            reply(key=f"connect:{by.outside}:{ts}", where=place, text=offer, at=at)

    def _keep(
        self,
        team: str,
        where: ChannelMapping,
        said: Event,
        by: Author,
        root: Post | None,
        at: datetime,
    ) -> Post:
        new = not Post.objects.filter(key=_key(where, str(said["ts"]))).exists()
        posted = people_posts.post(
            by=by,
            channel=where.channel.name,
            text=self._text(team, said),
            at=self._happened(str(said["ts"]), at),
            thread=(root.thread_id or root.pk) if root else None,
            key=_key(where, str(said["ts"])),
        )
        versions.know(key=posted.key, version=edited_in(said) if new else "")
        outside_pictures.know(posted, pictures_in(said))
        return posted

    def _edit(self, team: str, where: ChannelMapping, event: Event, at: datetime) -> None:
        said, version = said_in(event), version_of(event)
        ts, text = str(said.get("ts") or ""), self._text(team, said)
        post = self._found(where, ts)
        if post is not None and versions.is_older(post, version):
            return
        if post is None:
            if self._now() - _moment(ts) < YOUNG:  # It overtook the message that it changes.
                self._post(team, where, said, at)
        elif post.key == _key(where, ts) and post.removed_at is None:
            if "files" in said:
                outside_pictures.stay(post, files_in(said))
                outside_pictures.know(post, pictures_in(said))
            if text:
                people_posts.edit(post=post.pk, by=Author.wrote(post), text=text, at=at)
            else:  # Nothing of it is left.
                people_posts.remove(post=post.pk, by=Author.wrote(post), at=at)
        versions.know(key=_key(where, ts), version=version)

    def _remove(self, team: str, where: ChannelMapping, event: Event, at: datetime) -> None:
        ts = str(event.get("deleted_ts") or said_in(event).get("ts"))
        post = Post.objects.filter(key=_key(where, ts)).first()
        if post is None:
            self._unsay(team, where, said_before(event), ts, at)
        elif post.removed_at is None:
            people_posts.remove(post=post.pk, by=Author.wrote(post), at=at)

    def _unsay(self, team: str, where: ChannelMapping, said: Event, ts: str, at: datetime) -> None:
        """Let a message that is told later than its deletion be no post, if somebody wrote it."""
        thread = str(said.get("thread_ts") or ts)
        root = self._found(where, thread) if thread != ts else None
        if self._now() - _moment(ts) > YOUNG or not heard_as_new(
            where.outside.rpartition(":")[2], said
        ):
            return
        by = self._by(team, said) if thread == ts or root is not None else None
        if by is not None:
            people_posts.unsay(
                by=by,
                channel=where.channel.name,
                at=self._happened(ts, at),
                key=_key(where, ts),
                thread=(root.thread_id or root.pk) if root else None,
            )

    def _mark(self, team: str, where: ChannelMapping, event: Event, at: datetime) -> None:
        post = self._found(where, str(event["item"]["ts"]))
        if post is not None:
            people_posts.mark(
                post=post.pk,
                name=str(event.get("reaction") or "").partition("::")[0][:60],
                by=self._people.author(team, str(event.get("user") or "")),
                on=event.get("type") == "reaction_added",
                at=at,
            )

    def _found(self, where: ChannelMapping, ts: str) -> Post | None:
        """Give the post that stands there: one from there, or one of ours that was shown there."""
        found = Post.objects.filter(key=_key(where, ts)).first()
        return found or self._post_at(where.outside.rpartition(":")[2], ts)

    def _text(self, team: str, said: Event) -> str:
        def channel(number: str) -> str:
            return known.name if (known := channels.known(outside(team, number))) else ""

        text = markup.plain(
            words_in(said),
            person=lambda user: self._people.name(team, user),
            channel=channel,
            group=self._people.group,
        )
        return "\n".join(filter(None, (text, *attached(said))))[: people_posts.LONGEST]

    def _happened(self, ts: str, at: datetime) -> datetime:
        """Give when it was said, on the clock that `at` is of."""
        return at - max(self._now() - _moment(ts), timedelta(0))


def _key(where: ChannelMapping, ts: str) -> str:
    return f"slack:{where.outside.rpartition(':')[2]}:{ts}"


def _moment(ts: str) -> datetime:
    return datetime.fromtimestamp(float(ts), UTC)
