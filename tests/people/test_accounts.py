"""Who may come in: closing, opening, administrators, leaving, and being reached elsewhere."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from dutydesk.journal.models import JournalEntry
from dutydesk.kernel.actions import NotYours
from dutydesk.kernel.refusals import Refused
from dutydesk.oncall.flows import escalation, page_calls
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people.flows import accounts, identities, people
from dutydesk.people.flows.accounts import LastAdministrator
from dutydesk.people.models import Account, Engineer, Session
from dutydesk.people.rules import read_people
from dutydesk.ports.delivery import Delivery
from dutydesk.rota.flows import calendar_feeds
from testing.machine import AT_MOST
from testing.screens import seen, visit
from testing.world import World, number

pytestmark = pytest.mark.django_db
PASSWORD = "walking-desk-1"


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(tmp_path_factory.mktemp("home"), "2026-11-24T10:00")
    for account in Account.objects.all():
        account.set_password(PASSWORD)
        account.is_administrator = account.name == "Ada"
        account.save()
    return world


@pytest.fixture
def mails(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """Let this desk send e-mail; give what is owed, when it is asked for."""

    class Sender:
        def deliver(self, parcel: Delivery) -> str:
            return parcel.key

    monkeypatch.setitem(outbox._senders, "email", Sender())
    return []


def key(name: str) -> int:
    return Account.objects.get(name=name).pk


def is_in(client: Client) -> bool:
    return bool(client.get("/").status_code == 200)


def said(name: str) -> list[tuple[str, str]]:
    about = Account.objects.get(name=name).about
    return list(JournalEntry.objects.filter(subject=about).values_list("actor", "text"))


def test_closing_an_account_ends_its_sessions_feeds_and_links_at_once(world: World) -> None:
    ben, ada = visit("Ben"), visit("Ada")
    assert is_in(ben)
    own = calendar_feeds.make(engineer=number("Ben"), duty="", by="Ben", at=world.at)
    whole = calendar_feeds.make(
        engineer=None, duty="support", by="Ben", at=world.at, maker=key("Ben")
    )
    page = escalation.rehearse(engineer=number("Ben"), at=world.at)
    link = page_calls.link(page, Engineer.objects.get(name="Ben")).rpartition("/pages/")[2]
    answer = ada.post(f"/people/accounts/{key('Ben')}", {"what": "close"})
    assert answer.status_code == 302
    assert not is_in(ben)
    assert not Session.objects.filter(account=key("Ben")).exists()
    for token in (own, whole):
        assert Client().get(f"/calendar/{token}.ics").status_code == 404
    assert Client().post(f"/pages/{link}").status_code == 410
    assert ("Ada", "Ben's account was closed") in said("Ben")
    assert "stopped: their account is closed" in seen(ada.get("/shifts/calendars/"))
    ada.post(f"/people/accounts/{key('Ben')}", {"what": "open"})
    assert not is_in(ben)
    assert is_in(visit("Ben"))
    for token in (own, whole):
        assert Client().get(f"/calendar/{token}.ics").status_code == 200
    assert Client().get(f"/pages/{link}").status_code == 200


def test_accounts_are_found_by_words_and_by_what_they_may(world: World) -> None:
    ada = visit("Ada")

    def listed(query: str) -> list[str]:
        rows = ada.get(f"/people/accounts/{query}").text.partition("<tbody>")[2]
        return [name for name in ("Ada", "Ben", "Uma") if f">{name}<" in rows]

    assert listed("") == ["Ada", "Ben", "Uma"]
    assert listed("?q=BEN@") == ["Ben"]
    assert listed("?acts=user") == ["Uma"]
    assert listed("?acts=administrator&sort=-last") == ["Ada"]
    ada.post(f"/people/accounts/{key('Ben')}", {"what": "close"})
    assert listed("?account=closed") == ["Ben"]
    assert "Nothing matches. Show all" in seen(ada.get("/people/accounts/?q=nobody-is-so-called"))


def test_who_has_left_is_out_at_once_and_comes_back_with_what_they_had(world: World) -> None:
    ben, ada = visit("Ben"), visit("Ada")
    assert is_in(ben)
    token = calendar_feeds.make(engineer=number("Ben"), duty="", by="Ben", at=world.at)
    identities.recognise(outside="slack:T:B", name="Ben", email="ben@example.org", at=world.at)
    left = {"what": "left", "engineer": str(number("Ben"))}
    assert ada.post("/people/", left).status_code == 302
    assert not is_in(ben)
    signing_in = Client(raise_request_exception=False)
    signing_in.post("/account/login/", {"login": "ben@example.org", "password": PASSWORD})
    assert not is_in(signing_in)
    assert calendar_feeds.calendar(token=token, at=world.at) is None
    assert identities.account_of(identities.identity("slack:T:B")) is None
    assert "has left" in seen(ada.get("/people/accounts/"))
    refused = ada.post(f"/people/accounts/{key('Ben')}", {"what": "open"})
    assert "Mark them as back under People" in refused.text
    ada.post("/people/", {**left, "what": "back"})
    signing_in.post("/account/login/", {"login": "ben@example.org", "password": PASSWORD})
    assert is_in(signing_in)
    assert calendar_feeds.calendar(token=token, at=world.at)
    assert identities.account_of(identities.identity("slack:T:B")) is not None
    assert [text for _, text in said("Ben")] == [
        "Ben's account acts for the engineer Ben from now on",
        "Ben's account is closed, since Ben has left",
        "Ben's account is opened, since Ben is back",
    ]


def test_coming_back_opens_no_account_that_an_administrator_closed(world: World) -> None:
    accounts.close(account=key("Ben"), by=None, at=world.at)
    for active in (False, True):
        people.set_active(engineer=number("Ben"), active=active, at=world.at)
    assert not Account.objects.get(name="Ben").is_active


def test_only_administrators_say_that_somebody_with_an_account_left(world: World) -> None:
    for name in ("Ada", "Cy"):
        asked = {"what": "left", "engineer": str(number(name))}
        answer = visit("Ben").post("/people/", asked)
        assert answer.status_code == 422
        assert "Administrators decide who may come in" in answer.text
    people.save_engineer(name="Dan", email="dan@example.org", at=world.at)
    asked = {"what": "left", "engineer": str(number("Dan"))}
    assert visit("Ben").post("/people/", asked).status_code == 302


def test_the_last_administrator_stays(world: World) -> None:
    ada = visit("Ada")
    for what in ("close", "no-administrator"):
        answer = ada.post(f"/people/accounts/{key('Ada')}", {"what": what})
        assert answer.status_code == 422
        assert "Ada is the only administrator." in answer.text
    with pytest.raises(LastAdministrator):
        people.set_active(engineer=number("Ada"), active=False, at=world.at)
    assert Engineer.objects.get(name="Ada").active
    ada.post(f"/people/accounts/{key('Ben')}", {"what": "administrator"})
    assert ada.post(f"/people/accounts/{key('Ada')}", {"what": "close"}).status_code == 302
    assert not is_in(ada)
    with pytest.raises(LastAdministrator):
        accounts.close(account=key("Ben"), by=None, at=world.at)


def test_an_administrator_can_sign_in(world: World) -> None:
    Account.objects.create_user(email="umi@example.org", name="Umi")
    with pytest.raises(Refused, match="has no password and can't sign in yet"):
        accounts.make_administrator(account=key("Umi"), by=None, at=world.at)
    accounts.close(account=key("Uma"), by=None, at=world.at)
    with pytest.raises(Refused, match="Uma's account is closed"):
        accounts.make_administrator(account=key("Uma"), by=None, at=world.at)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_demote_each_other_at_once_leave_one(world: World) -> None:
    accounts.make_administrator(account=key("Ben"), by=None, at=world.at)
    both = {name: world.person(name) for name in ("Ada", "Ben")}
    ready, ended = threading.Barrier(2, timeout=AT_MOST), dict[str, str]()

    def demote(who: str, whom: str) -> None:
        try:
            ready.wait()
            accounts.end_administrator(account=key(whom), by=both[who], at=world.at)
            ended[who] = "done"
        except Refused as refusal:
            ended[who] = type(refusal).__name__
        finally:
            connection.close()

    threads = [
        threading.Thread(target=demote, args=pair) for pair in (("Ada", "Ben"), ("Ben", "Ada"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(AT_MOST)
    assert sorted(ended.values()) == ["NotYours", "done"]
    assert Account.objects.filter(is_administrator=True).count() == 1


SCREENS = ("/people/accounts/", "/people/accounts/{}", "/account/")


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("", (302, 302, 302)),
        ("Uma", (403, 403, 200)),
        ("Ben", (403, 403, 200)),
        ("Ada", (200,) * 3),
    ],
)
def test_who_sees_which_screen(world: World, name: str, statuses: tuple[int, ...]) -> None:
    client = visit(name) if name else Client()
    paths = [screen.format(key("Cy")) for screen in SCREENS]
    assert tuple(client.get(path).status_code for path in paths) == statuses
    for path, status in zip(paths, statuses, strict=True):
        if status == 200:
            assert client.get(path).headers["Cache-Control"] == "no-store"


ACTIONS = ("close", "open", "administrator", "no-administrator", "sign-out", "engineer", "unknown")


@pytest.mark.parametrize("what", ACTIONS)
@pytest.mark.parametrize("name", ["", "Uma", "Ben"])
def test_nobody_but_administrators_changes_an_account(world: World, name: str, what: str) -> None:
    cy = visit("Cy")
    before = Account.objects.filter(name="Cy").values().get()
    client = visit(name) if name else Client()
    answer = client.post(f"/people/accounts/{key('Cy')}", {"what": what})
    assert answer.status_code == (403 if name else 302)
    assert Account.objects.filter(name="Cy").values().get() == before
    assert is_in(cy)


@pytest.mark.parametrize(
    "do",
    [
        accounts.close,
        accounts.reopen,
        accounts.make_administrator,
        accounts.end_administrator,
        accounts.end_sessions,
        accounts.join_engineer,
    ],
)
def test_flows_ask_again_who_may(world: World, do: Callable[..., object]) -> None:
    ada = world.person("Ada")
    Account.objects.filter(name="Ada").update(is_administrator=False)
    for by in (ada, world.person("Ben")):
        with pytest.raises(NotYours):
            do(account=key("Cy"), by=by, at=world.at)


@pytest.mark.parametrize("what", ["unknown", "engineer"])
def test_what_can_t_be_done_is_said(world: World, what: str) -> None:
    answer = visit("Ada").post(f"/people/accounts/{key('Uma')}", {"what": what})
    assert answer.status_code == 422
    assert visit("Ada").get("/people/accounts/999999").status_code == 404


def test_forms_need_their_token(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(Account.objects.get(name="Ada"))
    for path in (f"/people/accounts/{key('Cy')}", "/account/"):
        assert client.post(path, {"what": "close"}).status_code == 403
    assert Account.objects.get(name="Cy").is_active


def test_an_administrator_ends_somebody_s_sessions(world: World) -> None:
    first, second, ada = visit("Uma"), visit("Uma"), visit("Ada")
    ada.post(f"/people/accounts/{key('Uma')}", {"what": "sign-out"})
    assert not is_in(first)
    assert not is_in(second)
    assert is_in(ada)
    assert said("Uma") == [("Ada", "Uma was signed out in 2 browsers")]


def change_address(name: str, whose: str, email: str) -> int:
    who = str(Engineer.objects.get(name=whose).pk)
    asked = {"what": "change", "who": who, "name": "", "email": email}
    return int(visit(name).post("/people/", asked).status_code)


def owed() -> list[tuple[str, str]]:
    mails = OutboxMessage.objects.filter(kind="email", key__contains=":").order_by("pk")
    return [(mail.payload["to"], mail.payload["subject"]) for mail in mails]


@pytest.mark.usefixtures("mails")
def test_who_is_how_reached_is_changed_by_them_and_by_administrators(world: World) -> None:
    file = {"what": "file", "text": "engineers: [{name: Ada, email: ben2@example.org}]"}
    assert change_address("Ben", "Ada", "ben2@example.org") == 422
    assert "Ada is somebody else: ada@example.org" in visit("Ben").post("/people/", file).text
    with pytest.raises(NotYours, match="Only Ada and administrators change how Ada is reached"):
        ada, ben = Engineer.objects.get(name="Ada").pk, world.person("Ben")
        people.change_engineer(engineer=ada, name="", email="b@x.org", at=world.at, by=ben)
    assert Engineer.objects.get(name="Ada").email == "ada@example.org"
    assert owed() == []
    assert change_address("Ben", "Ben", "ben2@example.org") == 302
    assert change_address("Ada", "Cy", "cy2@example.org") == 302
    assert [to for to, _ in owed()] == ["ben@example.org", "cy@example.org"]
    assert "reaches you by another address" in owed()[0][1]
    told = JournalEntry.objects.filter(kind="engineer.address").values_list("actor", "text")
    assert list(told) == [
        ("Ben", "Ben is reached by ben2@example.org, no longer by ben@example.org"),
        ("Ada", "Cy is reached by cy2@example.org, no longer by cy@example.org"),
    ]
    people.load(
        file=read_people("engineers: [{name: Benny, email: ben2@example.org}]"), at=world.at
    )
    assert Engineer.objects.get(name="Benny").email == "ben2@example.org"


def test_an_engineer_lets_no_user_s_account_act_for_the_team(world: World) -> None:
    asked = {"what": "engineer", "name": "Uma", "email": "uma@example.org"}
    answer = visit("Ben").post("/people/", asked, follow=True)
    assert "An administrator can let uma@example.org's account act for them" in seen(answer)
    assert not Account.objects.get(name="Uma").is_engineer
    visit("Ada").post(f"/people/accounts/{key('Uma')}", {"what": "engineer"})
    assert Account.objects.get(name="Uma").is_engineer
