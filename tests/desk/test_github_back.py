"""A ticket whose issue comes back without our marker: it is found by where its number leads."""

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from dutydesk.adapters.github import issues
from dutydesk.desk.models import Ticket
from dutydesk.ports.delivery import Undelivered
from testing.asked import ASK, now
from testing.tracked import Tracked, fresh, raised, tracked

pytestmark = [pytest.mark.django_db, pytest.mark.clause("ask.ticket-record")]
LABELS = ("support team",)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tracked]:
    world = tracked(tmp_path, monkeypatch)
    world.shifts(support="Ada")
    yield world
    world.github.close()


def leave(world: Tracked, number: int = 1, status: int = 301) -> Any:
    """Let an issue go, though no word comes of it."""
    issue = world.github.issues.pop(number)
    world.github.gone[number] = status
    world.github.webhooks.clear()
    return issue


def put(world: Tracked, issue: Any, number: int, **values: Any) -> None:
    """Let it stand there by that number, with other words."""
    address = f"https://github.com/{world.github.repository}/issues/{number}"
    there = deepcopy(issue) | {"number": number, "node_id": f"I_{number}", "html_url": address}
    world.github.issues[number] = there | {"updated_at": f"{world.at:%Y-%m-%dT%H:%M:%SZ}"} | values


def unmarked(world: Tracked) -> tuple[Any, Ticket]:
    """Give a question whose ticket was rewritten there as a whole."""
    question, ticket = raised(world)
    world.github.change(1, "edited", body="Rewritten")
    world.hears()
    world.later(minutes=10)
    return question, ticket


@pytest.mark.parametrize("heard", ["gone and back", "gone", "back", "neither"])
def test_it_was_transferred_away_and_back(world: Tracked, heard: str) -> None:
    question, ticket = unmarked(world)
    issue = leave(world)
    if heard.startswith("gone"):
        world.github.tell("issues", "transferred", issue, changes={"new_issue": {"node_id": "I_9"}})
        world.hears()
        world.catch_up()
        assert fresh(ticket).closed_at is not None
    world.later(minutes=10)
    put(world, issue, 7, title="Called otherwise", body="Told otherwise", labels=[])
    world.github.leads[1] = 7
    if heard.endswith("back"):
        was = {"old_issue": {"node_id": "I_of_a_third_place"}}
        world.github.tell("issues", "opened", world.github.issues[7], changes=was)
        world.hears()
    world.catch_up()
    assert Ticket.objects.count() == 1
    assert (fresh(ticket).number, ticket.node, ticket.closed_at) == (7, "I_7", None)
    assert (ticket.title, now(question).state) == ("Called otherwise", "open")
    assert "Ticket #7 keeps the record of this" in " ".join(world.said(ASK))
    assert [one["name"] for one in world.github.issues[7]["labels"]] == ["support team"]


def test_it_was_deleted_and_restored(world: Tracked) -> None:
    question, ticket = unmarked(world)
    issue = leave(world, status=410)
    world.catch_up()
    assert fresh(ticket).closed_at is not None
    world.later(minutes=10)
    world.github.issues[1] = issue  # As it was, by its version too.
    world.catch_up()
    assert (fresh(ticket).there.get("gone"), ticket.closed_at) == (None, None)
    assert now(question).state == "open"
    world.press("Ben", "ticket.close", ticket.about)
    assert world.github.issues[1]["state"] == "closed"


def test_it_went_on_elsewhere_and_what_is_new_here_is_another(world: Tracked) -> None:
    _, ticket = unmarked(world)
    leave(world)
    world.catch_up()
    world.later(minutes=10)
    world.github.issues[2] = world.github.open("uma-gh", "Access", "To the logs", LABELS)
    put(world, world.github.issues[2], 2)
    del world.github.issues[1]
    world.github.webhooks.clear()
    world.catch_up()
    assert set(Ticket.objects.values_list("number", flat=True)) == {1, 2}
    assert fresh(ticket).there["gone"]


def test_one_that_comes_from_elsewhere_for_the_first_time_is_a_new_ticket(world: Tracked) -> None:
    _, ticket = unmarked(world)
    put(world, world.github.issues[1], 7, title="From the other team", body="Theirs")
    came = {"old_issue": {"node_id": "I_of_theirs"}}
    world.github.tell("issues", "opened", world.github.issues[7], changes=came)
    world.hears()
    world.catch_up()
    assert set(Ticket.objects.values_list("number", flat=True)) == {1, 7}
    assert fresh(ticket).closed_at is None


def test_what_is_lost_and_back_twice_is_told_each_time(world: Tracked) -> None:
    _, ticket = raised(world)
    for _ in range(2):
        issue = leave(world, status=410)
        world.later(minutes=10)
        world.catch_up()
        world.later(minutes=10)
        world.github.issues[1] = issue
        world.catch_up()
    said = world.said(ASK)
    assert ["isn't in the tracker any more" in text for text in said].count(True) == 2
    assert ["Ticket #1 keeps the record of this" in text for text in said].count(True) == 3
    assert fresh(ticket).closed_at is None


@pytest.mark.parametrize("part", ["missing", "back"])
def test_while_it_cannot_be_asked_after_what_is_new_waits_for_the_next_round(
    world: Tracked, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    _, ticket = unmarked(world)
    issue = leave(world)
    if part == "back":
        world.catch_up()
        world.later(minutes=10)
    put(world, issue, 7, title="Called otherwise", body="Told otherwise")
    world.github.leads[1] = 7

    def refuse(*_: Any, **__: Any) -> Any:
        raise Undelivered("GitHub asks to wait")

    with monkeypatch.context() as patched:
        patched.setattr(world.asker, part, refuse)
        for _ in range(3):
            world.catch_up()
            world.later(minutes=6)
    assert Ticket.objects.count() == 1
    world.catch_up()
    assert Ticket.objects.count() == 1
    assert (fresh(ticket).number, ticket.closed_at) == (7, None)


@pytest.mark.parametrize("back", [True, False])
def test_any_word_of_what_is_new_waits_for_the_next_round_while_something_is_lost(
    world: Tracked, back: bool
) -> None:
    _, ticket = unmarked(world)
    issue = leave(world)
    world.catch_up()
    world.later(minutes=10)
    put(world, issue, 7, title="Called otherwise", body="Told otherwise")
    if back:
        world.github.leads[1] = 7
    world.github.tell("issues", "labeled", world.github.issues[7])
    world.hears()
    world.catch_up()
    assert set(Ticket.objects.values_list("number", flat=True)) == ({7} if back else {1, 7})
    assert (fresh(ticket).closed_at is None) == back


def test_of_many_that_are_lost_those_are_followed_first_that_were_lost_last(
    world: Tracked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issues, "_MOST_UNSEEN", 1)
    for number in (1, 2, 3):
        world.github.open("uma-gh", f"The {number}. one", "It", LABELS)
    world.hears()
    for number in (1, 3, 2):
        world.later(minutes=10)
        issue = leave(world, number)
        world.catch_up()
    world.later(minutes=10)
    put(world, issue, 7, title="Called otherwise")
    world.github.leads[2] = 7
    world.catch_up()
    assert set(Ticket.objects.values_list("number", flat=True)) == {1, 3, 7}
    assert Ticket.objects.get(number=7).closed_at is None
