"""The inbox in a test: what is kept is worked out when the test says so, in its own thread."""

import asyncio
import json
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from dutydesk.alarms.api.intake import IntakeDoor
from dutydesk.inbox.api.keeper import Keeper
from dutydesk.inbox.flows import arrivals
from dutydesk.inbox.flows.work import ARRIVALS
from dutydesk.inbox.models import Arrival
from dutydesk.kernel.arrivals import Arrived


def worked_out(at: datetime) -> None:
    """Work out what is due, as workers do: together what may be, then one by one."""
    while ARRIVALS.together(lambda: at):
        continue
    due = Arrival.objects.filter(ARRIVALS.is_due(at), due_at__isnull=False).order_by("pk")
    for number in due.values_list("pk", flat=True):
        ARRIVALS.run(number, lambda: at)


class _KeptHere(Keeper):
    """Keeps what comes in as it comes, in the test's own transaction."""

    connection: BaseDatabaseWrapper

    async def keep(self, arrived: Arrived) -> int | None:
        connections["default"] = self.connection
        return arrivals.keep(arrived)


class _Here(Executor):
    """Does at once what threads do, with the test's connection."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self.connection = connection

    def submit(self, do: Callable[..., Any], /, *given: Any, **named: Any) -> "Future[Any]":
        done: Future[Any] = Future()
        connections["default"] = self.connection
        done.set_result(do(*given, **named))
        return done


@dataclass(frozen=True)
class Answer:
    """What a door answered."""

    status: int
    text: str


class AlertDoor:
    """The door of monitoring systems, in the test's transaction."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        keeper = _KeptHere()
        keeper.connection = connections["default"]
        self.door = IntakeDoor(now, keeper)
        self.door.keys._threads = _Here(keeper.connection)

    def post(
        self,
        path: str,
        body: Any,
        headers: Mapping[str, str] | None = None,
        method: str = "POST",
    ) -> Answer:
        """Post to a path below `/alarms/in/`, JSON or bytes; give what was answered."""
        sent: list[Any] = []
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()

        async def receive() -> Any:
            return {"type": "http.request", "body": raw}

        async def send(event: Any) -> None:
            sent.append(event)

        given = [(name.encode(), each.encode()) for name, each in (headers or {}).items()]
        scope = {"type": "http", "path": f"/alarms/in/{path}", "method": method, "headers": given}
        asyncio.run(self.door(scope, receive, send))
        return Answer(int(sent[0]["status"]), sent[1]["body"].decode())


def put_aside(at: datetime) -> Arrival:
    """Give an arrival that could not be worked out."""
    return Arrival.objects.create(
        door="json",
        source="1",
        sender="Backups",
        headers={"content-type": "application/json"},
        body=b'{"title": "The backup failed", "token": "hush", "severity": ["high"]}',
        at=at,
        outcome=Arrival.Outcome.ASIDE,
        problem="This can't be read as an alert: severity is no text.",
        attempts=6,
    )
