"""Further posts are part of their question everywhere, and can be parted from it."""

from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.commitments.models import Commitment
from dutydesk.desk.flows import question_timers, search, write_downs
from dutydesk.desk.flows.events import QuestionRefused
from dutydesk.desk.models import Question, SearchDocument
from dutydesk.kernel.actions import NotYours
from dutydesk.kernel.refusals import Refused
from dutydesk.people.models import Account
from dutydesk.wiring import ACTIONS
from testing.asked import STRANGER, ask, happened, now, say, standing
from testing.screens import visit
from testing.world import Moving, World, as_if_committed

pytestmark = pytest.mark.django_db
MORE = "The visits deployment fails with SQLSTATE 08006"


@pytest.fixture
def world(tmp_path: Path) -> World:
    as_if_committed()
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada")
    return world


def test_a_further_post_is_part_of_its_question_wherever_that_is_shown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    question = ask(world, text="Hi team, quick question")
    world.forward(minutes=1)
    further = say(world, "Uma", MORE)
    found = now(question)
    assert found.title == MORE
    assert found.asked == f"Hi team, quick question\n{MORE}"
    owed = Commitment.objects.get(subject=question.about, kind="question.answer")
    assert owed.text == f"Answer “{MORE}”"
    say(world, "Ben", "Which database?", thread=further.pk)
    form = ACTIONS["ticket.raise"].form
    assert form is not None
    shown = form(question.about, world.person("Ben"), world.at)
    fields = {one.name: one.value for one in shown.fields}
    assert fields["title"] == MORE
    said = f"Uma:\nHi team, quick question\n\nUma:\n{MORE}\n\nBen:\nWhich database?"
    assert fields["body"] == said
    page = visit("Uma").get(f"/threads/{question.post_id}").content.decode()
    for said in (MORE, "Which database?", "This is another question"):
        assert said in page
    listed = visit("Ada").get("/questions/").content.decode()
    assert MORE in listed
    moved = visit("Uma").get(f"/threads/{further.pk}")
    assert moved.headers["Location"] == f"/threads/{question.post_id}"
    (one,) = search.find(words="SQLSTATE").found
    assert (one.kind, one.number) == ("question", question.pk)
    world.press("Ada", "question.solve", question.about)
    assert now(question).kind == "problem"
    again = ask(world, STRANGER, "Our deployment fails: SQLSTATE 08006, visits")
    assert [past.past for past in again.similar] == [question]


def test_a_further_post_that_is_another_question_gets_its_own_greeting_and_clock(
    world: World,
) -> None:
    question = ask(world)
    further = say(world, "Uma", "And who owns the logs?")
    world.forward(minutes=20)
    for wrong, error in (("Vic", NotYours), ("Uma", QuestionRefused)):
        if wrong == "Vic":
            Account.objects.create_user(email="vic@example.org", name="Vic")
        about = f"post:{further.pk if wrong == 'Vic' else question.post_id}"
        with pytest.raises(error):
            world.press(wrong, "question.part-post", about)
    world.press("Uma", "question.part-post", f"post:{further.pk}")
    parted = Question.objects.get(post=further)
    assert now(question).title == "How do I add it?"
    assert standing(parted) == "Thanks, Uma. Ada is answering questions just now."
    owed = Commitment.objects.get(subject=parted.about, kind="question.answer", state="open")
    assert owed.due_at == world.at + timedelta(minutes=10)
    assert "post-parted" in happened(question)
    world.press("Uma", "question.join-again", parted.about)
    assert now(question).texts == ["How do I add it?", "And who owns the logs?"]
    assert now(parted).state == "withdrawn"
    assert not Commitment.objects.filter(subject=parted.about, state="open").exists()
    assert not SearchDocument.objects.filter(number=parted.pk, kind="question").exists()
    say(world, "Ben", "The logs are ours", thread=further.pk)
    assert now(question).state == "answered"
    world.press("Ada", "thread.ask", f"thread:{further.pk}")
    assert now(parted).state == "open"
    say(world, "Ben", "As I said", thread=further.pk)
    with pytest.raises(QuestionRefused):
        world.press("Uma", "question.join-again", parted.about)


