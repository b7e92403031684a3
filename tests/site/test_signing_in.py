"""Guessing passwords: limited by account and by address, and nobody is kept out by others."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import override_settings

from dutydesk.people.flows import attempts
from dutydesk.people.flows.attempts import PER_ACCOUNT, PER_ADDRESS, WINDOW, TooManyTries
from dutydesk.people.models import Account, Attempt
from dutydesk.settings.kinds import networks
from dutydesk.web.proxies import client_address, household
from testing.machine import AT_MOST
from testing.world import World

RIGHT = "walking-desk-1"
AT = datetime(2026, 11, 24, 10, tzinfo=UTC)


@pytest.fixture
def world(tmp_path_factory: pytest.TempPathFactory, db: None) -> World:
    world = World(tmp_path_factory.mktemp("home"), "2026-11-24T10:00")
    for account in Account.objects.all():
        account.set_password(RIGHT)
        account.save()
    return world


def post(login: str, password: str, client: Client | None = None, **meta: Any) -> Any:
    asked = {"login": login, "password": password}
    return (client or Client()).post("/account/login/", asked, **meta)


def wrong(times: int, login: str = "uma@example.org", **meta: Any) -> list[int]:
    return [post(login, "wrong", **meta).status_code for _ in range(times)]


@pytest.mark.usefixtures("world")
def test_one_account_is_not_guessed_from_many_addresses() -> None:
    spellings = ("uma@example.org", "UMA@example.org", " Uma@EXAMPLE.org ")
    statuses = [
        post(spellings[number % 3], "wrong", REMOTE_ADDR=f"192.0.2.{number}").status_code
        for number in range(PER_ACCOUNT + 3)
    ]
    assert statuses == [200] * PER_ACCOUNT + [429] * 3
    refused = post("uma@example.org", RIGHT, REMOTE_ADDR="192.0.2.99")
    assert refused.status_code == 429
    assert "Too many tries. Try again in 15 minutes." in refused.text
    assert 800 < int(refused.headers["Retry-After"]) <= 900
    assert post("ben@example.org", RIGHT, REMOTE_ADDR="192.0.2.99").status_code == 302


@pytest.mark.usefixtures("world")
def test_one_address_guesses_no_many_accounts() -> None:
    for number in range(PER_ADDRESS):
        assert wrong(1, f"nobody{number}@example.org", REMOTE_ADDR="192.0.2.1") == [200]
    assert post("ben@example.org", RIGHT, REMOTE_ADDR="192.0.2.1").status_code == 429
    assert post("ben@example.org", RIGHT, REMOTE_ADDR="192.0.2.2").status_code == 302


@pytest.mark.usefixtures("world")
def test_wrong_posts_by_somebody_lock_nobody_else_out() -> None:
    wrong(PER_ACCOUNT + 5, REMOTE_ADDR="127.0.0.1")
    assert post("ben@example.org", RIGHT, REMOTE_ADDR="127.0.0.1").status_code == 302


@pytest.mark.usefixtures("world")
def test_a_browser_that_was_signed_in_before_is_kept_out_by_nobody() -> None:
    uma = Client()
    assert post("uma@example.org", RIGHT, uma).status_code == 302
    uma.post("/account/logout/")
    wrong(PER_ACCOUNT + 1)
    assert post("uma@example.org", RIGHT).status_code == 429
    assert post("ben@example.org", "wrong", uma).status_code == 200  # It is not Ben's.
    assert post("uma@example.org", RIGHT, uma).status_code == 302
    uma.post("/account/logout/")
    statuses = [post("uma@example.org", "wrong", uma).status_code for _ in range(11)]
    assert statuses == [200] * attempts.PER_BROWSER + [429]


@pytest.mark.usefixtures("world")
def test_a_made_up_browser_is_known_to_nobody() -> None:
    wrong(PER_ACCOUNT)
    for made_up in ("x", "x:y:z", ""):
        client = Client()
        client.cookies["dutydesk_known"] = made_up
        assert post("uma@example.org", RIGHT, client).status_code == 429


@pytest.mark.usefixtures("world")
def test_the_limit_says_of_no_address_whether_it_has_an_account() -> None:
    for login in ("uma@example.org", "nobody@example.org"):
        assert wrong(PER_ACCOUNT + 1, login)[-1] == 429


@pytest.mark.usefixtures("world")
def test_the_right_password_counts_for_nothing() -> None:
    for _ in range(PER_ACCOUNT + 1):
        assert post("uma@example.org", RIGHT).status_code == 302
    assert not Attempt.objects.exists()


@pytest.mark.django_db
def test_time_alone_ends_it_and_no_further_try_makes_it_longer() -> None:
    limits = {"account:1": 2, "address:a": 9}
    attempts.take(limits=limits, at=AT)
    attempts.take(limits=limits, at=AT + timedelta(minutes=1))
    for minutes in (2, 14):
        with pytest.raises(TooManyTries, match=f"in {15 - minutes} minute"):
            attempts.take(limits=limits, at=AT + timedelta(minutes=minutes))
    attempts.take(limits=limits, at=AT + WINDOW)
    attempts.forget(at=AT + WINDOW)
    assert Attempt.objects.filter(key="account:1").count() == 2


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_no_more_than_one_after_another() -> None:
    ready, taken = threading.Barrier(6, timeout=AT_MOST), list[bool]()

    def take() -> None:
        ready.wait()
        try:
            attempts.take(limits={"account:1": 3, "address:a": 9}, at=AT)
            taken.append(True)
        except TooManyTries:
            taken.append(False)
        finally:
            connection.close()

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(AT_MOST)
    assert sorted(taken) == [False] * 3 + [True] * 3


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "client"),
    [
        ("", "10.0.0.1", "203.0.113.7", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.1", "10.0.0.2", "203.0.113.7", "10.0.0.2"),
        ("10.0.0.0/8", "10.0.0.1", "1.1.1.1, 203.0.113.7, 10.9.9.9", "203.0.113.7"),
        ("10.0.0.0/8", "10.0.0.1", "203.0.113.7,198.51.100.2", "198.51.100.2"),
        ("10.0.0.0/8", "10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.0/8", "10.0.0.1", "10.0.0.5", "10.0.0.5"),
        ("10.0.0.0/8", "10.0.0.1", "1.1.1.1, unknown", "10.0.0.1"),
        ("10.0.0.0/8", "10.0.0.1", "<script>", "10.0.0.1"),
        ("10.0.0.0/8", "10.0.0.1", ", ,", "10.0.0.1"),
        ("10.0.0.0/8", "10.0.0.1", "203.0.113.7:4711", "203.0.113.7"),
        ("10.0.0.0/8", "10.0.0.1", '"[2001:db8::7]:4711"', "2001:db8::7"),
        ("::1, fd00::/8", "::1", "2001:DB8::7, fd00::2", "2001:db8::7"),
        ("127.0.0.1", "::ffff:127.0.0.1", "::ffff:203.0.113.7", "203.0.113.7"),
        ("10.0.0.1/8", "10.0.0.1", "203.0.113.7", "203.0.113.7"),
        ("10.0.0.0/8", "", "203.0.113.7", ""),
        ("0.0.0.0/0", "not an address", "203.0.113.7", ""),
    ],
)
def test_only_proxies_that_were_named_say_who_asks(
    trusted: str, peer: str, forwarded: str, client: str
) -> None:
    with override_settings(TRUSTED_PROXIES=networks(trusted)):
        meta = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded}
        assert client_address(meta) == client


def test_a_household_shares_its_ipv6_network() -> None:
    assert household("2001:db8:1:2:aaaa::1") == household("2001:db8:1:2::9") == "2001:db8:1:2::/64"
    assert household("203.0.113.7") == "203.0.113.7"
    assert household("") == ""


@pytest.mark.usefixtures("world")
@override_settings(TRUSTED_PROXIES=networks("127.0.0.1"))
def test_behind_a_named_proxy_each_client_has_its_own_count() -> None:
    for number in range(PER_ADDRESS):
        wrong(1, f"nobody{number}@example.org", HTTP_X_FORWARDED_FOR="6.6.6.6, 203.0.113.7")
    blocked: dict[str, Any] = {"HTTP_X_FORWARDED_FOR": "1.2.3.4, 203.0.113.7"}
    assert post("ben@example.org", RIGHT, **blocked).status_code == 429
    other: dict[str, Any] = {"HTTP_X_FORWARDED_FOR": "203.0.113.8"}
    assert post("ben@example.org", RIGHT, **other).status_code == 302
