"""Tickets whose issues come back from where they were moved to, or whose repository is another."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from dutydesk.desk.models import Ticket
from testing.asked import ASK, TEAM, now
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
@pytest.mark.parametrize("heard", ["told", "told late", "read"])
def test_what_is_transferred_and_comes_back_is_the_same_ticket(world: Tracked, heard: str) -> None:
    question, ticket = raised(world)
    issue = transfer(world, 1)
    if heard == "told":
        world.hears()
        assert fresh(ticket).closed_at is not None
    elif heard == "read":
        world.github.webhooks.clear()
    world.later(minutes=10)
    bring_back(world, issue, 7)
    if heard == "read":
        world.github.webhooks.clear()
    world.hears()
    if heard != "told":  # The word that it is here could be of a copy.
        world.catch_up()
    assert Ticket.objects.count() == 1
    assert (fresh(ticket).closed_at, ticket.number, ticket.node) == (None, 7, "I_7")
    assert now(question).state == "open"
    assert [text for text in world.said(ASK) if "Ticket #7 keeps the record of this" in text]
    world.later(minutes=1)
    world.github.change(7, "closed", state="closed", state_reason="completed")
    world.hears()
    assert now(question).state == "solved"


@pytest.mark.parametrize("told", [True, False])
def test_so_is_one_that_was_made_there(world: Tracked, told: bool) -> None:
    world.github.open("uma-gh", "Access", "To the logs", labels=("support team",))
    world.hears()
    ticket = Ticket.objects.get()
    world.press("Ben", "ticket.close", ticket.about)
    world.press("Ben", "ticket.reopen", ticket.about)
    world.hears()
    issue = transfer(world, 1)
    issue["title"] = "Access to logs" if told else issue["title"]
    if told:
        world.hears()
    world.later(minutes=10)
    bring_back(world, issue, 5)
    if not told:
        world.github.webhooks.clear()
        world.catch_up()
    world.hears()
    assert Ticket.objects.count() == 1
    assert (fresh(ticket).number, ticket.closed_at, ticket.title) == (5, None, issue["title"])
    assert world.github.column(5) == ticket.column


def test_what_was_solved_while_its_issue_was_away_stays_so(world: Tracked) -> None:
    question, _ = raised(world)
    issue = transfer(world, 1)
    world.hears()
    world.press("Uma", "question.solve", question.about)
    world.later(minutes=10)
    bring_back(world, issue, 7)
    world.hears()
    assert now(question).state == "solved"
    assert world.github.issues[7]["state"] == "closed"


def test_a_copy_of_what_is_there_is_another_ticket(world: Tracked) -> None:
    _, ticket = raised(world)
    copy = world.github.issues[1]
    world.github.open("uma-gh", copy["title"], copy["body"], labels=("support team",))
    world.hears()
    assert Ticket.objects.count() == 2
    assert fresh(ticket).number == 1


def test_a_copy_that_is_transferred_in_is_another_ticket(world: Tracked) -> None:
    _, ticket = raised(world)
    world.catch_up()
    world.later(minutes=6)
    bring_back(world, world.github.issues[1], 7, node="I_of_a_copy")
    for _ in range(2):
        world.hears()
        world.later(minutes=1)
        world.catch_up()
    assert (fresh(ticket).number, ticket.closed_at) == (1, None)
    assert set(Ticket.objects.values_list("number", flat=True)) == {1, 7}


@pytest.mark.clause("ask.ticket-record")
@pytest.mark.parametrize("heard", ["opened", "labeled", "read"])
@pytest.mark.parametrize("ours", [True, False])
def test_what_is_transferred_to_where_tickets_are_kept_now_is_the_same_ticket(
    world: Tracked, tmp_path: Path, heard: str, ours: bool
) -> None:
    if ours:
        raised(world)
    else:
        world.github.open("uma-gh", "Access", "To the logs", labels=("support team",))
        world.hears()
    ticket = Ticket.objects.get()
    issue = move_on(world, tmp_path)
    world.catch_up()
    assert [text for text in world.said(TEAM) if "transfer them" in text]
    world.later(minutes=10)
    bring_back(world, issue, 7, node="I_1")
    if heard != "opened":
        world.github.webhooks.clear()
    if heard == "labeled":
        world.github.tell("issues", "labeled", world.github.issues[7])
    world.hears()
    world.catch_up()
    assert Ticket.objects.count() == 1
    assert (fresh(ticket).number, ticket.node, ticket.closed_at) == (7, "I_7", None)
    world.press("Ben", "ticket.close", ticket.about)
    assert world.github.issues[7]["state"] == "closed"


def test_what_was_closed_here_before_its_issue_followed_stays_closed(
    world: Tracked, tmp_path: Path
) -> None:
    world.github.open("uma-gh", "Access", "To the logs", labels=("support team",))
    world.hears()
    ticket = Ticket.objects.get()
    issue = move_on(world, tmp_path)
    world.press("Ben", "ticket.close", ticket.about)
    bring_back(world, issue, 7, node="I_1")
    world.hears()
    assert (Ticket.objects.count(), fresh(ticket).number) == (1, 7)
    assert ticket.closed_at is not None
    assert world.github.issues[7]["state"] == "closed"


@pytest.mark.clause("ask.ticket-record")
def test_tickets_of_a_repository_that_the_process_names_no_more_are_left_as_they_are(
    world: Tracked, tmp_path: Path
) -> None:
    question, ticket = raised(world)
    world.github.repository, world.github.issues = "acme/help", {}
    name(world, "acme/help", tmp_path)
    other = world.github.open("uma-gh", "Not ours")
    other["node_id"] = "I_of_another"
    world.github.webhooks.clear()
    for _ in range(3):
        world.later(minutes=6)
        world.catch_up()
    assert "gone" not in fresh(ticket).there
    assert ticket.closed_at is None
    told = [text for text in world.said(TEAM) if "process file names acme/help: #1." in text]
    assert len(told) == 1
    world.github.comment(1, "uma-gh", "A word of another issue")
    world.github.webhooks.clear()
    world.press("Ben", "ticket.right", ticket.about)
    world.press("Uma", "question.solve", question.about)
    world.later(minutes=6)
    world.catch_up()
    assert not fresh(ticket).comments.exists()
    assert (other["state"], other["labels"], other["assignees"]) == ("open", [], [])
    assert (ticket.closed_at is not None, now(question).state) == (True, "solved")


def test_what_was_owed_to_the_other_repository_changes_nothing_in_the_new_one(
    world: Tracked, tmp_path: Path
) -> None:
    _, ticket = raised(world)
    world.github.mood = "broken"
    world.press("Ben", "ticket.close", ticket.about)
    world.github.repository, world.github.issues = "acme/help", {}
    world.github.mood = "success"
    other = world.github.open("uma-gh", "Not ours")
    other["node_id"] = "I_of_another"
    world.github.webhooks.clear()
    name(world, "acme/help", tmp_path)
    for _ in range(3):
        world.later(minutes=11)
        world.catch_up()
    assert other["state"] == "open"


def test_a_repository_that_is_only_called_otherwise_has_its_tickets_still(
    world: Tracked, tmp_path: Path
) -> None:
    question, ticket = raised(world)
    world.press("Uma", "question.solve", question.about)
    world.hears()
    world.github.repository = "acme/help"
    issue = world.github.issues[1]
    issue["html_url"] = issue["html_url"].replace("acme/support", "acme/help")
    name(world, "acme/help", tmp_path)
    world.press("Uma", "question.reopen", question.about)
    for _ in range(2):
        world.later(minutes=6)
        world.catch_up()
    assert issue["state"] == "open"
    assert fresh(ticket).url == issue["html_url"]
    assert not [text for text in world.said(TEAM) if "process file names" in text]


def test_where_the_desk_may_not_look_holds_up_nothing_else(world: Tracked, tmp_path: Path) -> None:
    _, ticket = raised(world)
    move_on(world, tmp_path)
    world.github.hidden.add("I_1")
    other = world.github.open("uma-gh", "Access", "To the logs", labels=("support team",))
    other.update(number=2, node_id="I_2", html_url=other["html_url"].replace("/1", "/2"))
    world.github.issues = {2: other}
    world.github.webhooks.clear()
    world.catch_up()
    found = Ticket.objects.exclude(pk=ticket.pk).get()
    world.github.move(2, "Waiting")
    world.github.webhooks.clear()
    world.later(minutes=6)
    world.catch_up()
    assert fresh(found).column == "Waiting"
    assert [text for text in world.said(TEAM) if "transfer them" in text]
    assert not [text for text in world.said(TEAM) if "FORBIDDEN" in text]


def test_what_answers_by_another_id_is_left_until_it_is_heard_of(
    world: Tracked, tmp_path: Path
) -> None:
    _, ticket = raised(world)
    issue = move_on(world, tmp_path)
    before = ticket.url
    bring_back(world, issue | {"state": "closed"}, 7)
    world.github.webhooks.clear()
    world.github.issues[7]["node_id"] = "I_1"
    world.github.ids["I_1"] = "I_7"
    world.catch_up()
    assert fresh(ticket).url == before
    assert [text for text in world.said(TEAM) if "transfer them" in text]
    world.github.issues[7]["node_id"] = "I_7"
    world.github.change(7, "reopened", state="open")
    world.hears()
    assert (Ticket.objects.count(), fresh(ticket).node) == (1, "I_7")


def test_what_is_asked_while_the_process_comes_to_name_another_repository_is_not_gone(
    world: Tracked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, ticket = raised(world)
    missing = world.asker.missing

    def when_named(issues: Mapping[str, int]) -> list[str]:
        world.github.repository, world.github.issues = "acme/help", {}
        name(world, "acme/help", tmp_path)
        return missing(issues)

    monkeypatch.setattr(world.asker, "missing", when_named)
    world.later(minutes=6)
    world.catch_up()
    assert ("gone" in fresh(ticket).there, ticket.closed_at) == (False, None)
    assert [text for text in world.said(TEAM) if "process file names acme/help: #1." in text]


@pytest.mark.parametrize("ours", [True, False])
def test_what_was_transferred_before_the_process_names_its_new_place_is_the_same_ticket(
    world: Tracked, tmp_path: Path, ours: bool
) -> None:
    if ours:
        raised(world)
    else:
        world.github.open("uma-gh", "Access", "To the logs", labels=("support team",))
        world.hears()
    ticket = Ticket.objects.get()
    issue = transfer(world, 1, node="I_9")
    world.hears()
    assert fresh(ticket).there["gone"]
    world.later(minutes=10)
    world.github.repository = "acme/help"
    bring_back(world, issue | {"title": "Called otherwise"}, 9)
    world.github.webhooks.clear()
    name(world, "acme/help", tmp_path)
    world.catch_up()
    assert Ticket.objects.count() == 1
    assert (fresh(ticket).number, ticket.node, ticket.closed_at) == (9, "I_9", None)
    assert (ticket.title, ticket.url) == (
        "Called otherwise",
        "https://github.com/acme/help/issues/9",
    )
