"""Asks an address once, and says in a few words what was wrong with the answer."""

import logging
import ssl
from collections.abc import Iterable, Iterator

import httpx

from dutydesk.adapters.egress import Leash, held
from dutydesk.adapters.trusted import authorities
from dutydesk.ports.web_checks import CheckAnswer, WebCheck

LARGEST = 1_000_000
"""So much of an answer is read, to find a text in it."""
_HEADERS = {"User-Agent": "dutydesk", "Accept": "*/*", "Cache-Control": "no-cache"}
for _name in ("httpx", "httpcore"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


class HttpChecker:
    """Asks as a browser would, with fresh connections, and follows no redirect."""

    def __init__(self, inside: Iterable[str]) -> None:
        """Reach public addresses, and of inner ones `inside`: hosts, addresses, networks."""
        self._inside = tuple(inside)

    def ask(self, check: WebCheck) -> CheckAnswer:
        """Ask once, and let all of it take no longer than the check says."""
        with held(inside=self._inside, seconds=check.seconds) as leash:
            try:
                return self._ask(check)
            except httpx.InvalidURL:
                return CheckAnswer(None, "its address is none that can be asked")
            except (httpx.HTTPError, OSError, UnicodeError) as error:
                return _failed(error, leash, check)

    def _ask(self, check: WebCheck) -> CheckAnswer:
        with (
            httpx.Client(
                timeout=check.seconds, trust_env=False, headers=_HEADERS, verify=authorities()
            ) as client,
            client.stream("GET", check.url) as answer,
        ):
            right = check.status or range(200, 300)
            if answer.status_code not in right:
                return CheckAnswer(False, _said(answer))
            if check.text and check.text.encode() not in _beginning(answer):
                return CheckAnswer(False, "the answer doesn't hold the text")
            return CheckAnswer(True)


def _said(answer: httpx.Response) -> str:
    told = f"answered {answer.status_code}"
    if answer.has_redirect_location:
        return f"{told}, a redirect to {_host_of(answer)}"
    return told


def _host_of(answer: httpx.Response) -> str:
    """Name the host that a redirect leads to; the rest of it may hold a secret."""
    try:
        led = answer.request.url.join(answer.headers["location"])
    except (httpx.InvalidURL, ValueError):
        return "nowhere"
    return led.host[:100] if led.host != answer.request.url.host else "the same host"


def _beginning(answer: httpx.Response) -> bytes:
    found = bytearray()
    for part in answer.iter_bytes():
        found += part
        if len(found) > LARGEST:
            break
    return bytes(found)


def _failed(error: Exception, leash: Leash, check: WebCheck) -> CheckAnswer:
    """Say what was in the way."""
    if leash.refused:
        return CheckAnswer(None, "its host is an inner one, which is not allowed here")
    if leash.over or isinstance(error, httpx.TimeoutException):
        return CheckAnswer(False, f"no answer within {check.seconds:g} seconds")
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return CheckAnswer(False, f"its certificate is not right: {cause.verify_message}"[:200])
        if isinstance(cause, ssl.SSLError):
            return CheckAnswer(False, f"no secure connection ({cause.reason or 'SSL'})"[:200])
        if isinstance(cause, ConnectionRefusedError):
            return CheckAnswer(False, "the connection was refused")
        if type(cause).__name__ == "gaierror":
            return CheckAnswer(False, "its host has no address")
    return CheckAnswer(False, f"it can't be reached ({type(error).__name__})")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
