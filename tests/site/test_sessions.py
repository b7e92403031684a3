"""Sessions: kept by a hash alone, seen and ended by whose they are, at no extra cost."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.test import Client

from dutydesk.journal.models import JournalEntry
from dutydesk.outbox.flows import outbox
from dutydesk.outbox.models import OutboxMessage
from dutydesk.people import words
from dutydesk.people.flows import attempts
from dutydesk.people.models import Account, Session
from dutydesk.people.web import sessions
from dutydesk.people.web.sessions import SessionStore
from testing.screens import seen, visit
from testing.world import World

pytestmark = pytest.mark.django_db
OLD, NEW = "walking-desk-1", "standing-desk-2"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/17.5 Mobile/15E148 Safari/604.1"
)


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(tmp_path_factory.mktemp("home"), "2026-11-24T10:00")
    for account in Account.objects.all():
        account.set_password(OLD)
        account.save()
    return world


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let this desk send e-mail."""
    monkeypatch.setitem(outbox._senders, "email", Nobody())
    yield


class Nobody:
    def deliver(self, parcel: Any) -> str:
        return str(parcel.key)


def sign_in(agent: str = FIREFOX, password: str = OLD, **meta: str) -> Client:
    client = Client(headers={"User-Agent": agent}, **meta)  # type: ignore[arg-type]
    client.post("/account/login/", {"login": "uma@example.org", "password": password})
    return client


def is_in(client: Client) -> bool:
    return bool(client.get("/").status_code == 200)


