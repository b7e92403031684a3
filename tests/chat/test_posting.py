"""What people do to their posts, and to each other's, and who hears of it."""

from pathlib import Path

import pytest

from dutydesk.chat.flows import desk_posts, people_posts
from dutydesk.chat.flows.people_posts import Author, PostRefused
from dutydesk.chat.models import Mark, Post
from dutydesk.chat.rules import REMOVED
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.actions import NotYours
from dutydesk.kernel.messages import Message
from testing.world import World

pytestmark = pytest.mark.django_db
STRANGER = Author("Una", None, "slack:T1:U9")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, "2026-11-24T11:00")


def posted(world: World, by: Author, text: str = "Hello", key: str = "") -> Post:
    return people_posts.post(by=by, channel="#talk", text=text, at=world.at, key=key)


def kinds() -> list[str]:
    return list(
        JournalEntry.objects.filter(kind__startswith="chat.").values_list("kind", flat=True)
    )


def test_a_post_from_outside_is_taken_once_by_its_key(world: World) -> None:
    first = posted(world, STRANGER, key="slack:C1:17.1")
    again = posted(world, STRANGER, "Hello twice", key="slack:C1:17.1")
    assert (first, first.words.body) == (again, "Hello")
    assert kinds() == ["chat.posted"]


def test_only_whoever_posted_changes_and_removes_it(world: World) -> None:
    uma, ben = Author.of(world.person("Uma")), Author.of(world.person("Ben"))
    for author in (uma, STRANGER):
        post = posted(world, author)
        with pytest.raises(NotYours):
            people_posts.edit(post=post.pk, by=ben, text="Mine now", at=world.at)
        people_posts.edit(post=post.pk, by=author, text="Hello, all", at=world.at)
        assert Post.objects.get(pk=post.pk).words.body == "Hello, all"
        with pytest.raises(NotYours):
            people_posts.remove(post=post.pk, by=ben, at=world.at)
        people_posts.remove(post=post.pk, by=author, at=world.at)
        assert Post.objects.get(pk=post.pk).words.body == REMOVED
        with pytest.raises(PostRefused, match="isn't there any more"):
            people_posts.edit(post=post.pk, by=author, text="Back", at=world.at)
    assert kinds() == ["chat.posted", "chat.edited", "chat.removed"] * 2


def test_nobody_changes_what_the_desk_said(world: World) -> None:
    said = desk_posts.say(key="k", channel="#talk", message=Message("Hello"), at=world.at)
    with pytest.raises(NotYours):
        people_posts.edit(post=said.pk, by=Author.of(world.person("Ada")), text="No", at=world.at)
    with pytest.raises(NotYours):
        people_posts.remove(post=said.pk, by=Author("x", None), at=world.at)


def test_a_mark_counts_once_for_each_person_and_comes_off_again(world: World) -> None:
    ada, ben = Author.of(world.person("Ada")), Author.of(world.person("Ben"))
    post = posted(world, ada)
    changes = [
        people_posts.mark(post=post.pk, name="eyes", by=by, on=on, at=world.at)
        for by, on in ((ada, True), (ada, True), (ben, True), (STRANGER, True), (ada, False))
    ]
    assert changes == [True, False, True, True, True]
    assert not people_posts.mark(post=post.pk, name="eyes", by=ada, on=False, at=world.at)
    assert sorted(Mark.objects.values_list("who", flat=True)) == sorted([ben.who, STRANGER.who])
    assert kinds().count("chat.marked") == 4


def test_a_post_holds_a_log_as_long_as_one_in_slack_and_no_more(world: World) -> None:
    text = "x" * people_posts.LONGEST
    for by in (STRANGER, Author.of(world.person("Ada"))):
        assert posted(world, by, text).words.body == text
        with pytest.raises(PostRefused, match="40000 is the most"):
            posted(world, by, f"{text}x")
