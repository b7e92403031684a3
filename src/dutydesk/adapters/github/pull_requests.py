"""Delivers what a repository is to hold at a path: as a pull request, on a branch of the desk's.

Everything is looked at first, so that a try whose answer was lost is found there. Sources:
https://docs.github.com/en/rest/repos/contents, /rest/git/refs, /rest/pulls/pulls and
/rest/commits/commits#compare-two-commits.
"""

import base64
import hashlib
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

from githubkit.exception import RequestFailed

from dutydesk.adapters.github.account import GitHubAccount
from dutydesk.adapters.github.client import Client, GitHubSession
from dutydesk.ports.delivery import Delivery, Undelivered
from dutydesk.ports.published_files import FileChange, PullRequestState
from dutydesk.ports.tracker import TrackerPlace

T = TypeVar("T")
PATIENCE = 30.0
_WRITE = (
    "Let the desk's key or app for GitHub (DUTYDESK_GITHUB_TOKEN or DUTYDESK_GITHUB_APP) read and "
    "write its contents and its pull requests."
)


class PullRequestSender:
    """Delivers file changes to GitHub, and says what became of them."""

    def __init__(self, account: GitHubAccount, patience: float = PATIENCE) -> None:
        """Sign in with this account, whichever repository a change is for."""
        self._account, self._patience = account, patience

    def deliver(self, parcel: Delivery) -> str:
        """Let a pull request ask for it, and give its address; or that of the file, if it is so."""
        change = FileChange.from_json(parcel.payload)
        return self._do(change, lambda session: _PullRequest(session, change).settle())

    def look(self, change: FileChange, address: str) -> PullRequestState:
        """Say how the pull request at this address stands, which asked for the change."""
        number = int(address.rpartition("/")[2])
        return self._do(change, lambda session: _PullRequest(session, change).state(number))

    def _do(self, change: FileChange, work: Callable[[GitHubSession], T]) -> T:
        client = Client(self._account, lambda: TrackerPlace(change.repository), self._patience)
        try:
            return client.do(work)
        except Undelivered as failure:
            raise _explained(failure, change) from None


