"""Questions that are the same: joined, parted, joined anew, and waiting for an open first one."""

from pathlib import Path

import pytest

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.commitments.models import Commitment
from dutydesk.desk.flows.events import QuestionRefused
from dutydesk.desk.flows.question_lines import line
from dutydesk.desk.models import Duplicate, Question
from dutydesk.people.models import Account
from testing.asked import ASK, ask, happened, now, nudges, say, standing
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
