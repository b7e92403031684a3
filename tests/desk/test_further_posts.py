"""Further posts are part of their question everywhere, and can be parted from it."""

from datetime import timedelta
from pathlib import Path

import pytest

from dutydesk.commitments.models import Commitment
from dutydesk.desk.flows import search
from dutydesk.desk.flows.events import QuestionRefused
from dutydesk.desk.models import Question, SearchDocument
from dutydesk.kernel.actions import NotYours
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