class _PullRequest:
    """The one pull request that asks for all that is to change of one file."""

    def __init__(self, session: GitHubSession, change: FileChange) -> None:
        self._session, self._change = session, change
        self._branch = f"dutydesk/{change.name}"
        self._path = f"/contents/{quote(change.path)}"
        self._data = None if change.text is None else change.text.encode()

    def settle(self) -> str:
        """Let it be open if the branch holds something else, and closed if it does not."""
        base = self._base()
        there, pull = self._held(self._change.branch), self._open()
        if _blob(there) == self._wanted():
            return self._close(pull, there)
        if pull is None:
            self._begin(base)
        self._write(self._held(self._branch))
        return self._ask(pull)

    def state(self, number: int) -> PullRequestState:
        """Say how it stands, whoever took it in or closed it."""
        pull = self._session.get(f"/pulls/{number}")
        if pull["merged"]:
            return "merged"
        if pull["state"] == "open":
            return "open"
        there = self._held(self._change.branch)
        return "held" if _blob(there) == self._wanted() else "closed"

    def _base(self) -> str:
        """Give the commit at which the branch stands that is to hold it."""
        found = _if_there(lambda: self._session.get(f"/git/ref/heads/{self._change.branch}"))
        if found is not None:
            return str(found["object"]["sha"])
        self._session.get("")  # A repository that is gone is told from a branch that is.
        raise Undelivered(
            f"It has no branch “{self._change.branch}”. Correct “branch” in the process file.",
            permanent=True,
        )

    def _held(self, branch: str) -> Any:
        """Give what is known of the file on a branch; None if there is none."""
        found = _if_there(lambda: self._session.get(self._path, ref=branch))
        if isinstance(found, list) or (found and found["type"] != "file"):
            raise Undelivered(
                f"Something else is where “{self._change.path}” is to be. "
                "Correct “folder” or “file” in the process file.",
                permanent=True,
            )
        return found

    def _wanted(self) -> str:
        """Give what Git calls the content that is wanted; "" for none."""
        if self._data is None:
            return ""
        whole = b"blob %d\0" % len(self._data) + self._data
        return hashlib.sha1(whole, usedforsecurity=False).hexdigest()

    def _open(self) -> Any:
        owner = self._change.repository.partition("/")[0]
        asked = {"state": "open", "head": f"{owner}:{self._branch}", "base": self._change.branch}
        return next(iter(self._session.pages("/pulls", **asked)), None)

    def _close(self, pull: Any, there: Any) -> str:
        if pull is None:
            return str(there["html_url"]) if there else ""
        self._session.send("PATCH", f"/pulls/{pull['number']}", {"state": "closed"})
        _if_there(lambda: self._session.send("DELETE", f"/git/refs/heads/{self._branch}"))
        return str(there["html_url"] if there else pull["html_url"])

    def _begin(self, base: str) -> None:
        """Let the branch stand where the other one does; what an earlier one left is given up.

        A try whose answer was lost is not: the branch holds what is wanted, and more than the base.
        """
        ref = f"heads/{self._branch}"
        found = _if_there(lambda: self._session.get(f"/git/ref/{ref}"))
        if found is None:
            self._session.send("POST", "/git/refs", {"ref": f"refs/{ref}", "sha": base})
        elif found["object"]["sha"] != base and not self._waits(found["object"]["sha"], base):
            self._session.send("PATCH", f"/git/refs/{ref}", {"sha": base, "force": True})

    def _waits(self, head: str, base: str) -> bool:
        """Say whether the branch holds what is wanted, and nobody has taken that in."""
        if _blob(self._held(self._branch)) != self._wanted():
            return False
        return bool(self._session.get(f"/compare/{base}...{head}", per_page=1)["ahead_by"])

    def _write(self, there: Any) -> None:
        if _blob(there) == self._wanted():
            return
        change = self._change
        who = {"name": change.author, "email": change.email, "date": change.at}
        given = {"message": change.message, "branch": self._branch, "author": who, "committer": who}
        if there is not None:
            given["sha"] = there["sha"]
        if self._data is None:
            self._session.send("DELETE", self._path, given)
        else:
            content = base64.b64encode(self._data).decode()
            self._session.send("PUT", self._path, {**given, "content": content})

    def _ask(self, pull: Any) -> str:
        body = f"{self._change.body}\n\n{self._change.signed}".strip()
        said = {"title": self._change.title, "body": body}
        if pull is None:
            new = {**said, "head": self._branch, "base": self._change.branch}
            pull = self._session.send("POST", "/pulls", new)
        elif (pull["title"], pull["body"] or "") != (said["title"], said["body"]):
            self._session.send("PATCH", f"/pulls/{pull['number']}", said)
        return str(pull["html_url"])


def _blob(there: Any) -> str:
    return str(there["sha"]) if there else ""


def _if_there(ask: Callable[[], Any]) -> Any:
    """Give what is answered; None if what is asked about isn't there."""
    try:
        return ask()
    except RequestFailed as error:
        if error.response.status_code == 404:
            return None
        raise


def _explained(failure: Undelivered, change: FileChange) -> Undelivered:
    """Say of a refusal what it is about, and what to do."""
    said = {
        "(401)": f"GitHub doesn't take the desk's key. {_WRITE}",
        "(403)": f"The desk may not write to it on GitHub. {_WRITE}",
        "(404)": f"GitHub shows the desk no repository “{change.repository}”. {_WRITE}",
        "(422)": "GitHub refuses the desk's branch or pull request. See to the rules for branches "
        f"that begin with “dutydesk/” there, and whether “{change.branch}” takes pull requests.",
    }
    for status, text in said.items():
        if failure.permanent and status in failure.reason:
            return Undelivered(text, permanent=True)
    return failure
