"""While GitHub fails, forgets or says nothing, no ticket is lost and none is made twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from doubles.github import TOKEN
from dutydesk.chat.flows import people_posts
from dutydesk.chat.flows.people_posts import Author
from dutydesk.desk.models import Ticket
from dutydesk.site.health import health
from testing.asked import ask, say
from testing.searched import rows_with
from testing.tracked import FORM, Tracked, fresh, tracked

pytestmark = pytest.mark.django_db
ASK, TEAM = "#ask-cloud-platform", "#cloud-platform"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tracked]:
    world = tracked(tmp_path, monkeypatch)
    yield world
    world.github.close()


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


@pytest.mark.parametrize("removed", [True, False])
def test_what_was_taken_back_before_github_heard_of_it_is_never_told_there(
    world: Tracked, removed: bool
) -> None:
    world.github.mood = "broken"
    question = ask(world)
    answer = say(world, "Ada", "Use hunter2 for now", thread=question.post_id)
    world.press(
        "Ben", "ticket.raise", question.about, title="Visits", body="Ada: Use hunter2 for now"
    )
    ada = Author.of(world.person("Ada"))
    if removed:
        people_posts.remove(post=answer.pk, by=ada, at=world.at)
    else:
        people_posts.edit(post=answer.pk, by=ada, text="Ask Ben", at=world.at)
    world.settle()
    world.github.mood = "success"
    world.later(minutes=20)
    (issue,) = world.github.issues.values()
    assert "hunter2" not in f"{issue['title']} {issue['body']}"
    assert rows_with("hunter2") == []


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


@pytest.mark.parametrize("made", [True, False])
def test_an_issue_that_may_quote_what_was_taken_back_while_it_was_made_is_named_if_it_does(
    world: Tracked, made: bool
) -> None:
    world.catch_up()
    if made:
        world.github.forgets = True
    else:
        world.github.mood = "broken"
    ticket = world.raised("It fails with password=hunter2 on live.")
    world.github.forgets, world.github.mood = False, "success"
    uma = Author.of(world.person("Uma"))
    people_posts.remove(post=fresh(ticket).post_id or 0, by=uma, at=world.at)
    world.settle()
    assert fresh(ticket).number is None
    world.later(minutes=5)
    for _ in range(2):
        world.hears()
        world.catch_up()
        world.later(minutes=6)
    assert fresh(ticket).number == 1
    assert ("hunter2" in world.github.issues[1]["body"]) is made
    assert "hunter2" not in fresh(ticket).body
    told = [one for one in world.said(ASK) if "still stands in ticket #1" in one]
    assert len(told) == made
