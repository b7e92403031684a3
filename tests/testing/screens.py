"""Somebody who looks at the desk's screens, without a browser or a server."""

import html
import re
from typing import Any

from django.test import Client

from dutydesk.people.models import Account


def visit(name: str) -> Client:
    """Give somebody of the world, signed in."""
    client = Client()
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    client.force_login(Account.objects.get(name=name), backend)
    return client


def squeezed(page: str) -> str:
    """Give a page without the white space that only its template's form made."""
    return re.sub(r"(?<=>) | (?=<)", "", re.sub(r"\s+", " ", page))


def seen(answer: Any) -> str:
    """Give what a screen says, without its marks and with single spaces."""
    assert answer.status_code == 200, answer.text
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", answer.text)))
