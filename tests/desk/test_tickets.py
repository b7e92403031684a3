"""Tickets of the desk's own: filled from the thread, moved over the board, kept as a record."""

from pathlib import Path

import pytest
from django.test import Client

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.desk.flows.events import TicketRefused
from dutydesk.desk.models import Question, Ticket, TicketComment
from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.actions import NotYours
from dutydesk.kernel.forms import FormRefused
from dutydesk.people.models import Account, Engineer
from dutydesk.process.flows import process
from dutydesk.wiring import ACTIONS
from testing.asked import standing
from testing.screens import squeezed
from testing.world import World

pytestmark = pytest.mark.django_db
ASK, OTHER = "#ask-cloud-platform", "#prisons"
PROBLEM = (
    "Prison visits is failing on staging\nNobody can book since noon. "
    "We've tried restarting it. What now?"
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, "2026-11-24T11:00")


def say(world: World, by: str, text: str, thread: Post | None = None, channel: str = ASK) -> Post:
    post = people_posts.post(
        by=Author.of(world.person(by)),
        channel=channel,
        text=text,
        at=world.at,
        thread=thread.pk if thread else None,
    )
    world.settle()
    return post


def mark(world: World, by: str, post: Post, name: str = "pushpin") -> None:
    people_posts.mark(post=post.pk, name=name, by=Author.of(world.person(by)), on=True, at=world.at)
    world.settle()


def raised(world: World, post: Post, by: str = "Ben") -> Ticket:
    world.press(by, "thread.ticket", post.about, title="Visits", body=post.words.body)
    return Ticket.objects.latest("id")


def test_a_ticket_of_whoever_has_the_question_is_theirs_and_both_end_together(
    world: World,
) -> None:
    asked = say(world, "Uma", PROBLEM)
    about = asked.question.about
    world.press("Ben", "question.take", about)
    world.press("Ben", "ticket.raise", about, title="Visits", body="It fails")
    ticket = Ticket.objects.get()
    assert ticket.has_it == "Ben"
    world.press("Ben", "ticket.move", ticket.about, column="Done")
    question = Question.objects.get()
    assert (question.state, question.outcome) == ("solved", "ticket")
    assert standing(question).startswith("Solved. The desk said so.")
    closed = f"Uma, ticket #{ticket.pk} is closed"
    assert any(closed in text for text in world.said(ASK))
    say(world, "Uma", "It fails again", asked)
    assert Question.objects.get().state == "open"
    assert Ticket.objects.get().closed_at is None
    world.press("Uma", "question.solve", about)
    assert Ticket.objects.get().closed_at == world.at
    assert any("Its ticket is closed with it." in text for text in world.said(ASK))
    world.press("Ben", "ticket.reopen", ticket.about)
    assert Question.objects.get().state == "open"


@pytest.mark.clause("ask.ticket-by-engineer", "ask.ticket")
def test_the_form_is_filled_from_the_thread(world: World) -> None:
    asked = say(world, "Uma", PROBLEM)
    say(world, "Ben", "Is live fine?", asked)
    form = ACTIONS["ticket.raise"].form
    assert form is not None
    question = asked.question
    fields = {
        one.label: one.value for one in form(question.about, world.person("Ben"), world.at).fields
    }
    assert fields == {
        "Title": "Prison visits is failing on staging",
        "What it is about": f"Uma:\n{PROBLEM}\n\nBen:\nIs live fine?",
        "Service": "Prison visits",
        "Environment": "staging",
        "Impact": "Prison visits is failing on staging",
        "What was tried": "We've tried restarting it.",
    }
    world.press(
        "Ben",
        "ticket.raise",
        question.about,
        title="Visits",
        body="It fails",
        environment="staging",
    )
    ticket = Ticket.objects.get()
    begins, *rest = ticket.body.split("\n\n")
    assert begins.startswith("Asked by Uma, raised by Ben. The conversation: ")
    assert begins.endswith(f"/threads/{asked.pk}")
    assert rest[:6] == [
        *("### What it is about", "It fails", "### Service", "_No response_"),
        *("### Environment", "staging"),
    ]
    assert (ticket.asked_by, ticket.raised_by, ticket.post_id) == ("Uma", "Ben", asked.pk)
    with pytest.raises(TicketRefused, match="already"):
        world.press("Ben", "thread.ticket", asked.about, title="Again", body="x")


