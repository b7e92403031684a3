"""A workspace in Slack on the loopback: its people, channels and history, as the Web API tells."""

import itertools
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from doubles import slack_limits

TEAM, BOT, TOKEN = "T024BE7LD", "U0BOT", "xoxb-only-for-tests"


def user(number: str, name: str, email: str = "", **more: Any) -> dict[str, Any]:
    """Give somebody as `users.info` does."""
    return {
        "id": number,
        "team_id": TEAM,
        "name": name.lower(),
        "deleted": False,
        "real_name": name,
        "profile": {"real_name": name, "display_name": name.lower(), "email": email},
        "is_bot": False,
        "is_email_confirmed": True,
        **more,
    }


@dataclass
class Workspace:
    """Answers as Slack would; `mood` is a status to answer everything with, or an error."""

    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    channels: dict[str, dict[str, Any]] = field(default_factory=dict)
    history: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    # The desk's own, by channel and message.
    reactions: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    mood: int | str = ""
    # User groups; None if the app may not read them.
    groups: list[dict[str, Any]] | None = None
    socket: str = ""
    # What becomes of each call: a status or an error to answer, "lost" before or "reset" after it.
    weather: Callable[[str], int | str] | None = None
    # Files by their path, each with its type; or the status that its reader gets.
    files: dict[str, tuple[str, bytes] | int] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)
    # What was wrong with calls that were refused for their size or shape.
    refused: list[str] = field(default_factory=list)
    # How many bytes before its end a file breaks off.
    lacks: int = 0
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        workspace = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                form = parse_qs(self.rfile.read(length).decode(), True)
                given = {name: _read(values[0]) for name, values in form.items()}
                method = self.path.rpartition("/")[2]
                weather = workspace.weather(method) if workspace.weather else ""
                if weather == "lost":
                    self.close_connection = True
                    return
                token = self.headers["Authorization"]
                if weather and weather != "reset":
                    status = weather if isinstance(weather, int) else 200
                    answer = {"ok": False, "error": str(weather)}
                else:
                    status, answer = workspace.answer(method, given, token)
                if weather == "reset":
                    self.close_connection = True
                    return
                text = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                if status == 429:
                    self.send_header("Retry-After", "7")
                self.end_headers()
                self.wfile.write(text)

            def do_GET(self) -> None:
                status, kind, body = workspace.file(self.path, self.headers["Authorization"])
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[: len(body) - workspace.lacks])

            def log_message(self, *_: object) -> None:
                """Keep quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/api/"
        threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()

    def file(self, path: str, token: str) -> tuple[int, str, bytes]:
        """Give a file as its reader gets it; whoever may not read it is sent to sign in."""
        self.fetched.append(path)
        found = self.files.get(path, 404) if token == f"Bearer {TOKEN}" else 302
        return (found, "text/html", b"<html>") if isinstance(found, int) else (200, *found)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def called(self, method: str) -> list[dict[str, Any]]:
        """Give what a method was called with, each time that it was."""
        return [given for name, given in self.calls if name == method]

    def answer(self, method: str, given: dict[str, Any], token: str) -> tuple[int, dict[str, Any]]:
        if isinstance(self.mood, int):
            return self.mood, {}
        if self.mood:
            return 200, {"ok": False, "error": self.mood}
        if token != f"Bearer {TOKEN}" and not method.startswith("apps."):
            return 200, {"ok": False, "error": "invalid_auth"}
        self.calls.append((method, given))
        if wrong := slack_limits.faults(method, given):
            self.refused += [f"{method}: {one}" for one in wrong]
            return 200, {"ok": False, "error": "invalid_arguments"}
        known = self._answers
        found = known[method](given) if method in known else "unknown_method"
        if isinstance(found, str):
            return 200, {"ok": False, "error": found}
        return 200, {"ok": True, **found}

    @property
    def _answers(self) -> dict[str, Callable[[dict[str, Any]], dict[str, Any] | str]]:
        return {
            "apps.connections.open": lambda _: {"url": self.socket},
            "auth.test": lambda _: {"team_id": TEAM, "user_id": BOT, "bot_id": "B0BOT"},
            "users.info": lambda given: self._one(self.users, "user", given["user"]),
            "users.lookupByEmail": self._by_email,
            "conversations.info": lambda given: self._one(
                self.channels, "channel", given["channel"]
            ),
            "conversations.history": lambda given: self._page(given, threads=False),
            "conversations.replies": lambda given: self._page(given, threads=True),
            "users.conversations": self._mine,
            "views.open": lambda given: {"view": {"id": "V1", **given["view"]}},
            "views.update": lambda given: {"view": {"id": "V1", **given["view"]}},
            "views.publish": lambda given: {"view": {"id": "V2", **given["view"]}},
            "chat.postEphemeral": lambda _: {"message_ts": "1.1"},
            "chat.postMessage": self._post,
            "chat.update": self._change,
            "chat.delete": self._take_away,
            "reactions.add": lambda given: self._react(given, on=True),
            "reactions.remove": lambda given: self._react(given, on=False),
            "usergroups.list": lambda _: (
                "missing_scope" if self.groups is None else {"usergroups": self.groups}
            ),
            "usergroups.users.update": lambda given: {"usergroup": {"id": given["usergroup"]}},
            "conversations.setTopic": lambda _: {},
        }

    def _mine(self, given: dict[str, Any]) -> dict[str, Any] | str:
        """Give a page of the public channels that the app is in; none says `is_member`."""
        here = (one for one in self.channels.values() if one.get("is_member"))
        open_ = (one for one in here if not one.get("is_private") and not one.get("is_archived"))
        mine = [{name: one[name] for name in one if name != "is_member"} for one in open_]
        start, many = int(given.get("cursor") or 0), int(given["limit"])
        more = {"next_cursor": str(start + many)} if start + many < len(mine) else {}
        return {"channels": mine[start : start + many], "response_metadata": more}

    def _one(
        self, among: dict[str, dict[str, Any]], what: str, number: str
    ) -> dict[str, Any] | str:
        return {what: among[number]} if number in among else f"{what}_not_found"

    def _post(self, given: dict[str, Any]) -> dict[str, Any] | str:
        if given["channel"] in self.users:
            return {"ts": "1.2"}
        if given["channel"] not in self.channels:
            return "channel_not_found"
        if not self.channels[given["channel"]].get("is_member"):
            return "not_in_channel"
        ts = f"1700000000.{next(self.numbers):06d}"
        said = {"ts": ts, "bot_id": "B0BOT", "text": given["text"]}
        for name in ("thread_ts", "metadata", "username", "blocks"):
            if name in given:
                said[name] = given[name]
        self.history.setdefault(given["channel"], []).append(said)
        return {"ts": ts, "channel": given["channel"]}

    def _change(self, given: dict[str, Any]) -> dict[str, Any] | str:
        for said in self.history.get(given["channel"], []):
            if said["ts"] == given["ts"]:
                said |= {"text": given["text"], "blocks": given["blocks"]}
                return {"ts": said["ts"]}
        return "message_not_found"

    def _take_away(self, given: dict[str, Any]) -> dict[str, Any] | str:
        there = self.history.get(given["channel"], [])
        left = [said for said in there if said["ts"] != given["ts"]]
        self.history[given["channel"]] = left
        return {} if len(left) < len(there) else "message_not_found"

    def _react(self, given: dict[str, Any], *, on: bool) -> dict[str, Any] | str:
        where, name = (given["channel"], given["timestamp"]), given["name"]
        if not any(said["ts"] == where[1] for said in self.history.get(where[0], [])):
            return "message_not_found"
        if (name in self.reactions.setdefault(where, set())) is on:
            return "already_reacted" if on else "no_reaction"
        (self.reactions[where].add if on else self.reactions[where].remove)(name)
        return {}

    def _by_email(self, given: dict[str, Any]) -> dict[str, Any] | str:
        found = [u for u in self.users.values() if u["profile"]["email"] == given["email"]]
        return {"user": found[0]} if found else "users_not_found"

    def _page(self, given: dict[str, Any], *, threads: bool) -> dict[str, Any] | str:
        """Give two messages a page, the newest first; of a thread the oldest first."""
        if given["channel"] not in self.history:
            return "channel_not_found"
        oldest = float(given.get("oldest") or 0)
        messages = [m for m in self.history[given["channel"]] if float(m["ts"]) > oldest]
        if threads:
            messages = [m for m in messages if given["ts"] in (m["ts"], m.get("thread_ts"))]
        else:
            messages = [m for m in messages if m.get("thread_ts", m["ts"]) == m["ts"]][::-1]
        start, many = int(given.get("cursor") or 0), 200 if given.get("include_all_metadata") else 2
        more: dict[str, str] = {}
        if start + many < len(messages):
            more["next_cursor"] = str(start + many)
        return {"messages": messages[start : start + many], "response_metadata": more}


def _read(value: str) -> Any:
    try:
        return json.loads(value) if value[:1] in "[{" else value
    except ValueError:
        return value  # A text that begins as JSON does.
