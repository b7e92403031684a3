"""Tickets that another took the place of are known as such, also from before that was kept."""

from importlib import import_module

import pytest
from django.db import connection

from dutydesk.desk.models import Question, Ticket
from testing.asked import ask, say
from testing.world import World

pytestmark = pytest.mark.django_db
REPLACED = import_module("dutydesk.desk.migrations.0005_replaced_tickets").REPLACED


def raised(world: World, question: Question, title: str) -> Ticket:
    world.press("Ben", "ticket.raise", question.about, title=title, body="It fails")
    return Ticket.objects.latest("pk")


def test_an_upgrade_marks_what_was_let_go_of_and_nothing_else(world: World) -> None:
    """A page that was asked for, a thread's own ticket, and one of no other are left."""
    question = ask(world)
    first = raised(world, question, "First")
    say(world, "Ada", "By the form", thread=question.post_id)
    world.press("Ada", "question.solve", question.about)
    world.press("Ada", "question.write-down", question.about, title="Page", text="# Page")
    world.press("Uma", "question.reopen", question.about)
    Ticket.objects.filter(pk=first.pk).update(there={"gone": True})
    raised(world, question, "Second")
    root = say(world, "Ben", "[fyi] The cluster is upgraded")
    world.press("Ben", "thread.ticket", root.about, title="Thread", body="It")
    for ticket in Ticket.objects.order_by("pk"):
        ticket.there.pop("replaced", None)
        ticket.save(update_fields=["there"])
    for _ in range(2):
        with connection.cursor() as cursor:
            cursor.execute(REPLACED)
    marked = Ticket.objects.filter(there__has_key="replaced")
    assert [one.title for one in marked] == ["First"]
    assert Ticket.objects.get(title="First").there["gone"] is True
