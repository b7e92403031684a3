"""Questions that are the same: joined, parted, joined anew, and waiting for an open first one."""

from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.commitments.models import Commitment
from dutydesk.desk.flows import resolution
from dutydesk.desk.flows.events import QuestionRefused
from dutydesk.desk.flows.question_lines import line
from dutydesk.desk.flows.suggestions import likely_answers
from dutydesk.desk.models import Duplicate, Question, Ticket
from dutydesk.people.models import Account
from testing.asked import ASK, STRANGER, ask, happened, now, nudges, say, standing
from testing.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada")
    Account.objects.create_user(email="vic@example.org", name="Vic")
    return world


def same(world: World, question: Question, original: Question) -> None:
    world.press("Ada", "question.same", question.about, other=str(original.pk))


def original_of(question: Question) -> int | None:
    found = Duplicate.objects.filter(question=question).first()
    return found.original_id if found else None


def test_one_that_is_the_same_as_an_open_one_waits_for_it_and_is_solved_with_it(
    world: World,
) -> None:
    first, second = ask(world), ask(world, "Vic", "How could I add it?")
    say(world, "Vic", "On live", thread=second.post_id)
    same(world, second, first)
    found = now(second)
    assert (found.state, found.happiness_asked_at) == ("open", None)
    assert found.follows == first
    assert line(found, None) == f"Vic, waits for question {first.pk}"
    assert standing(second).startswith(f"Vic, this is the same as question {first.pk}")
    assert not Commitment.objects.filter(subject=second.about, state="open").exists()
    world.forward(minutes=40)
    assert len(nudges(world)) == 1  # Of the first alone.
    say(world, "Ben", "With the form", thread=first.post_id)
    assert f"Vic, question {first.pk}, which yours waits for, has an answer." in "".join(
        world.said(ASK)
    )
    assert now(second).state == "open"
    world.press("Uma", "question.solve", first.about)
    found = now(second)
    assert (found.state, found.outcome, found.solved_by) == ("solved", "known", "Uma")
    assert found.happiness_asked_at == world.at


def test_one_that_was_solved_with_another_waits_for_it_again_once_that_is_open_again(
    world: World,
) -> None:
    first, second, third = ask(world), ask(world, "Vic", "How could I add it?"), ask(world, "Cy")
    same(world, second, first)
    told = world.press("Ada", "question.same", third.about, other=str(second.pk)).says
    assert told == f"It is joined to question {first.pk}."
    world.press("Uma", "question.solve", first.about)
    world.press("Cy", "question.reopen", third.about)
    world.forward(minutes=1)
    world.press("Uma", "question.reopen", first.about)
    found = now(second)
    assert (found.state, found.follows, owed(found)) == ("open", first, [])
    assert standing(second).startswith(f"Vic, this is the same as question {first.pk}")
    assert original_of(third) is None
    told_again = second.post.replies.get(key__startswith=f"{second.about}:open").words
    assert told_again.body == standing(second)
    world.press("Uma", "question.solve", first.about)
    assert (now(second).state, now(third).state) == ("solved", "open")
    world.forward(days=8)
    world.press("Uma", "question.reopen", first.about)
    assert now(second).state == "solved"


def test_one_that_waits_for_what_is_taken_back_goes_on_by_itself(world: World) -> None:
    first, second = ask(world), ask(world, "Vic", "How could I add it?")
    same(world, second, first)
    uma = Author.of(world.person("Uma"))
    people_posts.remove(post=first.post_id, by=uma, at=world.at)
    world.settle()
    assert original_of(second) is None
    world.forward(minutes=30)
    assert len(nudges(world)) == 1


def test_one_that_was_not_the_same_goes_on_by_itself_and_is_joined_anew(world: World) -> None:
    first = ask(world)
    say(world, "Ben", "With the form", thread=first.post_id)
    world.press("Uma", "question.solve", first.about)
    world.forward(minutes=3)
    other = ask(world, text="Where are the logs?")
    second = ask(world, "Vic", "How could I add it?")
    same(world, second, first)
    assert now(second).state == "solved"
    say(world, "Vic", "No, mine is on staging, something else", thread=second.post_id)
    assert (now(second).state, original_of(second)) == ("open", None)
    third = ask(world, "Cy", "And staging?")
    same(world, third, second)  # Not the first: that it was the same is over.
    assert original_of(third) == second.pk
    same(world, second, other)
    assert (original_of(second), original_of(third)) == (other.pk, other.pk)
    with pytest.raises(QuestionRefused, match="joined to that one already"):
        same(world, second, other)
    world.press("Ada", "question.not-same", second.about)
    assert (now(second).state, original_of(second)) == ("open", None)
    assert "not-same" in happened(second)
    owed = Commitment.objects.filter(subject=second.about, kind="question.answer", state="open")
    assert owed.exists()
    with pytest.raises(QuestionRefused, match="joined to no other"):
        world.press("Ada", "question.not-same", second.about)


def owed(question: Question) -> list[str]:
    found = Commitment.objects.filter(subject=question.about, state="open").order_by("kind")
    return [kind.partition(".")[2] for kind in found.values_list("kind", flat=True)]


