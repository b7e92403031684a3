"""What the process asks of tickets is the same whoever keeps them: the desk itself, or GitHub."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.desk.models import Ticket
from testing.tracked import Tracked, tracked
from testing.world import World

pytestmark = pytest.mark.django_db
ASK = "#ask-cloud-platform"


@pytest.fixture(params=["built-in", "github"])
def world(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    if request.param == "built-in":
        yield World(tmp_path, "2026-11-24T11:00")
        return
    world = tracked(tmp_path, monkeypatch)
    yield world
    world.github.close()


@pytest.fixture
def settled(world: World) -> Callable[[Ticket], Ticket]:
    """Give a way to look at a ticket once all that anybody is owed, and all echoes, are there."""

    def look(ticket: Ticket) -> Ticket:
        world.forward(minutes=1)
        if isinstance(world, Tracked):
            world.github.at = world.at
            world.hears()
            world.catch_up()
        return Ticket.objects.get(pk=ticket.pk)

    return look


def say(world: World, by: str, text: str, thread: int | None = None) -> Post:
    author = Author.of(world.person(by))
    post = people_posts.post(by=author, channel=ASK, text=text, at=world.at, thread=thread)
    world.settle()
    return post


@pytest.mark.clause("ask.ticket", "ask.ticket-record", "ask.ticket-by-engineer", "ask.board")
def test_a_tickets_whole_way(world: World, settled: Callable[[Ticket], Ticket]) -> None:
    asked = say(world, "Uma", "It fails on live.")
    world.press(
        "Ben", "thread.ticket", asked.about, title="Visits", body="It fails", environment="live"
    )
    ticket = settled(Ticket.objects.get())
    assert (ticket.column, ticket.has_it, ticket.closed_at) == ("Support To Do", "", None)
    assert (ticket.asked_by, ticket.raised_by, ticket.behind) == ("Uma", "Ben", False)
    assert "\n\n### What it is about\n\nIt fails\n\n" in ticket.body
    assert f"Ticket {ticket.called} keeps the record of this." in world.said(ASK)[-1]

    world.press("Ada", "ticket.take", ticket.about)
    world.press("Ada", "ticket.right", ticket.about)
    event = say(world, "Uma", "The quota is 5.", asked.pk)
    say(world, "Uma", "Lunch?", asked.pk)
    world.press("Ada", "thread.keep", event.about)
    world.press("Ada", "ticket.comment", ticket.about, text="It is 10 now.")
    ticket = settled(ticket)
    assert (ticket.column, ticket.has_it, ticket.behind) == ("In progress", "Ada", False)
    assert list(ticket.comments.values_list("author", "body")) == [
        ("Uma", "The quota is 5."),
        ("Ada", "It is 10 now."),
    ]

    world.press("Ada", "ticket.close", ticket.about)
    ticket = settled(ticket)
    assert (ticket.column, ticket.closed_at is None) == ("Done", False)
    world.press("Ben", "ticket.undo", ticket.about)
    ticket = settled(ticket)
    assert (ticket.column, ticket.closed_at) == ("In progress", None)
    world.press("Ben", "ticket.assign", ticket.about, engineer="")
    world.press("Ben", "ticket.close", ticket.about)
    world.press("Ben", "ticket.reopen", ticket.about)
    ticket = settled(ticket)
    assert (ticket.column, ticket.has_it, ticket.closed_at) == ("Support To Do", "", None)
    assert ticket.comments.count() == 2
    assert not ticket.behind
