"""A question, from being asked to how happy the asker was."""

from pathlib import Path

import pytest

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.desk.models import Question, Ticket
from dutydesk.kernel.actions import NotYours
from dutydesk.process.rules.check import DEFAULT_FILE
from dutydesk.wiring import ACTIONS
from testing.world import World

pytestmark = pytest.mark.django_db
ASK = "#ask-cloud-platform"


def ask(world: World, text: str = "How do I add a namespace?") -> Question:
    people_posts.post(by=Author.of(world.person("Uma")), channel=ASK, text=text, at=world.at)
    world.settle()
    return Question.objects.get()


def answer(world: World, question: Question, name: str, text: str) -> Post:
    post = people_posts.post(
        by=Author.of(world.person(name)),
        channel=ASK,
        text=text,
        at=world.at,
        thread=question.post_id,
    )
    world.settle()
    return post


@pytest.mark.clause("ask.entry", "ask.cover", "ask.style")
def test_a_question_is_recorded_and_told_who_covers(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada")
    question = ask(world)
    assert question.title == "How do I add a namespace?"
    assert world.said(ASK)[-1] == "Thanks, Uma. Ada is answering questions just now."


def test_a_period_that_nobody_covers_is_said_to_be_one(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    ask(world)
    assert "Nobody is named to answer right now" in world.said(ASK)[-1]


@pytest.mark.clause("hours.out-of-hours", "hours.support")
def test_out_of_hours_the_asker_is_told_kindly_when_it_is_picked_up(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-12-24T17:00")
    world.shifts(support="Ada")
    ask(world)
    assert "on Tue 29 Dec at 10:00 GMT" in world.said(ASK)[-1]
    world.forward(days=4, hours=17, minutes=9)
    assert not [text for text in world.said(ASK, only_for="Ada") if "has been waiting" in text]
    world.forward(minutes=1)
    told = [text for text in world.said(ASK, only_for="Ada") if "has been waiting" in text]
    assert told == ["Ada, Uma has been waiting for 10 minutes. Could you have a look?"]


@pytest.mark.clause("ask.quick", "ask.ticket", "ask.ticket-by-engineer", "ask.board")
def test_past_the_limit_the_engineer_alone_is_offered_a_ticket(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T16:50")
    world.shifts(support="Ada")
    question = ask(world, "How do I add a namespace?\nI tried the form.")
    answer(world, question, "Ben", "Which cluster?")
    answer(world, question, "Uma", "The live one.")
    world.forward(hours=17, minutes=14)
    assert not [text for text in world.said(ASK, only_for="Ben") if "raise a ticket" in text]
    world.forward(minutes=1)
    assert not [text for text in world.said(ASK) if "raise a ticket" in text]
    assert [text for text in world.said(ASK, only_for="Ben") if "raise a ticket" in text]
    about = f"question:{question.pk}"
    with pytest.raises(NotYours):
        world.press("Uma", "ticket.raise", about, title="No", body="")
    world.press("Ben", "ticket.raise", about, title="Namespace", body="as asked")
    ticket = Ticket.objects.get()
    assert (ticket.asked_by, ticket.raised_by) == ("Uma", "Ben")
    assert (ticket.label, ticket.column) == ("support team", "Support To Do")
    assert f"Ticket #{ticket.pk} keeps the record of this." in world.said(ASK)[-1]
    world.press("Ben", "ticket.move", f"ticket:{ticket.pk}", column="Done")
    assert Ticket.objects.get().column == "Done"


@pytest.mark.clause("ask.ticket-by-engineer")
def test_a_ticket_begins_with_the_conversation(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    question = ask(world)
    answer(world, question, "Ben", "Which cluster?")
    form = ACTIONS["ticket.raise"].form
    assert form is not None
    fields = form(f"question:{question.pk}", world.person("Ben"), world.at).fields
    assert fields[0].value == "How do I add a namespace?"
    assert fields[1].value == "Uma:\nHow do I add a namespace?\n\nBen:\nWhich cluster?"


@pytest.mark.clause("ask.quick", "ask.in-channel")
def test_help_within_the_limit_is_finished_in_the_channel(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada")
    question = ask(world)
    answer(world, question, "Ada", "Like this.")
    world.press("Uma", "question.solve", f"question:{question.pk}")
    world.forward(hours=3)
    assert not [text for text in world.said(ASK, only_for="Ada") if "raise a ticket" in text]
    assert Question.objects.get().state == "solved"


@pytest.mark.clause("measure.happiness")
def test_the_asker_alone_is_asked_how_it_was_and_answers_with_one_press(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada")
    question = ask(world)
    world.press("Ada", "question.solve", f"question:{question.pk}")
    assert not [text for text in world.said(ASK) if "How was our help?" in text]
    assert [text for text in world.said(ASK, only_for="Uma") if "How was our help?" in text]
    with pytest.raises(NotYours):
        world.press("Ada", "question.score-5", f"question:{question.pk}")
    world.press("Uma", "question.score-4", f"question:{question.pk}")
    assert Question.objects.get().happiness == 4


@pytest.mark.clause("ask.quick")
def test_the_limit_counts_from_the_first_answer_and_more_time_asks_again(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada")
    question = ask(world)
    world.forward(minutes=9)
    answer(world, question, "Ada", "Which cluster?")

    def offers() -> int:
        said = world.said(ASK, only_for="Ada")
        return len([text for text in said if "raise a ticket" in text])

    world.forward(minutes=14)
    assert offers() == 0
    world.forward(minutes=1)
    assert offers() == 1
    world.press("Ada", "question.more-time", f"question:{question.pk}")
    world.forward(minutes=5)
    assert offers() == 2
    world.press("Ada", "question.nearly", f"question:{question.pk}")
    world.forward(minutes=14)
    assert offers() == 2
    world.forward(minutes=1)
    assert offers() == 3


@pytest.mark.clause("ask.cover")
def test_whoever_is_on_support_covers_though_alerts_do_not_page_them(tmp_path: Path) -> None:
    text = DEFAULT_FILE.read_text(encoding="utf-8")
    order = "order: [support, primary, secondary]"
    assert order in text
    (tmp_path / "process.yaml").write_text(text.replace(order, "order: [primary]"), "utf-8")
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ben")
    ask(world)
    assert world.said(ASK)[-1] == "Thanks, Uma. Ada is answering questions just now."
