"""Whoever changes or takes back what they said about a question is taken at their last word."""

import pytest

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.commitments.models import Commitment
from dutydesk.desk.models import Question
from testing.asked import ask, now, nudges, say
from testing.world import World

pytestmark = pytest.mark.django_db


def edit(world: World, post: Post, text: str) -> None:
    by = Author.of(world.person(post.author))
    people_posts.edit(post=post.pk, by=by, text=text, at=world.at)
    world.settle()


def remove(world: World, post: Post) -> None:
    by = Author.of(world.person(post.author))
    people_posts.remove(post=post.pk, by=by, at=world.at)
    world.settle()


def owed(question: Question) -> bool:
    return Commitment.objects.filter(
        subject=question.about, kind="question.answer", state="open"
    ).exists()


@pytest.mark.clause("ask.cover")
def test_thanks_that_become_a_question_owe_an_answer(world: World) -> None:
    question = ask(world)
    say(world, "Ada", "Log in again", thread=question.post_id)
    reply = say(world, "Uma", "OK, thanks", thread=question.post_id)
    assert now(question).state == "answered"
    world.forward(minutes=5)
    edit(world, reply, "OK, thanks. But it still says forbidden, any idea?")
    assert (now(question).state, owed(question)) == ("open", True)
    world.forward(minutes=40)
    assert len(nudges(world)) == 1


def test_a_change_of_what_was_answered_since_owes_nothing(world: World) -> None:
    question = ask(world)
    say(world, "Ada", "Log in again", thread=question.post_id)
    reply = say(world, "Uma", "It stil fails", thread=question.post_id)
    say(world, "Ben", "Wait a minute", thread=question.post_id)
    edit(world, reply, "It still fails")
    assert (now(question).state, owed(question)) == ("answered", False)
    last = say(world, "Uma", "It fails agian", thread=question.post_id)
    world.forward(minutes=1)
    world.press("Ada", "question.solve", question.about)
    edit(world, last, "It fails again")
    assert now(question).state == "solved"


def test_thanks_for_a_solution_that_become_trouble_open_it_again(world: World) -> None:
    question = ask(world)
    say(world, "Ada", "Log in again", thread=question.post_id)
    world.press("Uma", "question.solve", question.about)
    world.forward(minutes=1)
    reply = say(world, "Uma", "Thanks!", thread=question.post_id)
    edit(world, reply, "Thanks! It fails again, though")
    assert (now(question).state, owed(question)) == ("open", True)
    other = say(world, "Cy", "Nice", thread=question.post_id)
    edit(world, other, "How do I do that in staging?")  # It isn't solved: nothing of its own.
    assert Question.objects.count() == 1


def test_what_becomes_an_answer_is_one(world: World) -> None:
    question = ask(world)
    reply = say(world, "Ada", "+1", thread=question.post_id)
    assert now(question).state == "open"
    edit(world, reply, "+1, and log in again")
    assert (now(question).state, now(question).answered_at) == ("answered", reply.at)


@pytest.mark.clause("ask.cover")
def test_an_only_answer_that_is_taken_back_leaves_one_owed(world: World) -> None:
    question = ask(world)
    answer = say(world, "Ada", "The other team has that, sorry", thread=question.post_id)
    world.forward(minutes=5)
    remove(world, answer)
    found = now(question)
    assert (found.state, found.answered_at, owed(question)) == ("open", None, True)
    world.forward(minutes=31)
    assert len(nudges(world)) == 1
    assert not [text for text in world.said("#ask-cloud-platform", "Ada") if "a ticket" in text]
    again = say(world, "Ada", "Log in again", thread=question.post_id)
    found = now(question)
    assert (found.state, found.answered_at, owed(question)) == ("answered", again.at, False)


def test_of_several_answers_one_may_go_unless_its_asker_wrote_before_it(world: World) -> None:
    question = ask(world)
    say(world, "Ada", "Log in again", thread=question.post_id)
    more = say(world, "Ada", "Or wait an hour", thread=question.post_id)
    remove(world, more)
    assert now(question).state == "answered"
    say(world, "Uma", "It still fails", thread=question.post_id)
    last = say(world, "Ben", "Then I know no more", thread=question.post_id)
    assert now(question).state == "answered"
    remove(world, last)
    assert (now(question).state, owed(question)) == ("open", True)
    assert now(question).answered_at is not None


QUESTION = "Why can't I log in?"


@pytest.mark.clause("ask.in-channel")
@pytest.mark.parametrize(
    ("text", "state"),
    [
        (f"{QUESTION}\nEDIT: found it, it was my VPN", "solved"),
        (f"{QUESTION}\n(edit) - solved!", "solved"),
        (f"{QUESTION}\n*Update 2:* found it, thanks", "solved"),
        (f"~{QUESTION}~ never mind, found it", "solved"),
        (f"[SOLVED] {QUESTION}", "solved"),
        (f"{QUESTION}\nEdit: it says 403", "open"),
        (f"{QUESTION}\nEDIT: solved for Tom, not for me", "open"),
        ("~Why~ How can't I log in, is it solved?", "open"),
        ("Fixed the title: why can't I log in?", "open"),
        ("Never mind ~/a, why can't I log in to ~/b?", "open"),
        (f"{QUESTION} I edited my config", "open"),
        (f"{QUESTION}\nEdit: fixed the link", "open"),
        (f"{QUESTION}\nEdit: found it, fixed the typo in my config", "solved"),
        (f"{QUESTION}\nEdit: fixed some typos. Found it!", "solved"),
        (f"{QUESTION}\nEdit: fixed some typos. Still fails", "open"),
    ],
)
def test_whoever_adds_to_a_question_that_it_is_solved_is_heard(
    world: World, text: str, state: str
) -> None:
    question = ask(world, text=QUESTION)
    world.forward(minutes=45)
    people_posts.edit(
        post=question.post_id, by=Author.of(world.person("Uma")), text=text, at=world.at
    )
    world.settle()
    assert now(question).state == state


@pytest.mark.parametrize(
    "added", ["fixed the link", "Fixed typo", "fixed formatting", "typos corrected", "link fixed"]
)
def test_what_was_merely_put_better_waits_for_nobody(world: World, added: str) -> None:
    question = ask(world, text=QUESTION)
    say(world, "Ada", "Log in again", thread=question.post_id)
    edit(world, question.post, f"{QUESTION}\nEdit: {added}")
    assert now(question).state == "answered"
    assert not Post.objects.filter(key__startswith=f"{question.about}:settled").exists()


@pytest.mark.parametrize(
    "text", ["[Fixed] IP addres: how do I get one?", "Resolved - but why did the addres change?"]
)
def test_a_question_that_begins_like_an_end_is_not_ended_by_a_letter(
    world: World, text: str
) -> None:
    question = Question.objects.get(post=say(world, "Uma", text))
    edit(world, question.post, text.replace("addres", "address"))
    assert now(question).state == "open"


def test_what_was_added_before_it_was_opened_again_ends_it_no_more(world: World) -> None:
    question = ask(world, text=QUESTION)
    say(world, "Ada", "Log in again", thread=question.post_id)
    edit(world, question.post, "Why cant I log in?\nEdit: solved")
    assert now(question).state == "waiting"
    world.press("Uma", "question.solve", question.about)
    say(world, "Uma", "It fails again", thread=question.post_id)
    assert now(question).state == "open"
    edit(world, question.post, f"{QUESTION}\nEdit: solved")
    assert now(question).state == "open"
    edit(world, question.post, f"{QUESTION}\nEdit: found it!")
    assert now(question).state == "waiting"  # Solved is offered.
