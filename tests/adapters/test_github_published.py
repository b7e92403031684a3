"""Published files are asked for on GitHub: a branch of the desk's, and a pull request."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any, ClassVar

import pytest

from doubles.github import TOKEN, GitHub
from doubles.moody import Mood, MoodyServer
from dutydesk.adapters.github.account import GitHubAccount
from dutydesk.adapters.github.pull_requests import PullRequestSender
from dutydesk.ports.delivery import Sender, Undelivered
from dutydesk.ports.published_files import FileChange
from testing.published_files import PATH, PublishedFileContract, parcel_of

BRANCH = "dutydesk/postmortem-7"


class TestPullRequestSender(PublishedFileContract):
    token: ClassVar[str] = TOKEN

    @pytest.fixture(autouse=True)
    def _github(self) -> Iterator[None]:
        self.github = GitHub("acme/docs")
        self.code = self.github.code
        self.code.commit("main", "README.md", "# Docs\n")
        yield
        self.github.close()

    def sender(self) -> Sender:
        return PullRequestSender(GitHubAccount(token=self.token, api_url=self.github.url))

    def change(self) -> FileChange:
        return FileChange(
            key="postmortem:7:repository:1",
            name="postmortem-7",
            url="https://github.com/acme/docs",
            branch="main",
            path=PATH,
            text="# One\n",
            title="Postmortem: the disk",
            body="Version 1.",
            author="Duty Desk",
            email="desk@desk.example.org",
            at="2026-11-24T10:00:00+00:00",
            repository="acme/docs",
        )

    def files(self) -> dict[str, str]:
        """Give what is there once everybody has said yes, without letting them."""
        after = deepcopy(self.code)
        for pull in after.pulls:
            if pull["state"] == "open":
                after.merge(pull["number"])
        return after.branches["main"].files

    def commits(self) -> int:
        """Give how many writes there were, and the first one."""
        return 1 + sum(one.startswith(("PUT ", "DELETE /repos")) for one in self.github.asked)

    def somebody_commits(self, path: str, text: str) -> None:
        self.code.commit("main", path, text)

    def answers_get_lost(self, lost: bool) -> None:
        self.github.forgets = lost

    def nobody_may_write(self) -> None:
        self.code.writable = False

    def test_publishing_again_goes_into_the_pull_request_that_is_open(self) -> None:
        first = self.put(key="k1")
        assert first == "https://github.com/acme/docs/pull/1"
        assert self.put(text="# Two\n", key="k2", title="Postmortem: the full disk") == first
        [pull] = self.code.pulls
        assert (pull["title"], pull["state"]) == ("Postmortem: the full disk", "open")
        commit = self.code.branches[BRANCH]
        assert commit.author == {
            "name": "Duty Desk",
            "email": "desk@desk.example.org",
            "date": "2026-11-24T10:00:00+00:00",
        }
        assert commit.message.splitlines()[-1] == "Desk-Message: k2"
        assert PATH not in self.code.branches["main"].files

    def test_after_it_was_merged_another_is_opened_and_taking_away_asks_too(self) -> None:
        self.put(key="k1")
        self.code.merge(1)
        assert self.put(key="k1").endswith(f"/blob/main/{PATH}")
        assert self.put(text="# Two\n", key="k2").endswith("/pull/2")
        self.code.merge(2)
        assert self.put(text=None, key="k3").endswith("/pull/3")
        assert PATH in self.code.branches["main"].files
        self.code.merge(3)
        assert self.code.branches["main"].files == {"README.md": "# Docs\n"}

    def test_what_was_not_merged_yet_is_taken_away_by_closing_it(self) -> None:
        self.put(key="k1")
        assert self.put(text=None, key="k2").endswith("/pull/1")
        assert [one["state"] for one in self.code.pulls] == ["closed"]
        assert BRANCH not in self.code.branches
        assert self.put(text="# Again\n", key="k3").endswith("/pull/2")

    def test_one_that_somebody_closed_is_asked_for_anew_from_where_the_branch_stands(self) -> None:
        self.put(key="k1")
        self.code.pulls[0]["state"] = "closed"
        self.somebody_commits("guide.md", "# Guide\n")
        assert self.put(text="# Two\n", key="k2").endswith("/pull/2")
        assert self.files() == {"README.md": "# Docs\n", "guide.md": "# Guide\n", PATH: "# Two\n"}

    def test_what_was_taken_in_and_then_removed_is_asked_for_anew(self) -> None:
        """Its branch was left: there is nothing on it that the other one hasn't had."""
        self.put(key="k1")
        self.code.branches["main"] = self.code.branches[BRANCH]
        self.code.pulls[0].update(state="closed", merged=True)
        self.code.commit("main", PATH, None)
        assert self.put(key="k1").endswith("/pull/2")
        assert self.files() == {"README.md": "# Docs\n", PATH: "# One\n"}

    def test_each_lost_answer_is_found_at_the_next_try(self) -> None:
        """The branch, the file and the pull request are made; each answer is lost."""
        self.github.forgets = True
        for attempt in (1, 2, 3):
            with pytest.raises(Undelivered):
                self.put(attempt=attempt, uncertain=attempt > 1)
        self.github.forgets = False
        assert self.put(attempt=4, uncertain=True).endswith("/pull/1")
        writes = [one.split("?")[0] for one in self.github.asked if not one.startswith("GET")]
        assert writes == [
            "POST /repos/acme/docs/git/refs",
            f"PUT /repos/acme/docs/contents/{PATH}",
            "POST /repos/acme/docs/pulls",
        ]

    def test_a_repository_that_is_gone_and_a_wrong_key_are_said_in_words(self) -> None:
        self.code.visible = False
        with pytest.raises(Undelivered) as met:
            self.put()
        assert met.value.permanent
        assert "no repository “acme/docs”" in met.value.reason
        wrong = PullRequestSender(GitHubAccount(token="ghp_wrong", api_url=self.github.url))
        with pytest.raises(Undelivered) as met:
            wrong.deliver(self.parcel())
        assert met.value.permanent
        assert "doesn't take the desk's key" in met.value.reason
        assert "ghp_wrong" not in met.value.reason

    def parcel(self) -> Any:

        return parcel_of(self.change())

    def test_a_folder_in_its_place_is_left_there(self) -> None:
        self.somebody_commits(f"{PATH}/README.md", "# Folder\n")
        with pytest.raises(Undelivered) as met:
            self.put()
        assert "Something else is where" in met.value.reason


@pytest.mark.parametrize("mood", ["broken", "garbage", "reset", "busy"])
def test_a_server_that_behaves_badly_is_tried_again_and_no_secret_is_told(mood: Mood) -> None:
    server = MoodyServer(mood, says=json.dumps({"message": TOKEN}))
    try:
        account = GitHubAccount(token=TOKEN, api_url=f"http://{server.address}")
        with pytest.raises(Undelivered) as met:
            PullRequestSender(account).deliver(TestPullRequestSender().parcel())
    finally:
        server.close()
    assert not met.value.permanent
    assert TOKEN not in met.value.reason
