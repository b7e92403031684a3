"""A chat outside is told what it is owed, whatever is wrong with a post, a channel or a clock."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.chat.flows import channels, desk_posts, outgoing_posts, post_mirror
from dutydesk.chat.flows.post_mirror import SPEAKING
from dutydesk.chat.models import ChannelMapping, PostMirror
from dutydesk.database.trouble import FAULT
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.messages import Message
from dutydesk.ports.delivery import Undelivered
from dutydesk.ports.outside import Blocked, OutgoingPost
from testing.said import say_what_is_owed
from testing.world import World

pytestmark = pytest.mark.django_db
HERE = "#ask-cloud-platform"
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


class Mouth:
    """Keeps what it says, by channel; `first` happens before."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []
        self.first: Callable[[OutgoingPost], None] = lambda said: None

    def say(self, said: OutgoingPost) -> str:
        self.first(said)
        self.said.append((said.channel, said.message.body))
        return f"{len(self.said)}.0"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path, "2026-11-24T10:00")
    post_mirror.mirror_to("slack")
    channels.meet(outside="slack:T1:C1", name=HERE)
    yield world
    post_mirror.mirror_to("")


def say(world: World, key: str, body: str) -> None:
    desk_posts.show(key=key, channel=HERE, message=Message(body), at=world.at)


def go(world: World, mouth: Mouth, seconds: int = 10) -> None:
    for _ in range(seconds):
        with suppress(KeyError):
            say_what_is_owed(mouth=mouth, now=lambda: world.at)
        world.at += SECOND


def test_a_clock_that_is_set_back_silences_no_channel(world: World) -> None:
    mouth = Mouth()
    world.at += timedelta(hours=1)
    say(world, "a", "While it was ahead")
    go(world, mouth, 1)
    world.at -= timedelta(hours=1)
    say(world, "b", "Once it was set back")
    [(number, due)] = SPEAKING.nearest(5, [], world.at)
    assert due is None
    go(world, mouth, 1)
    assert [body for _, body in mouth.said] == ["While it was ahead", "Once it was set back"]
    assert SPEAKING.claim(number, world.at) is None  # Nothing is owed any more.


def test_a_busy_chat_is_left_alone_for_as_long_as_it_says_all_the_same(world: World) -> None:
    def busy(said: OutgoingPost) -> None:
        raise Undelivered("It is busy.", retry_after=30 * MINUTE)

    mouth = Mouth()
    mouth.first = busy
    say(world, "a", "Hello")
    go(world, mouth, 1)
    mouth.first = lambda said: None
    go(world, mouth, 30)
    assert mouth.said == []
    world.at += 30 * MINUTE
    go(world, mouth, 1)
    assert len(mouth.said) == 1


def test_where_two_channels_of_theirs_are_one_of_ours_a_post_is_said_once_in_the_newer(
    world: World,
) -> None:
    mouth = Mouth()
    channels.rename(outside="slack:T1:C1", name="old-channel")
    channels.meet(outside="slack:T1:C2", name=HERE)
    place = ChannelMapping.objects.get(outside="slack:T1:C2").channel
    ChannelMapping.objects.update(channel=place)
    say(world, "a", "Hello")
    go(world, mouth)
    say(world, "a", "Hello, once more")
    go(world, mouth)
    assert mouth.said == [("C2", "Hello"), ("C2", "Hello, once more")]
    assert PostMirror.objects.get().problem == ""


def test_what_somebody_must_mend_is_told_although_it_was_away_before(world: World) -> None:
    troubles = [Undelivered("Slack is away."), Blocked("not_in_channel", "Invite the desk.")]

    def first(said: OutgoingPost) -> None:
        raise troubles[0]

    mouth = Mouth()
    mouth.first = first
    say(world, "a", "Hello")
    go(world, mouth)
    troubles.pop(0)
    go(world, mouth, 300)
    told = JournalEntry.objects.filter(kind="chat.mirror-trouble").order_by("pk")
    assert [one.data["blocked"] for one in told] == [False, True]


def test_a_post_that_was_changed_while_the_chat_refused_it_is_said_as_it_is_now(
    world: World,
) -> None:
    def refuse(said: OutgoingPost) -> None:
        if said.message.body == "Too long":
            say(world, "a", "Short")
            raise Undelivered("msg_too_long", permanent=True)

    mouth = Mouth()
    mouth.first = refuse
    say(world, "a", "Too long")
    go(world, mouth)
    assert mouth.said == [("C1", "Short")]
    assert PostMirror.objects.get().problem == ""


def test_a_post_that_can_t_be_put_together_holds_up_the_next_one_no_longer_than_any(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = outgoing_posts._words

    def trip(post: object) -> Message:
        if getattr(post, "key", "") == "a":
            raise KeyError("a")
        return words(post)  # type: ignore[arg-type]

    monkeypatch.setattr(outgoing_posts, "_words", trip)
    mouth = Mouth()
    say(world, "a", "Odd")
    say(world, "b", "Fine")
    go(world, mouth, 200)
    assert mouth.said == [("C1", "Fine")]
    assert PostMirror.objects.get(post__key="a").problem == FAULT
