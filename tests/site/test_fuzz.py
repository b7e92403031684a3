"""Whatever is sent to whatever address, the desk answers, and never with a fault of its own."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from random import Random
from time import process_time
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, QueryDict
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dutydesk.alarms.flows import alert_arrivals, ingestion
from dutydesk.alarms.rules.events import read_event
from dutydesk.alarms.rules.notifications import NotAnAlarm, Notification
from dutydesk.kernel import bounds
from dutydesk.people.models import Account, Engineer, Service
from dutydesk.site import middleware
from dutydesk.wiring import ACTIONS, clock
from testing import junk
from testing.load import alert
from testing.visits import ROUTES, SUBJECTS, Visit, visit
from testing.world import World

pytestmark = pytest.mark.django_db
# So many cases or fewer are a short run.
FEW = 1000
EVERY = object()  # Every field that is sent.
ABSENT = "999999"  # The number of nothing.
SLOWEST = 5.0  # Seconds of this process's own work.
fuzzed = settings(
    settings.get_profile("fuzz"),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)


@pytest.fixture
def signed_in(tmp_path: Path, client: Client) -> Client:
    """A desk in the middle of a bad day, and an administrator's browser."""
    world = World(tmp_path, "2026-11-24T11:00")
    world.at = clock().now()
    world.shifts(support="Ada", primary="Ben", secondary="Cy")
    told, _ = tell(json.dumps(alert(1)).encode(), world.at)
    assert told
    world.settle()
    world.press("Ada", "incident.declare", "alarm:1", title="Down", criteria="outage", filled="1")
    service = Service.objects.get(name="Clusters")
    world.press("Ada", "service.maintain", service.about, reason="New disks")
    ada = Account.objects.get(name="Ada")
    Account.objects.filter(pk=ada.pk).update(is_administrator=True)
    assert Engineer.objects.filter(account=ada).exists()
    client.force_login(ada)
    client.raise_request_exception = False
    return client


def fault(client: Client, made: Visit) -> str:
    """Make a visit, take back what it changed, and give what was wrong; empty if nothing was."""
    began = process_time()
    with transaction.atomic():
        answer = client.generic(
            made.method, made.address, made.body, made.kind, headers=made.headers
        )
        dangling = "" if answer.status_code >= 500 else points_nowhere()
        transaction.set_rollback(True)
    took = process_time() - began
    if answer.status_code >= 500:
        return f"{made}: {getattr(answer, 'exc_info', (None, answer.status_code))[1]!r}"
    if dangling:
        return f"{made}: {dangling}"
    return f"{made} took {took:.1f} s" if took > SLOWEST else ""


def points_nowhere() -> str:
    """Say what was stored that points at what isn't there, as a commit would find."""
    try:
        connection.check_constraints()
    except IntegrityError as error:
        return str(error)
    return ""


@pytest.mark.long
def test_no_page_and_no_form_fails_whatever_is_sent_by_whomever(
    signed_in: Client, request: pytest.FixtureRequest
) -> None:
    seed, count = (request.config.getoption(name) for name in ("--seed", "--fuzz"))
    clients = {"Ada": signed_in, "": Client(raise_request_exception=False)}
    for name in ("Uma", "Ben"):
        clients[name] = Client(raise_request_exception=False)
        clients[name].force_login(Account.objects.get(name=name))
    made = (visit(f"{seed}:{number}") for number in range(2 * count))
    faults = [wrong for one in made if (wrong := fault(clients[one.role], one))]
    assert not faults, "\n".join(faults[:20])


def event(body: bytes, at: datetime) -> tuple[Notification, ...]:
    found = read_event(body, at).notification
    return (found,) if found else ()


def tell(body: bytes, at: datetime) -> tuple[bool, str]:
    """Take a body in as the door does; give whether it was understood, and else why not."""
    for reader in (*alert_arrivals.READERS.values(), event):
        try:
            told = reader(body, at)
        except NotAnAlarm as refusal:
            assert refusal.reason and refusal.remedy
            why = str(refusal)
            continue
        ingestion.receive_all(told=told, at=at)
        return True, ""
    return False, why