def key_of(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.mark.usefixtures("world")
def test_what_is_in_the_database_signs_nobody_in() -> None:
    uma = sign_in()
    kept = Session.objects.get()
    assert kept.account == Account.objects.get(name="Uma")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(s::text, ' ') FROM people_session s")
        assert key_of(uma) not in cursor.fetchone()[0]
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = kept.session_key
    assert not is_in(thief)
    assert sessions.account(kept.session_key) is None
    assert is_in(uma)
    assert sessions.account(key_of(uma)) == kept.account


@pytest.mark.usefixtures("world")
def test_a_session_costs_no_query_more_than_django_s_own() -> None:
    uma = sign_in()
    asked: list[str] = []

    def watch(execute: Callable[..., Any], statement: str, *given: Any) -> Any:
        asked.append(statement)
        return execute(statement, *given)

    with connection.execute_wrapper(watch):
        assert sessions.account(key_of(uma)) is not None
    assert len(asked) == 2
    uma.get("/account/")
    asked.clear()
    with connection.execute_wrapper(watch):
        uma.get("/account/")
    mine = [each for each in asked if "people_session" in each]
    assert len(mine) == 2  # To know who asks, and to show what they ask for.


@pytest.mark.usefixtures("world")
def test_sessions_are_kept_changed_and_ended_as_django_s_are() -> None:
    store = SessionStore()
    store["what"] = "this"
    store.save()
    key = str(store.session_key)
    assert SessionStore(key)["what"] == "this"
    assert SessionStore().exists(key)
    again = SessionStore(key)
    again["what"] = "that"
    again.cycle_key()
    assert not SessionStore().exists(key)
    assert SessionStore(again.session_key)["what"] == "that"
    late = SessionStore(again.session_key)
    late["what"] = "late"
    again.flush()
    with pytest.raises(UpdateError):
        late.save()
    assert SessionStore(key).get("what") is None


@pytest.mark.usefixtures("world")
def test_they_are_the_same_without_waiting_in_a_thread() -> None:
    async def use() -> Any:
        store = SessionStore()
        await store.aset("what", "this")
        await store.asave()
        key = str(store.session_key)
        found = await SessionStore(key).aget("what"), await SessionStore().aexists(key)
        await SessionStore(key).adelete()
        return found, await SessionStore(key).aget("what")

    assert async_to_sync(use)() == (("this", True), None)


@pytest.mark.usefixtures("world")
def test_what_is_over_opens_nothing_and_is_let_go(world: World) -> None:
    uma = sign_in()
    Session.objects.update(expire_date=world.at - timedelta(days=99))
    assert not is_in(uma)
    attempts.forget(at=world.at)
    assert not Session.objects.exists()


@pytest.mark.usefixtures("world")
def test_everybody_sees_where_they_are_signed_in_and_ends_it() -> None:
    here, phone, old = sign_in(REMOTE_ADDR="192.0.2.7"), sign_in(IPHONE), sign_in("curl/8")
    visit("Ben")
    text = seen(here.get("/account/"))
    assert "Firefox on Linux this one" in text
    assert "from 192.0.2.7" in text
    assert "Safari on iPhone" in text
    assert "An unknown browser" in text
    assert text.count("Sign out there") == 2
    there = sessions.hashed(key_of(phone))
    here.post("/account/", {"what": "end", "browser": there})
    assert [is_in(one) for one in (here, phone, old)] == [True, False, True]
    here.post("/account/", {"what": "end-others"})
    assert [is_in(one) for one in (here, old)] == [True, False]
    told = JournalEntry.objects.filter(kind="account.changed", text__contains="signed out")
    assert list(told.values_list("actor", "text")) == [
        ("Uma", "Uma was signed out in 1 browser"),
        ("Uma", "Uma was signed out in 1 browser"),
    ]


@pytest.mark.usefixtures("world")
def test_nobody_ends_somebody_else_s_session_by_knowing_its_name() -> None:
    ben = visit("Ben")
    sign_in().post("/account/", {"what": "end", "browser": sessions.hashed(key_of(ben))})
    assert is_in(ben)


@pytest.mark.usefixtures("world", "mail")
def test_a_new_password_needs_the_old_one_ends_the_rest_and_is_told_to_its_owner() -> None:
    here, there = sign_in(), sign_in(IPHONE)
    for old, new, says in (
        ("wrong", NEW, "That is not your password."),
        (OLD, "short", "too short"),
        (OLD, "password1", "too common"),
    ):
        answer = here.post("/account/", {"what": "password", "old": old, "password": new})
        assert answer.status_code == 422
        assert says in answer.text
    assert is_in(there)
    done = here.post("/account/", {"what": "password", "old": OLD, "password": NEW})
    assert done.status_code == 302
    assert [is_in(one) for one in (here, there)] == [True, False]
    assert [is_in(sign_in(password=word)) for word in (OLD, NEW)] == [False, True]
    assert Session.objects.filter(account__name="Uma").count() == 2
    entry = JournalEntry.objects.get(text__contains="password was changed")
    assert (entry.actor, entry.kind) == ("Uma", "account.changed")
    mail = OutboxMessage.objects.get(kind="email")
    assert mail.payload["to"] == "uma@example.org"
    assert "by somebody who knew the old one" in mail.payload["body"]


@pytest.mark.usefixtures("world")
def test_whoever_finds_an_open_screen_can_t_guess_the_old_password_for_long() -> None:
    here = sign_in()
    wrong = {"what": "password", "old": "wrong", "password": NEW}
    statuses = [here.post("/account/", wrong).status_code for _ in range(attempts.PER_BROWSER + 1)]
    assert statuses == [422] * attempts.PER_BROWSER + [429]
    right = here.post("/account/", {**wrong, "old": OLD})
    assert right.status_code == 429
    assert "Too many tries." in right.text


@pytest.mark.parametrize(
    ("agent", "says"),
    [
        (FIREFOX, "Firefox on Linux"),
        (IPHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Safari/605.1", "Safari on a Mac"),
        ("Something on Windows", "A browser on Windows"),
        ("", "An unknown browser"),
        ("<script>alert(1)</script>", "An unknown browser"),
    ],
)
def test_browsers_are_named_in_plain_words(agent: str, says: str) -> None:
    assert words.browser(agent) == says
