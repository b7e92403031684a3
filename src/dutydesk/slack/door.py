"""The doors at which Slack posts: checked by signature, kept at once, answered within moments.

Sources: https://docs.slack.dev/apis/events-api/ (three seconds, retries) and
https://docs.slack.dev/interactivity/handling-user-interaction.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

from django.db import Error as DatabaseTrouble
from django.db import connection
from psycopg_pool import PoolTimeout

from dutydesk.adapters.slack.signatures import Signatures
from dutydesk.inbox.api.refused import refusing
from dutydesk.inbox.flows import arrivals
from dutydesk.ports.webhooks import Forged
from dutydesk.slack import addresses, envelopes, events
from dutydesk.web.doors import JSON, PLAIN, Receive, Scope, Send, answer, read_start
from dutydesk.web.webhooks import TOO_LARGE

logger = logging.getLogger(__name__)
LARGEST = 2_000_000
Doing = Callable[[str, Mapping[str, Any], datetime], dict[str, Any] | None]


def keep_event(payload: Mapping[str, Any], at: datetime) -> None:
    """Keep an event to be taken soon, if there is anything to do. Belongs to no transaction."""
    number = str(payload.get("event_id") or "")
    if number and envelopes.matters(payload):
        arrivals.keep(events.arrived(payload, number, at))


@dataclass
class SlackDoor:
    """Answers Slack's events, interactions and commands, each at its path.

    Without `signatures` the desk doesn't listen to Slack. `do` carries out what somebody pressed,
    filled in or typed, once for each `key`, and gives what to answer.
    """

    signatures: Signatures | None
    do: Doing
    now: Callable[[], datetime]
    # Few threads each, so that whoever waits for a form holds up no events.
    _keepers: Executor = field(default_factory=lambda: ThreadPoolExecutor(2, "slack-events"))
    _doers: Executor = field(default_factory=lambda: ThreadPoolExecutor(3, "slack-people"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if self.signatures is None:
            return await answer(send, 404, b"This desk doesn't listen to Slack.\n")
        if scope["method"] != "POST":
            headers = (*PLAIN, (b"allow", b"POST"))
            return await answer(send, 405, b"Slack posts here.\n", headers)
        read_so_far = await read_start(receive, LARGEST)
        if read_so_far is None:
            return await answer(send, 400, b"Not all of it came.\n")  # Nobody hears it.
        body, more = read_so_far
        if more:
            return await self._refuse(send, 413, TOO_LARGE)
        try:
            self.signatures.check(body, dict(scope["headers"]))
            payload = read(scope["path"], body)
        except Forged as refusal:
            return await self._refuse(send, 403, str(refusal))
        except (ValueError, LookupError, RecursionError):
            return await self._refuse(send, 400, "This is nothing that Slack sends.")
        if payload.get("type") == "url_verification":
            return await answer(send, 200, str(payload.get("challenge", "")).encode())
        await self._answer(scope["path"], body, payload, send)

    async def _refuse(self, send: Send, status: int, why: str) -> None:
        """Say why, and count it."""
        refusing(events.DOOR, events.SENDER)(status, why, self.now())
        await answer(send, status, f"{why}\n".encode())

    async def _answer(self, path: str, body: bytes, payload: Mapping[str, Any], send: Send) -> None:
        loop = asyncio.get_running_loop()
        threads = self._keepers if path == addresses.EVENTS else self._doers
        status, says = await loop.run_in_executor(threads, self._do, path, body, payload)
        if says is None:
            again = ((b"retry-after", b"1"),) if status == 503 else ()
            return await answer(send, status, b"", (*PLAIN, *again))
        await answer(send, status, json.dumps(says).encode(), JSON)

    def _do(
        self, path: str, body: bytes, payload: Mapping[str, Any]
    ) -> tuple[int, dict[str, Any] | None]:
        """Keep it or carry it out. 503 lets Slack send an event again."""
        try:
            if path == addresses.EVENTS:
                keep_event(payload, self.now())
                return 200, None
            return 200, self.do(f"slack:{hashlib.sha256(body).hexdigest()}", payload, self.now())
        except (DatabaseTrouble, PoolTimeout) as error:
            logger.warning("what Slack told can't be kept: %s", type(error).__name__)
            return 503, None
        finally:
            connection.close()


def read(path: str, body: bytes) -> Mapping[str, Any]:
    """Read what Slack posts: JSON, JSON in a form, or a form. Raises ValueError, LookupError."""
    if path == addresses.EVENTS:
        return envelopes.read_json(body)
    form = {name: values[0] for name, values in parse_qs(body.decode(), True).items()}
    if path == addresses.COMMANDS:
        return {**envelopes.read_json(json.dumps(form)), "type": "command"}
    return envelopes.read_json(form["payload"])
