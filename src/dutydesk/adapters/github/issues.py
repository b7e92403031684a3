"""Asking GitHub how tickets stand. Source: https://docs.github.com/en/rest/issues."""

import base64
from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from dutydesk.adapters.github.client import Client, GitHubSession
from dutydesk.adapters.github.payloads import issue_from, remark_from
from dutydesk.adapters.github.projects import Projects
from dutydesk.ports.delivery import Undelivered
from dutydesk.ports.tracker import Issue, Remark

PATIENCE = 30.0
_MOST_UNSEEN = 20
_PLACES = "query($nodes: [ID!]!) { nodes(ids: $nodes) { id ... on Issue { number url } } }"
_THERE = "query($nodes: [ID!]!) { nodes(ids: $nodes) { id } }"


def _iso(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


class GitHubAsker:
    """Asks for issues, comments, columns and the template of the place that tickets are in."""

    def __init__(self, client: Client, projects: Projects) -> None:
        """Ask by this client."""
        self._client, self._projects = client, projects

    def changed(self, since: datetime | None) -> list[Issue]:
        """Give the issues that changed since then, oldest first; without it, the open ones."""
        asked = {"state": "all", "since": _iso(since)} if since else {"state": "open"}
        order = {"sort": "updated", "direction": "asc", "per_page": 100}

        def read(session: GitHubSession) -> list[Issue]:
            rows = session.pages("/issues", **asked, **order)
            return [issue_from(row) for row in rows if "pull_request" not in row]

        return self._client.do(read, PATIENCE)

    def remarks(self, since: datetime) -> list[Remark]:
        """Give the comments that were written or changed since then, oldest first."""
        asked = {"since": _iso(since), "sort": "updated", "direction": "asc", "per_page": 100}

        def read(session: GitHubSession) -> list[Remark]:
            return [remark_from(row) for row in session.pages("/issues/comments", **asked)]

        return self._client.do(read, PATIENCE)

    def columns(self, nodes: Collection[str]) -> dict[str, str]:
        """Give the column of each of these issues that is on the board."""
        if not nodes or not self._client.where().project:
            return {}
        return self._client.do(lambda session: self._projects.columns(session, nodes), PATIENCE)

    def places(self, nodes: Collection[str]) -> dict[str, tuple[int, str]]:
        """Give the number and the address of each of these issues that can be seen."""
        if not nodes:
            return {}

        def read(session: GitHubSession) -> dict[str, tuple[int, str]]:
            found = session.ask_of_each(_PLACES, nodes)
            return {
                node: (int(one["number"]), str(one["url"]))
                for node, one in found.items()
                if "number" in one
            }

        return self._client.do(read, PATIENCE)

    def missing(self, issues: Mapping[str, int]) -> list[str]:
        """Give the nodes of those of these, with their numbers, that the repository has no more.

        Of very many only the first: each is asked for by itself, in the time that there is.
        """
        if not issues:
            return []

        def read(session: GitHubSession) -> list[str]:
            there = session.ask_of_each(_THERE, list(issues))
            unseen = [node for node in issues if node not in there][:_MOST_UNSEEN]
            if not unseen:
                return []
            lacks = session.lacks([f"/issues/{issues[node]}" for node in unseen])
            return [node for node, gone in zip(unseen, lacks, strict=True) if gone]

        return self._client.do(read, PATIENCE)

    def back(self, lost: Mapping[str, int], *, followed: bool) -> dict[str, Issue]:
        """Give, by the nodes that they had, the issues that these lost ones are by now.

        Those that can be seen by the same node are there again. If `followed`, the numbers of the
        others are followed to where they lead; of very many only the first, in their order.
        """
        if not lost:
            return {}

        def read(session: GitHubSession) -> dict[str, Issue]:
            there = session.ask_of_each(_THERE, lost)
            others = [node for node in lost if node not in there][:_MOST_UNSEEN]
            asked = [*there, *(others if followed else ())]
            found = {node: session.led_to(f"/issues/{lost[node]}") for node in asked}
            return {node: issue_from(row) for node, row in found.items() if row is not None}

        return self._client.do(read, PATIENCE)

    def template(self, name: str) -> str:
        """Give the text of an issue template of that file name; empty if there is none."""
        path = f"/contents/.github/ISSUE_TEMPLATE/{name}"

        def read(session: GitHubSession) -> str:
            return base64.b64decode(session.get(path)["content"]).decode("utf-8", "replace")

        try:
            return self._client.do(read)
        except Undelivered as failure:
            if "(404)" in failure.reason:
                return ""
            raise
