"""How a question ends: solved, silent, taken back, sorted, and asked how it was."""

import pytest

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.desk.flows.events import QuestionRefused
from dutydesk.desk.rules.questions import OUTCOMES
from dutydesk.kernel.actions import NotYours
from testing.asked import (
    ASK,
    STRANGER,
    ask,
    happened,
    mark,
    now,
    nudges,
    say,
    standing,
)
from testing.screens import visit
from testing.world import World

pytestmark = pytest.mark.django_db


def test_a_tick_by_the_asker_or_the_team_solves_and_taken_off_opens_again(world: World) -> None:
    for asker in ("Uma", STRANGER):
        question = ask(world, asker, f"How is it, {asker}?")
        say(world, "Ada", "So", thread=question.post_id)
        mark(world, Author("Eve", None, "slack:T1:U66"), "white_check_mark", question)
        assert now(question).state == "answered"
        mark(world, asker, "white_check_mark", question)
        assert now(question).state == "solved"
        mark(world, "Ben", "white_check_mark", question)
        mark(world, asker, "white_check_mark", question, on=False)
        assert now(question).state == "solved"  # Ben's is still there.
        mark(world, "Ben", "white_check_mark", question, on=False)
        assert now(question).state == "open"
        assert standing(question) == "Ada is looking into this."
        world.forward(minutes=3)


@pytest.mark.parametrize("days", [2, 3])
def test_silence_for_three_working_days_closes_it_kindly_and_a_reply_opens_it(
    world: World, days: int
) -> None:
    question = ask(world)
    world.press("Ada", "question.wait", question.about)
    world.forward(days=days, hours=6, minutes=59)
    assert now(question).state == "waiting"
    if days == 2:
        say(world, "Uma", "Here I am", thread=question.post_id)
        world.forward(days=5)
        assert now(question).state == "open"
        return
    world.forward(minutes=1)
    found = now(question)
    assert (found.state, found.outcome, found.happiness_asked_at) == ("solved", "silent", None)
    assert "We haven't heard from you, Uma" in standing(question)
    assert [standing(question)] == [one for one in world.said(ASK) if "heard from you" in one][1:]
    say(world, "Uma", "Sorry, I was away", thread=question.post_id)
    assert now(question).state == "open"


def test_thanks_open_nothing_and_news_does(world: World) -> None:
    question = ask(world)
    say(world, "Ben", "Like this", thread=question.post_id)
    world.press("Ben", "question.solve", question.about)
    say(world, "Uma", "Thanks Ben, works!", thread=question.post_id)
    say(world, "Cy", "Good to hear", thread=question.post_id)
    assert now(question).state == "solved"
    say(world, "Uma", "Oh, it fails again", thread=question.post_id)
    assert now(question).state == "open"
    assert happened(question) == ["asked", "answered", "solved", "reopened"]


def test_what_its_asker_removes_is_owed_nothing(world: World) -> None:
    question, answered = ask(world), ask(world, STRANGER, "And this?")
    say(world, "Ben", "So", thread=answered.post_id)
    people_posts.remove(post=question.post_id, by=Author.of(world.person("Uma")), at=world.at)
    people_posts.remove(post=answered.post_id, by=STRANGER, at=world.at)
    world.forward(hours=3)
    assert (now(question).state, now(answered).state) == ("withdrawn", "withdrawn")
    assert not nudges(world)
    assert standing(question) == "Uma took this back."


def test_of_which_kind_it_was_takes_one_press_and_the_likely_one_stands_first(
    world: World,
) -> None:
    question = ask(world, text="My login fails with an error")
    say(world, "Ben", "Like this", thread=question.post_id)
    world.press("Uma", "question.solve", question.about)
    assert now(question).kind == "problem"
    asked = Post.objects.get(key=f"{question.about}:kind")
    assert asked.only_for is not None and asked.only_for.name == "Ben"
    assert asked.words.buttons[0].action == "question.kind=problem"
    world.press("Ben", "question.kind=access", question.about)
    assert now(question).kind == "access"
    world.press("Ben", "question.sort", question.about, kind="request", outcome="not-ours")
    assert (now(question).kind, now(question).outcome) == ("request", "not-ours")
    for wrong in ("question.kind=nonsense", "question.kind="):
        with pytest.raises(QuestionRefused):
            world.press("Ben", wrong, question.about)
    assert set(OUTCOMES) >= {now(question).outcome}


@pytest.mark.clause("measure.happiness")
def test_one_person_is_asked_how_it_was_once_a_week_at_most_and_once_a_question(
    world: World,
) -> None:
    def asked() -> int:
        said = world.said(ASK, only_for="Uma")
        return len([text for text in said if "How was our help?" in text])

    for days, count in ((0, 1), (3, 1), (4, 2)):
        world.forward(days=days)
        question = ask(world, text=f"Question of day {days}")
        for _ in range(2):
            world.press("Ada", "question.solve", question.about)
            world.press("Ada", "question.reopen", question.about)
        world.press("Ada", "question.solve", question.about)
        assert asked() == count
    world.press("Uma", "question.score-4", question.about)
    world.press("Uma", "question.say-why", question.about, line="Quick and kind")
    assert (now(question).happiness, now(question).happiness_line) == (4, "Quick and kind")
    with pytest.raises(NotYours):
        world.press("Ada", "question.say-why", question.about, line="No")


def test_the_team_itself_is_never_asked_how_it_was(world: World) -> None:
    question = ask(world, "Ben")
    world.press("Ada", "question.solve", question.about)
    assert now(question).happiness_asked_at is None


def test_what_has_to_be_chosen_is_chosen_by_nobody_else(world: World) -> None:
    question = ask(world)
    form = f"/do/question.sort/{question.about}"
    assert visit("Ada").get(form).text.count("disabled selected>Choose …") == 2
    world.press("Ada", "question.sort", question.about, kind="access", outcome="fixed")
    assert "disabled selected" not in visit("Ada").get(form).text
