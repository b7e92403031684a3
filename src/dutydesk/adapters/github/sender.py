"""Delivers what is owed to GitHub about tickets; see `desk.flows.tracker_outbound`.

Source: https://docs.github.com/en/rest/issues.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from dutydesk.adapters.github.client import Client, GitHubSession
from dutydesk.adapters.github.payloads import split_marker, with_marker
from dutydesk.adapters.github.projects import Projects
from dutydesk.kernel.fences import closed
from dutydesk.kernel.kinds import MessageKind
from dutydesk.ports.delivery import Delivery, Undelivered
from dutydesk.ports.tracker import ASSIGN, COLUMN, COMMENT, CREATE, LABEL, LOOK, STATE

# So much may GitHub's clock be behind ours.
_SKEW = timedelta(minutes=5)
_LONGEST = 65_000


class TicketSender:
    """Delivers outbox messages of one kind of those that tell the tracker, or ask it."""

    def __init__(self, kind: MessageKind, client: Client, projects: Projects) -> None:
        """Deliver what outbox messages of this kind ask for."""
        self._client, self._projects = client, projects
        self._do: Callable[[GitHubSession, Delivery], str] = {
            CREATE: self._create,
            STATE: self._state,
            ASSIGN: self._assign,
            LABEL: self._label,
            COMMENT: self._comment,
            COLUMN: self._column,
            LOOK: self._look,
        }[kind]

    def deliver(self, parcel: Delivery) -> str:
        """Do it once; give what GitHub calls what came of it."""

        def do(session: GitHubSession) -> str:
            meant = parcel.payload.get("repository", session.place.repository)
            if meant.lower() != session.place.repository.lower():
                raise Undelivered(f"it is owed to an issue of {meant}", permanent=True)
            return self._do(session, parcel)

        return self._client.do(do)

    def _create(self, session: GitHubSession, parcel: Delivery) -> str:
        """Create an issue; give its number, node, address, whether it has its labels, its version.

        If an earlier try may have created it, look for its marker first.
        """
        given = parcel.payload
        since = (parcel.owed_since - _SKEW).isoformat()
        made = None
        if parcel.uncertain or parcel.attempt > 1:
            asked = {"state": "all", "since": since, "per_page": 100, "sort": "created"}
            made = _find(session, "/issues", given["marker"], asked)
        if made is None:
            body = with_marker(given["body"][:_LONGEST], given["marker"], first=True)
            new = {"title": given["title"], "body": body, "labels": given["labels"]}
            made = session.send("POST", "/issues", new)
        has = {one["name"].lower() for one in made.get("labels") or ()}
        labelled = has >= {label.lower() for label in given["labels"]}
        name = f"{made['number']} {made['node_id']} {made['html_url']}"
        return f"{name} {int(labelled)} {made['updated_at']}"

    def _state(self, session: GitHubSession, parcel: Delivery) -> str:
        """Close or open it; give the version that it has then."""
        state = "closed" if parcel.payload["closed"] else "open"
        return str(session.send("PATCH", _issue(parcel), {"state": state})["updated_at"])

    def _assign(self, session: GitHubSession, parcel: Delivery) -> str:
        """Assign one person instead of another; give the version that it has then.

        Others who are assigned too stay.
        """
        login, before = parcel.payload["login"], parcel.payload["before"]
        told = None
        if before and before != login:
            told = session.send("DELETE", f"{_issue(parcel)}/assignees", {"assignees": [before]})
        if login:
            told = session.send("POST", f"{_issue(parcel)}/assignees", {"assignees": [login]})
            if login.lower() not in {one["login"].lower() for one in told["assignees"]}:
                raise Undelivered(f"GitHub lets nobody give issues to {login}", permanent=True)
        return str(told["updated_at"]) if told else ""

    def _label(self, session: GitHubSession, parcel: Delivery) -> str:
        labels = parcel.payload["labels"]
        told = session.send("POST", f"{_issue(parcel)}/labels", {"labels": labels})
        has = {one["name"].lower() for one in told}
        missing = [label for label in labels if label.lower() not in has]
        if missing:
            raise Undelivered(f"the label “{missing[0]}” can't be put on issues", permanent=True)
        return "labelled"

    def _comment(self, session: GitHubSession, parcel: Delivery) -> str:
        given = parcel.payload
        path = f"{_issue(parcel)}/comments"
        if parcel.uncertain or parcel.attempt > 1:
            since = (parcel.owed_since - _SKEW).isoformat()
            made = _find(session, path, given["marker"], {"since": since, "per_page": 100})
            if made is not None:
                return str(made["id"])
        text = f"**{given['author']}**:\n\n{given['body'][:_LONGEST]}"
        made = session.send("POST", path, {"body": with_marker(closed(text), given["marker"])})
        return str(made["id"])

    def _column(self, session: GitHubSession, parcel: Delivery) -> str:
        given = parcel.payload
        return self._projects.put(session, given["node"], given["column"])

    def _look(self, session: GitHubSession, parcel: Delivery) -> str:
        node = parcel.payload["node"]
        found = self._projects.columns(session, [node])
        return found.get(node, "")


def _issue(parcel: Delivery) -> str:
    return f"/issues/{int(parcel.payload['number'])}"


def _find(session: GitHubSession, path: str, marker: str, asked: Mapping[str, Any]) -> Any:
    """Give what has our marker in its text; None if nothing has."""
    rows = session.pages(path, **asked)
    return next((row for row in rows if split_marker(row.get("body") or "")[1] == marker), None)
