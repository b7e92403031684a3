"""What the desk says is said in Slack too: in order, once, the newest state, whatever happens."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.conf import settings

from doubles.slack_workspace import TEAM, Workspace
from dutydesk.chat.flows import channels, desk_posts, people_posts, post_mirror, post_receipts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import ChannelMapping, Post, PostMirror
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.files import SentFile
from dutydesk.kernel.messages import Button, Message
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.flows import identities
from testing.drawn import png_of
from testing.said import say_what_is_owed
from testing.slack import ASK, BEN, TEAM_CHANNEL, UMA, slack_of, workspace
from testing.world import World

pytestmark = pytest.mark.django_db
HERE, THERE = "#ask-cloud-platform", "#cloud-platform"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, "2026-11-24T11:00")


@pytest.fixture
def there(world: World) -> Iterator[Workspace]:
    made = workspace()
    for number, name in ((ASK, HERE), (TEAM_CHANNEL, THERE)):
        channels.meet(outside=f"slack:{TEAM}:{number}", name=name)
    post_mirror.mirror_to("slack")
    yield made
    made.close()


def say(world: World, key: str, words: str | Message, **more: Any) -> Post:
    message = words if isinstance(words, Message) else Message(words)
    return desk_posts.say(key=key, channel=HERE, message=message, at=world.at, **more)


def go(world: World, there: Workspace, seconds: int = 10) -> None:
    """Let so many seconds pass, a moment at a time."""
    mouth = slack_of(world, there).speaking
    for _ in range(seconds):
        say_what_is_owed(mouth=mouth, now=lambda: world.at)
        world.at += timedelta(seconds=1)


def texts(there: Workspace, channel: str = ASK) -> list[str]:
    return [said["text"] for said in there.history.get(channel, [])]


def test_a_post_a_reply_and_a_change_stand_there_each_once(world: World, there: Workspace) -> None:
    root = say(world, "root", Message("Body", title="Title", facts=(("Who", "Ada"),)))
    say(world, "reply", "A reply", thread=root)
    go(world, there)
    first, second = there.history[ASK]
    assert first["text"] == "Title\nBody\nWho: Ada"
    assert [block["type"] for block in first["blocks"]] == ["header", "section", "section"]
    assert second["thread_ts"] == first["ts"]
    desk_posts.rewrite(key="root", message=Message("Changed"), at=world.at)
    desk_posts.rewrite(key="root", message=Message("Changed twice"), at=world.at)
    go(world, there)
    assert texts(there) == ["Changed twice", "A reply"]
    assert len(there.called("chat.update")) == 1
    assert post_mirror.post_at(ASK, first["ts"]) == root
    assert post_mirror.post_at("C0OTHER", first["ts"]) is None


def test_a_change_that_is_taken_back_before_it_went_out_is_not_told(
    world: World, there: Workspace
) -> None:
    say(world, "root", "As it is")
    go(world, there)
    desk_posts.rewrite(key="root", message=Message("Other"), at=world.at)
    desk_posts.rewrite(key="root", message=Message("As it is"), at=world.at)
    go(world, there)
    assert not there.called("chat.update")
    assert not PostMirror.objects.filter(owed=True).exists()


def test_a_button_leads_to_its_action(world: World, there: Workspace) -> None:
    buttons = (Button("question.take", "question:7", "I'll take it", primary=True),)
    say(world, "root", Message("Who?", buttons=buttons))
    go(world, there)
    (button,) = there.history[ASK][0]["blocks"][-1]["elements"]
    assert (button["action_id"], button["value"]) == ("question.take#0", "question:7")
    assert button["style"] == "primary"


def test_what_one_person_alone_sees_they_alone_see_there(world: World, there: Workspace) -> None:
    uma = world.person("Uma")
    identities.recognise(
        outside=f"slack:{TEAM}:{UMA}", name="Uma", email="uma@example.org", at=world.at
    )
    root = say(world, "root", "Question")
    say(world, "for uma", "How was it?", thread=root, only_for=uma.account)
    say(world, "for ada", "Hush", thread=root, only_for=world.person("Ada").account)
    go(world, there)
    (given,) = there.called("chat.postEphemeral")
    assert (given["user"], given["thread_ts"]) == (UMA, there.history[ASK][0]["ts"])
    assert texts(there) == ["Question"]
    desk_posts.rewrite(key="for uma", message=Message("Thanks"), at=world.at)
    go(world, there)
    assert len(there.called("chat.postEphemeral")) == 1
    assert not PostMirror.objects.filter(owed=True).exists()


def test_whoever_a_post_is_for_is_mentioned_there_if_they_are_known_there(
    world: World, there: Workspace
) -> None:
    uma, ada = world.person("Uma"), world.person("Ada")
    identities.recognise(outside=f"slack:{TEAM}:{UMA}", name="Uma", email=uma.email, at=world.at)
    say(world, "late", Message("Uma: it was due", mentions=(uma.account, ada.account)))
    go(world, there)
    (said,) = there.history[ASK]
    assert said["text"] == f"<@{UMA}> Uma: it was due"
    assert said["blocks"][0]["text"]["text"] == f"<@{UMA}>"


def test_marks_that_people_put_on_here_stand_there_as_the_desk_s_own(
    world: World, there: Workspace
) -> None:
    uma, ada, ben = (Author.of(world.person(name)) for name in ("Uma", "Ada", "Ben"))
    from_there = Author("Ben", ben.account, f"slack:{TEAM}:{BEN}")
    slack_of(world, there)
    post = people_posts.post(by=uma, channel=HERE, text="How?", at=world.at)
    people_posts.mark(post=post.pk, name="eyes", by=ada, on=True, at=world.at)
    world.settle()
    assert not there.called("reactions.add")  # The post isn't there yet.
    go(world, there)
    where = (ASK, there.history[ASK][0]["ts"])

    def then(by: Author, name: str, *, on: bool) -> set[str]:
        people_posts.mark(post=post.pk, name=name, by=by, on=on, at=world.at)
        world.forward(minutes=1)
        return there.reactions.get(where, set())

    assert then(ben, "eyes", on=True) == {"eyes"}
    assert then(ada, "eyes", on=False) == {"eyes"}  # Ben's is still on.
    assert then(ben, "eyes", on=False) == set()
    assert then(from_there, "white_check_mark", on=True) == set()  # Theirs stands there already.
    there.weather = lambda _: 500
    assert then(ada, "white_check_mark", on=True) == set()
    there.weather = None
    assert then(ada, "eyes", on=True) == {"white_check_mark", "eyes"}
    assert then(ben, "tada", on=True) == {"white_check_mark", "eyes", "tada"}
    assert then(from_there, "tada", on=False) == {"white_check_mark", "eyes"}
    assert not OutboxMessage.objects.filter(state="failed").exists()


def test_what_people_post_here_stands_there_under_their_name_and_goes_when_removed(
    world: World, there: Workspace
) -> None:
    uma = Author.of(world.person("Uma"))
    post = people_posts.post(by=uma, channel=HERE, text="Hello <!channel> & all", at=world.at)
    go(world, there)
    (said,) = there.history[ASK]
    assert (said["username"], said["text"]) == ("Uma", "Hello &lt;!channel&gt; &amp; all")
    people_posts.edit(post=post.pk, by=uma, text="Hello, all", at=world.at)
    go(world, there)
    assert texts(there) == ["Hello, all"]
    people_posts.remove(post=post.pk, by=uma, at=world.at)
    go(world, there)
    assert texts(there) == []


def test_pictures_that_are_added_here_are_named_there(world: World, there: Workspace) -> None:
    by, files = Author.of(world.person("Uma")), [SentFile("a.png", png_of())] * 2
    people_posts.post(by=by, channel=HERE, text="Look", at=world.at, files=files)
    go(world, there)
    post = Post.objects.get()
    assert texts(there) == [f"Look\n\n(2 pictures: {settings.BASE_URL}/posts/{post.pk})"]


def test_what_came_from_there_is_not_sent_back_and_is_answered_in_its_thread(
    world: World, there: Workspace
) -> None:
    una = Author("Una", None, f"slack:{TEAM}:U0UNA")
    root = people_posts.post(
        by=una, channel=HERE, text="Hi", at=world.at, key=f"slack:{ASK}:1699.000100"
    )
    say(world, "reply", "Hello", thread=root)
    people_posts.edit(post=root.pk, by=una, text="Hi!", at=world.at)
    go(world, there)
    assert [(said["text"], said["thread_ts"]) for said in there.history[ASK]] == [
        ("Hello", "1699.000100")
    ]


def test_a_reply_to_what_was_said_before_there_was_slack_brings_it_there_first(
    world: World, there: Workspace
) -> None:
    post_mirror.mirror_to("")
    root = say(world, "root", "Old")
    post_mirror.mirror_to("slack")
    say(world, "reply", "New", thread=root)
    go(world, there)
    assert texts(there) == ["Old", "New"]
    assert there.history[ASK][1]["thread_ts"] == there.history[ASK][0]["ts"]


def test_one_message_a_second_in_a_channel_the_urgent_first_and_channels_apart(
    world: World, there: Workspace
) -> None:
    for number in range(5):
        say(world, f"k{number}", f"Chatter {number}")
    say(world, "high", Message("Down", tone="high"))
    desk_posts.say(key="other", channel=THERE, message=Message("Elsewhere"), at=world.at)
    go(world, there, 1)
    assert (texts(there), texts(there, TEAM_CHANNEL)) == (["Down"], ["Elsewhere"])
    go(world, there, 2)
    assert texts(there) == ["Down", "Chatter 0", "Chatter 1"]


def test_a_busy_slack_is_left_alone_for_as_long_as_it_says(world: World, there: Workspace) -> None:
    say(world, "root", "Hello")
    there.mood = 429  # For seven seconds.
    go(world, there, 1)
    assert post_receipts.blocked([HERE]) == {}
    there.mood = ""
    go(world, there, 6)
    assert texts(there) == []
    go(world, there, 1)
    assert texts(there) == ["Hello"]


@pytest.mark.parametrize("error", ["not_in_channel", "is_archived", "invalid_auth"])
def test_what_somebody_must_mend_is_told_once_and_all_stays_owed(
    world: World, there: Workspace, error: str
) -> None:
    say(world, "a", "First")
    there.mood = error
    go(world, there, 200)
    told = JournalEntry.objects.filter(kind="chat.mirror-trouble")
    assert error in post_receipts.blocked([HERE])[HERE]
    place = ChannelMapping.objects.get(outside__endswith=ASK)
    world.at += timedelta(minutes=1)
    assert (
        post_mirror.SPEAKING.claim(place.pk, world.at) is not None
    )  # As long as it is tried, too.
    assert error in post_receipts.blocked([HERE])[HERE]
    assert told.count() == 1
    assert error in told.get().text
    say(world, "b", "Second")
    there.mood = ""
    go(world, there, 70)
    assert texts(there) == ["First", "Second"]
    assert ChannelMapping.objects.get(outside__endswith=ASK).trouble == ""


def test_what_slack_will_never_take_does_not_hold_up_the_rest(
    world: World, there: Workspace
) -> None:
    say(world, "a", "Odd")
    say(world, "b", "Fine")
    answers = iter(["msg_too_long"])
    there.weather = lambda method: next(answers, "")
    go(world, there)
    assert texts(there) == ["Fine"]
    assert PostMirror.objects.get(post__key="a").problem
    assert JournalEntry.objects.filter(kind="chat.mirror-trouble").count() == 1


def test_a_channel_that_slack_does_not_have_keeps_what_is_owed_and_is_told_of(
    world: World, there: Workspace
) -> None:
    desk_posts.say(key="x", channel="#nowhere", message=Message("Lost?"), at=world.at)
    go(world, there, 400)
    assert post_mirror.behind(at=world.at, by=timedelta(minutes=5)) == ["#nowhere"]
    there.channels["C0NEW"] = {"id": "C0NEW", "name": "nowhere", "is_member": True}
    channels.meet(outside=f"slack:{TEAM}:C0NEW", name="#nowhere")
    go(world, there)
    assert texts(there, "C0NEW") == ["Lost?"]


def test_two_workers_say_nothing_twice(world: World, there: Workspace) -> None:
    for number in range(3):
        say(world, f"k{number}", f"Number {number}")
    mouth = slack_of(world, there).speaking
    place = ChannelMapping.objects.get(outside__endswith=ASK)
    assert post_mirror.SPEAKING.claim(place.pk, world.at) is not None
    assert say_what_is_owed(mouth=mouth, now=lambda: world.at) == 0
    world.at += timedelta(seconds=15)  # Whoever claimed it died.
    go(world, there)
    assert texts(there) == ["Number 0", "Number 1", "Number 2"]


def busy(world: World, roots: list[Post], random: Random, second: int) -> None:
    """Let twenty things happen in a second: most change what stands there, some are new."""
    changed: dict[str, desk_posts.DeskPost] = {}
    for number in range(20):
        chance = random.random()
        if chance < 0.97 and roots:
            key = random.choice(roots).key
            changed[key] = desk_posts.DeskPost(key, HERE, Message(f"{key} now {second}.{number}"))
        elif chance < 0.98 and roots:
            say(world, f"r{second}.{number}", f"reply {number}", thread=random.choice(roots))
        else:
            roots.append(say(world, f"p{second}.{number}", f"post {number}"))
    desk_posts.show_all(list(changed.values()), at=world.at)


@pytest.mark.django_db(transaction=True)  # In one transaction no dead row could be cleared away.
def test_after_two_minutes_of_bad_weather_everything_is_there_once_and_in_order(
    world: World, there: Workspace
) -> None:
    """Slack is busy, broken, loses what is asked or what it answers, all through."""
    random = Random(7)
    kinds: list[int | str] = [429, 500, 503, "lost", "reset", "reset", "internal_error", ""]
    there.weather = lambda method: random.choice(kinds)
    mouth = slack_of(world, there).speaking
    roots: list[Post] = []
    for second in range(120):
        busy(world, roots, random, second)
        say_what_is_owed(mouth=mouth, now=lambda: world.at)
        world.at += timedelta(seconds=1)
    there.weather = None
    while PostMirror.objects.filter(owed=True).exists():
        say_what_is_owed(mouth=mouth, now=lambda: world.at)
        world.at += timedelta(seconds=1)
    said = there.history[ASK]
    keys = [str(one["metadata"]["event_payload"]["key"]) for one in said]
    assert len(keys) == len(set(keys)) == Post.objects.filter(channel__name=HERE).count()
    posts = {post.key: post for post in Post.objects.select_related("thread")}
    where = {key: one["ts"] for key, one in zip(keys, said, strict=True)}
    for key, one in zip(keys, said, strict=True):
        root = posts[key].thread
        assert one["text"] == posts[key].words.body
        assert one.get("thread_ts") == (where[root.key] if root is not None else None)
    new = [posts[key].pk for key in keys]
    assert new == sorted(new)
