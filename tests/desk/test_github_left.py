"""Tickets that are left behind in a repository that the process doesn't name any more."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dutydesk.commitments.models import Commitment
from dutydesk.desk.flows.events import TicketRefused
from dutydesk.desk.models import Question, Ticket
from testing.asked import ASK, now, say
from testing.tracked import Tracked, fresh, raised, tracked
from testing.tracked_moves import bring_back, move_on, name, transfer

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tracked]:
    world = tracked(tmp_path, monkeypatch)
    world.shifts(support="Ada")
    yield world
    world.github.close()


@pytest.mark.clause("ask.ticket-record")
def test_the_question_of_a_ticket_that_is_left_behind_is_chased_until_that_is_kept_again(
    world: Tracked, tmp_path: Path
) -> None:
    question, ticket = raised(world)
    owed = Commitment.objects.filter(subject=question.about, kind="question.chase", state="open")
    issue = move_on(world, tmp_path)
    for _ in range(2):
        world.catch_up()
        world.later(minutes=6)
    assert (owed.count(), fresh(ticket).closed_at) == (1, None)
    due_at = owed.get().due_at
    world.later(minutes=6)
    world.catch_up()
    assert owed.get().due_at == due_at
    bring_back(world, issue, 7, node="I_1")
    world.hears()
    assert (fresh(ticket).number, owed.exists()) == (7, False)
    name(world, "acme/elsewhere", tmp_path)
    world.github.repository = "acme/elsewhere"
    world.later(minutes=6)
    world.catch_up()
    assert owed.exists()
    name(world, "acme/help", tmp_path)  # It is kept where it was, after all.
    world.github.repository = "acme/help"
    world.later(minutes=6)
    world.catch_up()
    assert not owed.exists()
    with pytest.raises(TicketRefused):
        world.press("Ben", "ticket.raise", question.about, title="Visits, again", body="It")


def test_a_question_whose_ticket_is_left_behind_gets_another_one(
    world: Tracked, tmp_path: Path
) -> None:
    question, ticket = raised(world)
    issue = move_on(world, tmp_path)
    another = world.github.open("uma-gh", "Nothing of ours")  # No number there is the first again.
    world.github.issues = {5: another | {"number": 5, "node_id": "I_5"}}
    world.github.webhooks.clear()
    world.catch_up()
    world.press("Ben", "ticket.raise", question.about, title="Visits, again", body="It")
    world.hears()
    other = Ticket.objects.get(question=question)
    assert other.pk != ticket.pk
    assert f"/{world.github.repository}/issues/" in other.url
    assert (now(question).state, fresh(ticket).closed_at is None) == ("open", False)
    name_again(world, {1: issue}, tmp_path)
    assert (fresh(ticket).lost, ticket.closed_at is None) == (False, False)
    assert world.github.issues[1]["state"] == "closed"
    assert Ticket.objects.get(question=question) == other
    assert (now(question).state, fresh(other).closed_at) == ("open", None)


def name_again(world: Tracked, issues: dict[int, Any], tmp_path: Path) -> None:
    """Keep tickets again where they were first, where these issues are."""
    name(world, "acme/support", tmp_path)
    world.github.repository, world.github.issues = "acme/support", issues
    for _ in range(2):
        world.later(minutes=6)
        world.catch_up()
        world.hears()


def test_what_was_closed_here_while_it_was_left_behind_is_closed_there_once_it_is_kept_again(
    world: Tracked, tmp_path: Path
) -> None:
    _, ticket = raised(world)
    issue = move_on(world, tmp_path)
    world.catch_up()
    world.press("Ben", "ticket.close", ticket.about)
    name_again(world, {1: issue}, tmp_path)
    assert fresh(ticket).closed_at is not None
    assert world.github.issues[1]["state"] == "closed"


def replaced(world: Tracked) -> tuple[Question, Any, Ticket, Ticket]:
    """Give a question, the issue of its ticket that was transferred, that, and its next ticket."""
    question, ticket = raised(world)
    another = world.github.open("uma-gh", "Nothing of ours")  # No number here is used again.
    issue = transfer(world, 1)
    world.github.issues = {5: another | {"number": 5, "node_id": "I_5"}}
    world.hears()
    world.press("Ben", "ticket.raise", question.about, title="Visits, again", body="It")
    world.hears()
    return question, issue, ticket, Ticket.objects.get(question=question)


def test_a_ticket_that_was_replaced_stays_over_though_its_issue_is_back(world: Tracked) -> None:
    question, issue, ticket, other = replaced(world)
    world.later(minutes=10)
    said = len(world.said(ASK))
    bring_back(world, issue, 7)
    world.hears()
    world.catch_up()
    world.hears()
    assert Ticket.objects.count() == 2
    assert (fresh(ticket).number, ticket.closed_at is None) == (7, False)
    assert world.github.issues[7]["state"] == "closed"
    assert (fresh(other).closed_at, other.question) == (None, question)
    assert now(question).state == "open"
    assert len(world.said(ASK)) == said


def test_a_replaced_ticket_is_none_that_asks_for_a_page(world: Tracked) -> None:
    question, _, ticket, _ = replaced(world)
    say(world, "Ada", "By the form", thread=question.post_id)
    world.press("Ada", "question.solve", question.about)
    fresh(ticket).there.pop("gone")
    ticket.save(update_fields=["there"])  # As once it is back.
    world.press("Ada", "question.write-down", question.about, title="Form", text="# Form")
    assert Ticket.objects.latest("pk").title == "Form"
