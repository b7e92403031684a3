"""Every key, link and secret address, tried at its door: until its last moment, and after it."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core import signing
from django.test import Client

from dutydesk.alarms.flows import heartbeats, keys
from dutydesk.alarms.flows.heartbeats import Beat
from dutydesk.alarms.models import Alarm, Heartbeat, IntegrationKey
from dutydesk.inbox.models import Arrival
from dutydesk.oncall.flows import contact_methods, page_calls
from dutydesk.oncall.models import ContactMethod, Page
from dutydesk.people.flows import identities, invitations
from dutydesk.people.models import Account, Engineer
from dutydesk.people.web import sessions
from dutydesk.rota.flows import calendar_feeds
from dutydesk.rota.models import CalendarFeed
from testing.arrivals import AlertDoor, worked_out
from testing.given import give
from testing.pages import alarm
from testing.screens import visit
from testing.world import Moving, World, number

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parents[1] / "data" / "alarms"
SECOND = timedelta(seconds=1)
PASSWORD = "walking-desk-1"
SENDERS = {
    "json": (DATA / "generic" / "one.json").read_bytes(),
    "alertmanager": json.dumps(
        json.loads((DATA / "alertmanager" / "001.json").read_text())["body"]
    ).encode(),
    "grafana": (DATA / "grafana" / "firing.json").read_bytes(),
    "events": (DATA / "events" / "trigger.json").read_bytes(),
}
REFUSES = {"events": 400}


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T19:00")
    world.shifts(primary="Ben", secondary="Cy")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    now = SimpleNamespace(time=lambda: world.at.timestamp())
    monkeypatch.setattr(signing, "time", now)
    return world


class Doors:
    """The doors at which monitoring systems post."""

    def __init__(self, world: World) -> None:
        self.door = AlertDoor(lambda: world.at)

    def post(self, sender: str, token: str) -> int:
        """Post as this kind of sender does; give the status."""
        path, body = f"{sender}/{token}", SENDERS[sender]
        if sender == "events":
            path = "events/v2/enqueue"
            body = json.dumps({**json.loads(body), "routing_key": token}).encode()
        return self.door.post(path, body).status


@pytest.fixture
def doors(world: World, monkeypatch: pytest.MonkeyPatch) -> Doors:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "yes")  # What threads do is done here.
    return Doors(world)


@pytest.mark.parametrize("sender", SENDERS)
def test_a_monitoring_system_s_key_opens_until_it_is_revoked(
    world: World, doors: Doors, sender: str
) -> None:
    token = keys.make_key(name="Prometheus", by="Ada", at=world.at)
    refused = REFUSES.get(sender, 403)
    assert doors.post(sender, "a-guess") == refused
    assert doors.post(sender, "") == refused
    assert not Arrival.objects.exists()
    assert doors.post(sender, token) in (200, 202)
    worked_out(world.at)
    assert Alarm.objects.exists()
    assert token not in str([bytes(one.body) for one in Arrival.objects.all()])
    visit_as_administrator().post("/alarms/keys/", {"revoke": IntegrationKey.objects.get().pk})
    world.at += SECOND  # For so long a key is trusted without asking.
    kept = Arrival.objects.count()
    assert doors.post(sender, token) == refused
    assert Arrival.objects.count() == kept


@pytest.mark.parametrize("sender", SENDERS)
def test_a_rotated_key_s_old_secret_opens_for_a_day_to_the_second(
    world: World, doors: Doors, sender: str
) -> None:
    first = keys.make_key(name="Prometheus", by="Ada", at=world.at)
    key, second = keys.rotate_key(key=IntegrationKey.objects.get().pk, at=world.at)
    ends = world.at + timedelta(hours=24)
    world.at = ends - 2 * SECOND
    assert [doors.post(sender, each) in (200, 202) for each in (first, second)] == [True, True]
    world.at = ends
    assert [doors.post(sender, each) in (200, 202) for each in (first, second)] == [False, True]
    _, third = keys.rotate_key(key=key.pk, at=world.at)
    world.at += SECOND
    opens = [doors.post(sender, each) in (200, 202) for each in (first, second, third)]
    assert opens == [False, True, True]
    visit_as_administrator().post("/alarms/keys/", {"revoke-old": key.pk})
    world.at += SECOND
    opens = [doors.post(sender, each) in (200, 202) for each in (first, second, third)]
    assert opens == [False, False, True]
    keys.revoke_key(key=key.pk, at=world.at)
    world.at += SECOND
    assert doors.post(sender, third) == REFUSES.get(sender, 403)


def visit_as_administrator() -> Client:
    Account.objects.filter(name="Ada").update(is_administrator=True)
    return visit("Ada")


def test_a_heartbeat_s_address_opens_until_it_is_removed(world: World) -> None:
    beat = Beat("Backup", timedelta(minutes=10), timedelta(minutes=1), "low", None)
    made, token = heartbeats.make(beat=beat, by="Ada", at=world.at)
    path = f"/alarms/in/heartbeat/{token}"
    assert Client().post(path).status_code == 200
    assert Client().post(f"{path[:-1]}").status_code == 404
    visit("Ada").post("/alarms/heartbeats/", {"remove": made.pk})
    assert not Heartbeat.objects.exists()
    for method in ("get", "head", "post"):
        assert getattr(Client(), method)(path).status_code == 404


@pytest.mark.parametrize("of", ["engineer", "duty"])
def test_a_calendar_s_address_opens_until_it_is_revoked(world: World, of: str) -> None:
    whose: dict[str, Any] = {"engineer": number("Ben"), "duty": ""}
    if of == "duty":
        whose = {"engineer": None, "duty": "primary"}
    token = calendar_feeds.make(**whose, by="Ben", at=world.at)
    path = f"/calendar/{token}.ics"
    assert "BEGIN:VEVENT" in Client().get(path).text
    read = CalendarFeed.objects.get().read_at
    visit("Ben").post("/shifts/calendars/", {"revoke": CalendarFeed.objects.get().pk})
    world.at += timedelta(days=1)
    for client in (Client(), visit("Ben")):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "BEGIN" not in answer.text
    assert CalendarFeed.objects.get().read_at == read


def _link(world: World) -> str:
    alarm(world)
    page, ben = Page.objects.get(), Engineer.objects.get(name="Ben")
    return re.sub(r"^https?://[^/]*", "", page_calls.link(page, ben))


def test_an_answer_link_opens_for_seven_days(world: World) -> None:
    link = _link(world)
    ends = world.at + timedelta(days=7)
    world.at = ends - SECOND
    assert Client().get(link).status_code == 200
    world.at = ends + 2 * SECOND
    for answer in (Client().get(link), Client().post(link)):
        assert answer.status_code == 410
        assert "This link is not valid any more." in answer.text
    assert Page.objects.get().acknowledged_by is None
    world.at = ends - SECOND
    assert Client().post(link).status_code == 200
    assert Page.objects.get().acknowledged_by == Engineer.objects.get(name="Ben")


def test_an_answer_link_answers_nothing_once_its_page_is_over_or_if_it_was_changed(
    world: World,
) -> None:
    link = _link(world)
    page, cy = Page.objects.get(), Engineer.objects.get(name="Cy")
    forged = signing.dumps([page.pk, cy.pk], salt="page", key="another")
    value, _, signature = link.rpartition(":")
    for wrong in (f"/pages/answer/{forged}", f"{value}:{signature[::-1]}", link[:-1]):
        assert Client().post(wrong).status_code == 410
    assert Page.objects.get().state == "calling"
    assert Client().post(link).status_code == 200
    alarm(world, firing=False)
    assert Client().post(link).status_code == 410
    assert Page.objects.get().state == "resolved"


def test_a_test_s_link_opens_once_and_for_a_day(world: World) -> None:
    ben = Engineer.objects.get(name="Ben")
    method = contact_methods.add(
        engineer=ben.pk,
        name="Phone",
        address="json://127.0.0.1:9/x",
        delay=0,
        at=world.at,
        by="Ben",
    )

    def fresh() -> str:
        world.at += timedelta(minutes=2)
        sent = contact_methods.test(method=method.pk, engineer=ben.pk, at=world.at)
        token = signing.dumps([sent.pk, sent.code], salt="contact-method")
        return f"/pages/contact-methods/confirm/{token}"

    older, link = fresh(), fresh()
    assert Client().post(older).status_code == 410
    ends = world.at + timedelta(days=1)
    world.at = ends + 2 * SECOND
    assert Client().post(link).status_code == 410
    assert ContactMethod.objects.get().verified_at is None
    world.at = ends - SECOND
    assert Client().get(link).status_code == 200
    assert ContactMethod.objects.get().verified_at is None
    assert Client().post(link).status_code == 200
    assert ContactMethod.objects.get().verified_at is not None
    assert Client().post(link).status_code == 410


@pytest.mark.parametrize("email", ["eve@example.org", "uma@example.org"])
def test_an_invitation_and_a_link_for_a_new_password_open_once_and_for_a_day(
    world: World, email: str
) -> None:
    uma = Account.objects.get(name="Uma")
    uma.set_password("sitting-desk-1")
    uma.save()
    token, _ = invitations.invite(at=world.at, name="Eve", email=email)
    path, ends = f"/welcome/{token}", world.at + timedelta(days=1)
    filled = {"name": "Eve", "email": "mallory@example.org", "password": PASSWORD}
    accounts = Account.objects.count()
    world.at = ends
    assert Client().get(path).status_code == 410
    assert Client().post(path, filled).status_code == 410
    assert Account.objects.count() == accounts
    world.at = ends - SECOND
    assert Client().get(path).status_code == 200
    assert Client().post(path, filled).status_code == 302
    assert Account.objects.get(email=email).check_password(PASSWORD)
    assert not Account.objects.filter(email="mallory@example.org").exists()
    again = {**filled, "password": "running-desk-1"}
    assert Client().post(path, again).status_code == 410
    assert Account.objects.get(email=email).check_password(PASSWORD)


def test_a_link_that_connects_with_a_chat_outside_opens_for_half_an_hour(world: World) -> None:
    identities.recognise(outside="slack:T1:U1", name="Una", email="", at=world.at)
    token = identities.connect_token(outside="slack:T1:U1", at=world.at)
    path, ends = f"/people/connect/{token}", world.at + timedelta(minutes=30)
    world.at = ends + SECOND
    assert visit("Uma").post(path).status_code == 410
    assert identities.outside_of(Account.objects.get(name="Uma").pk, "slack") == ""
    world.at = ends
    assert visit("Uma").post(path).status_code == 200
    assert identities.outside_of(Account.objects.get(name="Uma").pk, "slack") == "slack:T1:U1"
    assert visit("Ben").post(path).status_code == 422


def _metrics(**headers: str) -> int:
    return Client().get("/metrics", headers=headers).status_code


def test_the_metrics_open_with_their_token_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, DUTYDESK_METRICS_TOKEN="first")
    given = ("Bearer first", "Bearer second", "Bearer ", "Bearer firs", "first", "Basic first")
    assert [_metrics(authorization=one) for one in given] == [200, 401, 401, 401, 401, 401]
    give(monkeypatch, DUTYDESK_METRICS_TOKEN="second")
    assert [_metrics(authorization=one) for one in given] == [401, 200, 401, 401, 401, 401]
    assert _metrics() == 401


def _signed_in_with(change: Callable[[Client], object]) -> list[bool]:
    """Say whether somebody is in before a change and after, at Django's doors and before them."""
    client = Client()
    client.post("/account/login/", {"login": "uma@example.org", "password": PASSWORD})
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    found = [client.get("/").status_code == 200, sessions.account(key) is not None]
    change(client)
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    return [*found, client.get("/").status_code == 200, sessions.account(key) is not None]


def _new_password(_client: Client) -> None:
    uma = Account.objects.get(name="Uma")
    uma.set_password("standing-desk-2")
    uma.save()


def _shut(_client: Client) -> None:
    Account.objects.filter(name="Uma").update(is_active=False)


@pytest.mark.parametrize(
    "change", [lambda client: client.post("/account/logout/"), _new_password, _shut]
)
@pytest.mark.usefixtures("world")
def test_a_session_opens_until_it_is_ended(change: Callable[[Client], object]) -> None:
    uma = Account.objects.get(name="Uma")
    uma.set_password(PASSWORD)
    uma.save()
    assert _signed_in_with(change) == [True, True, False, False]
