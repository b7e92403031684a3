"""What is asked in a thread that is over is one question, and its conversation belongs to it."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from dutydesk.chat.flows import outside_pictures, people_posts
from dutydesk.chat.flows.outside_pictures import OutsideFile
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.desk.models import Question
from dutydesk.kernel.files import SentFile
from testing.asked import ASK, STRANGER, ask, now, nudges, say
from testing.drawn import png_of
from testing.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def over(world: World) -> Question:
    """Give a question of Uma's that Ada answered and that is solved."""
    question = ask(world)
    say(world, "Ada", "Use the form", thread=question.post_id)
    world.press("Uma", "question.solve", question.about)
    return question


def anew(over: Question) -> Question:
    return Question.objects.select_related("engineer").exclude(pk=over.pk).get()


def show(
    world: World, text: str, over: Question, files: Sequence[SentFile], by: Author = STRANGER
) -> Post:
    said = people_posts.post(
        by=by, channel=ASK, text=text, at=world.at, thread=over.post_id, files=files
    )
    if not files:
        shot = OutsideFile("F1", "shot.png", "https://slack.example/F1")
        outside_pictures.know(said, [shot])
    world.settle()
    return said


@pytest.mark.clause("ask.entry")
def test_three_quick_lines_in_what_is_over_are_one_question(world: World, over: Question) -> None:
    lines = ["The guide is a 404?", "It fails since ten", "in the namespace prison-visits"]
    first, second, third = (say(world, STRANGER, one, thread=over.post_id) for one in lines)
    asked = anew(over)
    assert asked.texts == lines
    say(world, STRANGER, "thanks in advance", thread=over.post_id)
    people_posts.edit(post=third.pk, by=STRANGER, text="in prison-visits-prod", at=world.at)
    people_posts.remove(post=second.pk, by=STRANGER, at=world.at)
    world.settle()
    assert anew(over).texts == [lines[0], "in prison-visits-prod"]
    for one in (first, third):
        people_posts.remove(post=one.pk, by=STRANGER, at=world.at)
        world.settle()
    assert (now(asked).state, now(over).state) == ("withdrawn", "solved")


def test_lines_of_two_people_are_a_question_of_each(world: World, over: Question) -> None:
    for by in (STRANGER, Author("Zed", None, "slack:T1:U7")):
        say(world, by, "The guide is a 404?", thread=over.post_id)
    world.forward(minutes=3)
    say(world, STRANGER, "It says so since ten", thread=over.post_id)
    una, zed = Question.objects.exclude(pk=over.pk).order_by("pk")
    assert (len(una.texts), len(zed.texts)) == (1, 1)
    assert una.post.replies.filter(outside=STRANGER.outside).count() == 1


@pytest.mark.clause("ask.cover")
def test_what_is_said_where_it_was_asked_is_said_in_its_thread(
    world: World, over: Question
) -> None:
    say(world, STRANGER, "The guide is a 404?", thread=over.post_id)
    world.forward(minutes=5)
    answer = say(world, "Ben", "It has moved, see /new", thread=over.post_id)
    asked = anew(over)
    assert asked.state == "answered"
    assert asked.engineer is not None
    assert asked.engineer.name == "Ben"
    told = asked.post.replies.get(account__name="Ben")
    assert told.words.body == answer.words.body
    say(world, STRANGER, "It is still a 404", thread=over.post_id)
    assert now(asked).state == "open"
    say(world, "Ben", "Now it is there", thread=asked.post_id)
    say(world, STRANGER, "Thanks, found it", thread=over.post_id)
    assert now(asked).state == "solved"
    world.forward(hours=2)
    assert not nudges(world)
    say(world, STRANGER, "Now it is a 404 again", thread=over.post_id)
    assert now(asked).state == "open"
    assert Question.objects.count() == 2


def test_what_goes_on_is_open_again_and_hears_its_own_asker_and_engineers(
    world: World, over: Question
) -> None:
    say(world, STRANGER, "The guide is a 404?", thread=over.post_id)
    world.press("Uma", "question.reopen", over.about)
    say(world, "Ben", "Try the other form", thread=over.post_id)
    assert (now(over).state, anew(over).state) == ("answered", "open")
    world.forward(minutes=3)
    say(world, STRANGER, "The other guide too", thread=over.post_id)
    assert now(over).state == "answered"
    assert len(anew(over).texts) == 1
    assert anew(over).post.replies.filter(outside=STRANGER.outside).exists()


def test_its_pictures_go_with_it_and_go_when_they_are_taken_back(
    world: World, over: Question
) -> None:
    uma = Author.of(world.person("Uma"))
    world.at += timedelta(days=60)
    here = show(world, "Why is this red?", over, [SentFile("a.png", png_of(), "A gate")], by=uma)
    (copy,) = Post.objects.filter(key=f"person:anew:{here.pk}")
    (seen,) = copy.pictures.all()
    (own,) = here.pictures.all()
    assert (seen.digest, seen.description) == (own.digest, "A gate")
    people_posts.edit(
        post=here.pk, by=uma, text="Why is it red?", at=world.at, seen={own.pk: "A red gate"}
    )
    world.settle()
    assert copy.pictures.get().description == "A red gate"
    people_posts.remove(post=here.pk, by=uma, at=world.at)
    world.settle()
    assert not copy.pictures.exists()


def test_pictures_of_a_chat_outside_go_with_it_too(world: World, over: Question) -> None:
    there = show(world, "Why is this red?", over, [])
    copy = Post.objects.get(key=f"person:anew:{there.pk}")
    assert [one.number for one in copy.outside_pictures.all()] == ["F1"]
    outside_pictures.stay(there, [])
    people_posts.edit(post=there.pk, by=STRANGER, text="Why is it red?", at=world.at)
    world.settle()
    assert not copy.outside_pictures.exists()


@pytest.mark.clause("ask.entry")
@pytest.mark.parametrize("by", ["Ben", "Uma"])
def test_what_is_asked_in_the_thread_of_a_notice_is_a_question(world: World, by: str) -> None:
    notice = say(world, by, "[FYI] We upgrade the cluster tonight")
    say(world, STRANGER, "good to know, thanks", thread=notice.pk)
    say(world, "Ada", "Ben does it, how nice?", thread=notice.pk)
    assert not Question.objects.exists()
    first = say(world, STRANGER, "Will visits be down meanwhile?", thread=notice.pk)
    say(world, STRANGER, "We have a demo at six", thread=notice.pk)
    asked = Question.objects.get()
    assert asked.texts == ["Will visits be down meanwhile?", "We have a demo at six"]
    world.forward(minutes=11)
    assert [text for text in world.said(ASK, only_for="Ada") if "has been waiting" in text]
    say(world, "Ada", "No, it stays up", thread=notice.pk)
    asked = Question.objects.get()
    assert (asked.state, asked.engineer and asked.engineer.name) == ("answered", "Ada")
    people_posts.remove(post=first.pk, by=STRANGER, at=world.at)
    world.settle()
    assert Question.objects.get().texts == ["We have a demo at six"]
