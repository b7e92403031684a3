"""Hearing by e-mail what the status page says: asked for, confirmed, told once, ended."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dutydesk.incidents.models import Incident
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.flows.attempts import TooManyTries
from dutydesk.people.models import Service
from dutydesk.ports.delivery import MAIL, Delivery
from dutydesk.status.flows import letters, subscriptions
from dutydesk.status.flows.subscriptions import SubscriptionRefused
from dutydesk.status.models import Subscription
from testing.screens import visit
from testing.status import show
from testing.world import Moving, World

pytestmark = pytest.mark.django_db
EVE = "eve@example.org"


class MailServer:
    """A mail server that takes everything."""

    def deliver(self, parcel: Delivery) -> str:
        return "taken"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(tmp_path, "2026-11-24T11:00")
    monkeypatch.setattr("dutydesk.site.middleware.clock", Moving(world))
    monkeypatch.setitem(outbox._senders, MAIL, MailServer())
    world.shifts(support="Ada", primary="Ben")
    show(world, tmp_path)
    return world


def mails(to: str = EVE) -> list[dict[str, Any]]:
    rows = OutboxMessage.objects.filter(kind=MAIL, payload__to=to).order_by("id")
    return [row.payload for row in rows]


def path_in(mail: dict[str, Any], what: str) -> str:
    """Give the path of the link in a mail."""
    return str(re.findall(rf"/status/subscriptions/\S+/{what}", mail["body"])[0])


def subscribe(world: World, *services: str, email: str = EVE) -> Client:
    client = Client()
    form = {"email": email, "services": list(services)}
    assert "Look into your mail" in client.post("/status/subscribe", form).text
    link = path_in(mails(email)[-1], "confirm")
    assert "Do you want these" in client.get(link).text
    assert Subscription.objects.get(email=email).confirmed_at is None, "looking confirms nothing"
    assert "You will hear of it" in client.post(link).text
    return client


def declare(world: World, service: str = "Prison visits") -> Incident:
    number = str(Service.objects.get(name=service).pk)
    values: dict[str, str | list[str]] = {
        "services": [number],
        "criteria": ["outage"],
        "user_impact": "yes",
    }
    world.press("Ada", "incident.declare", "new", title=f"{service} fail", source=service, **values)
    return Incident.objects.latest("id")


def news(world: World) -> None:
    letters.look_after(at=world.at)


def test_whoever_is_signed_in_is_shown_how_a_channel_is_subscribed(world: World) -> None:
    assert "/do/status.subscribe/new" in visit("Uma").get("/status/subscribe").text
    assert "/do/" not in Client().get("/status/subscribe").text


def test_an_address_that_never_said_yes_hears_nothing_and_is_forgotten(world: World) -> None:
    Client().post("/status/subscribe", {"email": EVE})
    (question,) = mails()
    assert "If not, do nothing" in question["body"]
    declare(world)
    news(world)
    assert mails() == [question]
    world.at += timedelta(hours=25)
    assert Client().get(path_in(question, "confirm")).status_code == 410
    news(world)
    assert not Subscription.objects.exists()


@pytest.mark.clause("incident.comms-users")
def test_each_update_is_one_mail_however_often_workers_look(world: World) -> None:
    subscribe(world)
    world.at += timedelta(minutes=1)
    incident = declare(world)
    for _ in range(3):
        news(world)
    world.forward(minutes=10)
    world.press("Ada", "incident.update", incident.about, text="A disk is full", next="30")
    for _ in range(3):
        news(world)
    _, first, second = mails()
    assert first["subject"] == second["subject"] == "Cloud Platform status: Prison visits fail"
    assert "We are looking into a problem with Prison visits." in first["body"]
    assert second["body"].startswith("A disk is full")
    assert "/status/#incident-" in second["body"]
    assert "Ada" not in first["body"] + second["body"]


def test_many_subscribers_are_told_in_as_many_statements_as_one(world: World) -> None:
    for number in range(6):
        Subscription.objects.create(
            email=f"{number}@example.org", asked_at=world.at, confirmed_at=world.at
        )
    world.at += timedelta(minutes=1)
    declare(world)
    with transaction.atomic():
        Subscription.objects.exclude(email="0@example.org").delete()
        of_one = _statements(world)
        transaction.set_rollback(True)
    assert _statements(world) == of_one
    assert OutboxMessage.objects.filter(key__startswith="status:incident-").count() == 6


def _statements(world: World) -> int:
    with CaptureQueriesContext(connection) as asked:
        news(world)
    return len(asked)


def test_what_was_told_before_is_no_news(world: World) -> None:
    declare(world)
    world.at += timedelta(minutes=1)
    subscribe(world)
    news(world)
    assert len(mails()) == 1


def test_whoever_chose_services_hears_of_those(world: World) -> None:
    subscribe(world, "clusters")
    world.at += timedelta(minutes=1)
    declare(world)
    news(world)
    assert len(mails()) == 1
    declare(world, "Clusters")
    news(world)
    assert mails()[-1]["subject"] == "Cloud Platform status: Clusters fail"


def test_one_press_ends_it_whoever_presses(world: World) -> None:
    subscribe(world)
    world.at += timedelta(minutes=1)
    declare(world)
    news(world)
    mail = mails()[-1]
    link = path_in(mail, "end")
    assert mail["unsubscribe"].endswith(link)
    mail_program = Client(enforce_csrf_checks=True)
    assert "Hear no more" in mail_program.get(link).text
    assert Subscription.objects.exists(), "looking ends nothing"
    assert "That was the last one" in mail_program.post(link).text
    assert not Subscription.objects.exists()
    assert mail_program.post(link).status_code == 200, "twice is as good as once"
    assert mail_program.post(link.replace("/end", "x/end")).status_code == 410


def test_whoever_is_subscribed_is_told_so_only_in_their_mail(world: World) -> None:
    subscribe(world)
    world.at += timedelta(minutes=1)
    again = Client().post("/status/subscribe", {"email": EVE.upper()})
    assert "Look into your mail" in again.text
    assert "subscribed already" in mails()[-1]["subject"]
    assert Subscription.objects.count() == 1


def test_nobody_is_flooded(world: World) -> None:
    def ask(email: str, address: str = "192.0.2.1") -> None:
        subscriptions.ask(email=email, services=[], title="x", address=address, at=world.at)

    for _ in range(subscriptions.PER_ADDRESS):
        ask(EVE)
        world.at += timedelta(seconds=1)
    with pytest.raises(TooManyTries):
        ask(EVE, "198.51.100.7")
    for number in range(subscriptions.PER_HOUSEHOLD - subscriptions.PER_ADDRESS):
        ask(f"a{number}@example.org")
    with pytest.raises(TooManyTries):
        ask("another@example.org")


@pytest.mark.parametrize(
    "email", ["", "eve", "eve@", "a@b.org\nBcc: c@d.org", "x" * 250 + "@b.org"]
)
def test_what_is_no_address_is_refused_and_what_was_typed_stays(world: World, email: str) -> None:
    with pytest.raises(SubscriptionRefused):
        subscriptions.ask(email=email, services=[], title="x", address="", at=world.at)
    answer = Client().post("/status/subscribe", {"email": email, "services": ["clusters"]})
    assert answer.status_code == 422
    assert "This is not an e-mail address." in answer.text
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("who", ["off", "sign-in"])
def test_only_a_public_page_is_subscribed_to_and_ending_always_works(
    world: World, tmp_path: Path, who: str
) -> None:
    subscribe(world)
    link = subscriptions.end_link(Subscription.objects.get())
    show(world, tmp_path, who=who)
    assert Client().get("/status/subscribe").status_code == 404
    assert "That was the last one" in Client().post(link[link.index("/status") :]).text


def test_without_a_mail_server_nothing_is_offered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(outbox._senders, MAIL)
    assert Client().get("/status/subscribe").status_code == 404
