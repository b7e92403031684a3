"""What is answered where there is nothing, and when something fails: neither asks the database.

Django renders these in a thread of its own, whose connection nobody would give back.
"""

import logging
import sys
from functools import cache

import psycopg
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import Resolver404, is_valid_path, resolve

from dutydesk.site import pulse
from dutydesk.web.doors import Headers, Scope, Send, answer

_HTML: Headers = ((b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"no-store"))


def not_here(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that there is nothing at this address."""
    return HttpResponse(_page("404.html"), status=404)


def fault(request: HttpRequest) -> HttpResponse:
    """Say that something went wrong here; if it is the database that is away, 503."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError | psycopg.Error):
        return away()
    return HttpResponse(_page("500.html"), status=500)


def away() -> HttpResponse:
    """Say that nothing can be done just now, and when to try again."""
    return HttpResponse(_page("503.html"), status=503, headers={"Retry-After": "1"})


async def refuse(scope: Scope, send: Send) -> None:
    """Say by a door that the database doesn't answer: a page to a browser, a line to a program.

    Where there is nothing, there is nothing, whether the database answers or not.
    """
    if not is_here(scope) and not is_valid_path(f"{scope['path']}/"):
        return await answer(send, 404, _page("404.html").encode(), _HTML)
    wanted = dict(scope["headers"]).get(b"accept", b"")
    if b"text/html" not in wanted:
        return await pulse.refuse(scope, send)
    await answer(send, 503, _page("503.html").encode(), (*_HTML, *pulse.AGAIN))


def is_here(scope: Scope) -> bool:
    """Say whether an address leads somewhere as it is, with its slash if it needs one."""
    return bool(is_valid_path(scope["path"]))


async def too_large(scope: Scope, send: Send) -> None:
    """Say that a request is more than the desk takes at once."""
    await answer(send, 413, _page("413.html").encode(), _HTML)


class Short(logging.Filter):
    """Leaves the trace out of what is logged: the line alone says all there is to say."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, shortened."""
        record.exc_info = record.exc_text = None
        return True


class Masked(logging.Filter):
    """Writes over the secret in a logged request's address, which may sign somebody in."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass, without the secret."""
        request = getattr(record, "request", None)
        secret = _secret_in(request) if isinstance(request, HttpRequest) else ""
        if secret and isinstance(record.args, tuple):
            record.args = tuple(
                one.replace(secret, "***") if isinstance(one, str) else one for one in record.args
            )
        return True


def _secret_in(request: HttpRequest) -> str:
    """Give the secret that an address holds: what its route calls a token."""
    try:
        found = request.resolver_match or resolve(request.path_info)
    except Resolver404:
        return ""
    return str(found.kwargs.get("token", ""))


@cache
def _page(template: str) -> str:
    return render_to_string(template)
