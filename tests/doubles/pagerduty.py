"""PagerDuty's HTTP APIs on loopback, with TLS: it refuses what the real one refuses.

Sources: https://developer.pagerduty.com/docs/send-alert-event (fields, sizes, what each action
does), /docs/webhooks-overview and /docs/verifying-webhook-signatures, and the REST reference.
"""

import hashlib
import hmac
import json
import os
import re
import socket
import ssl
import struct
import tempfile
import threading
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from typing import Any, ClassVar, Literal
from urllib.parse import parse_qs, urlsplit

from doubles.certificates import certificate
from doubles.moody import HANGS, TRICKLE

Mood = Literal[
    "success", "refusal", "busy", "broken", "silence", "trickle", "garbage", "reset", "swallow"
]
RETRY_AFTER = 90
SECRET, ROUTING_KEY, API_KEY = "whsec-5f2d", "R0UT1NGK3Y" + "0" * 22, "u+APIK3Y-Zx81"
LONGEST = 512 * 1024


@dataclass
class Incident:
    """What an event with a new key opens there."""

    key: str
    title: str
    number: str = field(default_factory=lambda: "Q" + uuid.uuid4().hex[:13].upper())
    status: str = "triggered"
    acknowledgements: list[dict[str, Any]] = field(default_factory=list)
    changed_by: dict[str, Any] = field(default_factory=dict)
    changed_at: str = ""


def reference(kind: str, number: str, summary: str) -> dict[str, Any]:
    where = f"https://acme.pagerduty.com/{kind}s/{number}"
    return {"id": number, "type": f"{kind}_reference", "summary": summary, "html_url": where}


INTEGRATION = reference("events_api_v2_inbound_integration", "P326SBK", "Duty Desk")


def iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


