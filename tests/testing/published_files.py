"""What everything must do that puts files into repositories, whatever it reaches them with.

Subclass `PublishedFileContract` under a name that begins with Test, and give it what it asks for.
"""

from abc import ABC, abstractmethod
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from dutydesk.ports.delivery import Delivery, Sender, Undelivered
from dutydesk.ports.published_files import FileChange

AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
PATH = "reviews/2026-11-20-7-disk.md"


def parcel_of(change: FileChange, attempt: int = 1, uncertain: bool = False) -> Delivery:
    """Give a change on its way."""
    return Delivery(change.key, change.as_json(), attempt, uncertain, AT, AT)


class PublishedFileContract(ABC):
    """Gives each test of the kit a repository that holds README.md, and what writes to it."""

    @abstractmethod
    def sender(self) -> Sender:
        """Give what delivers file changes to the repository."""

    @abstractmethod
    def change(self) -> FileChange:
        """Give a change of that repository."""

    @abstractmethod
    def files(self) -> dict[str, str]:
        """Give what its branch holds once everything that waits for a yes has it."""

    @abstractmethod
    def commits(self) -> int:
        """Give how many commits there are for it, the first included."""

    @abstractmethod
    def somebody_commits(self, path: str, text: str) -> None:
        """Let somebody else commit a file to the branch."""

    @abstractmethod
    def answers_get_lost(self, lost: bool) -> None:
        """Let what is written be kept, and no answer to it arrive."""

    @abstractmethod
    def nobody_may_write(self) -> None:
        """Let what opens it read it only."""

    def put(self, *, attempt: int = 1, uncertain: bool = False, **how: Any) -> str:
        change = replace(self.change(), **how)
        return self.sender().deliver(parcel_of(change, attempt, uncertain))

    def test_a_file_is_put_changed_and_taken_away(self) -> None:
        assert self.put(text="# One\n", key="k1")
        assert self.files() == {"README.md": "# Docs\n", PATH: "# One\n"}
        assert self.put(text="# Two\n", key="k2")
        assert self.files()[PATH] == "# Two\n"
        self.put(text=None, key="k3")
        assert self.files() == {"README.md": "# Docs\n"}

    def test_what_is_so_already_is_no_commit(self) -> None:
        self.put(text="# One\n", key="k1")
        before = self.commits()
        self.put(text="# One\n", key="k1", attempt=2, uncertain=True)
        self.put(text="# One\n", key="k2")
        self.put(text=None, path="reviews/other.md", name="other", key="k3")
        assert self.commits() == before

    def test_a_try_whose_answer_was_lost_is_found_there(self) -> None:
        self.answers_get_lost(True)
        with pytest.raises(Undelivered) as met:
            self.put(text="# One\n", key="k1")
        assert met.value.uncertain
        assert not met.value.permanent
        self.answers_get_lost(False)
        assert self.put(text="# One\n", key="k1", attempt=2, uncertain=True)
        assert self.files()[PATH] == "# One\n"
        assert self.commits() == 2

    def test_what_others_commit_stays(self) -> None:
        self.put(text="# One\n", key="k1")
        self.somebody_commits("guide.md", "# Guide\n")
        self.put(text="# Two\n", key="k2")
        assert self.files() == {
            "README.md": "# Docs\n",
            "guide.md": "# Guide\n",
            PATH: "# Two\n",
        }

    def test_whoever_may_not_write_hears_it_in_words(self) -> None:
        self.nobody_may_write()
        with pytest.raises(Undelivered) as met:
            self.put(text="# One\n")
        assert met.value.permanent
        assert "write to it" in met.value.reason
        assert "tok-en" not in met.value.reason
        assert PATH not in self.files()

    def test_a_branch_that_is_not_there_is_named(self) -> None:
        with pytest.raises(Undelivered) as met:
            self.put(text="# One\n", branch="nowhere")
        assert met.value.permanent
        assert "no branch “nowhere”" in met.value.reason