@pytest.mark.clause("ask.ticket-record")
def test_whoever_has_the_question_has_its_ticket_too(world: World) -> None:
    asked = say(world, "Uma", PROBLEM)
    world.press("Ben", "question.take", asked.question.about)
    assert raised(world, asked, by="Ada").engineer == Engineer.objects.get(name="Ben")
    world.forward(minutes=10)
    nobody_s = say(world, "Uma", "Where are the logs of courts kept?")
    ticket = raised(world, nobody_s)
    assert ticket.engineer is None
    world.press("Ada", "question.take", nobody_s.question.about)
    ticket.refresh_from_db()
    assert ticket.engineer == Engineer.objects.get(name="Ada")


@pytest.mark.clause("ask.ticket")
def test_any_message_can_become_a_ticket_and_its_thread_gets_the_link(world: World) -> None:
    root = say(world, "Uma", "We plan a release.", channel=OTHER)
    reply = say(world, "Ada", "Please raise our quota.", root)
    with pytest.raises(NotYours):
        world.press("Uma", "thread.ticket", reply.about, title="Quota", body="x")
    with pytest.raises(FormRefused, match="“What it is about” is missing"):
        world.press("Ben", "thread.ticket", reply.about, title="Quota", body="")
    ticket = raised(world, reply)
    assert (ticket.asked_by, ticket.question) == ("Ada", None)
    said = root.replies.latest("id")
    assert said.words.body.startswith(f"Ticket #{ticket.pk} keeps the record of this.")
    assert said.words.buttons[0].about == ticket.about


@pytest.mark.clause("ask.ticket-record")
def test_the_ticket_gets_the_posts_that_are_marked_and_no_others(world: World) -> None:
    root = say(world, "Uma", "It fails.")
    early = say(world, "Uma", "Since noon.", root)
    mark(world, "Ben", early)  # There is no ticket yet.
    ticket = raised(world, root)
    say(world, "Uma", "Lunch?", root)
    event = say(world, "Uma", "The quota is 5.", root)
    mark(world, "Uma", event)
    mark(world, "Ben", event, "eyes")
    assert not TicketComment.objects.exists()
    mark(world, "Ben", event)
    mark(world, "Ada", event)
    world.press("Ada", "thread.keep", early.about)
    assert [(one.author, one.body) for one in ticket.comments.all()] == [
        ("Uma", "The quota is 5."),
        ("Uma", "Since noon."),
    ]
    people_posts.edit(
        post=event.pk, by=Author.of(world.person("Uma")), text="It is 6.", at=world.at
    )
    world.settle()
    assert ticket.comments.values_list("body", flat=True)[0] == "It is 6."
    other = say(world, "Uma", "Another thing", channel=OTHER)
    with pytest.raises(TicketRefused, match="no ticket"):
        world.press("Ada", "thread.keep", other.about)


@pytest.mark.clause("ask.board")
def test_a_ticket_moves_over_the_board_and_back(world: World) -> None:
    ticket = raised(world, say(world, "Uma", "It fails."))

    def column(action: str, **values: str) -> tuple[str, bool]:
        world.press("Ben", action, ticket.about, **values)
        ticket.refresh_from_db()
        return ticket.column, ticket.closed_at is not None

    assert column("ticket.left") == ("Support To Do", False)
    assert column("ticket.right") == ("In progress", False)
    assert column("ticket.move", column="Done") == ("Done", True)
    assert column("ticket.undo") == ("In progress", False)
    assert column("ticket.undo") == ("Done", True)
    assert column("ticket.reopen") == ("Support To Do", False)
    assert column("ticket.close") == ("Done", True)
    with pytest.raises(TicketRefused, match="closed already"):
        world.press("Ben", "ticket.close", ticket.about)
    with pytest.raises(FormRefused, match="“Column” doesn't offer that"):
        world.press("Ben", "ticket.move", ticket.about, column="Elsewhere")
    told = JournalEntry.objects.filter(subject=ticket.about, kind="ticket.moved")
    assert told[0].text == f"{ticket.called} went from Support To Do to In progress"


