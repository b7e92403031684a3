"""Projects (version 2): items, and the column that each is in.

Source: https://docs.github.com/en/issues/planning-and-tracking-with-projects/automating-your-project/using-the-api-to-manage-projects.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from githubkit.exception import GraphQLFailed

from dutydesk.adapters.github.client import GitHubSession
from dutydesk.ports.delivery import Undelivered
from dutydesk.ports.tracker import TrackerPlace

_FIND = """query($owner: String!, $title: String!) {
  repositoryOwner(login: $owner) { ... on ProjectV2Owner {
    projectsV2(first: 100, query: $title) { nodes { id title closed
      field(name: "Status") { ... on ProjectV2SingleSelectField { id options { id name } } } } }
  } }
}"""
_ADD = """mutation($project: ID!, $content: ID!) {
  addProjectV2ItemById(input: {projectId: $project, contentId: $content}) { item { id } }
}"""
_SET = """mutation($project: ID!, $item: ID!, $field: ID!, $option: String!) {
  updateProjectV2ItemFieldValue(input: {projectId: $project, itemId: $item, fieldId: $field,
    value: {singleSelectOptionId: $option}}) { projectV2Item { project { title closed }
      fieldValueByName(name: "Status") { ... on ProjectV2ItemFieldSingleSelectValue { name } } } }
}"""
_LOOK = """query($nodes: [ID!]!) {
  nodes(ids: $nodes) { id ... on Issue { projectItems(first: 20, includeArchived: false) {
    nodes { project { id title closed owner {
      ... on Organization { login } ... on User { login } } } fieldValueByName(name: "Status") {
      ... on ProjectV2ItemFieldSingleSelectValue { name } } } } } }
}"""


@dataclass(frozen=True)
class _Board:
    project: str
    field: str
    options: dict[str, str]


class Projects:
    """Knows the numbers of projects, fields and options by their names, once it looked."""

    def __init__(self) -> None:
        """Know none yet."""
        self._boards: dict[TrackerPlace, _Board] = {}

    def put(self, session: GitHubSession, node: str, column: str) -> str:
        """Put an issue into a column, as an item that is added if need be; give the item's number.

        Adding it again gives the same item. What is refused, or stands elsewhere then, is looked up
        anew and tried once more: whoever changes the Status field by a program, or makes the
        project anew, leaves other numbers under the same names, or other names under the same.
        """
        board = self._board(session, column)
        item, refused = "", None
        try:
            item, fits = _put(session, board, node, column)
        except GraphQLFailed as failure:
            refused, fits = failure, False
        if fits:
            return item
        self._boards.pop(session.place, None)
        anew = self._board(session, column)
        if anew != board:
            item, _ = _put(session, anew, node, column)
        elif refused is not None:
            raise refused
        return item

    def columns(self, session: GitHubSession, nodes: Collection[str]) -> dict[str, str]:
        """Give the column of each of these issues that is on the board.

        That is the open project of that title of whoever has the repository, and of no one else.
        """
        found, boards = dict[str, str](), set[str]()
        for node, issue in session.ask_of_each(_LOOK, nodes).items():
            for item in (issue.get("projectItems") or {}).get("nodes") or ():
                value, project = item.get("fieldValueByName"), item["project"]
                if value and _is_board(project, session.place):
                    found[node] = str(value["name"])
                    boards.add(str(project["id"]))
        _check(boards, session.place)
        return found

    def _board(self, session: GitHubSession, column: str) -> _Board:
        """Give the board; one that was looked up before is looked up anew if it lacks a column."""
        place = session.place
        board = self._boards.get(place)
        if board is None or column.lower() not in board.options:
            board = self._boards[place] = _found(session)
        if column.lower() not in board.options:
            raise Undelivered(
                f"the project “{place.project}” has no Status “{column}”", permanent=True
            )
        return board


def _put(session: GitHubSession, board: _Board, node: str, column: str) -> tuple[str, bool]:
    """Give the item's number, and whether it stands where it was put, by the names there."""
    added = session.ask(_ADD, project=board.project, content=node)
    item = str(added["addProjectV2ItemById"]["item"]["id"])
    told = session.ask(
        _SET,
        project=board.project,
        item=item,
        field=board.field,
        option=board.options[column.lower()],
    )
    there = (told.get("updateProjectV2ItemFieldValue") or {}).get("projectV2Item") or {}
    name = (there.get("fieldValueByName") or {}).get("name")
    project = there.get("project") or {}
    stands = str(name).lower(), project.get("title"), project.get("closed")
    return item, stands == (column.lower(), session.place.project, False)


def _found(session: GitHubSession) -> _Board:
    place = session.place
    owner = _owner(place)
    told = session.ask(_FIND, owner=owner, title=place.project)
    nodes: list[Any] = ((told["repositoryOwner"] or {}).get("projectsV2") or {}).get("nodes") or []
    named = [one for one in nodes if one["title"] == place.project and not one["closed"]]
    if not named:
        raise Undelivered(f"{owner} has no project “{place.project}”", permanent=True)
    _check(named, place)
    status = named[0].get("field") or {}
    if "options" not in status:
        raise Undelivered(f"the project “{place.project}” has no field Status", permanent=True)
    options = {str(one["name"]).lower(): str(one["id"]) for one in status["options"]}
    return _Board(str(named[0]["id"]), str(status["id"]), options)


def _owner(place: TrackerPlace) -> str:
    return place.repository.partition("/")[0]


def _is_board(project: Mapping[str, Any], place: TrackerPlace) -> bool:
    owner = str((project.get("owner") or {}).get("login"))
    same = owner.lower() == _owner(place).lower() and project.get("title") == place.project
    return same and not project.get("closed")


def _check(boards: Collection[object], place: TrackerPlace) -> None:
    """Guess none of several. Raises Undelivered."""
    if len(boards) > 1:
        text = f"{_owner(place)} has {len(boards)} open projects “{place.project}”"
        raise Undelivered(f"{text}: rename all but one", permanent=True)
