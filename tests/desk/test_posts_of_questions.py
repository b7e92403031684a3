"""Whichever of its posts somebody marks, or names, it is the question that is meant."""

from pathlib import Path

import pytest

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.desk.models import Question, Ticket, TicketComment
from dutydesk.incidents.flows.context import prompt_of
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
