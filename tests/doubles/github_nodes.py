"""Issues as GitHub's GraphQL gives them by their nodes; of one that is gone an error says so.

Source: https://docs.github.com/en/graphql/reference/queries#nodes.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Repository(Protocol):
    """What is asked of the double: `hidden` nodes nobody may see, others have other `ids` now."""

    issues: dict[int, dict[str, Any]]
    items: dict[str, str]
    project: str
    hidden: set[str]
    ids: dict[str, str]

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
    item = {"project": {"title": there.project}, "fieldValueByName": value}
    return {
        "id": there.ids.get(node, node),
        "number": issue["number"],
        "url": issue["html_url"],
        "projectItems": {"nodes": [item] if node in there.items else []},
    }