@pytest.mark.clause("ask.board", "support.day-start")
def test_the_board_shows_who_has_what_and_what_nobody_has(world: World, client: Client) -> None:
    mine = raised(world, say(world, "Uma", "First"))
    raised(world, say(world, "Uma", "Second", channel=OTHER))
    world.press("Ada", "ticket.take", mine.about)
    client.force_login(Account.objects.get(name="Ada"))
    assert "1 taken by nobody" in squeezed(client.get("/board/").text)
    assert client.get("/board/mine").content.decode().count('<article class="card ticket"') == 1
    assert client.get("/board/nobody").content.decode().count('<article class="card ticket"') == 1
    world.press("Ada", "ticket.assign", mine.about, engineer="")
    assert client.get("/board/mine").content.decode().count('<article class="card ticket"') == 0
    client.force_login(Account.objects.get(name="Uma"))
    seen = client.get("/board/").content.decode()
    assert "draggable=" not in seen.replace('draggable="false"', "")
    assert client.get("/board/mine").status_code == 403


def test_a_column_that_the_process_lost_is_shown_apart(
    world: World, client: Client, tmp_path: Path
) -> None:
    ticket = raised(world, say(world, "Uma", "First"))
    file = tmp_path / "process.yaml"
    file.write_text(file.read_text().replace("[Support To Do, In", "[New, In"))
    process.adopt(file=file, at=world.at)
    client.force_login(Account.objects.get(name="Ada"))
    seen = client.get("/board/").content.decode()
    assert "In columns that the process no longer has" in seen
    world.press("Ben", "ticket.move", ticket.about, column="New")
    assert "no longer has" not in client.get("/board/").content.decode()


@pytest.mark.clause("ask.ticket-record")
def test_the_tickets_page_has_its_record_and_history(world: World, client: Client) -> None:
    ticket = raised(world, say(world, "Uma", "<b>It</b> fails."))
    client.force_login(Account.objects.get(name="Ada"))
    client.post(f"/tickets/{ticket.pk}", {"text": "The quota <i>was</i> too small."})
    world.press("Ada", "ticket.take", ticket.about)
    seen = client.get(f"/tickets/{ticket.pk}").content.decode()
    assert "The quota &lt;i&gt;was&lt;/i&gt; too small." in seen
    assert "Ada has #" in seen
    assert "<b>It</b>" not in seen
    client.force_login(Account.objects.get(name="Uma"))
    client.post(f"/tickets/{ticket.pk}", {"text": "me too"})
    assert ticket.comments.count() == 1


def test_the_board_asks_the_database_as_often_for_many_tickets(
    world: World, client: Client, django_assert_max_num_queries: object
) -> None:
    for number in range(30):
        raised(world, say(world, "Uma", f"Thing {number}", channel=OTHER))
    client.force_login(Account.objects.get(name="Ada"))
    with django_assert_max_num_queries(14):  # type: ignore[operator]  # pytest-django's
        client.get("/board/")


@pytest.mark.parametrize("back", ["ticket.undo", "ticket.left", "ticket.move"])
def test_a_ticket_that_goes_back_over_the_board_takes_its_question_along(
    world: World, back: str
) -> None:
    asked = say(world, "Uma", PROBLEM)
    ticket = raised(world, asked)
    world.press("Ben", "ticket.right", ticket.about)
    world.press("Ben", "ticket.move", ticket.about, column="Done")
    assert Question.objects.get().state == "solved"
    given = {"column": "In progress"} if back == "ticket.move" else {}
    world.press("Ben", back, ticket.about, **given)
    assert Ticket.objects.get().closed_at is None
    question = Question.objects.get()
    assert (question.state, question.unanswered_since) == ("open", world.at)


def test_a_ticket_that_moves_while_its_question_was_closed_for_silence_opens_nothing(
    world: World,
) -> None:
    asked = say(world, "Uma", PROBLEM)
    ticket = raised(world, asked)
    world.press("Ben", "question.lapse", asked.question.about)
    world.press("Ben", "ticket.right", ticket.about)
    assert (Question.objects.get().state, Ticket.objects.get().closed_at) == ("solved", None)


def test_a_ticket_that_was_closed_by_mistake_opens_no_question_that_lapsed(world: World) -> None:
    asked = say(world, "Uma", PROBLEM)
    ticket = raised(world, asked)
    world.press("Ben", "question.lapse", asked.question.about)
    world.press("Ben", "ticket.move", ticket.about, column="Done")
    world.press("Ben", "ticket.undo", ticket.about)
    assert Ticket.objects.get().closed_at is None
    assert (Question.objects.get().state, Question.objects.get().outcome) == ("solved", "lapsed")
