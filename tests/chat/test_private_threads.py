"""A thread that the desk began for one person: nobody else reads it, answers in it or uses it."""

from pathlib import Path

import pytest

from dutydesk.chat.flows import desk_posts, people_posts
from dutydesk.chat.flows.people_posts import Author, PostRefused
from dutydesk.chat.models import Post
from dutydesk.desk.models import SearchDocument
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.messages import Message
from dutydesk.people.models import Account
from dutydesk.wiring import ACTIONS
from testing.office import client_of
from testing.screens import seen, visit
from testing.state import state
from testing.world import Moving, World, as_if_committed

pytestmark = pytest.mark.django_db
SECRETS = ("zebra", "giraffe")
OTHERS = ("", "Vic", "Ben", "Max")


class Private:
    """A thread for Uma, in which she answered."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.root = desk_posts.say(
            key="private",
            channel="#ask-cloud-platform",
            message=Message("Only Uma reads of the zebra", title="Zebra"),
            at=world.at,
            only_for=Account.objects.get(name="Uma").pk,
        )
        visit("Uma").post(f"/threads/{self.root.pk}", {"text": "I answer with a giraffe"})
        world.settle()
        self.reply = Post.objects.get(thread=self.root, account__name="Uma")


@pytest.fixture
def private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Private:
    as_if_committed()
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    for name in ("Vic", "Max"):
        Account.objects.create_user(email=f"{name.lower()}@example.org", name=name)
    Account.objects.filter(name="Max").update(is_administrator=True)
    return Private(world)


def tells(text: str) -> list[str]:
    return [secret for secret in SECRETS if secret in text.casefold()]


def test_whoever_it_is_for_reads_it_and_answers_in_it(private: Private) -> None:
    page = seen(visit("Uma").get(f"/threads/{private.root.pk}"))
    assert tells(page) == list(SECRETS)
    assert "zebra" in seen(visit("Uma").get(f"/channels/{private.root.channel_id}"))
    found = visit("Uma").get(f"/posts/{private.reply.pk}")
    assert found.headers["Location"] == f"/threads/{private.root.pk}#post-{private.reply.pk}"


@pytest.mark.parametrize("name", OTHERS)
def test_nobody_else_opens_it(private: Private, name: str) -> None:
    client, expected = client_of(name), 404 if name else 302
    for path in (
        f"/threads/{private.root.pk}",
        f"/threads/{private.reply.pk}",
        f"/posts/{private.root.pk}",
        f"/posts/{private.reply.pk}",
    ):
        answer = client.get(path)
        assert answer.status_code == expected, path
        assert tells(answer.text) == []
    for path in (
        f"/channels/{private.root.channel_id}",
        "/find?q=zebra+giraffe",
        "/",
        "/questions/",
    ):
        found = client.get(path).text.replace("zebra+giraffe", "").replace("zebra giraffe", "")
        assert tells(found) == [], path


@pytest.mark.parametrize("name", OTHERS)
def test_nobody_else_answers_in_it(private: Private, name: str) -> None:
    client, before = client_of(name), state()
    answer = client.post(f"/threads/{private.root.pk}", {"text": "Me too"})
    assert answer.status_code == (404 if name else 302)
    if name:
        author = Author.of(private.world.person(name))
        with pytest.raises(PostRefused, match="thread isn't there"):
            people_posts.post(
                by=author, channel="#talk", text="x", at=private.world.at, thread=private.root.pk
            )
    assert state(before) == before


@pytest.mark.parametrize("name", OTHERS)
def test_no_action_uses_it_or_shows_it_to_anybody_else(private: Private, name: str) -> None:
    client, before = client_of(name), state()
    posts = (private.root, private.reply) if name in ("Ben", "Max") else (private.reply,)
    for action in (*ACTIONS.names(), "post.mark=eyes", "post.unmark=eyes"):
        for post in posts:
            kind = action.partition(".")[0]
            path = f"/do/{action}/{kind if kind in ('post', 'thread') else 'post'}:{post.pk}"
            for answer in (client.get(path), client.post(path, {"filled": "1"})):
                assert tells(answer.text) == [], path
                assert answer.status_code < 500, path
    assert state(before) == before


def test_it_is_found_in_no_search_and_told_in_no_record(private: Private) -> None:
    assert not SearchDocument.objects.exists()
    assert [
        text for text in JournalEntry.objects.values_list("text", flat=True) if tells(text)
    ] == []
    assert private.reply.only_for_id == private.root.only_for_id
