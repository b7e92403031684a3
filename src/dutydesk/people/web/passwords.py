"""Passwords that are typed: how often they may be wrong, and how easy a new one may be."""

import secrets

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows import attempts
from dutydesk.people.models import Account, Attempt
from dutydesk.web.proxies import client_address, household
from dutydesk.web.screens import DeskRequest

KNOWN = "dutydesk_known"
"""The cookie by which a browser that somebody signed in with before is known again."""
_KNOWN_LASTS = 365 * 24 * 60 * 60


def take_a_try(request: DeskRequest, email: str) -> list[Attempt]:
    """Count a try at the password of the account with this address. Raises TooManyTries."""
    found = Account.objects.filter(email__iexact=email).values_list("pk", flat=True).first()
    limits = attempts.limits(
        account=found,
        typed=email,
        browser=_known_as(request, found),
        address=household(client_address(request.META)),
    )
    return attempts.take(limits=limits, at=request.at)


def _known_as(request: HttpRequest, account: int | None) -> str:
    """Give the name of a browser that this account was signed in with before; else nothing."""
    try:
        whose, name = signing.loads(request.COOKIES.get(KNOWN, ""), salt=KNOWN)
    except (signing.BadSignature, ValueError):
        return ""
    return str(name) if whose == account else ""


def remember(response: HttpResponse, account: Account) -> None:
    """Let this browser be known again when its owner signs in."""
    response.set_cookie(
        KNOWN,
        signing.dumps([account.pk, secrets.token_urlsafe(12)], salt=KNOWN),
        max_age=_KNOWN_LASTS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def check_password(password: str) -> None:
    """Refuse a new password that is too easy to guess."""
    try:
        validate_password(password)
    except ValidationError as error:
        raise Refused(" ".join(error.messages), "Choose another password.") from error
