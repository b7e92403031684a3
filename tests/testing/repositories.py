"""What every source of repositories must do, whatever it reads them with: one kit for all.

Subclass `SourceContract` under a name that begins with Test, and give it the source.
"""

import os
import stat
from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from doubles.git_server import GitRepository, GitServer
from dutydesk.ports.repositories import Origin, RepositorySource, RepositoryTrouble

COMMITTED = datetime(2026, 11, 20, 10, tzinfo=UTC)


class SourceContract(ABC):
    """Gives each test of the kit a repository on a server, and a source that reads it."""

    @abstractmethod
    def source(self, home: Path, **given: object) -> RepositorySource:
        """Give the source; `given` are its settings: secrets, inside, local, most_bytes."""

    @pytest.fixture
    def repository(self, tmp_path: Path) -> GitRepository:
        made = GitRepository(tmp_path / "served" / "docs")
        made.write({"a.md": "# A", "img/plan.png": b"\x89PNG"})
        return made

    @pytest.fixture
    def server(self, tmp_path: Path, repository: GitRepository) -> Iterator[GitServer]:
        found = GitServer(repository.folder.parent)
        yield found
        found.close()

    @pytest.fixture
    def home(self, tmp_path: Path) -> Path:
        return tmp_path / "home"

    def at_hand(self, home: Path, **more: object) -> RepositorySource:
        return self.source(home, **{"inside": ("127.0.0.1",), "secrets": {}, **more})

    def origin(self, server: GitServer, branch: str = "", secret: str = "") -> Origin:
        return Origin("docs", f"{server.address}/docs/.git", branch, secret)

    def refused(self, source: RepositorySource, origin: Origin) -> RepositoryTrouble:
        with pytest.raises(RepositoryTrouble) as met:
            source.pull(origin)
        return met.value

    def test_a_branch_is_read_as_it_stands(
        self, home: Path, server: GitServer, repository: GitRepository
    ) -> None:
        source = self.at_hand(home)
        there = source.pull(self.origin(server))
        assert there.commit == repository.git("rev-parse", "HEAD")
        assert there.at == COMMITTED
        assert sorted(there.files) == ["a.md", "img/plan.png"]
        assert there.read(there.files["a.md"]) == b"# A"
        there.close()
        repository.git("checkout", "--quiet", "-b", "next")
        commit = repository.write({"b.md": "# B", "a.md": None})
        there = source.pull(self.origin(server, "next"))
        assert (there.commit, sorted(there.files)) == (commit, ["b.md", "img/plan.png"])
        there.close()

    def test_where_a_branch_stands_costs_one_look(self, home: Path, server: GitServer) -> None:
        source = self.at_hand(home)
        source.pull(self.origin(server)).close()
        server.asked.clear()
        tip = source.tip(self.origin(server))
        assert len(tip) == 40
        assert len(server.asked) <= 2
        assert not [one for one in server.asked if "pack=1" in one]

    def test_history_written_anew_is_followed(
        self, home: Path, server: GitServer, repository: GitRepository
    ) -> None:
        source = self.at_hand(home)
        repository.write({"a.md": "# Second"})
        source.pull(self.origin(server)).close()
        repository.git("reset", "--quiet", "--hard", "HEAD~1")
        commit = repository.write({"a.md": "# Instead"})
        there = source.pull(self.origin(server))
        assert there.commit == commit
        assert there.read(there.files["a.md"]) == b"# Instead"
        there.close()

    def test_a_copy_that_is_broken_is_made_anew(
        self, home: Path, server: GitServer, repository: GitRepository
    ) -> None:
        source = self.at_hand(home)
        source.pull(self.origin(server)).close()
        for file in home.rglob("*"):
            if file.is_file():
                file.chmod(stat.S_IRUSR | stat.S_IWUSR)
                file.write_bytes(b"broken")
        repository.write({"a.md": "# Whole"})
        there = source.pull(self.origin(server))
        assert there.read(there.files["a.md"]) == b"# Whole"
        there.close()

    def test_links_submodules_and_odd_names_are_left_out_and_said(
        self, home: Path, server: GitServer, repository: GitRepository
    ) -> None:
        (repository.folder / "out.md").symlink_to("/etc/passwd")
        (repository.folder / "line\nbreak.md").write_text("# Odd")
        with (repository.folder / "é.md").open("w") as file:
            file.write("# Fine")
        Path(bytes(repository.folder).decode() + "/\udcff.md").write_text("# No UTF-8")
        repository.git("add", "--all")
        commit = repository.git("rev-parse", "HEAD")
        repository.git("update-index", "--add", "--cacheinfo", f"160000,{commit},other")
        repository.git("commit", "--quiet", "--message", "Odd")
        there = self.at_hand(home).pull(self.origin(server))
        assert sorted(there.files) == ["a.md", "img/plan.png", "é.md"]
        why = dict(there.odd)
        assert "symbolic link" in why["out.md"]
        assert "submodule" in why["other"]
        assert len(why) == 4
        there.close()

    def test_a_wrong_branch_and_an_empty_repository_are_named(
        self, home: Path, server: GitServer, repository: GitRepository
    ) -> None:
        trouble = self.refused(self.at_hand(home), self.origin(server, "nowhere"))
        assert trouble.lasting
        assert "no branch “nowhere”" in trouble.reason
        GitRepository(repository.folder.parent / "empty")
        trouble = self.refused(self.at_hand(home), Origin("empty", f"{server.address}/empty/.git"))
        assert "empty" in trouble.reason

    def test_a_repository_that_is_gone_is_named(self, home: Path, server: GitServer) -> None:
        trouble = self.refused(self.at_hand(home), Origin("x", f"{server.address}/gone/.git"))
        assert trouble.lasting
        assert "no such repository" in trouble.reason

    def test_a_secret_opens_it_and_stands_in_no_trouble(
        self, home: Path, server: GitServer, tmp_path: Path
    ) -> None:
        server.password = "tok-en-of-docs"
        right, wrong = tmp_path / "right", tmp_path / "wrong"
        right.write_text("tok-en-of-docs\n")
        wrong.write_text("tok-en-of-others")
        source = self.at_hand(home, secrets={"right": right, "wrong": wrong, "lost": home / "x"})
        source.pull(self.origin(server, secret="right")).close()
        for name in ("", "wrong", "lost", "unknown"):
            trouble = self.refused(source, self.origin(server, secret=name))
            assert trouble.lasting
            assert "DUTYDESK_HANDBOOK_SECRETS" in trouble.remedy
            assert "tok-en" not in str(trouble)

    def test_an_inner_host_is_reached_only_where_it_is_allowed(
        self, home: Path, server: GitServer
    ) -> None:
        trouble = self.refused(self.at_hand(home, inside=()), self.origin(server))
        assert trouble.lasting
        assert "inner one" in trouble.reason
        assert not server.asked

    def test_what_is_too_large_is_not_taken(
        self, home: Path, server: GitServer, repository: GitRepository
    ) -> None:
        repository.write({"big.bin": os.urandom(200_000)})
        trouble = self.refused(self.at_hand(home, most_bytes=100_000), self.origin(server))
        assert "larger" in trouble.reason

    def test_a_server_that_is_away_is_tried_again(self, home: Path, server: GitServer) -> None:
        origin = self.origin(server)
        server.close()
        trouble = self.refused(self.at_hand(home), origin)
        assert not trouble.lasting
        assert "can't be reached" in trouble.reason

    def test_files_of_this_machine_are_read_only_where_that_is_set(
        self, home: Path, repository: GitRepository
    ) -> None:
        origin = Origin("docs", f"file://{repository.folder}")
        assert "file://" in self.refused(self.at_hand(home), origin).reason
        there = self.at_hand(home, local=True).pull(origin)
        assert "a.md" in there.files
        there.close()
