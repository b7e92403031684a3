"""Tickets that are left behind in a repository that the process doesn't name any more."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dutydesk.commitments.models import Commitment
from dutydesk.desk.flows.events import TicketRefused
from dutydesk.desk.models import Ticket
from testing.tracked import Tracked, fresh, raised, tracked
from testing.tracked_moves import bring_back, move_on, name

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
    move_on(world, tmp_path)
    another = world.github.open("uma-gh", "Nothing of ours")  # No number there is the first again.
    world.github.issues = {5: another | {"number": 5, "node_id": "I_5"}}
    world.github.webhooks.clear()
    world.catch_up()
    world.press("Ben", "ticket.raise", question.about, title="Visits, again", body="It")
    world.hears()
    other = Ticket.objects.get(question=question)
    assert other.pk != ticket.pk
    assert f"/{world.github.repository}/issues/" in other.url
