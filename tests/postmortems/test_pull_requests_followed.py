"""A pull request that asks for a published postmortem is followed until somebody decides on it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from doubles.github import TOKEN, GitHub
from dutydesk.adapters.github.account import GitHubAccount
from dutydesk.adapters.github.pull_requests import PullRequestSender
from dutydesk.chat.models import Post
from dutydesk.outbox.flows import outbox
from dutydesk.ports.published_files import PULL_REQUEST
from dutydesk.postmortems.flows import pull_requests
from dutydesk.postmortems.models import Postmortem, RepositoryFile
from dutydesk.process.flows import process
from testing import reviews
from testing.screens import seen, visit
from testing.world import Moving, World

pytestmark = [pytest.mark.django_db, pytest.mark.clause("postmortem.publish")]
TOLD = "    internal_domains: []\n"
NAMED = "  repository:\n    url: https://github.com/acme/docs\n    how: pull request\n"


@pytest.fixture
def github() -> Iterator[GitHub]:
    found = GitHub("acme/docs")
    yield found
    found.close()


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, github: GitHub) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    sender = PullRequestSender(GitHubAccount(token=TOKEN, api_url=github.url))
    monkeypatch.setitem(outbox._senders, PULL_REQUEST, sender)
    monkeypatch.setattr(pull_requests.ASKER, "who", sender)
    world.shifts(support="Ada", primary="Ben")
    file = tmp_path / "process.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(TOLD, f"{TOLD}{NAMED}"), encoding="utf-8")
    process.adopt(file=file, at=world.at)
    return world


@pytest.fixture
def published(world: World) -> Postmortem:
    found = reviews.reviewed(world, "Visits fail: no disk")
    reviews.publish(world, found)
    world.settle()
    return found


def look(world: World) -> str:
    """Let its turn come, and give how the pull request stands for the desk."""
    world.at += pull_requests.EVERY
    pull_requests.look_after(at=world.at)
    return RepositoryFile.objects.get().pull


def told() -> list[str]:
    posts = Post.objects.filter(key__endswith=":closed").order_by("id")
    return [post.message["body"] for post in posts]


def test_one_that_is_merged_is_said_to_be_on_the_postmortem_s_page(
    world: World, published: Postmortem, github: GitHub
) -> None:
    page = f"/postmortems/{published.pk}"
    assert "In the repository proposed Version 1," in seen(visit("Ada").get(page))
    assert look(world) == "open"
    github.code.merge(1)
    assert look(world) == "merged"
    assert "In the repository merged Version 1," in seen(visit("Ada").get(page))
    asked = len(github.asked)
    look(world)
    assert len(github.asked) == asked  # Nobody asks after what is decided.
    assert told() == []


def test_one_that_is_closed_is_told_to_who_published_it_and_may_be_proposed_again(
    world: World, published: Postmortem, github: GitHub
) -> None:
    github.code.pulls[0]["state"] = "closed"
    assert look(world) == "closed"
    (said,) = told()
    assert "was closed, and not merged" in said
    assert Post.objects.get(key__endswith=":closed").only_for_id == world.person("Ada").account
    page = seen(visit("Ben").get(f"/postmortems/{published.pk}"))
    assert "In the repository closed Version 1," in page
    assert "Propose it again" in page
    world.press("Ben", "postmortem.repository", published.about)
    world.settle()
    assert [one["state"] for one in github.code.pulls] == ["closed", "open"]
    row = RepositoryFile.objects.get()
    assert (row.pull, row.link) == ("open", "https://github.com/acme/docs/pull/2")
    github.code.merge(2)
    assert look(world) == "merged"
    assert len(told()) == 1


def test_one_that_is_closed_though_the_file_is_there_wants_nothing(
    world: World, published: Postmortem, github: GitHub
) -> None:
    [pull] = github.code.pulls
    head = github.code.branches[pull["head"]["ref"]].files
    for path, text in head.items():
        github.code.commit("main", path, text)
    pull["state"] = "closed"
    assert look(world) == "held"
    assert told() == []
    assert "Propose it again" not in seen(visit("Ada").get(f"/postmortems/{published.pk}"))


def test_what_is_withdrawn_before_anybody_merged_it_is_closed_by_the_desk_and_told_to_nobody(
    world: World, published: Postmortem, github: GitHub
) -> None:
    world.press("Ada", "postmortem.unpublish", published.about, why="Too early")
    world.settle()
    assert github.code.pulls[0]["state"] == "closed"
    assert look(world) == "held"
    assert told() == []


def test_while_github_is_away_it_is_looked_at_again_at_its_next_turn(
    world: World, published: Postmortem, github: GitHub
) -> None:
    github.code.merge(1)
    github.code.visible = False
    assert look(world) == "open"
    github.code.visible = True
    pull_requests.look_after(at=world.at + timedelta(minutes=1))
    assert RepositoryFile.objects.get().pull == "open"
    assert look(world) == "merged"


def test_what_is_published_anew_while_it_is_looked_at_counts(
    world: World, published: Postmortem, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Slow:
        def look(self, *_asked: object) -> str:
            world.press("Ada", "postmortem.repository", published.about)
            return "closed"

    monkeypatch.setattr(pull_requests.ASKER, "who", Slow())
    assert look(world) == "open"
    assert RepositoryFile.objects.get().count == 2
    assert told() == []
