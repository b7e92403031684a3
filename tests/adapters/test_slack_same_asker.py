"""A question stays its asker's, and is heard, whoever they turn out to be and where it stands."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doubles.slack_workspace import TEAM, Workspace, user
from dutydesk.chat.flows import channels
from dutydesk.chat.models import Channel, Post
from dutydesk.desk.models import Question
from dutydesk.people.flows import identities
from dutydesk.people.models import Account
from dutydesk.status.models import ChannelSubscription
from testing.asked import adopt, now
from testing.slack import ADA, ASK, UNA, event, hear, message, reaction, slack_of, ts_of
from testing.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, there: Workspace) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada")
    slack_of(world, there)
    return world


def asked(world: World, by: str = UNA) -> tuple[Question, str]:
    """Give a question that Ada has answered, and how Slack names it."""
    first = ts_of(world.at)
    hear(world, event(message("Why is it forbidden?", first, by=by)))
    hear(world, event(message("Try the form", ts_of(world.at, 1), by=ADA, thread_ts=first)))
    return Question.objects.get(), first


def connect(world: World) -> None:
    account = Account.objects.create_user(email="una@example.org", name="Una")
    token = identities.connect_token(outside=f"slack:{TEAM}:{UNA}", at=world.at)
    identities.connect(token=token, account=account.pk, at=world.at)


@pytest.mark.clause("ask.cover")
def test_whoever_connects_after_they_asked_is_the_asker_still(world: World) -> None:
    question, first = asked(world)
    connect(world)
    told = message("It still fails, any idea?", ts_of(world.at, 2), by=UNA, thread_ts=first)
    hear(world, event(told))
    found = now(question)
    assert (found.state, found.asker) == ("open", Account.objects.get(name="Una"))
    assert Post.objects.get(pk=question.post_id).account == found.asker
    world.press("Una", "question.solve", question.about)
    assert now(question).solved_by == "Una"


def test_their_first_word_after_it_may_be_a_press_or_a_mark(world: World) -> None:
    question, first = asked(world)
    connect(world)
    world.press("Una", "question.solve", question.about)
    world.press("Una", "question.reopen", question.about)
    Question.objects.update(asker=None, who=f"slack:{TEAM}:{UNA}")
    hear(world, event(reaction(first, "white_check_mark", by=UNA)))
    assert (now(question).state, now(question).solved_by) == ("solved", "Una")


def test_whose_address_comes_to_be_known_is_the_asker_still(world: World, there: Workspace) -> None:
    question, first = asked(world)
    there.users[UNA] = user(UNA, "Una", "una@example.org")
    world.forward(days=1)
    told = message("It still fails, any idea?", ts_of(world.at), by=UNA, thread_ts=first)
    hear(world, event(told))
    assert now(question).state == "open"
    assert now(question).asker == Account.objects.get(email="una@example.org")


def renamed(world: World) -> None:
    channel = {"id": ASK, "name": "ask-platform", "created": 1360782804}
    hear(world, event({"type": "channel_rename", "channel": channel}))


def test_what_was_asked_before_its_channel_had_another_name_goes_on_in_it(
    world: World, tmp_path: Path
) -> None:
    first = ts_of(world.at)
    hear(world, event(message("Why is it forbidden?", first, by=UNA)))
    question, before = Question.objects.get(), Channel.objects.get(name="#ask-cloud-platform")
    renamed(world)
    adopt(world, "#ask-cloud-platform", "#ask-platform", tmp_path)
    Channel.objects.create(name="#ask-platform")  # As if the desk had spoken there already.
    hear(world, event(message("Try the form", ts_of(world.at, 1), by=ADA, thread_ts=first)))
    assert now(question).state == "answered"
    before.refresh_from_db()
    assert before.name == "#ask-platform"
    assert Post.objects.get(pk=question.post_id).channel == before
    hear(world, event(message("How do I add it?", ts_of(world.at, 2))))
    assert Question.objects.latest("pk").post.channel == before


def test_nobody_posts_in_what_is_emptied_before_it_is_gone(world: World, tmp_path: Path) -> None:
    hear(world, event(message("Why is it forbidden?", ts_of(world.at), by=UNA)))
    renamed(world)
    adopt(world, "#ask-cloud-platform", "#ask-platform", tmp_path)
    Channel.objects.create(name="#ask-platform")
    with CaptureQueriesContext(connection) as seen:
        channels.known(f"slack:{TEAM}:{ASK}")
    asked = [str(one["sql"]) for one in seen]
    locks = [place for place, sql in enumerate(asked) if "FOR UPDATE" in sql]
    emptied = [place for place, sql in enumerate(asked) if sql.startswith('UPDATE "chat_post"')]
    assert locks[0] < emptied[0]


def test_where_people_asked_before_threads_are_heard_still(world: World, tmp_path: Path) -> None:
    first = ts_of(world.at)
    hear(world, event(message("Why is it forbidden?", first, by=UNA)))
    question = Question.objects.get()
    adopt(world, "#ask-cloud-platform", "#ask-platform", tmp_path)
    hear(world, event(message("How do I add it?", ts_of(world.at, 2))))
    assert Question.objects.get() == question  # It is asked elsewhere now.
    hear(world, event(message("Try the form", ts_of(world.at, 1), by=ADA, thread_ts=first)))
    assert now(question).state == "answered"
    hear(world, event(reaction(first, "white_check_mark", by=ADA)))
    assert now(question).state == "solved"


def test_a_name_that_is_another_channel_s_already_joins_nothing(
    world: World, tmp_path: Path
) -> None:
    hear(world, event(message("Why is it forbidden?", ts_of(world.at), by=UNA)))
    renamed(world)
    new = Channel.objects.create(name="#ask-platform")
    ChannelSubscription.objects.create(channel=new, at=world.at)
    adopt(world, "#ask-cloud-platform", "#ask-platform", tmp_path)
    hear(world, event(message("How do I add it?", ts_of(world.at, 300))))
    assert Question.objects.latest("pk").post.channel == new
    assert ChannelSubscription.objects.get().channel == new
