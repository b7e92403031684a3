"""Whatever is sent to the doors that are answered before Django, by whomever, nothing fails."""

import asyncio
import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random
from time import process_time
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

from dutydesk.adapters.slack.signatures import Signatures
from dutydesk.alarms.api.intake import IntakeDoor
from dutydesk.alarms.flows import keys
from dutydesk.alarms.models import Alarm
from dutydesk.inbox.models import Arrival
from dutydesk.incidents.api import Gate, MaintenancePage, ServiceStates
from dutydesk.incidents.flows.gate import standing
from dutydesk.kernel.addresses import INTAKE_EVENTS
from dutydesk.people.models import Account
from dutydesk.rota.api import Who
from dutydesk.slack.door import SlackDoor
from dutydesk.web.doors import Door
from testing import junk
from testing.arrivals import worked_out
from testing.bodies import body_of, mutate
from testing.load import alert
from testing.screens import visit
from testing.slack import ADA, ASK, SECRET, event, form_of, message, signed, slack_of, workspace
from testing.world import World

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"),  # The end.
]
SLOWEST = 5.0  # Seconds of this process's own work.
DATA = Path(__file__).parent.parent / "data" / "alarms"
EVENT = json.loads((DATA / "events/trigger.json").read_bytes())
GRAFANA = json.loads((DATA / "grafana/firing.json").read_bytes())
OWN = {"key": "backup", "title": "It failed", "severity": "critical", "labels": {"host": "db1"}}
SENDERS = (("alertmanager", alert(1)), ("grafana", GRAFANA), ("json", OWN))
TS = "1795600000.000100"
PRESSED = {
    "type": "block_actions",
    "user": {"id": ADA},
    "trigger_id": "1.2",
    "channel": {"id": ASK},
    "message": {"thread_ts": TS, "ts": TS},
    "actions": [{"action_id": "alarm.silence", "value": "alarm:1"}],
}
SAID = {"type": "command", "user_id": ADA, "text": "who", "trigger_id": "1.2"}


@dataclass
class Doors:
    """Every door before Django, in a world with people in it, and what opens them."""

    world: World
    key: str
    cookie: str
    intake: IntakeDoor
    doors: Mapping[str, Door]
    seen: dict[int, int] = field(default_factory=dict)

    async def ask(
        self, path: str, method: str, body: bytes, headers: Mapping[str, str], query: bytes
    ) -> int:
        """Ask as a server would; give the status."""
        sent: list[Any] = []

        async def receive() -> Any:
            return {"type": "http.request", "body": body}

        async def send(told: Any) -> None:
            sent.append(told)

        beginning = next(each for each in self.doors if path.startswith(each))
        raw = [(name.lower().encode(), each.encode("latin-1")) for name, each in headers.items()]
        scope = {"type": "http", "path": path, "method": method, "headers": raw}
        await self.doors[beginning]({**scope, "query_string": query}, receive, send)
        return int(sent[0]["status"])


async def end(intake: IntakeDoor) -> None:
    await intake.keeper.close()
    intake.keys._threads.submit(lambda: connection.close()).result()


