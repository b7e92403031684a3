"""Who is on, over HTTP: the door before Django answers whoever is signed in, and nobody else."""

import asyncio
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from dutydesk.people.models import Account, Session
from dutydesk.people.web.sessions import hashed
from dutydesk.rota.api import Who
from dutydesk.rota.flows import roster
from testing.screens import visit
from testing.world import World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("oncall.rota")]
LEFT = (302, b"left to Django")


async def _django(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": LEFT[0], "headers": []})
    await send({"type": "http.response.body", "body": LEFT[1]})


async def _nothing() -> Any:
    return {"type": "http.request", "body": b""}


class Asked:
    """A world with the door in it, asked as a server would."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.door = Who(lambda: world.at, _django)

    def ask(self, cookie: str, query: str = "", method: str = "GET") -> tuple[int, bytes]:
        sent: list[Any] = []

        async def send(event: Any) -> None:
            sent.append(event)

        headers = [(b"cookie", f"theme=dark; sessionid={cookie}".encode())] if cookie else []
        scope = {"type": "http", "path": "/shifts/who.json", "method": method,
                 "headers": headers, "query_string": query.encode()}  # fmt: skip
        asyncio.run(self.door(scope, _nothing, send))
        return sent[0]["status"], sent[1]["body"]


@pytest.fixture
def asked(tmp_path: Path) -> Iterator[Asked]:
    world = World(tmp_path, "2026-11-23T19:00")
    world.shifts(primary="Ben")
    asked = Asked(world)
    yield asked
    asked.door._threads.submit(lambda: connection.close()).result()


def signed_in(name: str) -> str:
    return visit(name).cookies["sessionid"].value


def test_whoever_is_signed_in_is_told_the_same_as_everywhere(asked: Asked) -> None:
    cookie, at = signed_in("Uma"), asked.world.at
    status, body = asked.ask(cookie)
    assert (status, json.loads(body)["covers"]) == (200, [d.row() for d in roster.who(at=at)])
    status, body = asked.ask(cookie, "at=2026-11-24T08:00")
    then = asked.world.moment("2026-11-24T08:00")
    assert json.loads(body)["covers"] == [d.row() for d in roster.who(at=then)]
    status, body = asked.ask(cookie, "at=soon")
    assert (status, "remedy" in json.loads(body)) == (422, True)


def test_it_opens_for_nobody_else(asked: Asked) -> None:
    cookie = signed_in("Ada")
    assert asked.ask("") == asked.ask("forged") == asked.ask(cookie, method="POST") == LEFT
    assert asked.ask(cookie)[0] == 200
    Session.objects.filter(session_key=hashed(cookie)).delete()
    assert asked.ask(cookie) == LEFT
    cookie = signed_in("Ada")
    Session.objects.update(expire_date=asked.world.at - timedelta(days=4000))
    assert asked.ask(cookie) == LEFT


def test_a_shut_account_or_a_new_password_closes_it(asked: Asked) -> None:
    cookie, other = signed_in("Ada"), signed_in("Cy")
    account = Account.objects.get(name="Ada")
    account.set_password("another one entirely")
    account.save()
    assert asked.ask(cookie) == LEFT
    Account.objects.filter(name="Cy").update(is_active=False)
    assert asked.ask(other) == LEFT


def test_a_lost_connection_is_made_again(asked: Asked) -> None:
    cookie = signed_in("Ada")
    assert asked.ask(cookie)[0] == 200
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
    assert asked.ask(cookie)[0] == 200
