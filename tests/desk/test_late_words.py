"""Words that come late, lost or told in no order by a chat, count as they were said."""

from datetime import datetime, timedelta

import pytest

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.commitments.models import Commitment
from dutydesk.desk.models import Question
from testing.asked import ASK, STRANGER, ask, happened, now, nudges, say
from testing.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.clause("ask.cover")]


def late(world: World, by: str, text: str, question: Question, *, ago: int) -> None:
    """Let something be heard now that was said so many minutes ago."""
    said_at = world.at - timedelta(minutes=ago)
    author = Author.of(world.person(by))
    people_posts.post(by=author, channel=ASK, text=text, at=said_at, thread=question.post_id)
    world.settle()


def owed(question: Question) -> Commitment | None:
    found = Commitment.objects.filter(subject=question.about, kind="question.answer", state="open")
    return found.first()


def test_a_first_answer_that_comes_late_answers_nothing_that_its_asker_said_since(
    world: World,
) -> None:
    question = ask(world)
    world.forward(minutes=6)
    say(world, "Uma", "I tried that, it still says 403. Why?", thread=question.post_id)
    since = world.at
    world.forward(minutes=2)
    late(world, "Ada", "Log in again", question, ago=5)
    found = now(question)
    assert (found.state, found.unanswered_since) == ("open", since)
    assert (found.answered_at, found.has_it) == (world.at - timedelta(minutes=5), "Ada")
    assert owed(question) is not None
    world.forward(minutes=30)
    assert len(nudges(world)) == 1
    say(world, "Ada", "Then wait for the cache", thread=question.post_id)
    assert (now(question).state, owed(question)) == ("answered", None)


def test_a_further_answer_that_comes_late_keeps_no_promise_that_was_made_since(
    world: World,
) -> None:
    question = ask(world)
    say(world, "Ada", "Log in again", thread=question.post_id)
    world.forward(minutes=6)
    say(world, "Uma", "It still says 403, why?", thread=question.post_id)
    since, promised = world.at, owed(question)
    world.forward(minutes=1)
    for text in ("Or from another browser", "Closing this, then"):
        late(world, "Ben", text, question, ago=3)
    found = now(question)
    assert (found.state, found.unanswered_since, owed(question)) == ("open", since, promised)


def test_what_was_answered_since_is_owed_no_answer_in_whatever_order_it_comes(
    world: World,
) -> None:
    question = ask(world)
    say(world, "Ada", "Log in again", thread=question.post_id)
    world.forward(minutes=4)
    say(world, "Uma", "It still says 403, why?", thread=question.post_id)
    world.forward(minutes=4)
    say(world, "Ben", "Wait for the cache", thread=question.post_id)
    late(world, "Ada", "I look", question, ago=6)
    late(world, "Uma", "And it fails on staging, any idea?", question, ago=2)
    assert (now(question).state, owed(question)) == ("answered", None)
    late(world, "Uma", "It fails for Tom too, why?", question, ago=0)
    assert now(question).state == "open"


@pytest.mark.parametrize(
    "end", ["Never mind, found it", "It works now, thanks!", "Thanks, solved!"]
)
@pytest.mark.parametrize("answered", [False, True])
def test_an_end_that_comes_late_ends_nothing_that_went_on_since(
    world: World, end: str, answered: bool
) -> None:
    question = ask(world)
    if answered:
        say(world, "Ada", "Log in again", thread=question.post_id)
    world.forward(minutes=5)
    say(world, "Uma", "No, it fails again, why?", thread=question.post_id)
    before = now(question)
    late(world, "Uma", end, question, ago=2)
    found = now(question)
    assert (found.state, found.unanswered_since) == ("open", before.unanswered_since)
    assert owed(question) is not None


def test_trouble_that_comes_late_opens_nothing_that_its_asker_ended_since(world: World) -> None:
    question = ask(world)
    world.forward(minutes=5)
    say(world, "Uma", "Never mind, found it: it was my VPN", thread=question.post_id)
    late(world, "Uma", "It still fails, why?", question, ago=3)
    assert (now(question).state, happened(question)) == ("solved", ["asked", "solved"])
    late(world, "Uma", "It fails again, why?", question, ago=0)
    assert now(question).state == "open"


def test_a_chat_outside_whose_clock_is_a_little_behind_hides_no_word(world: World) -> None:
    question = ask(world, STRANGER)
    world.forward(minutes=5)
    say(world, "Ada", "Log in again", thread=question.post_id)
    behind = world.at - timedelta(seconds=40)
    people_posts.post(
        by=STRANGER, channel=ASK, text="It fails, why?", at=behind, thread=question.post_id
    )
    world.settle()
    assert now(question).state == "open"


def test_an_answer_here_is_none_to_a_word_outside_that_was_not_here_yet(world: World) -> None:
    """One that was given outside is, and so is one that is given here once the word is."""
    question = ask(world, STRANGER)
    say(world, "Ada", "Log in again", thread=question.post_id)
    world.forward(minutes=30)
    said_at = world.at
    world.forward(minutes=30)
    say(world, "Ada", "By the way, the pods are fine", thread=question.post_id)
    world.forward(minutes=30)

    def hear(text: str, by: Author = STRANGER, at: datetime = said_at) -> None:
        people_posts.post(by=by, channel=ASK, text=text, at=at, thread=question.post_id)
        world.settle()

    hear("It still says 403, why?")
    assert (now(question).state, now(question).unanswered_since) == ("open", said_at)
    assert owed(question) is not None
    say(world, "Ada", "Wait for the cache", thread=question.post_id)
    assert now(question).state == "answered"
    ada = Author.of(world.person("Ada"))
    hear("From home", Author(ada.name, ada.account, "slack:T1:U2"), world.at)
    hear("And it fails on staging, any idea?", at=said_at + timedelta(minutes=5))
    assert (now(question).state, owed(question)) == ("answered", None)
