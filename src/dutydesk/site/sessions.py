"""Who is signed in, for a door before Django: the session's cookie, looked up as Django does."""

from http.cookies import CookieError, SimpleCookie
from importlib import import_module
from types import SimpleNamespace
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from dutydesk.people.models import Account
from dutydesk.site.doors import Scope


def session_key(scope: Scope) -> str:
    """Give the session's key out of a request's cookies; "" without one."""
    sent = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    try:
        cookie = SimpleCookie(sent.decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return ""
    return cookie.value if cookie else ""


def account(key: str) -> Account | None:
    """Give whose session this is, if it stands, and so do they. Two queries.

    As django.contrib.auth does it: one that ended, whose account is shut or whose password
    changed, opens nothing.
    """
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore(key)
    found = get_user(cast(HttpRequest, SimpleNamespace(session=store)))
    return found if isinstance(found, Account) else None
