"""Whoever forgot their password gets a link that sets a new one, and nobody else's."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from typer.testing import CliRunner

from dutydesk.cli import app
from dutydesk.journal.models import JournalEntry
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.flows import invitations
from dutydesk.people.flows.invitations import InvitationGone
from dutydesk.people.models import Account
from dutydesk.ports.delivery import Delivery
from testing.screens import seen, visit
from testing.world import World

pytestmark = pytest.mark.django_db
OLD, NEW = "walking-desk-1", "standing-desk-2"


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(tmp_path_factory.mktemp("home"), "2026-11-24T10:00")
    for name in ("Ada", "Uma"):
        account = Account.objects.get(name=name)
        account.is_administrator = name == "Ada"
        account.set_password(OLD)
        account.save()
    return world


class Nobody:
    def deliver(self, parcel: Delivery) -> str:
        return parcel.key


def link_in(text: str) -> str:
    return str(re.findall(r"/welcome/[\w-]+", text)[0])


def sign_in(password: str) -> Client:
    client = Client()
    client.post("/account/login/", {"login": "uma@example.org", "password": password})
    return client


def is_in(client: Client) -> bool:
    return bool(client.get("/").status_code == 200)


def test_an_administrator_s_link_sets_a_new_password_and_ends_old_sessions(world: World) -> None:
    before = sign_in(OLD)
    assert is_in(before)
    asked = {"what": "invitation", "name": "Uma", "email": "UMA@example.org"}
    link = link_in(visit("Ada").post("/people/", asked).text)
    hers = Client()
    shown = seen(hers.get(link))
    assert "For the account of Uma." in shown
    assert "Your name" not in shown
    assert "too short" in hers.post(link, {"password": "short"}).text
    assert is_in(before)
    done = hers.post(link, {"password": NEW, "name": "Eve", "email": "eve@example.org"})
    assert done.status_code == 302
    assert is_in(hers)
    assert not is_in(before)
    assert [is_in(sign_in(password)) for password in (OLD, NEW)] == [False, True]
    assert hers.get(link).status_code == 410
    uma = Account.objects.get(email="uma@example.org")
    assert (uma.name, uma.is_administrator) == ("Uma", False)


def test_only_the_newest_link_sets_it_and_only_in_time(world: World) -> None:
    first, second = (invitations.invite(at=world.at, email="uma@example.org")[0] for _ in range(2))
    for token, at in ((first, world.at), (second, world.at + timedelta(days=1))):
        with pytest.raises(InvitationGone):
            invitations.accept(token=token, name="", password=NEW, at=at)
    Account.objects.filter(name="Uma").update(is_active=False)
    with pytest.raises(InvitationGone):
        invitations.accept(token=second, name="", password=NEW, at=world.at)
    assert Account.objects.get(name="Uma").check_password(OLD)


def test_a_password_set_by_a_link_is_on_record_and_told_to_its_owner(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(outbox._senders, "email", Nobody())
    token, _ = invitations.invite(at=world.at, email="uma@example.org", by=world.person("Ada"))
    uma = invitations.accept(token=token, name="", password=NEW, at=world.at)
    told = JournalEntry.objects.filter(subject=uma.about).values_list("actor", "text")
    assert list(told) == [
        ("Ada", "A link was made that lets in uma@example.org"),
        ("Uma", "Uma's password was changed with a link"),
    ]
    mail = OutboxMessage.objects.get(kind="email").payload
    assert mail["to"] == "uma@example.org"
    assert mail["subject"] == "Your password at Cloud Platform was changed"
    assert "with a link on 24 November 2026 at 10:00 GMT" in mail["body"]


@pytest.mark.usefixtures("world")
def test_whoever_runs_the_machine_makes_administrators(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://here")
    for who in ("uma", "eve"):
        words = ["invite", f"{who}@example.org", "--administrator", "--name", who.title()]
        made = CliRunner().invoke(app, words)
        theirs = Client()
        shown = theirs.get(link_in(made.output)).text
        assert ("and administrator" in shown) == (who == "eve")
        theirs.post(link_in(made.output), {"name": "Eve", "password": NEW})
        assert Account.objects.get(email=f"{who}@example.org").is_administrator
        assert theirs.get("/people/accounts/").status_code == 200


@pytest.mark.usefixtures("world")
def test_whoever_runs_the_machine_lets_an_administrator_in_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://here")
    made = CliRunner().invoke(app, ["invite", "ada@example.org", "--address", "https://desk/"])
    assert made.output.startswith("https://desk/welcome/")
    assert Client().post(link_in(made.output), {"password": NEW}).status_code == 302
    ada = Account.objects.get(name="Ada")
    assert ada.check_password(NEW)
    assert ada.is_administrator
    refused = CliRunner().invoke(app, ["invite", "nowhere"])
    assert refused.exit_code == 1
    assert "email: is not an e-mail address" in str(refused.exception)
