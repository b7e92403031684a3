"""Whatever is sent to whatever address, the desk answers, and never with a fault of its own."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dutydesk.alarms.api import intake
from dutydesk.alarms.flows import receiving
from dutydesk.alarms.rules.events import read_event
from dutydesk.alarms.rules.told import NotAnAlarm, Notification
from dutydesk.people.models import Account, Engineer, Service
from dutydesk.site.urls import urlpatterns
from dutydesk.wiring import ACTIONS, clock
from testing import junk
from testing.load import alert
from testing.world import World, think_at_leisure

pytestmark = pytest.mark.django_db
fuzzed = settings(
    settings.get_profile("fuzz"),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
)
SUBJECTS = (
    "alarm", "page", "incident", "question", "thread", "ticket", "postmortem", "swap", "service",
    "maintenance",
)  # fmt: skip


def routes(patterns: list[Any], before: str = "/") -> Iterator[tuple[str, str]]:
    """Give each route with the module that its view is in."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, before + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield before + str(pattern.pattern), pattern.callback.__module__


# What says by 503 that all is not well, and what would sign the browser out.
NOT_HERE = {"/healthz", "/account/logout/"}
ROUTES = [r for r in sorted(set(routes(urlpatterns))) if r[0] not in NOT_HERE]


@st.composite
def visits(draw: st.DrawFn) -> tuple[str, str, dict[str, Any], dict[str, Any]]:
    """Give a method, an address with anything in its places, and what is asked and sent."""
    route, module = draw(st.sampled_from(ROUTES))

    def fill(place: re.Match[str]) -> str:
        kind, name = place.groups()
        nonlocal module
        if name == "action":
            action = draw(st.sampled_from(ACTIONS.names()))
            module = ACTIONS[action].do.__module__
            return action
        if name == "about":
            return f"{draw(st.sampled_from(SUBJECTS))}:{draw(junk.numbers)}"
        if kind == "int":
            return str(draw(junk.numbers))
        return draw(st.text("abc-_.:é<%", min_size=1, max_size=30)).replace("%", "%25")

    address = re.sub(r"<(\w+):(\w+)>", fill, route)
    method = draw(st.sampled_from(["get", "post", "post", "put"]))
    return method, address, draw(junk.forms(module)), draw(junk.forms(module))


@pytest.fixture
def signed_in(tmp_path: Path, client: Client) -> Client:
    """A desk in the middle of a bad day, and an administrator's browser."""
    think_at_leisure()
    world = World(tmp_path, "2026-11-24T11:00")
    world.at = clock.now()
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


@fuzzed
@given(visits())
def test_no_page_and_no_form_fails_whatever_is_sent(
    signed_in: Client, visit: tuple[str, str, dict[str, Any], dict[str, Any]]
) -> None:
    method, address, asked, sent = visit
    with transaction.atomic():
        if method == "get":
            answer = signed_in.get(address, asked)
        else:
            send = getattr(signed_in, method)
            data = {"data": sent} if method == "post" else {}
            answer = send(address, query_params=asked, **data)
        status = answer.status_code
        transaction.set_rollback(True)
    assert status < 500, getattr(answer, "exc_info", None)


def event(body: bytes, at: datetime) -> tuple[Notification, ...]:
    found = read_event(body, at).notification
    return (found,) if found else ()


def tell(body: bytes, at: datetime) -> tuple[bool, str]:
    """Take a body in as the door does; give whether it was understood, and else why not."""
    for reader in (*intake.READERS.values(), event):
        try:
            told = reader(body, at)
        except NotAnAlarm as refusal:
            assert refusal.reason and refusal.remedy
            why = str(refusal)
            continue
        receiving.receive_all(told=told, at=at)
        return True, ""
    return False, why


@pytest.mark.usefixtures("signed_in")
@fuzzed
@given(junk.mutated(alert(1)))
def test_what_monitoring_systems_send_is_stored_or_refused(body: Any) -> None:
    with transaction.atomic():
        tell(json.dumps(body).encode().replace(b"\\u0000", b"\\ufffd"), clock.now())
        transaction.set_rollback(True)


@fuzzed
@given(st.binary(max_size=200))
def test_bytes_that_mean_nothing_are_refused(body: bytes) -> None:
    assert not tell(body, clock.now())[0]


def filled(route: str) -> Iterator[str]:
    """Give the route with the first of everything in its places, and with what isn't there."""
    for number in ("1", "999999"):
        address = route.replace("<int:number>", number).replace("<str:token>", "t")
        for action in ACTIONS.names() if "<str:action>" in address else [""]:
            kind = action.partition(".")[0]
            about = f"{kind if kind in SUBJECTS else 'alarm'}:{number}"
            yield address.replace("<str:action>", action).replace("<str:about>", about)


@pytest.mark.parametrize("part", range(4))
def test_no_page_fails_at_the_edge_of_any_of_its_fields(signed_in: Client, part: int) -> None:
    faults = []
    for route, module in ROUTES[part::4]:
        for address in filled(route):
            for name, edge in product(junk.field_names(module), junk.EDGES):
                for answer in (
                    signed_in.get(address, {name: edge}),
                    signed_in.post(address, {name: edge, "filled": "1", "confirm": "1"}),
                ):
                    if answer.status_code >= 500:
                        faults.append((answer.request["REQUEST_METHOD"], address, name, edge[:40]))
    assert not faults
