"""Whichever of its posts somebody marks, or names, it is the question that is meant."""

from pathlib import Path

import pytest

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.desk.flows.events import TicketRefused
from dutydesk.desk.models import Question, Ticket, TicketComment
from dutydesk.incidents.flows.context import prompt_of
from dutydesk.wiring import ACTIONS
from testing.asked import ask, now, say
from testing.screens import visit
from testing.world import Moving, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada")
    return world


def put(world: World, by: str, name: str, post: Post, *, on: bool = True) -> None:
    author = Author.of(world.person(by))
    people_posts.mark(post=post.pk, name=name, by=author, on=on, at=world.at)
    world.settle()


def pinned(world: World, post: Post) -> list[Ticket]:
    put(world, "Ben", "pushpin", post)
    return [one.ticket for one in TicketComment.objects.filter(post=post)]


@pytest.mark.clause("ask.ticket-record")
def test_a_pin_under_any_post_of_a_question_adds_to_its_ticket(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = ask(world)
    further = say(world, "Uma", "And who owns the logs?")
    world.press("Ben", "ticket.raise", question.about, title="Logs", body="Who?")
    ticket = Ticket.objects.get()
    reply = say(world, "Uma", "Those of visits", thread=further.pk)
    first = say(world, "Uma", "And of bookings", thread=question.post_id)
    for one in (further, reply, first):
        assert pinned(world, one) == [ticket]
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    assert "Add to the ticket" in visit("Ben").get(f"/threads/{question.post_id}").text


def test_what_was_parted_has_a_ticket_of_its_own_until_it_is_joined_again(world: World) -> None:
    question = ask(world)
    further = say(world, "Uma", "And who owns the logs?")
    world.press("Ben", "thread.ticket", further.about, title="Both", body="Who?")
    both = Ticket.objects.get()
    assert both.question == question
    world.press("Uma", "question.part-post", f"post:{further.pk}")
    parted = Question.objects.get(post=further)
    reply = say(world, "Uma", "Those of visits", thread=further.pk)
    assert pinned(world, reply) == []  # It has none yet.
    world.press("Ben", "ticket.raise", parted.about, title="Logs", body="Who?")
    own = Ticket.objects.latest("pk")
    assert pinned(world, further) == [own]
    world.press("Uma", "question.join-again", parted.about)
    later = say(world, "Uma", "And of bookings", thread=further.pk)
    assert pinned(world, later) == [both]


def test_a_tick_on_a_further_post_solves_and_every_tick_counts_until_it_is_taken_off(
    world: World,
) -> None:
    question = ask(world)
    further = say(world, "Uma", "And who owns the logs?")
    for by in ("Uma", "Ben"):
        put(world, by, "white_check_mark", further)
    assert now(question).state == "solved"
    put(world, "Uma", "white_check_mark", further, on=False)
    assert now(question).state == "solved"  # Ben's is still there.
    put(world, "Ben", "white_check_mark", further, on=False)
    assert now(question).state == "open"


def test_what_stands_under_a_further_post_is_about_its_question(world: World) -> None:
    question = ask(world)
    further = say(world, "Uma", "And who owns the logs?")
    reply = say(world, "Ben", "We do", thread=further.pk)
    assert prompt_of(reply) == question.about


def test_a_pin_adds_to_no_ticket_but_the_questions_own(world: World) -> None:
    question = ask(world)
    world.press("Ben", "ticket.raise", question.about, title="Logs", body="Who?")
    own = Ticket.objects.get()
    say(world, "Ada", "We do", thread=question.post_id)
    world.press("Ada", "question.solve", question.about)
    world.press("Ada", "question.write-down", question.about, title="Logs", text="# Logs")
    world.press("Uma", "question.reopen", question.about)
    assert pinned(world, say(world, "Uma", "Those of visits", thread=question.post_id)) == [own]
    own.refresh_from_db()
    own.there = {"gone": True}
    own.save(update_fields=["there"])
    assert pinned(world, say(world, "Uma", "And of books", thread=question.post_id)) == []


def test_the_ticket_of_a_thread_is_that_of_the_question_that_is_made_of_it(world: World) -> None:
    root = say(world, "Uma", "[fyi] The visits deployment fails")
    world.press("Ben", "thread.ticket", root.about, title="Visits", body="It fails")
    ticket = Ticket.objects.get()
    world.press("Ben", "thread.ask", f"thread:{root.pk}")
    question = Question.objects.get(post=root)
    ticket.refresh_from_db()
    assert (ticket.question, question.kept_in) == (question, ticket)
    with pytest.raises(TicketRefused, match="keeps the record of this already"):
        world.press("Ben", "ticket.raise", question.about, title="Again", body="It fails")
    assert pinned(world, say(world, "Uma", "Since noon", thread=root.pk)) == [ticket]
    world.press("Uma", "question.solve", question.about)
    assert Ticket.objects.get().closed_at == world.at


def test_a_post_that_was_in_a_ticket_which_is_lost_is_added_to_the_next_too(world: World) -> None:
    question = ask(world)
    world.press("Ben", "ticket.raise", question.about, title="Logs", body="Who?")
    lost = Ticket.objects.get()
    reply = say(world, "Uma", "Those of visits", thread=question.post_id)
    assert pinned(world, reply) == [lost]
    Ticket.objects.filter(pk=lost.pk).update(there={"gone": True})
    world.press("Ben", "ticket.raise", question.about, title="Logs again", body="Who?")
    new = Ticket.objects.latest("pk")
    for _ in range(2):
        world.press("Ben", "thread.keep", f"thread:{reply.pk}")
    assert [one.ticket for one in TicketComment.objects.order_by("pk")] == [lost, new]
    uma = Author.of(world.person("Uma"))
    people_posts.edit(post=reply.pk, by=uma, text="Those of live", at=world.at)
    world.settle()
    assert set(TicketComment.objects.values_list("body", flat=True)) == {"Those of live"}


def test_a_page_begins_with_what_somebody_answered_who_is_called_as_the_asker_is(
    world: World,
) -> None:
    question = ask(world, Author("Ada", None, "slack:T1:U9"), "How do I rotate the keys?")
    say(world, "Ada", "Rotate them with the form of the portal.", thread=question.post_id)
    world.press("Ada", "question.solve", question.about)
    form = ACTIONS["question.write-down"].form
    assert form is not None
    shown = form(question.about, world.person("Ben"), world.at)
    text = {one.name: one.value for one in shown.fields}["text"]
    assert "the form of the portal" in str(text)
