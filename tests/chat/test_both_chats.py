"""What the process asks of the ask channel is the same in the desk's own chat and in Slack."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from doubles.slack_workspace import TEAM
from dutydesk.chat.flows import channels, post_mirror
from dutydesk.desk.models import Question, Ticket
from dutydesk.incidents.models import Incident
from testing.chats import HERE, BuiltIn, Chat, InSlack
from testing.slack import ASK, workspace
from testing.world import Moving, World, as_if_committed

pytestmark = pytest.mark.django_db
LONG = "<!channel> <script>alert(1)</script> *not bold* & “words” 🐙 שלום " + "x" * 7000


@pytest.fixture(params=["built-in", "slack"])
def chat(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Chat]:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    if request.param == "built-in":
        yield BuiltIn(world)
        return
    there = workspace()
    channels.meet(outside=f"slack:{TEAM}:{ASK}", name=HERE)
    post_mirror.mirror_to("slack")
    yield InSlack(world, there)
    there.close()


def state(place: int = 0) -> str:
    return Question.objects.order_by("id")[place].state


@pytest.mark.clause("ask.entry", "ask.cover")
def test_a_first_post_is_a_question_and_its_asker_is_greeted_in_its_thread(chat: Chat) -> None:
    asked = chat.say("Uma", "How do I add a namespace?")
    assert chat.sees("Uma", asked) == ["Thanks, Uma. Ada is answering questions just now."]
    chat.world.forward(minutes=1)
    chat.say("Uma", "In live, I mean.")
    assert Question.objects.count() == 1
    chat.world.forward(minutes=3)
    chat.say("Uma", "fyi: nothing to answer here")
    marker = Question.objects.count()
    chat.say("Ben", "And a second one?")
    assert (marker, Question.objects.count()) == (1, 2)


@pytest.mark.clause("ask.in-channel")
def test_whoever_of_the_team_answers_first_has_it(chat: Chat) -> None:
    asked = chat.say("Uma", "How do I add a namespace?")
    chat.say("Uma", "Anybody?", asked)
    assert state() == "open"
    chat.say("Ben", "Like this.", asked)
    assert "Ben is helping Uma." in chat.sees("Ada", asked)
    assert "Like this." in chat.sees("Uma", asked)
    found = Question.objects.get()
    assert found.engineer is not None and found.engineer.name == "Ben"


@pytest.mark.clause("support.during")
def test_marks_take_and_solve_and_taken_off_they_undo_that(chat: Chat) -> None:
    asked = chat.say("Uma", "How do I add a namespace?")
    chat.mark("Uma", asked, "eyes")
    assert chat.sees("Uma", asked)[0].startswith("Thanks, Uma.")
    chat.mark("Ben", asked, "eyes")
    assert chat.sees("Uma", asked) == ["Ben is looking into this."]
    chat.mark("Ben", asked, "eyes", on=False)
    assert chat.sees("Uma", asked)[0].startswith("Thanks, Uma. Ada is answering")
    chat.mark("Ben", asked, "white_check_mark")
    assert state() == "solved"
    chat.mark("Ben", asked, "white_check_mark", on=False)
    assert state() == "open"


def test_buttons_do_what_marks_do(chat: Chat) -> None:
    asked = chat.say("Uma", "How do I add a namespace?")
    chat.press("Uma", asked, "Solved")
    assert state() == "solved"
    assert chat.sees("Ben", asked)[0].startswith("Solved. Uma said so.")
    chat.press("Uma", asked, "Not solved yet")
    assert state() == "open"
    chat.press("Ben", asked, "I'll take it")
    assert chat.sees("Uma", asked)[0] == "Ben is looking into this."


def test_what_is_changed_or_taken_back_is_followed(chat: Chat) -> None:
    asked = chat.say("Uma", "How do I add a namespase?")
    chat.change("Uma", asked, "How do I add a namespace?")
    assert Question.objects.get().title == "How do I add a namespace?"
    chat.take_back("Uma", asked)
    assert state() == "withdrawn"
    assert chat.sees("Ben", asked) == ["Uma took this back."]


def test_what_people_type_is_shown_as_they_typed_it(chat: Chat) -> None:
    asked = chat.say("Uma", LONG.replace("&", "and").replace("<", "(").replace(">", ")"))
    assert Question.objects.get().post.words.body.endswith("x" * 7000)
    chat.say("Ben", "🐙 שלום * _ ~ `x", asked)
    assert "🐙 שלום * _ ~ `x" in chat.sees("Uma", asked)


@pytest.mark.clause("hours.out-of-hours")
def test_out_of_hours_it_is_said_when_it_will_be_seen(chat: Chat) -> None:
    chat.world.forward(hours=9)
    asked = chat.say("Uma", "How do I add a namespace?")
    (greeting,) = chat.sees("Uma", asked)
    assert "somebody will pick this up tomorrow at 10:00" in greeting


@pytest.mark.clause("ask.quick", "ask.ticket", "ask.ticket-by-engineer")
def test_after_the_quick_limit_the_engineer_alone_is_offered_a_ticket_from_the_thread(
    chat: Chat,
) -> None:
    asked = chat.say("Uma", "The pods of payments restart all the time.")
    chat.say("Ben", "Which cluster?", asked)
    chat.say("Uma", "The live one.", asked)
    chat.world.forward(minutes=14)
    assert not [text for text in chat.sees("Ben", asked) if "raise a ticket" in text]
    chat.world.forward(minutes=1)
    offers = [text for text in chat.sees("Ben", asked) if "raise a ticket" in text]
    assert offers == [
        "This has taken 15 minutes. Shall we raise a ticket, so that the work has a record?"
    ]
    assert offers[0] not in chat.sees("Uma", asked)
    chat.press("Ben", asked, "A little more time")
    chat.world.forward(minutes=5)
    chat.press("Ben", asked, "Raise a ticket", title="Pods restart", impact="high")
    ticket = Ticket.objects.get()
    assert (ticket.title, ticket.asked_by, ticket.raised_by) == ("Pods restart", "Uma", "Ben")
    assert "The pods of payments restart all the time." in ticket.body
    assert [t for t in chat.sees("Uma", asked) if f"Ticket {ticket.called} keeps the record" in t]


def test_waiting_for_the_asker_ends_with_their_word(chat: Chat) -> None:
    asked = chat.say("Uma", "How do I add a namespace?")
    chat.say("Ben", "Which cluster?", asked)
    chat.press("Ben", asked, "Wait for the asker")
    assert chat.sees("Uma", asked)[0].startswith("Uma, we need a word from you")
    chat.say("Ben", "Take your time", asked)
    assert state() == "waiting"
    chat.say("Uma", "The live one", asked)
    assert state() == "open"


@pytest.mark.clause("measure.happiness")
def test_the_asker_alone_is_asked_how_it_was_and_answers_in_one_press(chat: Chat) -> None:
    asked = chat.say("Uma", "How do I add a namespace?")
    chat.say("Ben", "Like this", asked)
    chat.press("Ben", asked, "Solved")
    assert [text for text in chat.sees("Uma", asked) if "How was our help?" in text]
    assert not [text for text in chat.sees("Ben", asked) if "How was our help?" in text]
    chat.press("Uma", asked, "Happy")
    assert Question.objects.get().happiness == 4


def test_of_which_kind_it_was_takes_the_engineer_one_press(chat: Chat) -> None:
    asked = chat.say("Uma", "How do I add a namespace?")
    chat.say("Ben", "Like this", asked)
    chat.press("Ben", asked, "Solved")
    chat.press("Ben", asked, "Access")
    assert Question.objects.get().kind == "access"


def test_a_past_answer_is_offered_to_the_asker_and_closes_the_question(chat: Chat) -> None:
    as_if_committed()
    first = chat.say("Uma", "How do I renew the expired certificate of payments?")
    chat.say("Ben", "Delete the secret; another is made.", first)
    chat.press("Ben", first, "Solved")
    for number in range(5):
        chat.world.forward(minutes=5)
        chat.say("Ben", f"Where is page {number} of the handbook?")
    chat.world.forward(minutes=5)
    again = chat.say("Uma", "Our certificate has expired, how do I renew it?")
    assert [text for text in chat.sees("Uma", again) if "we answered before" in text]
    assert not [text for text in chat.sees("Ben", again) if "we answered before" in text]
    chat.press("Uma", again, "That helped")
    found = Question.objects.order_by("id").last()
    assert found is not None and (found.state, found.outcome) == ("solved", "known")


def test_several_alike_within_minutes_are_offered_as_an_incident(chat: Chat) -> None:
    for who in ("Uma", "Ben", "Ada"):
        chat.say(who, "Deployments to the live cluster time out, is it down?")
        chat.world.forward(minutes=1)
    assert [text for text in chat.world.said("#cloud-platform") if "incident" in text]
    assert not Incident.objects.exists()
