"""What is published is put into the Git repository that the process names, and taken out again."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from doubles.git_server import GitRepository, GitServer
from doubles.github import TOKEN, GitHub
from dutydesk.adapters.git.remote import GitSource
from dutydesk.adapters.git.sender import CommitSender
from dutydesk.adapters.github.account import GitHubAccount
from dutydesk.adapters.github.pull_requests import PullRequestSender
from dutydesk.chat.models import Post
from dutydesk.incidents.models import Incident
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.ports.published_files import COMMIT, PULL_REQUEST
from dutydesk.postmortems.flows import repository_files
from dutydesk.postmortems.flows.events import PublicationRefused
from dutydesk.postmortems.models import Postmortem, Publication, RepositoryFile
from dutydesk.postmortems.rules.report import Report
from dutydesk.postmortems.words.report import markdown
from dutydesk.process.flows import process
from dutydesk.process.rules.check import check
from testing import reviews
from testing.screens import seen, visit
from testing.world import Moving, World

pytestmark = [pytest.mark.django_db, pytest.mark.clause("postmortem.publish")]
TOLD = "    internal_domains: []\n"


@pytest.fixture
def repository(tmp_path: Path) -> GitRepository:
    made = GitRepository(tmp_path / "served" / "docs")
    made.write({"README.md": "# Docs\n"})
    made.git("config", "receive.denyCurrentBranch", "ignore")
    made.git("config", "http.receivepack", "true")
    return made


@pytest.fixture
def server(repository: GitRepository) -> Iterator[GitServer]:
    found = GitServer(repository.folder.parent)
    yield found
    found.close()


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    monkeypatch.setitem(
        outbox._senders,
        COMMIT,
        CommitSender(GitSource(tmp_path / "home", secrets={}, inside=("127.0.0.1",))),
    )
    world.shifts(support="Ada", primary="Ben")
    return world


Names = Callable[..., None]


@pytest.fixture
def names(world: World, tmp_path: Path, server: GitServer) -> Names:
    """Give what lets the process name the repository."""

    def name(url: str = "", **more: str) -> None:
        given = {"url": url or f"{server.address}/docs/.git", "folder": "reviews", **more}
        lines = "".join(f"    {key}: {value}\n" for key, value in given.items())
        file = tmp_path / "process.yaml"
        text = file.read_text(encoding="utf-8")
        assert text.count(TOLD) == 1
        file.write_text(text.replace(TOLD, f"{TOLD}  repository:\n{lines}"), encoding="utf-8")
        process.adopt(file=file, at=world.at)

    return name


def reviewed(world: World, title: str = "Visits fail: no disk") -> Postmortem:
    return reviews.reviewed(world, title)


def change(world: World, found: Postmortem, text: str) -> None:
    reviews.write(world, found, "impact", text)
    world.press("Ada", "postmortem.sign=lead", found.about)


def held(repository: GitRepository) -> dict[str, str]:
    listed = repository.git("ls-tree", "-r", "--name-only", "main").splitlines()
    return {one: repository.git("show", f"main:{one}") + "\n" for one in listed}


def path_of(found: Postmortem) -> str:
    return f"reviews/2026-11-24-{found.pk}-visits-fail-no-disk.md"


def row() -> RepositoryFile:
    return RepositoryFile.objects.get()


def test_what_is_published_stands_there_word_for_word_and_goes_when_it_is_withdrawn(
    world: World, names: Names, repository: GitRepository
) -> None:
    names()
    found = reviewed(world)
    reviews.publish(world, found)
    assert row().state == "owed"
    assert "on its way" in seen(visit("Ada").get(f"/postmortems/{found.pk}"))
    world.settle()
    text = held(repository)[path_of(found)]
    _, front, body = text.split("---\n", 2)
    report = Report.from_json(Publication.objects.get().report)
    assert body.strip() == markdown(report, process.in_force().zone).strip()
    told = YAML(typ="safe").load(front)
    assert told["title"] == "Visits fail: no disk"
    assert str(told["date"]) == "2026-11-24"
    assert list(told) == ["title", "date", "services", "durations"]
    assert told["durations"] == dict(report.lengths)
    said = repository.git("show", "--no-patch", "--format=%an|%s|%B", "main")
    assert said.startswith("Duty Desk|Postmortem: Visits fail: no disk|")
    assert "Signed-off-by" not in said
    change(world, found, "Nobody could book or cancel.")
    reviews.publish(world, found)
    world.settle()
    assert "or cancel" in held(repository)[path_of(found)]
    assert repository.git("rev-list", "--count", "main") == "3"
    world.press("Ada", "postmortem.unpublish", found.about, why="A name stood in it")
    world.settle()
    assert list(held(repository)) == ["README.md"]
    assert "Visits fail" not in repository.git("show", "--no-patch", "--format=%B", "main")
    assert "Taken out" in seen(visit("Ada").get(f"/postmortems/{found.pk}"))


def test_a_refusal_is_said_to_whoever_published_in_health_and_on_the_page_until_it_is_mended(
    world: World, names: Names, repository: GitRepository
) -> None:
    names()
    repository.git("config", "http.receivepack", "false")
    found = reviewed(world)
    reviews.publish(world, found)
    world.settle()
    why = "What is given may not write to it."
    post = Post.objects.get(key=f"{found.about}:repository:1:refused")
    assert why in post.message["body"]
    assert post.only_for_id == world.person("Ada").account
    [check_] = list(repository_files.health(world.at))
    assert not check_.well
    assert why in check_.says
    assert "reviews" not in check_.public
    page = seen(visit("Ben").get(f"/postmortems/{found.pk}"))
    assert why in page
    assert "DUTYDESK_HANDBOOK_SECRETS" in page
    assert "Try again" in page
    repository.git("config", "http.receivepack", "true")
    world.press("Ben", "postmortem.repository", found.about)
    world.settle()
    assert path_of(found) in held(repository)
    assert [one.well for one in repository_files.health(world.at)] == [True]
    page = seen(visit("Ben").get(f"/postmortems/{found.pk}"))
    assert "Try again" not in page
    assert row().reference[:10] in page


def test_while_the_server_is_away_it_stays_owed_and_the_page_and_health_say_why(
    world: World, names: Names, server: GitServer
) -> None:
    names()
    found = reviewed(world)
    server.close()
    reviews.publish(world, found)
    world.settle()
    assert row().state == "owed"
    page = seen(visit("Ada").get(f"/postmortems/{found.pk}"))
    assert "It can't be reached" in page
    assert "It is tried again by itself" in page
    assert [one.well for one in repository_files.health(world.at)] == [True]
    world.forward(minutes=11)
    assert [one.well for one in repository_files.health(world.at)] == [False]


def test_what_is_published_and_withdrawn_before_it_was_sent_leaves_nothing(
    world: World, names: Names, repository: GitRepository
) -> None:
    names()
    found = reviewed(world)
    reviews.publish(world, found)
    world.press("Ada", "postmortem.unpublish", found.about, why="Too early")
    world.settle()
    assert repository.git("rev-list", "--count", "main") == "1"
    assert row().state == "done"


def test_its_file_is_taken_out_when_there_was_no_incident(
    world: World, names: Names, repository: GitRepository
) -> None:
    names()
    found = reviewed(world)
    reviews.publish(world, found)
    world.settle()
    assert path_of(found) in held(repository)
    about = Incident.objects.get().about
    world.press("Ada", "incident.mistake", about, reason="The wrong alarm")
    world.settle()
    assert list(held(repository)) == ["README.md"]


def test_a_file_keeps_its_name_while_it_stands_and_signers_are_named_if_the_process_says_so(
    world: World, names: Names, repository: GitRepository
) -> None:
    names(name_signers="true", file="'{title}-{number}.md'")
    found = reviewed(world)
    reviews.publish(world, found)
    world.settle()
    path = f"reviews/visits-fail-no-disk-{found.pk}.md"
    assert path in held(repository)
    assert "\nSigned-off-by: Ada\n" in repository.git("show", "--no-patch", "--format=%B", "main")
    about = found.incident.about
    world.press("Ada", "incident.correct", about, title="Nobody could book", reason="Words")
    world.press("Ada", "postmortem.sign=lead", found.about)
    reviews.publish(world, found)
    world.settle()
    assert "Nobody could book" in held(repository)[path]


def test_without_a_repository_nothing_is_owed_and_one_named_later_takes_it_at_a_press(
    world: World, names: Names, repository: GitRepository
) -> None:
    found = reviewed(world)
    with pytest.raises(PublicationRefused, match="not published"):
        world.press("Ada", "postmortem.repository", found.about)
    reviews.publish(world, found)
    assert not RepositoryFile.objects.exists()
    assert not list(repository_files.health(world.at))
    with pytest.raises(PublicationRefused, match="names no repository"):
        world.press("Ada", "postmortem.repository", found.about)
    names()
    page = seen(visit("Ada").get(f"/postmortems/{found.pk}/publish"))
    assert "Put it into the repository" in page
    world.press("Ada", "postmortem.repository", found.about)
    world.settle()
    assert path_of(found) in held(repository)


def test_as_a_pull_request_the_page_leads_to_it(
    world: World, names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    github = GitHub("acme/docs")
    account = GitHubAccount(token=TOKEN, api_url=github.url)
    monkeypatch.setitem(outbox._senders, PULL_REQUEST, PullRequestSender(account))
    try:
        names("https://github.com/acme/docs.git", how="pull request")
        found = reviewed(world)
        reviews.publish(world, found)
        world.settle()
        [pull] = github.code.pulls
        assert pull["title"] == "Postmortem: Visits fail: no disk"
        page = visit("Ada").get(f"/postmortems/{found.pk}").text
        assert 'href="https://github.com/acme/docs/pull/1"' in page
        branch = github.code.branches[f"dutydesk/postmortem-{found.pk}"]
        assert path_of(found) in branch.files
    finally:
        github.close()


def test_without_github_it_is_waited_for_and_said(world: World, names: Names) -> None:
    names("https://github.com/acme/docs", how="pull request")
    found = reviewed(world)
    reviews.publish(world, found)
    outbox.deliver(message_id=OutboxMessage.objects.get(kind=PULL_REQUEST).pk, now=lambda: world.at)
    assert "GitHub is not set up here (DUTYDESK_GITHUB_TOKEN)" in seen(
        visit("Ada").get(f"/postmortems/{found.pk}")
    )


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ("url: 'file:///srv/docs'", "is only read"),
        ("url: 'git@host:docs.git', how: pull request", "no repository of GitHub"),
        ("url: 'https://h/a/b', file: 'postmortem.md'", "no pattern for the names of files"),
        ("url: 'https://h/a/b', file: '{number}-{who}.md'", "no pattern for the names of files"),
        ("url: 'https://h/a/b', file: '../{number}.md'", "no pattern for the names of files"),
        ("url: 'https://h/a/b', branch: ''", "branch"),
        ("url: 'https://ada:pw@h/a/b'", "user or a password"),
    ],
)
def test_a_repository_that_can_not_be_meant_is_refused_with_its_line(
    given: str, wrong: str, tmp_path: Path, world: World
) -> None:
    text = (tmp_path / "process.yaml").read_text(encoding="utf-8")
    told = check(text.replace(TOLD, f"{TOLD}  repository: {{{given}}}\n"))
    assert told.process is None
    assert any(wrong in str(one) for one in told.mistakes), told.mistakes
