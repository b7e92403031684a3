"""Who covers what, as JSON: asked often, so it is answered before Django's middleware."""

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qs

from django.db import Error as DatabaseTrouble
from django.db import connection
from django.http import HttpResponse, JsonResponse

from dutydesk.database import rows
from dutydesk.kernel.addresses import path_to
from dutydesk.kernel.refusals import Refused
from dutydesk.people.web import sessions
from dutydesk.process.flows import process
from dutydesk.rota.flows import roster
from dutydesk.rota.rules import typed
from dutydesk.web.doors import JSON, Door, Headers, Receive, Scope, Send, answer
from dutydesk.web.screens import DeskRequest, rule

_HEADERS: Headers = (
    *JSON,
    (b"cache-control", b"private, no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)


def told(asked: str, now: datetime) -> tuple[int, dict[str, object]]:
    """Give who covers what, now or at the time asked, with the status to answer with."""
    try:
        at = typed.moment(asked, process.in_force().zone) if asked else now
    except Refused as refused:
        return 422, {"error": refused.reason, "remedy": refused.remedy}
    covers = [each.row() for each in roster.who(at=at, now=now)]
    return 200, {"at": at.isoformat(), "covers": covers}


@rule("anyone")
def who(request: DeskRequest) -> HttpResponse:
    """Answer in JSON who covers what, now or `?at=` another time: the command line's answer.

    For a session that stands the door below answers before this.
    """
    status, says = told(request.GET.get("at", ""), request.at)
    return JsonResponse(says, status=status)


@dataclass
class Who:
    """The door at `/shifts/who.json`, for whoever is signed in.

    Everything else that is asked there, and whoever isn't signed in, is left to Django.
    """

    now: Callable[[], datetime]
    django: Door
    _threads: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(2, "who"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        found = None
        key = sessions.session_key(scope)
        if key and scope["method"] == "GET" and scope["path"] == path_to("who"):
            asked = parse_qs(scope["query_string"].decode("latin-1")).get("at", [""])[-1]
            loop = asyncio.get_running_loop()
            found = await loop.run_in_executor(self._threads, self._answer, key, asked)
        if found is None:
            return await self.django(scope, receive, send)
        return await answer(send, *found, headers=_HEADERS)

    def _answer(self, key: str, asked: str) -> tuple[int, bytes] | None:
        """Answer; once more if the connection was lost meanwhile. None: ask Django."""
        for _ in range(2):
            try:
                if sessions.account(key) is None:
                    return None
                status, says = told(asked, self.now())
            except DatabaseTrouble:
                connection.close()
            else:
                return status, json.dumps(says).encode()
            finally:
                rows.give_back()
        return None
