"""Issues as GitHub's GraphQL gives them by their nodes; of one that is gone an error says so.

Source: https://docs.github.com/en/graphql/reference/queries#nodes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol



@dataclass
class Twins:
    """What else is called as the board is: `open` projects, and where an issue stands in others."""

    closed: bool = False
    open: list[str] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)


class Repository(Protocol):
    """What is asked of the double: `hidden` nodes nobody may see, others have other `ids` now."""

    issues: dict[int, dict[str, Any]]
    items: dict[str, str]
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
    other = {"project": _project(there, "PVT_9"), "fieldValueByName": {"name": twin}}
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
    closed = {**_project(there, "PVT_9"), "closed": True, "field": status}
    mine = {**_project(there, there.project_id), "field": status}
    twins = [{**_project(there, one), "closed": False, "field": status} for one in there.twins.open]
    return {"data": {"repositoryOwner": {"projectsV2": {"nodes": [old, closed, mine, *twins]}}}}


def _project(there: Repository, number: str) -> dict[str, Any]:
    return {"id": number, "title": there.project, "closed": there.twins.closed}


def gone(there: Repository, number: int, *, here: bool = True) -> tuple[int, Any]:
    """Answer for an issue that was here, or is no more in the other repository that it went to.

    Source: https://docs.github.com/en/rest/issues/issues#get-an-issue.
    """
    status, to = there.gone.get(number, 404), f"{there.url}/repositories/2/issues/{number}"
    if not here:
        status = 301 if number in there.leads else 404
        to = f"{there.url}/repositories/1/issues/{there.leads.get(number)}"
    return status, {"message": "It isn't here", "url": to}