def test_what_was_parted_does_not_join_again_what_is_over(world: World) -> None:
    question = ask(world)
    further = say(world, "Uma", "And who owns the logs?")
    world.press("Uma", "question.part-post", f"post:{further.pk}")
    parted = Question.objects.get(post=further)
    world.press("Ada", "question.solve", question.about)
    with pytest.raises(QuestionRefused, match="is over"):
        world.press("Uma", "question.join-again", parted.about)
    assert now(parted).state == "open"


def test_what_was_parted_joins_again_with_all_its_posts_and_is_news_to_who_answered(
    world: World,
) -> None:
    question = ask(world)
    further = say(world, "Uma", "And who owns the logs?")
    world.press("Uma", "question.part-post", f"post:{further.pk}")
    parted = Question.objects.get(post=further)
    world.forward(minutes=1)
    say(world, "Uma", "And the metrics?")
    say(world, "Ben", "With the form", thread=question.post_id)
    world.press("Uma", "question.join-again", parted.about)
    found = now(question)
    assert found.texts == ["How do I add it?", "And who owns the logs?", "And the metrics?"]
    assert (found.state, found.unanswered_since) == ("open", further.at)


def test_a_question_of_which_only_a_parted_post_was_left_is_taken_back(world: World) -> None:
    question = ask(world)
    further = say(world, "Uma", "And who owns the logs?")
    people_posts.remove(post=question.post_id, by=Author.of(world.person("Uma")), at=world.at)
    world.settle()
    world.press("Uma", "question.part-post", f"post:{further.pk}")
    assert now(question).state == "withdrawn"
    assert now(Question.objects.get(post=further)).state == "open"


def test_more_time_for_what_waits_for_its_asker_counts_once_they_reply(world: World) -> None:
    question = ask(world)
    say(world, "Ada", "With the form", thread=question.post_id)
    world.press("Ada", "question.wait", question.about)
    question_timers.more_time(question=question.pk, nearly=False, at=world.at)
    owed = Commitment.objects.filter(subject=question.about, kind="question.quick", state="open")
    assert not owed.exists()
    say(world, "Uma", "It still fails", thread=question.post_id)
    assert owed.exists()


def test_where_no_time_runs_none_is_given_and_that_is_said(world: World) -> None:
    question = ask(world)
    for step in ("open", "solved"):
        with pytest.raises(Refused, match="No time runs for this question"):
            question_timers.more_time(question=question.pk, nearly=True, at=world.at)
        if step == "open":
            say(world, "Ada", "With the form", thread=question.post_id)
            world.press("Ada", "question.solve", question.about)


def test_an_answer_under_a_further_post_is_one_wherever_answers_are_told(world: World) -> None:
    question = ask(world, text="Hi team, quick question")
    further = say(world, "Uma", MORE)
    say(world, "Ben", "Restart the connection pool", thread=further.pk)
    world.press("Ada", "question.solve", question.about)
    _, text = write_downs.draft(question=question.pk)
    assert "Restart the connection pool" in text
    again = ask(world, STRANGER, "Our deployment fails: SQLSTATE 08006, visits")
    offered = Post.objects.get(key=f"{again.about}:past")
    assert "Restart the connection pool" in str(offered.message)


def test_what_is_said_moments_after_a_post_that_was_joined_again_goes_on_with_its_question(
    world: World,
) -> None:
    question = ask(world)
    further = say(world, "Uma", "And who owns the logs?")
    world.press("Uma", "question.part-post", f"post:{further.pk}")
    world.press("Uma", "question.join-again", Question.objects.get(post=further).about)
    world.forward(minutes=1)
    say(world, "Uma", "And the metrics?")
    assert now(question).texts[1:] == ["And who owns the logs?", "And the metrics?"]
