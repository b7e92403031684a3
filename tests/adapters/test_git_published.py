"""Published files are committed to a real Git server, and pushed with dulwich."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from doubles.git_server import GitRepository, GitServer
from dutydesk.adapters.git.remote import GitSource
from dutydesk.adapters.git.sender import CommitSender
from dutydesk.ports.delivery import Sender, Undelivered
from dutydesk.ports.published_files import FileChange
from testing.published_files import PATH, PublishedFileContract, parcel_of


class TestCommitSender(PublishedFileContract):
    @pytest.fixture(autouse=True)
    def _served(self, tmp_path: Path) -> Iterator[None]:
        self.repository = GitRepository(tmp_path / "served" / "docs")
        self.repository.write({"README.md": "# Docs\n"})
        self.repository.git("config", "receive.denyCurrentBranch", "ignore")
        self.repository.git("config", "http.receivepack", "true")
        (tmp_path / "token").write_text("tok-en")
        self.home = tmp_path / "home"
        self.server = GitServer(self.repository.folder.parent, password="tok-en")
        yield
        self.server.close()

    def sender(self) -> Sender:
        secrets = {"docs": self.home.parent / "token"}
        return CommitSender(GitSource(self.home, secrets=secrets, inside=("127.0.0.1",)))

    def change(self) -> FileChange:
        return FileChange(
            key="postmortem:7:repository:1",
            name="postmortem-7",
            url=f"{self.server.address}/docs/.git",
            branch="main",
            path=PATH,
            text="# One\n",
            title="Postmortem: the disk",
            body="Version 1.",
            signers=("Ben",),
            author="Duty Desk",
            email="desk@desk.example.org",
            at="2026-11-24T10:00:00+00:00",
            secret="docs",
        )

    def files(self) -> dict[str, str]:
        names = self.repository.git("ls-tree", "-r", "--name-only", "main").splitlines()
        return {name: self.text(name) for name in names}

    def text(self, name: str) -> str:
        return self.repository.git("show", f"main:{name}") + "\n"

    def commits(self) -> int:
        return int(self.repository.git("rev-list", "--count", "main"))

    def somebody_commits(self, path: str, text: str) -> None:
        self.repository.git("reset", "--quiet", "--hard")
        self.repository.write({path: text})

    def answers_get_lost(self, lost: bool) -> None:
        self.server.forgets = lost

    def nobody_may_write(self) -> None:
        self.repository.git("config", "http.receivepack", "false")

    def test_a_commit_says_who_what_and_when(self) -> None:
        commit = self.put()
        said = self.repository.git("show", "--no-patch", "--format=%H|%an|%ae|%cn|%aI|%B", "main")
        head, _, body = said.partition("Postmortem: the disk")
        assert head == (
            f"{commit}|Duty Desk|desk@desk.example.org|Duty Desk|2026-11-24T10:00:00+00:00|"
        )
        trailers = "Signed-off-by: Ben\nDesk-Message: postmortem:7:repository:1"
        assert body == f"\n\nVersion 1.\n\n{trailers}"
        assert self.repository.git("fsck", "--strict") == ""
        assert not list(self.home.glob("*.git"))

    def test_a_branch_that_moves_while_it_is_pushed_is_looked_at_again(self) -> None:
        moved: list[str] = []

        def move(asked: str) -> None:
            if "git-receive-pack" in asked and not moved:
                moved.append(asked)
                self.repository.git("update-ref", "refs/heads/main", self.aside())

        self.server.before = move
        commit = self.put()
        assert moved
        assert self.repository.git("rev-parse", "main") == commit
        assert sorted(self.files()) == ["README.md", "aside.md", PATH]

    def aside(self) -> str:
        """Give a commit on top of the branch that stands on none yet."""
        self.repository.git("checkout", "--quiet", "--detach")
        commit = self.repository.write({"aside.md": "# Aside\n"})
        self.repository.git("checkout", "--quiet", "main")
        return commit

    def test_a_lost_try_is_known_though_others_changed_the_file_since(self) -> None:
        commit = self.put()
        self.somebody_commits(PATH, "# Mended by hand\n")
        assert self.put(attempt=2, uncertain=True) == commit
        assert self.files()[PATH] == "# Mended by hand\n"

    def test_a_protected_branch_is_said_to_be_one(self) -> None:
        hook = self.repository.folder / ".git" / "hooks" / "update"
        hook.write_text('#!/bin/sh\necho "main is protected tok-en" >&2\nexit 1\n')
        hook.chmod(0o700)
        with pytest.raises(Undelivered) as met:
            self.put()
        assert met.value.permanent
        assert "Its branch is protected" in met.value.reason
        assert "pull request" in met.value.reason
        assert "tok-en" not in met.value.reason
        assert self.commits() == 1

    def test_a_repository_that_is_gone_and_a_wrong_key_are_said_in_words(self) -> None:
        with pytest.raises(Undelivered) as met:
            self.put(url=f"{self.server.address}/gone/.git")
        assert met.value.permanent
        assert "no such repository" in met.value.reason
        with pytest.raises(Undelivered) as met:
            self.put(secret="unknown")
        assert met.value.permanent
        assert "DUTYDESK_HANDBOOK_SECRETS" in met.value.reason

    def test_something_else_in_its_place_is_left_there(self) -> None:
        self.somebody_commits("reviews", "no folder\n")
        with pytest.raises(Undelivered) as met:
            self.put()
        assert "Something else is where" in met.value.reason
        assert self.files()["reviews"] == "no folder\n"

    def test_a_server_that_is_away_is_tried_again_and_nothing_may_have_arrived(self) -> None:
        self.server.close()
        with pytest.raises(Undelivered) as met:
            self.put()
        assert not met.value.permanent
        assert not met.value.uncertain


def test_a_key_opens_a_repository_over_ssh_for_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the place of `ssh` stands a program that does what sshd does for Git: it runs it."""
    repository = GitRepository(tmp_path / "docs")
    repository.write({"README.md": "# Docs\n"})
    repository.git("config", "receive.denyCurrentBranch", "ignore")
    program = tmp_path / "bin" / "ssh"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nfor last; do :; done\nexec sh -c "$last"\n')
    program.chmod(0o700)
    path = subprocess.run(["sh", "-c", "echo $PATH"], capture_output=True, text=True, check=True)
    monkeypatch.setenv("PATH", f"{program.parent}:{path.stdout.strip()}")
    (tmp_path / "key").write_text("-----BEGIN OPENSSH PRIVATE KEY-----\nabc")
    source = GitSource(
        tmp_path / "home", secrets={"deploy": tmp_path / "key"}, inside=("127.0.0.1",)
    )
    change = FileChange(
        "k1", "postmortem-7", f"ssh://git@127.0.0.1{repository.folder}/.git", "main", PATH,
        "# One\n", "Postmortem", "", "Duty Desk", "desk@example.org", "2026-11-24T10:00:00+00:00",
        "deploy",
    )  # fmt: skip
    CommitSender(source).deliver(parcel_of(change))
    assert repository.git("show", f"main:{PATH}") == "# One"
    assert not list((tmp_path / "home").glob("*.key"))
