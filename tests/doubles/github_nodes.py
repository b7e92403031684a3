"""Issues as GitHub's GraphQL gives them by their nodes; of one that is gone an error says so.

Source: https://docs.github.com/en/graphql/reference/queries#nodes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass
class Twins:
    """What else is called as the board is: `open` projects, and one in which issues stand too."""

    closed: bool = False
    open: list[str] = field(default_factory=list)
    other: str = "PVT_9"
    columns: dict[str, str] = field(default_factory=dict)


class Repository(Protocol):
    """What is asked of the double: `hidden` nodes nobody may see, others have other `ids` now."""

    issues: dict[int, dict[str, Any]]
    items: dict[str, str]
    repository: str
    project: str
    project_id: str
    options: dict[str, str]
    twins: Twins
    hidden: set[str]
    ids: dict[str, str]
    gone: dict[int, int]
    leads: dict[int, int]
    url: str

    def column(self, number: int) -> str: ...


def answer(there: Repository, nodes: Sequence[str]) -> Mapping[str, Any]:
    """Give each that is here, and None for one that isn't, beside an error."""
    known = {issue["node_id"] for issue in there.issues.values()}
    here = [node if node in known else "" for node in nodes]
    lost = [
        {
            "type": "FORBIDDEN" if one in there.hidden else "NOT_FOUND",
            "path": ["nodes", place],
            "message": f"Could not resolve {one}",
        }
        for place, one in enumerate(nodes)
        if not here[place]
    ]
    data = {"nodes": [node(there, one) if one else None for one in here]}
    return {"data": data, "errors": lost} if lost else {"data": data}


def node(there: Repository, node: str) -> Any:
    """Give one issue with where it stands on the board."""
    issue = next(one for one in there.issues.values() if one["node_id"] == node)
    status = there.column(issue["number"])
    value = {"name": status} if status else None
    item = {"project": _project(there, there.project_id), "fieldValueByName": value}
    twin = there.twins.columns.get(node)
    other = {"project": _project(there, there.twins.other), "fieldValueByName": {"name": twin}}
    return {
        "id": there.ids.get(node, node),
        "number": issue["number"],
        "url": issue["html_url"],
        "projectItems": {"nodes": [item] * (node in there.items) + [other] * bool(twin)},
    }


def projects(there: Repository) -> Any:
    """Give the projects that a search for the board's title finds: one that is closed first."""
    options = [{"id": key, "name": name} for key, name in there.options.items()]
    status = {"id": f"F_{there.project_id}", "options": options}
    old = {"id": "PVT_0", "title": "Support board, old", "closed": False, "field": None}
    all_ = ("PVT_9", there.project_id, *there.twins.open)
    named = [{**_project(there, one), "field": status} for one in all_]
    return {"data": {"repositoryOwner": {"projectsV2": {"nodes": [old, *named]}}}}


def _project(there: Repository, number: str) -> dict[str, Any]:
    closed = there.twins.closed if number == there.project_id else number not in there.twins.open
    owner = {"login": there.repository.partition("/")[0]}
    return {"id": number, "title": there.project, "closed": closed, "owner": owner}


def gone(there: Repository, number: int) -> tuple[int, Any]:
    """Answer for an issue that was here: it may have gone to another repository.

    Source: https://docs.github.com/en/rest/issues/issues#get-an-issue.
    """
    address = f"{there.url}/repositories/2/issues/{number}"
    return there.gone.get(number, 404), {"message": "It isn't here", "url": address}


def back(there: Repository, path: str) -> tuple[int, Any]:
    """Answer for it in the other repository, which nobody may look at: it may be here again."""
    number = there.leads.get(int(path.rpartition("/")[2]))
    address = f"{there.url}/repositories/1/issues/{number}"
    return (301 if number else 404), {"message": "It isn't here", "url": address}
