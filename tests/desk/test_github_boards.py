"""The board on GitHub may get other numbers under the same names, or go; issues may be edited."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from doubles.github import GitHub
from dutydesk.adapters.github.issues import GitHubAsker
from dutydesk.desk.models import UNTAKEN, Ticket
from dutydesk.people.flows import people
from testing.tracked import FORM, Tracked, fresh, tracked
from testing.world import number

pytestmark = pytest.mark.django_db
TEAM = "#cloud-platform"
TEMPLATE = ".github/ISSUE_TEMPLATE/help.yml"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tracked]:
    world = tracked(tmp_path, monkeypatch)
    yield world
    world.github.close()


def renew_options(there: GitHub) -> None:
    """Edit the Status field as programs do: all its options get new numbers."""
    there.options = {f"new-{number}": name for number, name in there.options.items()}
    there.statuses.clear()


def test_columns_with_new_numbers_under_the_same_names_are_found(world: Tracked) -> None:
    ticket = world.raised()
    assert world.github.column(1) == "Support To Do"
    renew_options(world.github)
    before = world.said(TEAM)
    world.press("Ben", "ticket.right", ticket.about)
    assert world.github.column(1) == "In progress"
    assert not fresh(ticket).behind
    assert world.said(TEAM) == before


def test_a_project_that_was_made_anew_is_found_by_its_title(world: Tracked) -> None:
    ticket = world.raised()
    world.github.project_id = "PVT_2"
    world.github.items.clear()
    renew_options(world.github)
    world.press("Ben", "ticket.right", ticket.about)
    assert world.github.column(1) == "In progress"
    assert not fresh(ticket).behind


def test_a_column_that_has_another_name_by_now_takes_no_ticket(world: Tracked) -> None:
    ticket = world.raised()
    there = world.github
    there.options = {
        "opt0": "Support To Do",
        "opt1": "Done",
        "opt2": "Waiting",
        "opt3": "In progress",
    }
    world.press("Ben", "ticket.right", ticket.about)
    assert there.column(1) == "In progress"
    there.options["opt3"] = "Doing"
    there.options["opt4"] = "In progress"
    world.press("Ben", "ticket.left", ticket.about)
    world.press("Ben", "ticket.right", ticket.about)
    assert there.column(1) == "In progress"
    assert not fresh(ticket).behind


def test_a_column_and_a_project_that_are_gone_are_named_to_the_team(world: Tracked) -> None:
    ticket = world.raised()
    world.github.options = {"opt9": "Support To Do", "opt10": "Done"}
    world.press("Ben", "ticket.right", ticket.about)
    assert "the project “Support board” has no Status “In progress”" in world.said(TEAM)[-1]
    world.github.project = "Another board"
    world.github.project_id = "PVT_9"
    world.press("Ben", "ticket.right", ticket.about)
    assert "acme has no project “Support board”" in world.said(TEAM)[-1]
    assert fresh(ticket).behind


def test_an_edit_of_the_issues_text_there_is_followed(world: Tracked) -> None:
    ticket = world.raised("Pods of @ada fail <!-- so -->.")
    written = fresh(ticket).body
    world.hears()
    assert fresh(ticket).body == written
    body = world.github.issues[1]["body"]
    world.later(minutes=3)
    world.github.change(1, "edited", body=body.replace("Pods", "All pods").replace("\n", "\r\n"))
    world.hears()
    assert fresh(ticket).body == written.replace("Pods", "All pods")
    assert "@ada fail <!-- so -->" in fresh(ticket).body


def test_of_several_assignees_the_engineer_of_ours_is_shown(world: Tracked) -> None:
    ticket = world.raised()
    world.later(minutes=3)
    world.github.assign(1, "stranger", "ben-gh")
    world.hears()
    assert fresh(ticket).has_it == "Ben"
    world.later(minutes=3)
    world.github.assign(1, "stranger")
    world.hears()
    assert fresh(ticket).has_it == "stranger"
    world.later(minutes=3)
    world.github.open("somebody", "[help] New", "It fails", ("support team",))
    world.github.assign(2, "stranger", "ada-gh")
    world.hears()
    assert fresh(ticket).__class__.objects.get(number=2).has_it == "Ada"


def test_a_wrong_template_is_said_once_and_holds_nothing_up(world: Tracked) -> None:
    world.github.files[TEMPLATE] = FORM.replace("labels: [support team, from-desk]", "labels: 3")
    said = world.said(TEAM)
    world.catch_up()
    told = "the template help.yml is wrong: its labels is no list"
    assert told in world.said(TEAM)[-1]
    assert len(world.said(TEAM)) == len(said) + 1
    ticket = world.raised(p2="It fails")
    world.github.options = {"opt9": "Support To Do", "opt10": "Done"}
    world.press("Ben", "ticket.right", ticket.about)
    assert fresh(ticket).behind
    world.github.options["opt11"] = "In progress"
    for _ in range(3):
        world.later(minutes=11)
        world.catch_up()
    assert not fresh(ticket).behind  # What was refused is tried again, template or not.
    assert sum(told in one for one in world.said(TEAM)) == 1


def test_a_closed_project_of_the_same_title_moves_no_ticket(world: Tracked) -> None:
    ticket = world.raised()
    world.hears()
    world.github.twins.columns["I_1"] = "Done"
    world.later(minutes=6)
    world.catch_up()
    assert fresh(ticket).column == "Support To Do"
    world.github.move(1, "Waiting")
    world.hears()
    assert (fresh(ticket).column, ticket.closed_at) == ("Waiting", None)


def test_of_two_open_projects_of_one_title_none_is_guessed(world: Tracked) -> None:
    ticket = world.raised()
    world.hears()
    world.github.twins.open.append("PVT_7")
    world.github.twins.other, world.github.twins.columns["I_1"] = "PVT_7", "Done"
    world.github.move(1, "Waiting")
    world.hears()
    world.later(minutes=6)
    world.catch_up()
    assert fresh(ticket).column == "Support To Do"
    told = "acme has 2 open projects “Support board”: rename all but one"
    assert [told in text for text in world.said(TEAM)].count(True) == 1
    world.github.twins.open.clear()
    world.later(minutes=6)
    world.catch_up()
    assert fresh(ticket).column == "Waiting"


def test_among_two_open_projects_no_ticket_is_put_on_either(world: Tracked) -> None:
    world.github.twins.open.append("PVT_7")
    ticket = world.raised()
    told = "acme has 2 open projects “Support board”: rename all but one"
    assert [told in text for text in world.said(TEAM)].count(True) == 1
    assert (world.github.items, fresh(ticket).behind) == ({}, True)


def test_a_project_that_was_closed_takes_no_ticket_any_more(world: Tracked) -> None:
    ticket = world.raised()
    world.hears()
    world.github.twins.closed = True
    world.press("Ben", "ticket.right", ticket.about)
    assert "acme has no project “Support board”" in world.said(TEAM)[-1]
    assert fresh(ticket).behind


def test_who_has_left_the_team_has_nothing_there_either(world: Tracked) -> None:
    ticket = world.raised()
    world.hears()
    world.later(minutes=3)
    world.github.assign(1, "ben-gh")
    world.hears()
    assert fresh(ticket).has_it == "Ben"
    people.set_active(engineer=number("Ben"), active=False, at=world.at)
    world.settle()
    assert (
        fresh(ticket).has_it,
        [one["login"] for one in world.github.issues[1]["assignees"]],
    ) == (
        "",
        ["ben-gh"],
    )
    world.later(minutes=3)
    world.github.assign(1, "ben-gh", "ada-gh")
    world.hears()
    assert fresh(ticket).has_it == "Ada"
    world.github.open("somebody", "[help] New", "It fails", ("support team",))
    world.github.assign(2, "ben-gh")
    world.hears()
    assert Ticket.objects.filter(UNTAKEN).get().number == 2


def test_a_board_that_was_made_anew_gets_all_open_tickets_again_and_what_is_archived_once(
    world: Tracked,
) -> None:
    tickets = [world.raised()]
    world.later(minutes=5)
    tickets.append(world.raised("Where are the logs?"))
    world.press("Ben", "ticket.right", tickets[0].about)
    world.hears()
    there = world.github
    columns = ["In progress", "Support To Do"]

    def look() -> list[str]:
        world.later(minutes=6)
        world.catch_up()
        return [there.column(number) for number in (1, 2)]

    there.project_id = "PVT_2"
    there.items.clear()
    renew_options(there)
    assert (look(), look()) == (columns, columns)
    renew_options(there)  # The items stay, and are in no column.
    assert look() == columns
    for _ in range(2):  # Nobody has seen them there since.
        renew_options(there)
        there.items.clear()
        assert look() == ["", ""]
    assert there.items == {}
    assert [fresh(one).behind for one in tickets] == [False, False]


@pytest.mark.parametrize("column", [{}, {"missed": True}])
def test_a_ticket_that_changes_while_the_board_is_asked_holds_up_no_other(
    world: Tracked, monkeypatch: pytest.MonkeyPatch, column: dict[str, bool]
) -> None:
    ticket = world.raised()
    world.later(minutes=5)
    world.raised("Where are the logs?")
    there, ask = world.github, GitHubAsker.columns
    renew_options(there)

    def meanwhile(self: GitHubAsker, nodes: list[str]) -> Mapping[str, str]:
        answer = ask(self, nodes)
        kept = {key: value for key, value in fresh(ticket).there.items() if key != "column"}
        Ticket.objects.filter(pk=ticket.pk).update(there=kept | column)
        return answer

    monkeypatch.setattr(GitHubAsker, "columns", meanwhile)
    world.later(minutes=6)
    world.catch_up()
    assert there.column(2) == "Support To Do"
    assert fresh(ticket).there.get("missed") is column.get("missed")
