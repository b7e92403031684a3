"""What somebody sees who is not signed in: the desk's own pages, and what to do next."""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.template.loader import get_template
from django.test import Client
from django.test.utils import override_settings

import dutydesk
from dutydesk.people.models import Account
from dutydesk.site.urls import account_routes
from testing.screens import squeezed, visit
from testing.world import World

pytestmark = pytest.mark.django_db
OURS = Path(dutydesk.__file__).parent
PASSWORD = "walking-desk-1"
FORGOTTEN = "No account, or a forgotten password?"


@pytest.fixture(autouse=True)
def world(tmp_path: Path) -> World:
    cache.clear()  # What was tried before counts against an address.
    world = World(tmp_path, "2026-11-24T11:00")
    uma = Account.objects.get(name="Uma")
    uma.set_password(PASSWORD)
    uma.save()
    return world


def ours(answer: Any, heading: str) -> str:
    """Give a page's text, once it is seen to be one of the desk's own."""
    text = squeezed(answer.text)
    assert '<link rel="stylesheet" href="/static/desk.css">' in text
    assert text.count("<h1>") == 1
    assert f"<h1>{heading}</h1>" in text
    for theirs in ("Sign Up", "sign up", "Menu:", "Sign In", "Remember"):
        assert theirs not in text
    return text


def sign_in(password: str) -> Any:
    asked = {"login": "uma@example.org", "password": password}
    return Client().post("/account/login/", asked)


def test_the_sign_in_page_is_ours_and_says_what_to_do_about_a_forgotten_password() -> None:
    text = ours(Client().get("/account/login/?next=/incidents/"), "Sign in")
    assert FORGOTTEN in text
    assert "Ask an administrator of this desk for a link." in text
    assert "dutydesk invite" in text
    assert 'name="next" value="/incidents/"' in text
    for path in ("/account/signup/", "/account/password/reset/"):
        assert FORGOTTEN in ours(Client().get(path), "Accounts are made by invitation")
        assert FORGOTTEN in ours(Client().post(path), "Accounts are made by invitation")


def test_a_wrong_password_is_said_on_our_page_and_what_was_typed_stays() -> None:
    text = ours(sign_in("wrong"), "Sign in")
    assert 'role="alert"' in text
    assert 'value="uma@example.org"' in text


@override_settings(ACCOUNT_RATE_LIMITS={"login": "1/h/ip"})
def test_too_many_tries_are_refused_on_our_page() -> None:
    sign_in("wrong")
    answer = sign_in("wrong")
    assert answer.status_code == 429
    assert "Wait a minute" in ours(answer, "Too many tries in a short time")


def test_whose_account_is_closed_is_told_so() -> None:
    Account.objects.filter(name="Uma").update(is_active=False)
    answer = sign_in(PASSWORD)
    assert answer.status_code == 302
    closed = Client().get(answer.headers["Location"])
    assert "Ask an administrator" in ours(closed, "This account is closed")


def test_signing_out_asks_first_on_our_page() -> None:
    uma = visit("Uma")
    assert "You are signed in as Uma." in ours(uma.get("/account/logout/"), "Sign out?")
    assert uma.get("/").status_code == 200
    uma.post("/account/logout/")
    assert uma.get("/").status_code == 302


def test_a_form_that_was_open_for_too_long_is_refused_on_our_page() -> None:
    answer = Client(enforce_csrf_checks=True).post("/account/login/", {})
    assert answer.status_code == 403
    assert "load the page again" in ours(answer, "That was not done")


@pytest.mark.parametrize("path", ["email/", "password/change/", "password/set/", "reauthenticate/"])
def test_no_other_page_of_theirs_is_reached(path: str) -> None:
    for client in (Client(), visit("Ada")):
        answer = client.get(f"/account/{path}")
        assert answer.status_code == 404
        ours(answer, "There is nothing here")


def test_whatever_is_reached_under_account_shows_a_template_of_ours() -> None:
    for route in account_routes:
        view = getattr(route.callback, "view_class", None)
        if view is not None:
            assert _is_ours(view.template_name), f"{route.pattern} shows one of theirs"
    for name in ("base.html", "429.html", "403_csrf.html", "404.html"):
        assert _is_ours(name)


def _is_ours(name: str) -> bool:
    """Say whether the template that is shown by this name is one of the desk's own."""
    shown: Any = get_template(name)
    return Path(shown.origin.name).is_relative_to(OURS)