@pytest.mark.usefixtures("signed_in")
@fuzzed
@given(junk.mutated(alert(1)))
def test_what_monitoring_systems_send_is_stored_or_refused(body: Any) -> None:
    with transaction.atomic():
        tell(bounds.storable_json(json.dumps(body).encode()), clock().now())
        transaction.set_rollback(True)


@fuzzed
@given(st.binary(max_size=200))
def test_bytes_that_mean_nothing_are_refused(body: bytes) -> None:
    assert not tell(body, clock().now())[0]


def filled(route: str) -> Iterator[str]:
    """Give the route with the first of everything in its places, and with what isn't there."""
    for number in ("1", ABSENT):
        address = route.replace("<int:number>", number).replace("<str:token>", "t")
        for action in ACTIONS.names() if "<str:action>" in address else [""]:
            kind = action.partition(".")[0]
            about = f"{kind if kind in SUBJECTS else 'alarm'}:{number}"
            yield address.replace("<str:action>", action).replace("<str:about>", about)


def edges(config: pytest.Config) -> Callable[[], list[str]]:
    """Give what gives the edges to try of a field by a method: all in a long run, else a few.

    That is one by chance: each field is tried at many addresses, and by both methods.
    """
    chance = Random(config.getoption("--seed"))
    if config.getoption("--fuzz") > FEW:
        return lambda: list(junk.EDGES)
    return lambda: chance.sample(junk.EDGES, 1)


class Looked:
    """What a view looks at of all that is sent to it; the guard before it, which looks at all, not.

    What it never looks at, it can't fail by: another edge of that would be the same visit again.
    """

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._at: set[object] = set()
        for name in ("__getitem__", "__contains__", "get", "getlist"):
            patch.setattr(QueryDict, name, self._noting(getattr(QueryDict, name), every=False))
        for name in ("__iter__", "copy", "dict", "items", "keys", "lists", "urlencode", "values"):
            patch.setattr(QueryDict, name, self._noting(getattr(QueryDict, name), every=True))
        path, body = HttpRequest.get_full_path, vars(HttpRequest)["body"].fget
        patch.setattr(HttpRequest, "get_full_path", self._noting(path, every=True))
        patch.setattr(HttpRequest, "body", property(self._noting(body, every=True)))
        self._guard = middleware._check
        patch.setattr(middleware, "_check", self._unseen)

    def _unseen(self, request: HttpRequest, *, form: bool) -> None:
        self._guard(request, form=form)
        self._at.clear()

    def _noting(self, look: Callable[..., Any], every: bool) -> Callable[..., Any]:
        def noted(sent: Any, *at: Any, **how: Any) -> Any:
            self._at.add(EVERY if every else at[0])
            return look(sent, *at, **how)

        return noted

    def at(self, name: str, ask: Callable[[], Any]) -> tuple[bool, Any]:
        """Ask; say whether that field was looked at, and give the answer."""
        self._at.clear()
        answer = ask()
        return bool(self._at & {name, EVERY}), answer


def failures(
    client: Client, address: str, name: str, tried: Callable[[], list[str]], looked: Looked
) -> Iterator[tuple[str, str, str, str]]:
    """Ask for the address and post to it, with edges in that field; give what fails."""
    forms: dict[str, dict[str, str]] = {"GET": {}, "POST": {"filled": "1", "confirm": "1"}}
    for method, more in forms.items():
        ask = client.get if method == "GET" else client.post
        for edge in tried():
            matters, answer = looked.at(name, partial(ask, address, {name: edge, **more}))
            if answer.status_code >= 500:
                yield method, address, name, edge[:40]
            if not matters:
                break


@pytest.mark.parametrize("part", range(2))
@pytest.mark.long
def test_no_page_fails_at_the_edge_of_any_of_its_fields(
    signed_in: Client,
    part: int,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    faults: list[tuple[str, str, str, str]] = []
    tried, looked = edges(request.config), Looked(monkeypatch)
    for route, module in ROUTES[part::2]:
        for address in dict.fromkeys(filled(route)):
            for name in junk.field_names(module):
                faults += failures(signed_in, address, name, tried, looked)
    assert not faults
