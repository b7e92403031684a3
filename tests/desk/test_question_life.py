"""A question's life: who has it, who hears that nobody answers, waiting, over, and open again."""

from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author, PersonPosted
from dutydesk.chat.models import Post
from dutydesk.commitments.models import Commitment
from dutydesk.desk.flows import question_intake
from dutydesk.desk.flows.events import QuestionRefused
from dutydesk.desk.models import Question
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.actions import NotYours
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.models import Account
from dutydesk.process.rules.ask_words import AskWords
from testing.asked import (
    ASK,
    STRANGER,
    TEAM,
    adopt,
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


@pytest.mark.clause("ask.entry")
def test_posts_of_one_person_within_two_minutes_are_one_question(world: World) -> None:
    question = ask(world)
    world.forward(minutes=2)
    say(world, "Uma", "I mean to the live cluster")
    assert Question.objects.count() == 1
    world.forward(minutes=2)
    more = say(world, "Uma", "And with two people")
    assert question.joined.count() == 2
    say(world, "Ben", "Which two?", thread=more.pk)
    assert now(question).state == "answered"
    say(world, "Uma", "Another thing, by the way")
    assert Question.objects.count() == 2  # The one before has its answer.


@pytest.mark.clause("ask.entry")
def test_a_question_that_was_announced_is_that_one_though_others_wrote_between(
    world: World,
) -> None:
    question = ask(world, text="Hi team, quick question")
    world.forward(minutes=4)
    other = ask(world, STRANGER, "Is it slow?")
    say(world, "Uma", "How do I rotate the keys of staging?")
    assert list(Question.objects.order_by("pk")) == [question, other]
    assert now(question).title == "How do I rotate the keys of staging?"
    world.forward(minutes=4)
    assert ask(world, text="Who owns the printers?") != question  # It has been asked by now.
    late = ask(world, STRANGER, "I've got a question")
    world.forward(hours=2)
    assert ask(world, STRANGER, "Where are the logs?") != late


def test_of_posts_that_come_together_the_later_may_be_heard_first(world: World) -> None:
    uma = Author.of(world.person("Uma"))
    posts = [
        people_posts.post(by=uma, channel=ASK, text=text, at=world.at)
        for text in ("How do I add it?", "I mean the live one", "And two of them")
    ]
    for post in reversed(posts):
        question_intake.hear(event=PersonPosted(post.pk, ASK, None), at=world.at)
    world.settle()
    question = Question.objects.get()
    assert (question.post, question.joined.count()) == (posts[0], 2)


def test_somebody_else_between_does_not_part_what_one_person_says(world: World) -> None:
    question = ask(world, text="The deploy fails")
    ask(world, STRANGER, "Where is the guide?")
    say(world, "Ben", "[fyi] We deploy at noon")
    say(world, "Uma", "It says 403")
    say(world, STRANGER, "The one of secrets")
    assert now(question).texts == ["The deploy fails", "It says 403"]
    assert Question.objects.count() == 2
    world.forward(minutes=3)
    ask(world, "Uma", "And who owns the logs?")


def test_a_post_that_was_none_becomes_a_question_by_hand(world: World) -> None:
    post = say(world, "Uma", "fyi: is it down?")
    assert not Question.objects.exists()
    offer = "/do/thread.ask/"
    assert offer in visit("Ben").get(f"/threads/{post.pk}").text
    assert offer not in visit("Uma").get(f"/threads/{post.pk}").text
    world.press("Ben", "thread.ask", f"thread:{post.pk}")
    assert offer not in visit("Ben").get(f"/threads/{post.pk}").text
    world.press("Ben", "thread.ask", f"thread:{post.pk}")
    assert Question.objects.get().post == post


@pytest.mark.clause("ask.cover", "hours.support")
def test_unanswered_it_is_told_to_cover_then_the_team_then_the_lead(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopt(world, "support:\n  size: 3\n", "support:\n  size: 3\n  lead: Cy\n", tmp_path)
    question = ask(world)
    world.forward(minutes=9)
    assert len(world.said(ASK, only_for="Ada")) == len(world.said(ASK))
    world.forward(minutes=1)
    nudge = "Ada, Uma has been waiting for 10 minutes. Could you have a look?"
    assert world.said(ASK, only_for="Ada")[-1] == nudge
    assert nudge not in world.said(ASK)
    world.forward(minutes=19)
    assert not nudges(world)
    world.forward(minutes=1)
    assert "A question by Uma has been waiting for 30 minutes" in nudges(world)[-1]
    world.forward(minutes=30)
    assert "Cy, a question by Uma has been waiting for 1 hour" in nudges(world)[-1]
    assert happened(question) == ["asked", "nudged", "nudged", "nudged"]
    say(world, "Ben", "Like this", thread=question.post_id)
    assert Commitment.objects.get(kind="question.answer").state == "late"
    world.forward(hours=2)
    assert len(nudges(world)) == 2
    assert not OutboxMessage.objects.filter(kind="email", subject=question.about).exists()


def test_where_nobody_leads_support_the_team_is_told_again(world: World) -> None:
    ask(world)
    world.forward(hours=1)
    assert len(nudges(world)) == 2


@pytest.mark.clause("support.during")
def test_eyes_take_a_question_and_taken_off_give_it_back(world: World) -> None:
    question = ask(world)
    mark(world, "Uma", "eyes", question)
    assert now(question).engineer is None
    mark(world, "Ben", "eyes", question)
    found = now(question)
    assert found.engineer is not None
    assert (found.engineer.name, found.state) == ("Ben", "open")
    assert standing(question) == "Ben is looking into this."
    mark(world, "Ben", "eyes", question, on=False)
    assert now(question).engineer is None
    assert standing(question) == "Thanks, Uma. Ada is answering questions just now."
    mark(world, "Ben", "eyes", question)
    say(world, "Cy", "Try this", thread=question.post_id)
    found = now(question)
    assert found.engineer is not None and found.engineer.name == "Ben"
    assert happened(question) == ["asked", "taken", "given-back", "taken", "answered"]
    mark(world, "Ben", "eyes", question, on=False)
    assert now(question).engineer is not None
    world.press("Cy", "question.take", question.about)
    assert standing(question) == "Cy is looking into this." or "Cy is helping" in standing(question)


def test_buttons_do_what_marks_do(world: World) -> None:
    question = ask(world)
    with pytest.raises(NotYours):
        world.press("Uma", "question.take", question.about)
    world.press("Ben", "question.take", question.about)
    world.press("Uma", "question.solve", question.about)
    assert standing(question) == "Solved. Uma said so. If it isn't, just write here."
    with pytest.raises(QuestionRefused):
        world.press("Ben", "question.take", question.about)
    world.press("Uma", "question.reopen", question.about)
    assert now(question).state == "open"
    assert standing(question) == "Ben is looking into this."
    with pytest.raises(QuestionRefused):
        world.press("Uma", "question.reopen", question.about)


def test_a_reader_sees_the_buttons_that_they_may_press(world: World) -> None:
    question = ask(world)
    address = f"/threads/{question.post_id}"
    Account.objects.create_user(email="vic@example.org", name="Vic")
    for name, takes, solves in (("Uma", 0, 1), ("Ada", 1, 1), ("Vic", 0, 0)):
        shown = visit(name).get(address).text
        assert shown.count("/do/question.take/") == takes, "above the thread alone"
        assert shown.count("/do/question.solve/") == solves, name
    world.press("Ada", "question.take", question.about)
    assert "/do/question.take/" not in visit("Ada").get(address).text
    world.press("Ada", "question.solve", question.about)
    for name, opens in (("Uma", 1), ("Vic", 0)):
        assert visit(name).get(address).text.count("/do/question.reopen/") == opens, name


@pytest.mark.clause("ask.quick")
def test_waiting_for_the_asker_stops_the_clock_until_they_reply(world: World) -> None:
    question = ask(world)
    say(world, "Ada", "Which cluster?", thread=question.post_id)
    world.forward(minutes=10)
    world.press("Ada", "question.wait", question.about)
    assert standing(question).startswith("Uma, we need a word from you")
    world.forward(hours=2)
    assert not [text for text in world.said(ASK, only_for="Ada") if "raise a ticket" in text]
    say(world, "Ben", "Take your time", thread=question.post_id)
    assert now(question).state == "waiting"
    say(world, "Uma", "The live one", thread=question.post_id)
    assert now(question).state == "open"
    world.forward(minutes=4)
    assert not [text for text in world.said(ASK, only_for="Ada") if "raise a ticket" in text]
    world.forward(minutes=1)
    assert [text for text in world.said(ASK, only_for="Ada") if "raise a ticket" in text]


@pytest.mark.clause("support.during", "incident.declare")
def test_several_questions_that_look_alike_are_offered_as_an_incident_once(world: World) -> None:
    texts = [
        "Grafana login fails",
        "Can't login at Grafana",
        "Is the Grafana login down?",
        "Lunch?",
    ]
    numbers = []
    for place, text in enumerate(texts):
        numbers.append(ask(world, Author(f"P{place}", None, f"slack:T1:U{place}"), text).pk)
        world.forward(minutes=4)
    offers = [text for text in world.said(TEAM) if "look alike" in text]
    assert len(offers) == 1
    assert "3 questions within 15 minutes look alike" in offers[0]
    assert "P1, question" in offers[0]
    offer = Post.objects.get(key__endswith=":burst").words
    assert [button.about for button in offer.buttons[1:]] == [f"question:{n}" for n in numbers[:3]]
    assert offer.buttons[0].action == "incident.declare"
    ask(world, Author("P9", None, "slack:T1:U99"), "My Grafana login is broken")
    assert len([text for text in world.said(TEAM) if "look alike" in text]) == 1
    assert "4 questions" in next(text for text in world.said(TEAM) if "look alike" in text)
    assert JournalEntry.objects.filter(kind="question.burst").count() == 1


@pytest.mark.clause("ask.style")
def test_what_the_desk_says_of_questions_is_kind_short_and_calls_nobody_out() -> None:
    for name, text in AskWords():
        assert len(text) <= 220, name
        assert "@here" not in text and "@channel" not in text, name
        assert "must" not in text and "!" not in text, name


def test_the_process_changes_what_the_desk_says(world: World, tmp_path: Path) -> None:
    adopt(
        world,
        "  words:\n    welcome:",
        '  words:\n    taken: "{engineer}!"\n    welcome:',
        tmp_path,
    )
    question = ask(world)
    world.press("Ben", "question.take", question.about)
    assert standing(question) == "Ben!"
    assert world.at - question.asked_at < timedelta(minutes=1)
