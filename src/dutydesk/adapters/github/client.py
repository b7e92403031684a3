"""The client, made to try once, in a bounded time, and to keep secrets.

Only the few fields that are needed are read, from plain JSON: models made from the vendor's
documents refuse real answers. Sources: https://docs.github.com/en/rest/using-the-rest-api
(best practices, rate limits, pagination) and https://docs.github.com/en/graphql.
"""

import logging
import queue
import re
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar

import httpx
import jwt
from githubkit import AppAuthStrategy, GitHub, TokenAuthStrategy
from githubkit.cache import MemCacheStrategy
from githubkit.exception import (
    AuthCredentialError,
    GitHubException,
    GraphQLFailed,
    RateLimitExceeded,
    RequestError,
    RequestFailed,
)
from githubkit.graphql import GraphQLError

from dutydesk.adapters.github.account import GitHubAccount
from dutydesk.ports.delivery import Undelivered
from dutydesk.ports.tracker import TrackerPlace

for _name in ("githubkit", "httpx", "httpcore", "hishel"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

T = TypeVar("T")
PATIENCE = 7.0
_LONGEST = timedelta(hours=1)
_PASSING = timedelta(minutes=10)
_AT_ONCE = 50
"""About so many things GraphQL is asked in one query."""
_MOST_MOVES = 10
"""So many times, at most, one issue was transferred."""
_ONE_ISSUE = re.compile(r"/issues/\d+\b")
_VERSION = {"X-GitHub-Api-Version": "2022-11-28"}
_HINTS = {
    401: ": see to its key",
    404: ": the repository, the project or the issue isn't there, or the desk may not see it",
    410: ": the issue was deleted, or issues are switched off",
}


class Client:
    """Speaks with GitHub about one place, within a bounded time."""

    def __init__(
        self, account: GitHubAccount, where: Callable[[], TrackerPlace], patience: float = PATIENCE
    ) -> None:
        """Ask `where` each time, so that a place that is corrected counts at once.

        An answer is waited for `patience` seconds, unless who asks says otherwise.
        """
        self._account, self.where = account, where
        self._patience = patience
        self._installations: dict[str, int] = {}
        self._keys = MemCacheStrategy()  # Its own: a key that is replaced counts at once.

    def do(self, work: Callable[["GitHubSession"], T], patience: float | None = None) -> T:
        """Do it in a thread of its own: a server that answers byte by byte holds up nobody."""
        seconds = patience or self._patience
        answers: queue.SimpleQueue[T | Undelivered] = queue.SimpleQueue()
        place = self.where()  # It may ask the database, on a connection of this thread.

        def run() -> None:
            try:
                with self._signed_in(place, seconds) as github:
                    answers.put(work(GitHubSession(github, place)))
            except Undelivered as failure:
                answers.put(failure)
            except (GitHubException, httpx.HTTPError, httpx.InvalidURL) as error:
                answers.put(_failure(error))
            except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
                answers.put(_none(error))

        threading.Thread(target=run, name="github", daemon=True).start()
        try:
            answer = answers.get(timeout=seconds)
        except queue.Empty:
            raise Undelivered("GitHub did not answer in time", uncertain=True) from None
        if isinstance(answer, Undelivered):
            raise answer
        return answer

    @contextmanager
    def _signed_in(self, place: TrackerPlace, patience: float) -> Iterator[GitHub[Any]]:
        how: dict[str, Any] = {
            "base_url": self._account.api_url,
            "follow_redirects": False,
            "timeout": patience,
            "http_cache": False,
            "auto_retry": False,
            "cache_strategy": self._keys,
            "user_agent": "dutydesk",
        }
        if self._account.token:
            with GitHub(TokenAuthStrategy(self._account.token), **how) as github:
                yield github
            return
        auth = AppAuthStrategy(self._account.app, self._account.private_key)
        if place.repository not in self._installations:
            with GitHub(auth, **how) as app:
                found = GitHubSession(app, place).get("/installation")
                self._installations[place.repository] = int(found["id"])
        mine = auth.as_installation(self._installations[place.repository])
        with GitHub(mine, **how) as github:
            yield github


class GitHubSession:
    """What one piece of work asks of GitHub."""

    def __init__(self, github: GitHub[Any], place: TrackerPlace) -> None:
        """Ask about the repository of that place."""
        self._github, self.place = github, place
        self._repository = f"/repos/{place.repository}"

    def get(self, path: str, **asked: Any) -> Any:
        """Give the JSON at a path of the repository."""
        return self._answer("GET", self._repository + path, params=asked or None).json()

    def send(self, method: str, path: str, given: Any = None) -> Any:
        """Send JSON to a path of the repository; give what is answered, None if it is empty."""
        answer = self._answer(method, self._repository + path, json=given)
        return answer.json() if answer.content else None

    def pages(self, path: str, **asked: Any) -> Iterator[Any]:
        """Give the rows of all pages, following the addresses that the answers give."""
        answer = self._answer("GET", self._repository + path, params=asked)
        while True:
            yield from answer.json()
            following = answer.links.get("next", {}).get("url", "")
            if not following.startswith(str(self._github.config.base_url)):
                return
            answer = self._answer("GET", following)

    def ask(self, query: str, **variables: Any) -> Any:
        """Give the data that a GraphQL query finds."""
        return self._github.graphql(query, variables)

    def ask_of_each(self, query: str, nodes: Collection[str]) -> dict[str, Any]:
        """Give what a GraphQL query, which asks for the id, finds of each of these `nodes`.

        One of them that isn't there, or may not be seen, says so in an error beside all that is
        there. What answers by another id is another: the issue was transferred.
        """
        wanted, found = list(nodes), dict[str, Any]()
        for first in range(0, len(wanted), _AT_ONCE):
            asked = wanted[first : first + _AT_ONCE]
            try:
                data = self.ask(query, nodes=asked)
            except GraphQLFailed as failure:
                data = failure.response.data
                if not data or not all(_unseen(one) for one in failure.response.errors or ()):
                    raise
            found |= {one["id"]: one for one in data["nodes"] if one and one["id"] in asked}
        return found

    def lacks(self, paths: Sequence[str]) -> list[bool]:
        """Say of each of these paths whether nothing is there in the repository, which is there.

        What has moved to another repository is not. While issues are turned off, none is said to be
        gone. Raises Undelivered.
        """
        if not self.get("").get("has_issues", True):
            raise Undelivered("the repository's issues are turned off", permanent=True)
        return [self._lacks(path) for path in paths]

    def _lacks(self, path: str) -> bool:
        answer = self._seen(self._repository + path)
        return answer is None or answer.is_redirect

    def led_to(self, path: str) -> Any:
        """Give the JSON that a path of the repository leads to by now, in whichever repository.

        None if nothing is there that the desk may see.
        """
        address = self._repository + path
        for _ in range(_MOST_MOVES):
            answer = self._seen(address)
            if answer is None or not answer.is_redirect:
                return None if answer is None else answer.json()
            address = answer.headers.get("Location", "")
            if not address.startswith(str(self._github.config.base_url)):
                break
        return None

    def _seen(self, address: str) -> httpx.Response | None:
        """Give what is answered there, a redirect too; None if nothing is there."""
        try:
            return self._github.request("GET", address, headers=_VERSION).raw_response
        except RequestFailed as failure:
            if failure.response.status_code in (404, 410):
                return None
            raise

    def _answer(self, method: str, path: str, **how: Any) -> httpx.Response:
        answer = self._github.request(method, path, headers=_VERSION, **how).raw_response
        if answer.is_redirect:
            what = "the issue, or its" if _ONE_ISSUE.search(path) else "the"
            raise Undelivered(
                f"{what} repository has moved; name its new place in the process file",
                retry_after=_PASSING,
            )
        return answer


def _unseen(error: GraphQLError) -> bool:
    """Say whether an error is of one node by itself that isn't there, or is nobody's to see."""
    whole = len(error.path or ()) == 2
    return error.type == "NOT_FOUND" or (error.type == "FORBIDDEN" and whole)


def _failure(error: Exception) -> Undelivered:
    """Say in our words what went wrong. GitHub's own may repeat a key, so they stay out."""
    if isinstance(error, RateLimitExceeded):
        wait = min(max(error.retry_after, timedelta(seconds=1)), _LONGEST)
        return Undelivered("GitHub asks to wait", retry_after=wait)
    if isinstance(error, RequestFailed):
        return _judge(error.response.status_code)
    if isinstance(error, GraphQLFailed):
        kinds = sorted({str(one.type or "error") for one in error.response.errors or ()})
        return Undelivered(f"GitHub refused it ({', '.join(kinds)})", permanent=True)
    cause = error.exc if isinstance(error, RequestError) else error
    if isinstance(cause, AuthCredentialError | jwt.PyJWTError):
        return Undelivered("GitHub's key can't be used", permanent=True)
    if isinstance(cause, ValueError | LookupError | TypeError):
        return _none(cause)
    before = isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout | httpx.InvalidURL)
    return Undelivered(f"GitHub can't be reached ({type(cause).__name__})", uncertain=not before)


def _none(error: Exception) -> Undelivered:
    return Undelivered(f"GitHub's answer is none ({type(error).__name__})", uncertain=True)


def _judge(status: int) -> Undelivered:
    if status == 429:
        return Undelivered("GitHub asks to wait (429)", retry_after=timedelta(minutes=1))
    if status >= 500 or status in (408, 409, 425):
        return Undelivered(f"GitHub is ailing ({status})", uncertain=True)
    return Undelivered(f"GitHub refused it ({status}){_HINTS.get(status, '')}", permanent=True)
