"""Tickets kept on GitHub: told there and followed from there, whatever is in the way."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser

from desk.tracked import Tracked, tracked
from doubles.github import SECRET, TOKEN, recorded, signed
from dutydesk.adapters.github.payloads import GitHubWebhooks
from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.chat.models import Post
from dutydesk.desk.flows import tracker_inbound, tracker_outbound
from dutydesk.desk.models import Ticket, TrackerDelivery
from dutydesk.outbox.models import OutboxMessage
from dutydesk.ports.webhooks import Forged
from dutydesk.site.health import health
from dutydesk.wiring import ACTIONS

pytestmark = pytest.mark.django_db
ASK, TEAM = "#ask-cloud-platform", "#cloud-platform"
FORM = """
name: Ask for help
title: "[help] "
labels: [support team, from-desk]
body:
  - type: markdown
    attributes: {value: Thanks!}
  - type: textarea
    id: what
    attributes: {label: What do you need?, description: In your own words}
    validations: {required: true}
  - type: dropdown
    attributes: {label: Which environment?, options: [live, staging]}
  - type: input
    attributes: {label: Service}
  - type: checkboxes
    attributes: {label: Before, options: [{label: I searched}]}
"""


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tracked]:
    world = tracked(tmp_path, monkeypatch)
    yield world
    world.github.close()


def fresh(ticket: Ticket) -> Ticket:
    ticket.refresh_from_db()
    return ticket


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


def test_of_words_about_a_comment_the_newest_counts_in_whatever_order(world: Tracked) -> None:
    ticket = world.raised()
    world.hears()
    world.catch_up()
    said = world.github.comment(1, "ada-gh", "The quota is 5.")
    world.later(minutes=5)
    world.github.edit_comment(said, "The quota is 50.")
    world.hears()  # The newest first.
    assert [one.body for one in ticket.comments.all()] == ["The quota is 50."]
    world.github.edit_comment(said, "The quota is 500.")  # In the same second.
    world.hears()
    world.catch_up()
    assert [one.body for one in ticket.comments.all()] == ["The quota is 500."]
    world.github.tell("issue_comment", "deleted", world.github.issues[1], comment=said)
    world.hears()
    assert [one.body for one in ticket.comments.all()] == ["(removed)"]


def test_a_comment_that_was_changed_while_no_webhook_came_is_read_later(world: Tracked) -> None:
    ticket = world.raised()
    first = world.github.comment(1, "ada-gh", "The quota is 5.")
    world.hears()
    world.catch_up()
    world.later(minutes=10)
    world.github.edit_comment(first, "The quota is 50.")
    world.github.webhooks.clear()
    world.catch_up()
    assert [one.body for one in ticket.comments.all()] == ["The quota is 50."]
    assert ticket.comments.get().changed_at == world.at


def test_what_comes_late_changes_nothing(world: Tracked) -> None:
    ticket = world.raised()
    world.hears()
    world.later(minutes=1)
    world.github.change(1, "closed", state="closed")
    world.later(minutes=1)
    world.github.change(1, "reopened", state="open")
    closed, reopened = world.github.webhooks
    tracker_inbound.hear_post(**reopened, at=world.at)
    tracker_inbound.hear_post(**closed, at=world.at)
    world.settle()
    assert fresh(ticket).closed_at is None


def test_a_late_word_of_its_beginning_does_not_undo_what_was_done_here_since(
    world: Tracked,
) -> None:
    ticket = world.raised()
    world.later(seconds=3)
    world.press("Ben", "ticket.close", ticket.about)
    opened = world.github.webhooks[0]
    tracker_inbound.hear_post(**opened, at=world.at)
    world.settle()
    assert fresh(ticket).closed_at is not None
    assert world.github.issues[1]["state"] == "closed"


def test_two_changes_of_one_second_are_told_apart_by_asking(world: Tracked) -> None:
    world.catch_up()
    ticket = world.raised()
    world.hears()
    world.later(minutes=6)
    world.catch_up()
    world.later(seconds=5)
    world.github.assign(1, "ada-gh")
    world.github.change(1, "closed", state="closed")
    for posted in world.github.webhooks:
        tracker_inbound.hear_post(**posted, at=world.at)
    world.settle()
    assert fresh(ticket).closed_at is None
    world.later(seconds=30)
    world.catch_up()
    assert (fresh(ticket).closed_at is not None, ticket.has_it) == (True, "Ada")


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
    assert issue["body"].startswith(
        "### What do you need?\n\nIt fails\n\n### Which environment?\n\nstaging\n\n"
        "### Before\n\nI searched\n\n"
    )
    assert [one["name"] for one in issue["labels"]] == ["support team", "from-desk"]


def test_an_issue_whose_creation_was_never_answered_is_not_created_again(world: Tracked) -> None:
    for number in range(5):  # More than a page.
        world.github.open("somebody", f"Other {number}")
    world.github.webhooks.clear()
    world.github.forgets = True
    ticket = world.raised()
    assert len(world.github.issues) == 6
    assert fresh(ticket).number is None
    world.github.forgets = False
    world.later(minutes=2)
    assert len(world.github.issues) == 6
    assert fresh(ticket).number == 6
    world.github.forgets = True
    world.press("Ada", "ticket.comment", ticket.about, text="Once")
    world.github.forgets = False
    world.later(minutes=2)
    assert len(world.github.comments) == 1
    world.hears()
    assert ticket.comments.count() == 1


def test_a_webhook_may_tell_of_our_issue_before_its_creation_is_answered(world: Tracked) -> None:
    world.github.forgets = True
    ticket = world.raised()
    world.github.forgets = False
    world.hears()
    assert fresh(ticket).number == 1
    assert Ticket.objects.count() == 1
    world.later(minutes=5)
    assert len(world.github.issues) == 1
    copied = world.github.issues[1]["body"]
    world.github.open("mallory", "Mine now", copied, ("support team",))
    world.hears()
    assert fresh(ticket).number == 1


@pytest.mark.parametrize("mood", ["broken", "reset", "garbage"])
def test_while_github_is_down_nothing_is_lost_and_trouble_is_said_once(
    world: Tracked, mood: str
) -> None:
    world.github.mood = mood
    ticket = world.raised()
    assert f"Ticket #{ticket.pk} keeps the record" in world.said(ASK)[-1]
    world.press("Ben", "ticket.right", ticket.about)
    for _ in range(5):
        world.later(minutes=2)
        world.catch_up()
    told = [text for text in world.said(TEAM) if "The tracker can't follow the desk" in text]
    assert len(told) in (1, 2)  # What is owed, and what is asked, may fail in two ways.
    assert TOKEN not in str(told)
    (check,) = [one for one in health(world.at) if one.name == "tracker"]
    assert (check.well, check.vital) == (False, False)
    world.github.mood = "success"
    world.later(minutes=20)
    assert [one["title"] for one in world.github.issues.values()] == ["Visits"]
    assert world.github.column(1) == "In progress"


def test_github_is_left_alone_for_as_long_as_it_asks(world: Tracked) -> None:
    world.github.limits = {"Retry-After": "90"}
    world.raised()
    asked = len(world.github.asked)
    world.later(seconds=89)
    assert len(world.github.asked) == asked
    world.github.limits = {}
    world.later(seconds=2)
    assert len(world.github.issues) == 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("moved", "the repository has moved"),
        ("label", "GitHub refused it (403)"),
        ("column", "has no Status “Support To Do”"),
        ("project", "acme has no project “Support board”"),
    ],
)
def test_what_people_must_mend_is_said_once_and_caught_up_with(
    world: Tracked, wrong: str, says: str
) -> None:
    github = world.github
    github.moved, github.labels_allowed = wrong == "moved", wrong != "label"
    options, project = dict(github.options), github.project
    if wrong == "column":
        del github.options["opt0"]
    if wrong == "project":
        github.project = "Another"
    ticket = world.raised()
    for _ in range(4):
        world.later(minutes=6)
        world.catch_up()
    told = [text for text in world.said(TEAM) if "The tracker can't follow the desk" in text]
    assert len([text for text in told if says in text]) == 1, told
    assert fresh(ticket).behind
    github.moved, github.labels_allowed, github.options = False, True, options
    github.project = project
    for _ in range(3):
        world.later(minutes=11)
        world.catch_up()
    assert not fresh(ticket).behind
    assert github.column(1) == "Support To Do"
    assert [one["name"] for one in github.issues[1]["labels"]] == ["support team"]


def test_what_no_webhook_told_of_is_read_later(world: Tracked) -> None:
    world.github.files[".github/ISSUE_TEMPLATE/help.yml"] = FORM
    world.catch_up()
    ticket = world.raised()
    world.later(minutes=6)
    world.catch_up()
    world.later(minutes=1)
    for number in range(5):
        world.github.open("outsider", f"[help] {number}")
    world.github.change(1, "closed", state="closed")
    world.github.comment(1, "outsider", "Thanks!")
    world.github.webhooks.clear()
    world.later(minutes=6)
    world.catch_up()
    assert Ticket.objects.count() == 6
    assert fresh(ticket).closed_at is not None
    assert [one.body for one in ticket.comments.all()] == ["Thanks!"]
    second = Ticket.objects.get(number=2)
    world.github.move(2, "Waiting")
    world.github.webhooks.clear()
    world.later(minutes=6)
    world.catch_up()
    assert fresh(second).column == "Waiting"
    world.catch_up()
    assert ticket.comments.count() == 1


def test_an_issue_that_is_gone_there_is_kept_here(world: Tracked) -> None:
    ticket = world.raised()
    world.hears()
    world.later(minutes=1)
    world.github.tell("issues", "deleted", world.github.issues.pop(1))
    world.hears()
    assert fresh(ticket).closed_at is not None
    world.press("Ben", "ticket.reopen", ticket.about)
    assert not OutboxMessage.objects.filter(state="owed").exists()


def test_forged_and_unknown_posts_are_refused_or_taken_without_a_change(
    world: Tracked, client: Browser
) -> None:
    issue = world.github.open("outsider", "Mine", labels=("support team",))
    (posted,) = world.github.webhooks
    forged = signed("issues", {"issue": issue}, secret="another")

    def post(body: bytes, headers: dict[str, str]) -> int:
        answer = client.post(
            "/github/webhook", body, content_type="application/json", headers=headers
        )
        assert SECRET not in answer.content.decode()
        return answer.status_code

    assert post(**forged) == 403
    assert post(posted["body"] + b" ", posted["headers"]) == 403
    assert post(posted["body"], {}) == 403
    assert not Ticket.objects.exists()
    assert post(**posted) == 202
    assert post(**posted) == 202
    assert Ticket.objects.count() == 1
    strange: tuple[Any, ...] = (
        {"zen": "Keep it logically awesome."},
        [],
        {"issue": None, "repository": 3},
    )
    for told in strange:
        assert post(**signed("issues", told)) == 202
    assert client.post("/github/webhook", {"payload": "x"}).status_code == 415


def test_recorded_payloads_are_read_as_they_are_sent(world: Tracked) -> None:
    def read(name: str) -> object:
        told = recorded(name)
        if "repository" in told:
            told["repository"]["full_name"] = "Acme/Support"
        return GitHubWebhooks(SECRET, tracker_outbound.place).hear(
            **signed(name.partition(".")[0], told, "d1")
        )

    opened = read("issues.opened")
    assert opened.issue.title == "Spelling error in the README file"  # type: ignore[attr-defined]
    assert opened.issue.author == "Codertocat"  # type: ignore[attr-defined]
    assert read("issues.assigned").issue.logins == ("Codertocat",)  # type: ignore[attr-defined]
    assert read("issues.transferred").gone  # type: ignore[attr-defined]
    assert read("issue_comment.created").remark.body.startswith("You are")  # type: ignore[attr-defined]
    assert read("projects_v2_item.created") is None
    elsewhere = signed("issues", recorded("issues.opened"))
    assert GitHubWebhooks(SECRET, tracker_outbound.place).hear(**elsewhere) is None
    with pytest.raises(Forged):
        GitHubWebhooks("other", tracker_outbound.place).hear(**elsewhere)


def test_heard_words_are_forgotten_after_a_week(world: Tracked) -> None:
    world.github.open("outsider", "Mine", labels=("support team",))
    world.hears()
    assert TrackerDelivery.objects.exists()
    world.at += timedelta(days=8)
    world.catch_up()
    assert not TrackerDelivery.objects.exists()


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