def test_one_that_waits_is_heard_when_its_asker_says_more_and_is_not_solved_then(
    world: World,
) -> None:
    first, second = ask(world), ask(world, "Vic", "How could I add it?")
    third = ask(world, STRANGER, "How might one add it?")
    same(world, second, first)
    same(world, third, first)
    assert (owed(second), now(second).unanswered_since) == ([], None)
    world.forward(minutes=5)
    since = world.at
    say(world, "Vic", "That doesn't work for me, mine is different", thread=second.post_id)
    assert now(second).unanswered_since == since
    assert "answer" in owed(second)
    world.forward(minutes=2)
    say(world, "Vic", "It fails on staging too", thread=second.post_id)
    assert now(second).unanswered_since == since  # It is owed already: no new clock.
    say(world, STRANGER, "Also the DNS fails for us")
    assert now(third).unanswered_since == world.at
    say(world, "Ben", "Use another resolver", thread=third.post_id)
    world.press("Ada", "question.solve", first.about)
    assert (now(second).state, original_of(second)) == ("open", None)
    assert now(second).unanswered_since == since
    assert (now(third).state, now(third).outcome) == ("solved", "known")


@pytest.mark.parametrize("end", ["silent", "lapse"])
def test_one_that_waits_for_what_ends_without_a_solution_goes_on_by_itself(
    world: World, end: str
) -> None:
    first, second = ask(world), ask(world, "Vic", "How could I add it?")
    same(world, second, first)
    if end == "lapse":
        world.press("Ada", "question.lapse", first.about)
    else:
        world.press("Ada", "question.wait", first.about)
        world.forward(days=8)
    assert now(first).state == "solved"
    found = now(second)
    assert (found.state, found.happiness_asked_at) == ("open", None)
    assert original_of(second) is None
    assert found.unanswered_since == found.asked_at


def test_what_waited_for_its_asker_or_was_answered_is_timed_again_once_parted(
    world: World,
) -> None:
    first = ask(world)
    waiting, answered = ask(world, "Vic", "How could I add it?"), ask(world, STRANGER, "And how?")
    world.press("Ada", "question.wait", waiting.about)
    say(world, "Ben", "With the form", thread=answered.post_id)
    before = owed(answered)
    for one in (waiting, answered):
        same(world, one, first)
        assert owed(one) == []
        world.press("Ada", "question.not-same", one.about)
    assert owed(waiting) == ["silence"]
    assert "quick" in before
    assert owed(answered) == before


def test_what_waits_for_one_that_is_joined_itself_says_for_which_it_waits_now(
    world: World,
) -> None:
    first, second, third = ask(world), ask(world, "Vic", "How could I add it?"), ask(world, "Cy")
    same(world, third, second)
    assert f"question {second.pk}" in standing(third)
    same(world, second, first)
    assert now(third).follows == first
    assert f"question {first.pk}" in standing(third)


def test_the_quick_limit_that_was_left_is_left_however_often_it_is_joined_anew(
    world: World,
) -> None:
    first, second = ask(world), ask(world, "Cy", "Where are the logs?")
    third = ask(world, "Vic", "How could I add it?")
    say(world, "Ben", "With the form", thread=third.post_id)
    world.forward(minutes=5)
    for original in (second, first):
        same(world, third, original)
        assert now(third).quick_left == timedelta(minutes=10)
    world.press("Ada", "question.not-same", third.about)
    counts = Commitment.objects.get(subject=third.about, kind="question.quick", state="open")
    assert counts.due_at == world.at + timedelta(minutes=10)


def test_joined_to_what_was_closed_without_an_answer_it_would_get_none_and_so_goes_on(
    world: World,
) -> None:
    for end, days, outcome, by in (("wait", 8, "silent", "Vic"), ("lapse", 0, "lapsed", STRANGER)):
        first = ask(world, text=f"How do I add it, {end}?")
        world.press("Ada", f"question.{end}", first.about)
        world.forward(days=days)
        assert now(first).outcome == outcome
        second = ask(world, by, f"How could I add it, {end}?")
        with pytest.raises(QuestionRefused, match="closed without an answer"):
            same(world, second, first)
        assert (now(second).state, original_of(second)) == ("open", None)
        assert "answer" in owed(second)
        world.press("Uma", "question.reopen", first.about)
        same(world, second, first)
        assert now(second).follows == first


def test_joined_to_what_was_declined_its_asker_hears_that_and_not_that_it_is_solved(
    world: World,
) -> None:
    first, second = ask(world), ask(world, "Vic", "How could I add it?")
    third = ask(world, "Cy", "How might one add it?")
    say(world, "Ben", "We would have to build it", thread=first.post_id)
    same(world, third, second)
    world.press("Ben", "ticket.raise", second.about, title="Add it", body="It")
    resolution.close(now(first), "the desk", world.at, outcome="declined")
    world.settle()
    same(world, second, first)
    for one in (second, third):
        assert (now(one).state, now(one).outcome) == ("solved", "declined")
        assert "closed without being done" in standing(one)
        assert now(one).happiness_asked_at is None
    assert not [text for text in world.said(ASK, only_for="Vic") if "Glad" in text]
    assert Ticket.objects.get().closed_at == world.at
    assert likely_answers(ask(world, STRANGER, "How do I add it?")) == []
    world.press("Uma", "question.reopen", first.about)
    assert (now(second).state, now(second).follows) == ("open", first)
    assert Ticket.objects.get().closed_at is None
