"""A ticket whose issue was deleted or transferred: nobody said that its question is solved."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dutydesk.adapters.github import issues
from dutydesk.commitments.models import Commitment
from dutydesk.desk.flows.events import TicketRefused
from dutydesk.desk.models import Question, Ticket
from dutydesk.outbox.models import OutboxMessage
from dutydesk.ports.delivery import Undelivered
from testing.asked import ASK, TEAM, ask, now, say, standing
from testing.screens import visit
from testing.tracked import FORM, Tracked, fresh, raised, tracked

pytestmark = pytest.mark.django_db
GONE = "Ticket #1 isn't in the tracker any more"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tracked]:
    world = tracked(tmp_path, monkeypatch)
    world.shifts(support="Ada")
    yield world
    world.github.close()


def chased(question: Question) -> bool:
    owed = Commitment.objects.filter(subject=question.about, kind="question.chase", state="open")
    return owed.exists()


@pytest.mark.clause("ask.in-channel")
@pytest.mark.parametrize("action", ["deleted", "transferred"])
def test_its_question_goes_on_and_is_chased(world: Tracked, action: str) -> None:
    question, ticket = raised(world)
    assert not chased(question)
    world.github.tell("issues", action, world.github.issues.pop(1))
    world.hears()
    assert fresh(ticket).closed_at is not None
    assert (now(question).state, chased(question)) == ("open", True)
    assert [GONE in text for text in world.said(ASK)].count(True) == 1
    assert not [text for text in world.said(ASK, only_for="Uma") if "Glad" in text]
    world.forward(days=1)
    assert [text for text in world.said(TEAM) if "Nobody has gone on with these" in text]


@pytest.mark.parametrize("status", [404, 410, 301])
def test_it_is_found_though_no_word_came_of_it_and_holds_nothing_up(
    world: Tracked, status: int
) -> None:
    question, ticket = raised(world)
    other = world.raised("Another")
    world.hears()
    world.later(minutes=6)
    world.catch_up()
    del world.github.issues[1]
    world.github.gone[1] = status
    world.press("Ben", "ticket.right", ticket.about)  # What is owed to it goes nowhere.
    world.github.move(2, "Waiting")
    world.github.webhooks.clear()
    world.later(minutes=6)
    world.catch_up()
    assert (fresh(ticket).there["gone"], fresh(ticket).behind) == (True, False)
    assert not OutboxMessage.objects.filter(subject=ticket.about, state="owed").exists()
    assert (now(question).state, chased(question)) == ("open", True)
    assert [GONE in text for text in world.said(ASK)].count(True) == 1
    assert fresh(other).column == "Waiting"
    asked = len([one for one in world.github.asked if "/issues/1" in one])
    world.later(minutes=30)
    world.catch_up()
    assert len([one for one in world.github.asked if "/issues/1" in one]) == asked


def test_while_the_repository_cannot_be_seen_no_ticket_is_gone(world: Tracked) -> None:
    _, ticket = raised(world)
    del world.github.issues[1]
    world.github.moved = True
    for _ in range(3):
        world.later(minutes=6)
        world.catch_up()
    assert "gone" not in fresh(ticket).there
    assert fresh(ticket).closed_at is None


def test_while_issues_are_turned_off_no_ticket_is_gone(world: Tracked) -> None:
    _, ticket = raised(world)
    issue = world.github.issues.pop(1)
    world.github.gone[1], world.github.code.has_issues = 410, False
    world.later(minutes=6)
    world.catch_up()
    assert "gone" not in fresh(ticket).there
    world.github.issues[1], world.github.code.has_issues = issue, True
    world.later(minutes=6)
    world.catch_up()
    assert ("gone" in fresh(ticket).there, fresh(ticket).closed_at) == (False, None)


def test_very_many_that_are_gone_are_found_a_few_at_a_time(
    world: Tracked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issues, "_MOST_UNSEEN", 2)
    for number in range(5):
        world.github.open("uma-gh", f"The {number}. one", labels=("support team",))
    world.hears()
    tickets = list(Ticket.objects.order_by("pk"))
    world.github.issues.clear()
    world.github.asked.clear()
    for found in (2, 4, 5):
        world.later(minutes=6)
        world.catch_up()
        assert [bool(fresh(one).there.get("gone")) for one in tickets].count(True) == found
    assert len([one for one in world.github.asked if "/issues/" in one and "?" not in one]) == 5


@pytest.mark.parametrize("reason", ["not_planned", "duplicate"])
def test_what_is_closed_without_being_done_is_not_called_solved(
    world: Tracked, reason: str
) -> None:
    question, ticket = raised(world)
    world.github.change(1, "closed", state="closed", state_reason=reason)
    world.hears()
    assert (now(question).state, now(question).outcome) == ("solved", "declined")
    told = world.said(ASK, only_for="Uma")
    assert [text for text in told if "closed without being done" in text] == [
        standing(question),
        f"{standing(question)} | Ticket {ticket.pk}: Visits; In the tracker: {fresh(ticket).url}",
    ]
    assert not [text for text in told if "Glad" in text or "this is done" in text]
    say(world, "Uma", "The namespace is still needed for the audit", thread=question.post_id)
    world.hears()
    assert now(question).state == "open"
    assert world.github.issues[1]["state"] == "open"


def test_one_that_was_declined_by_its_own_ticket_is_not_open_again_with_what_it_waits_for(
    world: Tracked,
) -> None:
    first = ask(world, "Cy", "Where are the logs?")
    question, ticket = raised(world)
    world.press("Ada", "question.same", question.about, other=str(first.pk))
    world.github.change(1, "closed", state="closed", state_reason="not_planned")
    world.hears()
    assert now(question).outcome == "declined"
    world.press("Ada", "question.solve", first.about)
    world.later(minutes=1)
    world.press("Ada", "question.reopen", first.about)
    world.hears()
    assert now(first).state == "open"
    assert (now(question).state, now(question).outcome) == ("solved", "declined")
    assert fresh(ticket).closed_at is not None
    assert world.github.issues[1]["state"] == "closed"


def test_what_is_done_is_told_as_done_though_it_was_not_planned_before(world: Tracked) -> None:
    question, _ = raised(world)
    for state, reason in (("closed", "not_planned"), ("open", "reopened"), ("closed", "completed")):
        world.github.change(1, state, state=state, state_reason=reason)
        world.hears()
        world.later(minutes=1)
    assert (now(question).state, now(question).outcome) == ("solved", "ticket")


def test_a_late_word_of_what_is_deleted_does_not_revive_it(world: Tracked) -> None:
    _, ticket = raised(world)
    world.github.change(1, "labeled")
    late = world.github.webhooks.pop()
    world.github.tell("issues", "deleted", world.github.issues.pop(1))
    world.hears()
    world.github.webhooks.append(late)
    world.hears()
    assert (fresh(ticket).there["gone"], ticket.closed_at is None) == (True, False)
    assert [GONE in text for text in world.said(ASK)].count(True) == 1


def test_what_is_deleted_while_it_is_read_stays_gone(
    world: Tracked, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, ticket = raised(world)
    world.github.change(1, "labeled")
    late = world.github.webhooks.pop()
    changed = world.asker.changed

    def then_deleted(since: Any) -> Any:
        found = changed(since)
        world.github.issues.clear()
        return found

    monkeypatch.setattr(world.asker, "changed", then_deleted)
    world.later(minutes=1)
    world.catch_up()
    world.github.webhooks.append(late)
    world.hears()
    assert (fresh(ticket).there["gone"], ticket.closed_at is None) == (True, False)
    assert [GONE in text for text in world.said(ASK)].count(True) == 1


@pytest.mark.parametrize("part", ["missing", "places", "columns"])
def test_what_cannot_be_asked_holds_up_no_hearing_and_is_told(
    world: Tracked, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    question, _ = raised(world)
    world.github.files[".github/ISSUE_TEMPLATE/help.yml"] = FORM
    world.catch_up()
    world.later(minutes=10)
    world.github.asked.clear()

    def refuse(_: Any) -> Any:
        raise Undelivered("GitHub refused it (FORBIDDEN)", permanent=True)

    monkeypatch.setattr(world.asker, part, refuse)
    world.github.change(1, "closed", state="closed", state_reason="completed")
    world.github.webhooks.clear()
    world.catch_up()
    assert now(question).state == "solved"
    assert [text for text in world.said(TEAM) if "FORBIDDEN" in text]
    assert [one for one in world.github.asked if "help.yml" in one]


@pytest.mark.parametrize(("closed", "days"), [(False, 4), (True, 0)])
def test_what_is_said_again_long_after_it_was_lost_or_done_is_another_ticket(
    world: Tracked, closed: bool, days: int
) -> None:
    said = ("alarm-bot", "Certificate expires", "Renew it.", ("support team",))
    world.github.open(*said)
    world.hears()
    if closed:
        world.later(minutes=1)
        world.github.change(1, "closed", state="closed", state_reason="completed")
        world.hears()
    world.github.tell("issues", "deleted", world.github.issues.pop(1))
    world.hears()
    world.later(days=days, minutes=10)
    world.github.issues[1] = world.github.open(*said) | {"number": 2, "node_id": "I_2"}
    world.github.webhooks.clear()
    world.github.tell("issues", "opened", world.github.issues[1])
    world.hears()
    assert Ticket.objects.count() == 2
    assert Ticket.objects.earliest("pk").closed_at is not None


@pytest.mark.clause("ask.ticket-record")
def test_a_question_that_is_open_again_is_chased_and_gets_another_ticket(world: Tracked) -> None:
    question, ticket = raised(world)
    world.github.tell("issues", "deleted", world.github.issues[1])
    world.hears()
    world.press("Ada", "question.solve", question.about)
    assert now(question).outcome == "answered"
    world.later(minutes=5)
    world.press("Uma", "question.reopen", question.about)
    assert (now(question).state, chased(question)) == ("open", True)
    assert fresh(ticket).closed_at is not None  # There is nothing to go on with.
    say(world, "Ada", "Let us see", thread=question.post_id)
    owed = Commitment.objects.filter(subject=question.about, kind="question.quick", state="open")
    assert owed.exists()
    with pytest.raises(TicketRefused, match="has no ticket"):
        world.press("Ben", "thread.keep", question.post.about)
    page = visit("Ben").get(f"/threads/{question.post_id}").text
    assert "Raise a ticket" in page
    assert "Add to the ticket" not in page
    world.press("Ben", "ticket.raise", question.about, title="Visits, again", body="It")
    world.hears()
    other = Ticket.objects.get(question=question)
    assert (other.pk != ticket.pk, other.number, chased(question)) == (True, 2, False)
    assert not owed.exists()
    with pytest.raises(TicketRefused, match="keeps the record of this already"):
        world.press("Ben", "ticket.raise", question.about, title="Once more", body="It")
    world.press("Ada", "question.solve", question.about)
    assert now(question).outcome == "ticket"
    assert fresh(other).closed_at is not None


def test_a_thread_without_a_question_gets_another_ticket_too(world: Tracked) -> None:
    ticket = world.raised("It fails.", title="Visits")
    world.hears()
    about, page = f"thread:{ticket.post_id}", f"/threads/{ticket.post_id}"
    assert "Add to the ticket" in visit("Ben").get(page).text
    world.github.tell("issues", "deleted", world.github.issues[1])
    world.hears()
    text = visit("Ben").get(page).text
    assert ("Add to the ticket" in text, "Raise a ticket" in text) == (False, True)
    with pytest.raises(TicketRefused, match="has no ticket"):
        world.press("Ben", "thread.keep", about)


def test_what_asks_for_a_page_is_asked_for_again_once_that_is_gone(world: Tracked) -> None:
    question = ask(world)
    say(world, "Ada", "By the form", thread=question.post_id)
    world.press("Ada", "question.solve", question.about)
    for number in (1, 2):
        world.press("Ada", "question.write-down", question.about, title="Form", text="# Form")
        world.hears()
        assert Ticket.objects.latest("pk").number == number
        with pytest.raises(TicketRefused, match="asks for this already"):
            world.press("Ada", "question.write-down", question.about, title="Form", text="# Form")
        world.github.tell("issues", "deleted", world.github.issues[number])
        world.hears()