async def _django(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 302, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def known() -> ServiceStates:
    """Give how services stand without hearing of changes, which needs a desk that is served."""
    found = ServiceStates(standing)
    found._listen = lambda: None  # type: ignore[method-assign]
    return found


@pytest.fixture
def doors(tmp_path: Path) -> Iterator[Doors]:
    there = workspace()
    world = World(tmp_path, "2026-11-24T11:00")
    world.shifts(support="Ada", primary="Ben")
    slack = slack_of(world, there)
    threads = ThreadPoolExecutor(1)  # One, so that its connection can be closed at the end.
    services, who = known(), Who(lambda: world.at, _django, threads)
    signatures = Signatures(SECRET, lambda: world.at)
    talking = SlackDoor(signatures, slack.acting, lambda: world.at, threads, threads)
    intake = IntakeDoor(lambda: world.at)
    made = Doors(
        world,
        keys.make_key(name="All", by="Ada", at=world.at),
        visit("Uma").cookies["sessionid"].value,
        intake,
        {
            "/alarms/in/": intake,
            "/gate/": Gate(services),
            "/maintenance/": MaintenancePage(services, lambda: world.at),
            "/shifts/who.json": who,
            "/slack/": talking,
        },
    )
    yield made
    for each in (threads, services._thread):
        each.submit(lambda: connection.close()).result()
    there.close()


Asked = tuple[str, str, bytes, dict[str, str], bytes]


def asked(random: Random, doors: Doors) -> Asked:
    """Make up a request for one of the doors."""
    junk_path = quote(random.choice(junk.WORDS)[:500], safe="", errors="surrogatepass")
    query = b"at=" + quote(random.choice(junk.WORDS)[:500], errors="surrogatepass").encode()
    cookie = {"cookie": f"sessionid={doors.cookie}"}
    method = random.choice(["POST"] * 9 + ["GET"])
    door = random.choice(["sender"] * 4 + ["events"] * 2 + ["slack"] * 3 + ["gate", "out", "who"])
    if door == "sender":
        kind, sent = random.choice(
            [("alertmanager", alert(1)), ("grafana", GRAFANA), ("json", OWN)]
        )
        key = doors.key if random.random() < 0.9 else junk_path
        return f"/alarms/in/{kind}/{key}", method, body_of(random, sent), {}, b""
    if door == "events":
        sent = {**EVENT, "routing_key": doors.key}
        return INTAKE_EVENTS, method, body_of(random, sent), {"x-routing-key": "é"}, b""
    if door == "slack":
        return _slack(random, doors.world.at)
    if door == "who":
        if random.random() < 0.2:
            cookie = {"cookie": 'sessionid="' + random.choice(["\\000", "x" * 5000, "é"]) + '"'}
        return "/shifts/who.json", "GET", b"", cookie, query
    beginning = "/gate/" if door == "gate" else "/maintenance/"
    return beginning + random.choice([junk_path, "prison-visits", "clusters"]), "GET", b"", {}, b""


def _slack(random: Random, at: datetime) -> Asked:
    path = random.choice(["/slack/events", "/slack/interactions", "/slack/commands"])
    if path == "/slack/events":
        body = body_of(random, event(message("Help <@U0ADA>", TS, thread_ts=TS)))
    elif path == "/slack/interactions":
        body = form_of(json.loads(json.dumps(mutate(random, PRESSED))))
    else:
        text = quote(random.choice(junk.WORDS)[:9000], errors="surrogatepass")
        body = f"user_id={ADA}&trigger_id=1&text={text}".encode()
    if random.random() < 0.05:
        body = random.choice(junk.BODIES)
    return path, "POST", body, signed(body, at), b""


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        (b"bad log line \\udcff", "bad log line \ufffd"),
        (b"Caf\xe9 down", "Caf\ufffd down"),
        (b"a\\u0000b", "a\ufffdb"),
        (b"x" * 1_999, "x" * 199 + "…"),
    ],
    ids=["half a surrogate", "not UTF-8", "NUL", "too long"],
)
def test_an_alert_is_not_lost_over_a_letter(doors: Doors, title: bytes, kept: str) -> None:
    body = b'\xef\xbb\xbf{"key": "k", "severity": "critical", "title": "' + title + b'"}'

    async def go() -> int:
        status = await doors.ask(f"/alarms/in/json/{doors.key}", "POST", body, {}, b"")
        await end(doors.intake)
        return status

    assert asyncio.run(go()) == 200
    worked_out(doors.world.at)
    assert Alarm.objects.get().title == kept


@pytest.mark.long
def test_no_door_fails_whatever_is_sent(doors: Doors, request: pytest.FixtureRequest) -> None:
    seed, count = (request.config.getoption(name) for name in ("--seed", "--fuzz"))

    async def go() -> list[str]:
        faults = []
        for number in range(count):
            made = asked(Random(f"{seed}:door:{number}"), doors)
            began = process_time()
            status = await doors.ask(*made)
            out = made[0].startswith("/maintenance/") and status == 503
            if (status >= 500 and not out) or process_time() - began > SLOWEST:
                faults.append(f"{seed}:door:{number} {made[0][:80]} {status} {made[2][:200]!r}")
            doors.seen[status] = doors.seen.get(status, 0) + 1
        await end(doors.intake)
        return faults

    faults = asyncio.run(go())
    assert not faults, "\n".join(faults[:20])
    worked_out(doors.world.at)
    assert not Arrival.objects.filter(outcome="waiting").exclude(door="slack").exists()
    assert {200, 202, 400} <= set(doors.seen), doors.seen
    assert Account.objects.exists()
