"""Tickets kept on GitHub: told there and followed from there, whatever is in the way."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.desk.flows import tracker_inbound
from dutydesk.desk.models import Ticket
from dutydesk.outbox.models import OutboxMessage
from dutydesk.wiring import ACTIONS
from testing.arrivals import worked_out
from testing.tracked import FORM, Tracked, fresh, tracked

pytestmark = pytest.mark.django_db
ASK, TEAM = "#ask-cloud-platform", "#cloud-platform"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tracked]:
    world = tracked(tmp_path, monkeypatch)
    yield world
    world.github.close()


@pytest.mark.clause("ask.ticket", "ask.board", "ask.ticket-by-engineer")
def test_a_ticket_becomes_an_issue_with_its_label_in_the_boards_first_column(
    world: Tracked,
) -> None:
    ticket = world.raised("It fails. @everyone <!-- dutydesk:fake -->")
    (issue,) = world.github.issues.values()
    assert issue["title"] == "Visits"
    assert "Asked by Uma, raised by Ben." in issue["body"]
    assert "@everyone" not in issue["body"]
    assert "<!-- dutydesk:fake" not in issue["body"]
    assert [label["name"] for label in issue["labels"]] == ["support team"]
    assert world.github.column(1) == "Support To Do"
    assert (fresh(ticket).number, ticket.url) == (1, "https://github.com/acme/support/issues/1")
    assert not ticket.behind
    assert "In the tracker: https://github.com/acme/support/issues/1" in world.said(ASK)[-1]


@pytest.mark.clause("ask.ticket-record")
def test_status_assignee_closing_and_comments_go_there_and_cause_no_echo(world: Tracked) -> None:
    ticket = world.raised()
    world.press("Ben", "ticket.take", ticket.about)
    world.press("Ben", "ticket.right", ticket.about)
    world.press("Ada", "ticket.comment", ticket.about, text="The quota was too small.")
    world.press("Ada", "ticket.close", ticket.about)
    issue = world.github.issues[1]
    assert issue["state"] == "closed"
    assert [one["login"] for one in issue["assignees"]] == ["ben-gh"]
    assert world.github.column(1) == "Done"
    (comment,) = world.github.comments
    assert comment["body"].startswith("**Ada**:\n\nThe quota was too small.")
    asked, entries = len(world.github.asked), ticket.comments.count()
    world.hears()
    assert not [one for one in world.github.asked[asked:] if not one.endswith("/graphql")]
    assert ticket.comments.count() == entries
    assert (fresh(ticket).column, ticket.has_it) == ("Done", "Ben")


def test_what_is_done_there_is_done_here_and_not_said_back(world: Tracked) -> None:
    ticket = world.raised()
    world.hears()
    asked = len(world.github.asked)
    world.later(minutes=5)
    world.github.assign(1, "ada-gh")
    world.github.comment(1, "someone-else", "Me too, @ada-gh")
    world.hears()
    assert fresh(ticket).has_it == "Ada"
    assert [(one.author, one.body) for one in ticket.comments.all()] == [
        ("someone-else", "Me too, @ada-gh")
    ]
    world.later(minutes=5)
    world.github.assign(1, "stranger")
    world.github.move(1, "Waiting")
    world.hears()
    assert (fresh(ticket).has_it, ticket.engineer, ticket.column) == ("stranger", None, "Waiting")
    assert not [one for one in world.github.asked[asked:] if not one.endswith("/graphql")]
    world.later(minutes=5)
    world.github.change(1, "closed", state="closed")
    world.hears()
    assert fresh(ticket).closed_at is not None
    assert ticket.column == "Done"
    assert world.github.column(1) == "Done"
    world.later(minutes=5)
    world.github.change(1, "reopened", state="open")
    world.hears()
    assert (fresh(ticket).closed_at, ticket.column) == (None, "Support To Do")


@pytest.mark.clause("ask.ticket-record")
def test_a_comment_that_is_changed_or_removed_there_is_so_here(world: Tracked) -> None:
    ticket = world.raised()
    first = world.github.comment(1, "ada-gh", "The quota is 5.")
    world.hears()
    world.later(minutes=5)
    world.github.edit_comment(first, "The quota is 50.")
    second = world.github.comment(1, "someone-else", "My password is hunter2")
    world.hears()
    said = ticket.comments.values_list("author", "body")
    assert list(said) == [("Ada", "The quota is 50."), ("someone-else", "My password is hunter2")]
    world.later(minutes=5)
    world.github.delete_comment(second)
    world.hears()
    world.github.tell("issue_comment", "created", world.github.issues[1], comment=second)
    world.hears()
    assert list(said.all()) == [("Ada", "The quota is 50."), ("someone-else", "(removed)")]


def test_a_change_here_that_is_on_its_way_wins_over_an_older_one_there(world: Tracked) -> None:
    ticket = world.raised()
    world.hears()
    world.github.mood = "broken"
    world.press("Ben", "ticket.close", ticket.about)
    world.later(seconds=1)
    world.github.change(1, "edited", title="Visits again")
    posted, world.github.webhooks[:] = list(world.github.webhooks), []
    for one in posted:
        tracker_inbound.hear_post(**one, at=world.at)
    worked_out(world.at)
    assert fresh(ticket).closed_at is not None
    assert ticket.title == "Visits again"
    world.github.mood = "success"
    world.later(minutes=20)
    assert world.github.issues[1]["state"] == "closed"


@pytest.mark.clause("support.during", "ask.board")
def test_outsiders_issues_arrive_on_the_board_and_with_the_team(world: Tracked) -> None:
    world.github.files[".github/ISSUE_TEMPLATE/help.yml"] = FORM
    world.catch_up()
    world.github.open("outsider", "[Help] Quota please", "### What do you need?\n\nMore\0")
    world.github.open("outsider", "Something else")
    world.github.open("outsider", "With the label", labels=("Support Team",))
    world.hears()
    first, second = Ticket.objects.order_by("id")
    assert {first.title, second.title} == {"[Help] Quota please", "With the label"}
    assert [label["name"] for label in world.github.issues[1]["labels"]] == ["support team"]
    assert world.github.column(1) == "Support To Do"
    assert world.github.column(2) == ""
    told = [text for text in world.said(TEAM) if "made a ticket in the tracker" in text]
    assert len(told) == 2
    world.press("Ada", "ticket.take", first.about)
    assert fresh(first).has_it == "Ada"


@pytest.mark.clause("ask.ticket")
def test_the_form_asks_what_the_template_asks(world: Tracked) -> None:
    world.github.files[".github/ISSUE_TEMPLATE/help.yml"] = FORM
    world.catch_up()
    post = people_posts.post(
        by=Author.of(world.person("Uma")), channel=ASK, text="Fails on staging", at=world.at
    )
    world.settle()
    form = ACTIONS["thread.ticket"].form
    assert form is not None
    fields = form(post.about, world.person("Ben"), world.at).fields
    assert [(one.label, one.value) for one in fields] == [
        ("Title", "[help] Fails on staging"),
        ("What do you need?", "Uma:\nFails on staging"),
        ("Which environment?", "staging"),
        ("Service", ""),
        ("Before", ()),
    ]
    given: dict[str, str | list[str]]
    given = {fields[1].name: "It fails", fields[2].name: "staging", fields[4].name: ["I searched"]}
    world.press("Ben", "thread.ticket", post.about, title="[help] Visits", **given)
    issue = world.github.issues[1]
    assert issue["body"].endswith(
        "### What do you need?\n\nIt fails\n\n### Which environment?\n\nstaging\n\n"
        "### Service\n\n_No response_\n\n### Before\n\n- [X] I searched"
    )
    assert [one["name"] for one in issue["labels"]] == ["support team", "from-desk"]


def test_an_issue_that_is_gone_there_is_kept_here(world: Tracked) -> None:
    ticket = world.raised()
    world.hears()
    world.later(minutes=1)
    world.github.tell("issues", "deleted", world.github.issues.pop(1))
    world.hears()
    assert fresh(ticket).closed_at is not None
    world.press("Ben", "ticket.reopen", ticket.about)
    assert not OutboxMessage.objects.filter(state="owed").exists()


def test_a_marked_post_goes_into_the_issue(world: Tracked) -> None:
    ticket = world.raised()
    root = Post.objects.get(tickets=ticket)
    post = people_posts.post(
        by=Author.of(world.person("Uma")), channel=ASK, text="The quota is 5.", at=world.at,
        thread=root.pk,
    )  # fmt: skip
    people_posts.mark(
        post=post.pk, name="pushpin", by=Author.of(world.person("Ben")), on=True, at=world.at
    )
    world.settle()
    (comment,) = world.github.comments
    assert comment["body"].startswith("**Uma**:\n\nThe quota is 5.")


def test_what_was_edited_and_then_taken_back_does_not_return_from_there(world: Tracked) -> None:
    first, second = "My login with hunter2 fails", "My login with hunter3 fails"
    ticket = world.raised(first, title=first)
    world.hears()
    post, uma = Post.objects.get(tickets=ticket).pk, Author.of(world.person("Uma"))
    people_posts.edit(post=post, by=uma, text=second, at=world.at)
    world.settle()
    world.later(minutes=5)
    world.github.change(1, "labeled")
    world.hears()
    assert fresh(ticket).title == second
    assert second in ticket.body
    assert "hunter2" not in ticket.body
    people_posts.remove(post=post, by=uma, at=world.at)
    world.settle()
    for title in (first, second):
        world.later(minutes=5)
        world.github.change(1, "edited", title=title)
        world.hears()
        assert fresh(ticket).title == "(removed)"
        assert "hunter" not in ticket.body


def test_after_a_mere_edit_what_is_written_there_is_followed(world: Tracked) -> None:
    ticket = world.raised("My login fails", title="My login fails")
    world.hears()
    post, uma = Post.objects.get(tickets=ticket).pk, Author.of(world.person("Uma"))
    people_posts.edit(post=post, by=uma, text="My login fails again", at=world.at)
    world.settle()
    world.later(minutes=5)
    world.github.change(1, "edited", body="Written there")
    world.hears()
    assert fresh(ticket).body == "Written there"


def test_what_people_write_around_the_desks_marker_is_read_and_the_marker_is_not(
    world: Tracked,
) -> None:
    ticket = world.raised()
    world.hears()
    body = world.github.issues[1]["body"]
    world.later(minutes=5)
    world.github.change(1, "edited", body=f"Urgent!\r\n\r\n{body}")
    world.hears()
    assert fresh(ticket).body.startswith("Urgent!\n\nAsked by Uma")
    assert "dutydesk:" not in ticket.body


def test_who_repeats_what_the_desk_wrote_is_heard_all_the_same(world: Tracked) -> None:
    ticket = world.raised()
    world.press("Ada", "ticket.comment", ticket.about, text="The quota was too small.")
    world.hears()
    (ours,) = world.github.comments
    quoted = "\n".join(f"> {line}" for line in ours["body"].split("\n"))
    for text in (f"Is it now?\n\n{quoted}", f"{ours['body']}\n\nIs it now?"):
        world.later(minutes=5)
        world.github.comment(1, "someone-else", text)
        world.hears()
    said = ticket.comments.values_list("author", flat=True)
    assert list(said) == ["Ada", "someone-else", "someone-else"]
    assert "Is it now?" in ticket.comments.last().body  # type: ignore[union-attr]
