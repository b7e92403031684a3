"""A question that waits for a word of ours is chased until it has it, kindly, and not for ever."""

from pathlib import Path

import pytest

from dutydesk.chat.models import Post
from dutydesk.commitments.models import Commitment
from testing.asked import ASK, TEAM, adopt, ask, happened, now, nudges, say, standing
from testing.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada")
    return world


def untouched(world: World) -> list[Post]:
    found = Post.objects.filter(channel__name=TEAM, key__startswith="questions:untouched:")
    return list(found.order_by("pk"))


def test_after_an_answer_the_askers_next_word_owes_one_again_and_thanks_owe_none(
    world: World,
) -> None:
    question = ask(world)
    say(world, "Ada", "Try the form", thread=question.post_id)
    say(world, "Uma", "Thanks, great!", thread=question.post_id)
    assert now(question).state == "answered"
    world.forward(minutes=3)
    say(world, "Uma", "I did, it still says forbidden. Any idea?", thread=question.post_id)
    assert (now(question).state, now(question).unanswered_since) == ("open", world.at)
    world.forward(minutes=10)
    told = world.said(ASK, only_for="Ada")
    assert "Ada, Uma has been waiting for 10 minutes. Could you have a look?" in told
    world.forward(minutes=20)
    assert len(nudges(world)) == 1
    say(world, "Ada", "Ask for the role first", thread=question.post_id)
    assert (now(question).state, now(question).unanswered_since) == ("answered", None)
    assert standing(question) == "Ada is helping Uma."
    world.forward(hours=2)
    assert len(nudges(world)) == 1


def test_what_nobody_touches_is_told_of_each_working_day_in_one_post(world: World) -> None:
    answered = ask(world, text="Where are the logs?")
    say(world, "Ada", "In the console", thread=answered.post_id)
    world.forward(minutes=3)
    reopened = ask(world, text="Why is it slow?")
    world.press("Ada", "question.solve", reopened.about)
    world.press("Uma", "question.reopen", reopened.about)
    waiting = ask(world, "Ben", "Which one is it?")
    world.press("Ada", "question.wait", waiting.about)
    solved = ask(world, "Cy", "Does it work?")
    world.press("Ada", "question.solve", solved.about)
    assert not untouched(world)
    world.forward(days=1)
    (post,) = untouched(world)
    lines = [said.partition(" (")[0] for _, said in post.words.facts]
    assert lines == ["Where are the logs?", "Why is it slow?"]
    assert "nobody has it" in post.words.facts[1][1]
    assert "Ada has it" in post.words.facts[0][1]
    say(world, "Ada", "The cluster is new", thread=reopened.post_id)
    world.forward(days=1)
    _, second = untouched(world)
    assert "Where are the logs?" in second.words.body + str(second.words.facts)
    world.forward(days=3)  # A weekend: Friday's, and then Monday's.
    days = [one.key.rpartition(":")[2] for one in untouched(world)]
    assert days == ["2026-11-25", "2026-11-26", "2026-11-27"]
    world.press("Ada", "question.solve", answered.about)
    world.press("Ada", "question.solve", reopened.about)
    world.forward(days=7)
    assert len(untouched(world)) == 3
    assert happened(answered).count("nudged") == 3


def test_after_weeks_it_says_so_offers_to_close_it_and_is_quiet(
    world: World, tmp_path: Path
) -> None:
    adopt(world, "ask:\n", "ask:\n  chased_weeks: 1\n", tmp_path)
    question = ask(world)
    world.forward(days=7)
    before = len(untouched(world))
    assert not any("lapse" in str(post.message) for post in untouched(world))
    world.forward(days=3)
    last = untouched(world)[-1]
    assert [one.action for one in last.words.buttons] == ["question.show", "question.lapse"]
    assert len(untouched(world)) == before + 1
    world.forward(days=14)
    assert len(untouched(world)) == before + 1
    world.press("Ada", "question.lapse", question.about)
    assert (now(question).state, now(question).outcome) == ("solved", "lapsed")
    assert standing(question).startswith("We are sorry, Uma")
    assert now(question).happiness_asked_at is None
    assert not Commitment.objects.filter(subject=question.about, state="open").exists()


def test_five_that_wait_are_one_post_with_five_lines(world: World) -> None:
    world.at = world.moment("2026-11-25T09:00")
    for text in ("One?", "Two?", "Three?", "Four?"):
        ask(world, text=text)
        world.forward(minutes=4)
    world.at = world.moment("2026-11-25T10:02")
    ask(world, text="Five?")
    world.forward(minutes=39)
    team = [post for post in Post.objects.filter(channel__name=TEAM).order_by("pk")]
    told = [post for post in team if "5 questions have been waiting" in post.words.body]
    assert [len(post.words.facts) for post in told] == [5]
    assert not nudges(world)