class PagerDuty:
    """One account: its incidents, users, schedules and overrides. `mood` is for all who ask."""

    def __init__(self) -> None:
        self.mood: Mood = "success"
        self.asked: list[str] = []
        self.events: list[dict[str, Any]] = []
        self.incidents: list[Incident] = []
        self.users = {
            f"P{name.upper()}": {"name": name, "email": f"{name.lower()}@example.org"}
            for name in ("Ada", "Ben", "Mallory")
        }
        self.schedules: dict[str, dict[str, Any]] = {}
        self.overrides: dict[str, list[dict[str, Any]]] = {}
        self.over, self.tired = threading.Event(), False
        both, self.trusted = certificate()
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "both.pem"
            file.write_text(both)
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(file)
        self.server = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Mine", (Handler,), {"double": self})
        )
        self.server.daemon_threads = True
        self.server.socket = tls.wrap_socket(
            self.server.socket, server_side=True, do_handshake_on_connect=False
        )
        threading.Thread(target=self.server.serve_forever, args=[0.05], daemon=True).start()
        self.url = f"https://127.0.0.1:{self.server.server_port}"

    def close(self) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()

    @property
    def actions(self) -> list[str]:
        return [event["event_action"] for event in self.events]

    def latest(self, key: str) -> Incident:
        return [one for one in self.incidents if one.key == key][-1]

    def press(self, key: str, status: str, user: str, at: datetime) -> tuple[bytes, dict[str, str]]:
        """Let somebody acknowledge or resolve it there; give the webhook that follows."""
        found = self.latest(key)
        found.status, found.changed_at = status, iso(at)
        found.changed_by = reference("user", user, self.users[user]["name"])
        if status == "acknowledged":
            found.acknowledgements.append({"at": iso(at), "acknowledger": found.changed_by})
        return self.webhook(found, f"incident.{status}", found.changed_by, at)

    def webhook(
        self, found: Incident, kind: str, agent: dict[str, Any] | None, at: datetime
    ) -> tuple[bytes, dict[str, str]]:
        data = {
            "id": found.number,
            "type": "incident",
            "number": 2,
            "status": found.status,
            "incident_key": found.key,
            "title": found.title,
            "service": reference("service", "PF9KMXH", "Desk"),
            "assignees": [reference("user", "PADA", "Ada")],
            "urgency": "high",
            "resolve_reason": None,
        }
        event = {
            "id": uuid.uuid4().hex,
            "event_type": kind,
            "resource_type": "incident",
            "occurred_at": iso(at),
            "agent": agent,
            "client": None,
            "data": data,
        }
        return signed(json.dumps({"event": event}).encode())

    def take_event(self, body: bytes, given: dict[str, Any]) -> tuple[int, Any]:
        problems = _problems(body, given)
        if problems:
            return 400, {"status": "invalid event", "errors": problems}
        self.events.append(given)
        key = given["dedup_key"]
        opened = [one for one in self.incidents if one.key == key and one.status != "resolved"]
        action = given["event_action"]
        if action == "trigger" and not opened:
            self.incidents.append(Incident(key, given["payload"]["summary"]))
        elif action != "trigger" and opened:
            opened[-1].status = {"acknowledge": "acknowledged", "resolve": "resolved"}[action]
            opened[-1].changed_by = INTEGRATION
            opened[-1].changed_at = "2026-11-24T10:00:00Z"
        return 202, {"status": "success", "message": "Event processed", "dedup_key": key}

    def answer(
        self, method: str, path: str, asked: dict[str, list[str]], body: bytes
    ) -> tuple[int, Any]:
        if path == "/incidents":
            key = asked["incident_key"][0]
            assert asked["date_range"] == ["all"]
            return 200, {"incidents": [_incident(o) for o in self.incidents if o.key == key]}
        if path == "/users":
            rows = [{"id": number, **user} for number, user in self.users.items()]
            offset = int(asked["offset"][0])
            more = offset + 2 < len(rows)  # A small page, so that the client must turn it.
            return 200, {"users": rows[offset : offset + 2], "offset": offset, "more": more}
        if found := re.fullmatch(r"/users/(\w+)", path):
            user = self.users.get(found[1])
            return (200, {"user": {"id": found[1], **user}}) if user else (404, {"error": {}})
        if found := re.fullmatch(r"(/v3)?/schedules/(\w+)", path):
            return self._schedule(found[2], bool(found[1]), asked)
        if found := re.fullmatch(r"/schedules/(\w+)/overrides", path):
            return self._overrides(method, found[1], body)
        return 404, {"error": {"message": "Not Found", "code": 2100}}

    def _schedule(self, number: str, v3: bool, asked: dict[str, list[str]]) -> tuple[int, Any]:
        schedule = self.schedules.get(number)
        if schedule is None:
            return 404, {"error": {"message": "Not Found", "code": 2100}}
        if v3 != (schedule["type"] == "schedule_v3"):
            return 400, {"error": {"message": "Wrong kind of schedule"}}
        if v3:
            assert asked["include[]"] == ["final_schedule"]
            return 200, {"schedule": schedule}
        entries = final(schedule["base"], self.overrides.get(number, []), self.users)
        shown = {key: value for key, value in schedule.items() if key != "base"}
        rendered = {"final_schedule": {"rendered_schedule_entries": entries}}
        return 200, {"schedule": {**shown, **rendered}}

    def _overrides(self, method: str, number: str, body: bytes) -> tuple[int, Any]:
        rows = self.overrides.setdefault(number, [])
        if method == "GET":
            return 200, {"overrides": rows}
        made = []
        for row in json.loads(body)["overrides"]:
            assert row["user"]["type"] == "user_reference"
            assert row["user"]["id"] in self.users
            assert datetime.fromisoformat(row["start"]) < datetime.fromisoformat(row["end"])
            rows.append({"id": f"O{len(rows)}", **row})
            made.append({"status": 201, "errors": [], "override": rows[-1]})
        return 201, made


class Handler(BaseHTTPRequestHandler):
    """Answers in the double's mood."""

    double: ClassVar[PagerDuty]
    timeout = 20

    def do_GET(self) -> None:
        self._do()

    def do_POST(self) -> None:
        self._do()

    def _do(self) -> None:
        mood = self.double.mood
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.double.asked.append(f"{self.command} {self.path}\n{self.headers}\n{body.decode()}")
        if mood == "swallow":
            self._route(body)
        if mood in ("silence", "trickle", "garbage", "reset", "swallow"):
            how = "reset" if mood == "swallow" else mood
            self.double.tired |= misbehave(self, how, self.double.over)
        elif mood == "success":
            self._say(*self._route(body))
        else:
            status = {"refusal": 400, "busy": 429, "broken": 503}[mood]
            self._say(status, {"errors": [f"{ROUTING_KEY} {API_KEY} {SECRET}"]})

    def _route(self, body: bytes) -> tuple[int, Any]:
        parts = urlsplit(self.path)
        if (self.command, parts.path) == ("POST", "/v2/enqueue"):
            return self.double.take_event(body, json.loads(body))
        if self.headers.get("Authorization") != f"Token token={API_KEY}":
            return 401, {"error": {"message": "Authentication failed", "code": 2006}}
        assert self.headers["Accept"] == "application/vnd.pagerduty+json;version=2"
        return self.double.answer(self.command, parts.path, parse_qs(parts.query), body)

    def _say(self, status: int, answer: Any) -> None:
        text = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        if status == 429:
            self.send_header("Retry-After", str(RETRY_AFTER))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *arguments: Any) -> None:
        pass


