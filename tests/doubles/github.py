"""GitHub's REST and GraphQL APIs on loopback, as far as tickets need them.

Sources: https://docs.github.com/en/rest/issues, /rest/using-the-rest-api/pagination-in-the-rest-api
(next pages by `Link`), /rest/apps, /graphql/reference, and /webhooks/webhook-events-and-payloads;
its payloads are the recorded ones of tests/data/github with other values in them.
"""

import base64
import hashlib
import hmac
import json
import re
import threading
import uuid
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import jwt

from doubles import github_nodes
from doubles.github_code import Code
from doubles.pagerduty import misbehave

TOKEN, INSTALLATION_TOKEN, SECRET = "ghp_T0k3nOfTheDesk", "ghs_T0k3nOfTheApp", "webhook-s3cret"
PAYLOADS = Path(__file__).parents[1] / "data" / "github"
COLUMNS = ("Support To Do", "In progress", "Waiting", "Done")
PAGE = 2
"""A small page, so that whoever asks must turn it."""


def iso(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def recorded(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_bytes())
    return found


def signed(event: str, told: Any, delivery: str = "", secret: str = SECRET) -> dict[str, Any]:
    """Give a webhook as it is sent, as arguments for `hear_post`."""
    body = json.dumps(told).encode()
    made = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    headers = {
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": delivery or str(uuid.uuid4()),
        "X-Hub-Signature-256": made,
    }
    return {"body": body, "headers": headers}


class GitHub:
    """One repository with a project. `mood` is for all who ask; `forgets`: answers are lost."""

    def __init__(self, repository: str = "acme/support", public_key: str = "") -> None:
        self.repository, self.public_key = repository, public_key
        self.mood, self.moved, self.forgets = "success", False, False
        self.limits: dict[str, str] = {}
        self.at = datetime(2026, 11, 24, 11, tzinfo=UTC)
        self.asked: list[str] = []
        self.issues: dict[int, dict[str, Any]] = {}
        self.comments: list[dict[str, Any]] = []
        self.labels_allowed = True
        # Of what was here: deleted (410), transferred (301) or unseen; and its number by now.
        self.gone, self.leads = dict[int, int](), dict[int, int]()
        self.hidden, self.ids = set[str](), dict[str, str]()
        self.assignable = {"ada-gh", "ben-gh"}
        self.files: dict[str, str] = {}
        self.code = Code(repository)
        self.project, self.project_id = "Support board", "PVT_1"
        self.options = {f"opt{place}": name for place, name in enumerate(COLUMNS)}
        self.twins = github_nodes.Twins()
        self.items: dict[str, str] = {}
        self.statuses: dict[str, str] = {}
        self.webhooks: list[dict[str, Any]] = []
        self.over = threading.Event()
        mine = type("Mine", (Handler,), {"double": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), mine)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()

    # What people do there. Each is followed by the webhooks that it causes.

    def open(self, by: str, title: str, body: str = "", labels: tuple[str, ...] = ()) -> Any:
        number = len(self.issues) + 1
        issue = deepcopy(recorded("issues.opened")["issue"])
        issue.update(
            id=number,
            number=number,
            node_id=f"I_{number}",
            html_url=f"https://github.com/{self.repository}/issues/{number}",
            title=title,
            body=body or None,
            state="open",
            labels=[{"id": 1, "name": label} for label in labels],
            assignee=None,
            assignees=[],
            milestone=None,
            created_at=iso(self.at),
            updated_at=iso(self.at),
        )
        issue["user"]["login"] = by
        self.issues[number] = issue
        self.tell("issues", "opened", issue)
        return issue

    def change(self, number: int, action: str, **values: Any) -> None:
        self.issues[number].update(values, updated_at=iso(self.at))
        self.tell("issues", action, self.issues[number])

    def assign(self, number: int, *logins: str) -> None:
        people = [{**self.issues[number]["user"], "login": login} for login in logins]
        self.change(number, "assigned", assignees=people, assignee=people[0] if people else None)

    def comment(self, number: int, by: str, body: str) -> Any:
        made = deepcopy(recorded("issue_comment.created")["comment"])
        made.update(id=900 + len(self.comments), body=body)
        made.update(created_at=iso(self.at), updated_at=iso(self.at))
        made["issue_url"] = f"{self.url}/repos/{self.repository}/issues/{number}"
        made["user"]["login"] = by
        self.comments.append(made)
        self.tell("issue_comment", "created", self.issues[number], comment=made)
        return made

    def edit_comment(self, comment: Any, body: str) -> None:
        comment.update(body=body, updated_at=iso(self.at))
        self._about_comment("edited", comment)

    def delete_comment(self, comment: Any) -> None:
        self.comments.remove(comment)
        self._about_comment("deleted", comment)

    def _about_comment(self, action: str, comment: Any) -> None:
        issue = self.issues[int(comment["issue_url"].rpartition("/")[2])]
        self.tell("issue_comment", action, issue, comment=comment)

    def move(self, number: int, column: str) -> None:
        option = next(key for key, name in self.options.items() if name == column)
        self.statuses[self._item(f"I_{number}")] = option
        told = recorded("projects_v2_item.edited")
        told["projects_v2_item"].update(content_node_id=f"I_{number}", content_type="Issue")
        self.webhooks.append(signed("projects_v2_item", told))

    def column(self, number: int) -> str:
        item = self.items.get(f"I_{number}", "")
        return self.options.get(self.statuses.get(item, ""), "")

    def tell(self, event: str, action: str, issue: Any, **more: Any) -> None:
        told = recorded("issues.opened" if event == "issues" else "issue_comment.created")
        told.update(action=action, issue=deepcopy(issue), **deepcopy(more))
        told["repository"]["full_name"] = self.repository
        self.webhooks.append(signed(event, told))

    def _item(self, node: str) -> str:
        return self.items.setdefault(node, f"PVTI_{len(self.items) + 1}")

    # What programs ask.

    def answer(self, method: str, path: str, asked: dict[str, str], given: Any) -> tuple[int, Any]:
        root = f"/repos/{self.repository}"
        path = path.replace("/repositories/1", root).replace("/repositories/2", f"{root}/away")
        if path == "/graphql":
            return 200, self._graphql(given["query"], given.get("variables") or {})
        if path == f"{root}/installation":
            return 200, {"id": 77}
        if path == "/app/installations/77/access_tokens":
            until = datetime.now(UTC) + timedelta(hours=1)  # noqa: TID251 -- the client's clock
            made = {"token": INSTALLATION_TOKEN, "expires_at": iso(until), "permissions": {}}
            return 201, {**made, "repository_selection": "selected"}
        told = self.code.answer(method, path.removeprefix(root), asked, given)
        if path.startswith(root) and told is not None:
            return told
        for pattern, do in self._routes().items():
            found = re.fullmatch(f"{method} {pattern}", f"{method} {path.removeprefix(root)}")
            if path.startswith(root) and found:
                numbers = [int(one) for one in found.groups() if one.isdecimal()]
                if numbers and numbers[0] not in self.issues:
                    return github_nodes.gone(self, numbers[0])
                return do(method, found, asked, given)
        return 404, {"message": "Not Found"}

    def _routes(self) -> dict[str, Callable[..., tuple[int, Any]]]:
        return {
            "/issues": self._issues,
            "/issues/comments": lambda method, found, asked, given: (
                200, _since(self.comments, asked)
            ),
            r"/issues/(\d+)": self._patch,
            r"/issues/(\d+)/assignees": self._assignees,
            r"/issues/(\d+)/labels": self._labels,
            r"/issues/(\d+)/comments": self._comments,
            r"/contents/(.+)": self._contents,
            r"/away/issues/\d+": lambda _, found, *more: github_nodes.back(self, found[0]),
        }  # fmt: skip

    def _issues(self, method: str, found: Any, asked: Any, given: Any) -> tuple[int, Any]:
        if method == "GET":
            rows = list(self.issues.values())
            if asked.get("state") == "open":
                rows = [row for row in rows if row["state"] == "open"]
            return 200, _since(rows, asked)
        labels = given["labels"] if self.labels_allowed else []
        return 201, self.open("dutydesk[bot]", given["title"], given["body"], tuple(labels))

    def _patch(self, method: str, found: Any, asked: Any, given: Any) -> tuple[int, Any]:
        number = int(found[1])
        if method == "GET":
            return 200, self.issues[number]
        self.change(number, "closed" if given["state"] == "closed" else "reopened", **given)
        return 200, self.issues[number]

    def _assignees(self, method: str, found: Any, asked: Any, given: Any) -> tuple[int, Any]:
        number = int(found[1])
        now = [one["login"] for one in self.issues[number]["assignees"]]
        if method == "POST":  # Whoever can't be assigned is left out without a word.
            now += [one for one in given["assignees"] if one in self.assignable]
        else:
            now = [one for one in now if one not in given["assignees"]]
        self.assign(number, *dict.fromkeys(now))
        return 201, self.issues[number]

    def _labels(self, method: str, found: Any, asked: Any, given: Any) -> tuple[int, Any]:
        if not self.labels_allowed:
            return 403, {"message": "Resource not accessible by integration"}
        has = [one["name"] for one in self.issues[int(found[1])]["labels"]]
        labels = [{"id": 1, "name": one} for one in dict.fromkeys((*has, *given["labels"]))]
        self.change(int(found[1]), "labeled", labels=labels)
        return 200, labels

    def _comments(self, method: str, found: Any, asked: Any, given: Any) -> tuple[int, Any]:
        if method == "GET":
            mine = [one for one in self.comments if one["issue_url"].endswith(f"/{found[1]}")]
            return 200, _since(mine, asked)
        return 201, self.comment(int(found[1]), "dutydesk[bot]", given["body"])

    def _contents(self, method: str, found: Any, asked: Any, given: Any) -> tuple[int, Any]:
        if found[1] not in self.files:
            return 404, {"message": "Not Found"}
        text = base64.encodebytes(self.files[found[1]].encode()).decode()
        return 200, {"type": "file", "encoding": "base64", "content": text}

    def _graphql(self, query: str, given: dict[str, Any]) -> Any:
        if "repositoryOwner" in query:
            assert given["owner"] == self.repository.partition("/")[0]
            return github_nodes.projects(self)
        if "addProjectV2ItemById" in query:
            if given["project"] != self.project_id:
                return {"data": None, "errors": [{"type": "NOT_FOUND", "message": TOKEN}]}
            item = self._item(given["content"])
            return {"data": {"addProjectV2ItemById": {"item": {"id": item}}}}
        if "updateProjectV2ItemFieldValue" in query:
            if given["option"] not in self.options:
                wrong = {"type": "VALIDATION", "message": f"no option {given['option']} {TOKEN}"}
                return {"data": None, "errors": [wrong]}
            self.statuses[given["item"]] = given["option"]
            number = next(int(n[2:]) for n, item in self.items.items() if item == given["item"])
            self.move(number, self.options[given["option"]])
            item = github_nodes.node(self, f"I_{number}")["projectItems"]["nodes"][0]
            return {"data": {"updateProjectV2ItemFieldValue": {"projectV2Item": item}}}
        return github_nodes.answer(self, given["nodes"])


def _since(rows: list[dict[str, Any]], asked: dict[str, str]) -> list[dict[str, Any]]:
    since = asked.get("since", "")
    at = datetime.fromisoformat(since) if since else datetime.min.replace(tzinfo=UTC)
    found = [row for row in rows if datetime.fromisoformat(row["updated_at"]) >= at]
    return sorted(found, key=lambda row: str(row["updated_at"]))


class Handler(BaseHTTPRequestHandler):
    double: ClassVar[GitHub]
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self._serve()

    do_GET = do_PATCH = do_PUT = do_DELETE = do_POST  # noqa: N815 -- the names of http.server

    def _serve(self) -> None:
        double, parts = self.double, urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        double.asked.append(f"{self.command} {self.path}")
        given = json.loads(body) if body else None
        asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if double.mood in ("silence", "trickle", "garbage", "reset"):
            misbehave(self, double.mood, double.over)
        elif double.mood == "broken":
            self._say(502, {"message": f"Bad gateway {TOKEN}"})
        elif double.limits:
            self._say(403, {"message": "API rate limit exceeded"}, double.limits)
        elif not self._may(parts.path):
            self._say(401, {"message": "Bad credentials"})
        elif double.moved:
            self._say(
                301, {"message": "Moved Permanently"}, {"Location": f"{double.url}/repositories/1"}
            )
        else:
            status, told = double.answer(self.command, parts.path, asked, given)
            if double.forgets and self.command != "GET":
                misbehave(self, "reset", double.over)
            else:
                self._pages(status, told, parts.path, asked)

    def _may(self, path: str) -> bool:
        _, _, key = self.headers.get("Authorization", "").partition(" ")
        if path.endswith(("/installation", "/access_tokens")):
            told = jwt.decode(key, self.double.public_key, algorithms=["RS256"])
            return bool(told["iss"] == "4711")
        return key in (TOKEN, INSTALLATION_TOKEN)

    def _pages(self, status: int, told: Any, path: str, asked: dict[str, str]) -> None:
        if not isinstance(told, list) or self.command != "GET":
            self._say(status, told, {"Location": told["url"]} if status == 301 else None)
            return
        first = int(asked.get("after", "0"))
        more: dict[str, str] = {}
        if first + PAGE < len(told):
            rest = "&".join(
                f"{key}={value.replace('+', '%2B')}"
                for key, value in asked.items()
                if key != "after"
            )
            following = f"{self.double.url}{path}?{rest}&after={first + PAGE}"
            more["Link"] = f'<{following}>; rel="next", <{following}>; rel="last"'
        self._say(status, told[first : first + PAGE], more)

    def _say(self, status: int, told: Any, more: dict[str, str] | None = None) -> None:
        text = json.dumps(told).encode()
        self.send_response(status)
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *arguments: Any) -> None:
        pass
