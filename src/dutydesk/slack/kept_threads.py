"""Threads in Slack that are read whole: of questions that go on, or were solved lately.

A channel's list tells of its newest messages only, and of no answer that it was changed or deleted.
How old a question is doesn't matter: its thread is read after each time that the desk was away, and
now and then, a bounded number at a time.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from dutydesk.chat.models import ChannelMapping, Post
from dutydesk.desk.models import OVER, Question
from dutydesk.process.flows import process
from dutydesk.slack.events import DOOR

# Slack lets fifty threads be read in a minute (tier 3), and they are not all that is asked of it.
MOST = 30
# So long it is relied on that Slack tells what happens in a thread.
AFRESH = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class KeptThread:
    """A thread that begins at `ts` there, and with the post `root` here."""

    ts: str
    root: int


class KeptThreads:
    """Knows when each thread was read, since the desk began or was away the last time."""

    def __init__(self) -> None:
        """Know of none."""
        self._read: dict[tuple[str, str], datetime] = {}
        self._left = MOST
        self._waiting: dict[str, list[KeptThread]] = {}

    def begin(self, channels: Collection[ChannelMapping]) -> None:
        """Begin to go round these channels."""
        self._left = MOST
        there = {one.outside for one in channels}
        self._waiting = {one: left for one, left in self._waiting.items() if one in there}

    def due(self, where: ChannelMapping, *, at: datetime, real: datetime) -> list[KeptThread]:
        """Give those of a channel to read now: first those never read, the newest first."""
        kept = _kept(where, at)
        self._forget_others(where, {one.ts for one in kept})
        last = {one: self._read.get((where.outside, one.ts)) for one in kept}
        due = [one for one in kept if (read := last[one]) is None or real - read >= AFRESH]
        due.sort(key=lambda one: (last[one] is not None, last[one] or real))
        self._waiting[where.outside] = due
        return due[: self._left]

    def wait(self, where: ChannelMapping) -> bool:
        """Say whether some of a channel are still to be read."""
        return bool(self._waiting.get(where.outside))

    @property
    def more(self) -> bool:
        """Say whether some are still to be read, in any channel."""
        return any(self._waiting.values())

    @property
    def unread(self) -> int:
        """Give how many of those were not read since the desk was away."""
        waiting = self._waiting.items()
        return sum((where, one.ts) not in self._read for where, left in waiting for one in left)

    def done(self, where: ChannelMapping, threads: Collection[KeptThread], real: datetime) -> None:
        """Know that these were read, and worked out as far as that is for us to do."""
        self._read.update({(where.outside, one.ts): real for one in threads})
        self._left -= len(threads)
        left = self._waiting.get(where.outside, ())
        self._waiting[where.outside] = [one for one in left if one not in threads]

    def drop(self, where: ChannelMapping) -> None:
        """Wait for none of a channel that can't be read now."""
        self._waiting.pop(where.outside, None)

    def away(self) -> None:
        """Read all of them again: what Slack told meanwhile may not have come here."""
        self._read.clear()

    def _forget_others(self, where: ChannelMapping, kept: Collection[str]) -> None:
        gone = [one for one in self._read if one[0] == where.outside and one[1] not in kept]
        for one in gone:
            del self._read[one]


def _kept(where: ChannelMapping, at: datetime) -> list[KeptThread]:
    """Give the threads of questions that are not over, or were solved within `ask.goes_on`."""
    since = at - process.in_force().ask.goes_on
    lately = Q(state=Question.State.SOLVED, solved_at__gte=since)
    asked = Question.objects.filter(~Q(state__in=OVER) | lately).values("pk")
    roots = Post.objects.filter(Q(question__in=asked) | Q(joins__question__in=asked))
    roots = roots.filter(channel=where.channel_id).select_related("mirror").order_by("-pk")
    begins = f"{DOOR}:{where.outside.rpartition(':')[2]}:"
    placed = [(_place(root, begins), root.pk) for root in roots]
    return [KeptThread(ts, root) for ts, root in placed if ts]


def _place(root: Post, begins: str) -> str:
    """Give where a post stands there: one from there, or one of ours that was shown there."""
    if root.key.startswith(begins):
        return root.key.removeprefix(begins)
    mirror = getattr(root, "mirror", None)
    return "" if mirror is None else str(mirror.reference)