def misbehave(handler: BaseHTTPRequestHandler, mood: str, over: threading.Event) -> bool:
    """Answer as no server should; give whether it hung for so long that it was tired of it."""
    handler.close_connection = True
    if mood == "silence":
        return not over.wait(HANGS)
    if mood == "garbage":
        handler.wfile.write(b"\0\xff nonsense " + ROUTING_KEY.encode() + b"\r\n" * 9)
    elif mood == "reset":
        linger = struct.pack("ii", 1, 0)
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        os.close(handler.connection.detach())
    else:
        handler.wfile.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 99\r\n\r\n")
        for _ in range(int(HANGS / TRICKLE)):
            if over.wait(TRICKLE):
                return False
            try:
                handler.wfile.write(b".")
            except OSError:
                return False
        return True
    return False


def _problems(body: bytes, given: dict[str, Any]) -> list[str]:
    found = []
    if len(body) > LONGEST:
        found.append("too large")
    if given.get("routing_key") != ROUTING_KEY:
        found.append("invalid routing key")
    action = given.get("event_action")
    if action not in ("trigger", "acknowledge", "resolve"):
        found.append("'event_action' is wrong")
    if not 0 < len(given.get("dedup_key") or "") <= 255:
        found.append("'dedup_key' is wrong")
    return found + (_payload_problems(given.get("payload") or {}) if action == "trigger" else [])


def _payload_problems(payload: dict[str, Any]) -> list[str]:
    found = []
    if not 0 < len(payload.get("summary") or "") <= 1024:
        found.append("'payload.summary' is missing, blank or too long")
    if not payload.get("source"):
        found.append("'payload.source' is missing or blank")
    if payload.get("severity") not in ("critical", "error", "warning", "info"):
        found.append("'payload.severity' is invalid")
    return found


def _incident(one: Incident) -> dict[str, Any]:
    """Give it as the REST API does: an incident with alerts tells no key of its own."""
    return {
        "id": one.number,
        "type": "incident",
        "status": one.status,
        "incident_key": None,
        "acknowledgements": one.acknowledgements,
        "last_status_change_at": one.changed_at,
        "last_status_change_by": one.changed_by,
    }


def final(
    base: list[tuple[str, str, str]],
    overrides: list[dict[str, Any]],
    users: dict[str, dict[str, str]],
) -> list[dict[str, Any]]:
    """Give who is on in the end: at each moment the latest override, else the base."""
    layers = [[(row["user"]["id"], row["start"], row["end"])] for row in reversed(overrides)]
    layers.append(base)
    rows = [
        [(who, datetime.fromisoformat(s), datetime.fromisoformat(e)) for who, s, e in layer]
        for layer in layers
    ]
    moments = sorted({m for layer in rows for _, start, end in layer for m in (start, end)})
    entries = []
    for start, end in pairwise(moments):
        on = (who for layer in rows for who, s, e in layer if s <= start < e)
        who = next(on, None)
        if who is not None:
            user = reference("user", who, users[who]["name"])
            entries.append({"start": iso(start), "end": iso(end), "user": user})
    return entries


def signed(body: bytes, *secrets: str) -> tuple[bytes, dict[str, str]]:
    """Give a webhook as it is sent: signed with each secret, as while one replaces another."""
    made = (
        "v1=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        for secret in (*secrets, SECRET)
    )
    headers = {"X-PagerDuty-Signature": ",".join(made), "X-Webhook-Id": uuid.uuid4().hex}
    return body, headers
