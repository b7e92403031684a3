"""Sign-in: local accounts, made by invitation only; tries are counted."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.views import LoginView
from django.contrib.auth import login as sign_in
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows import attempts, invitations
from dutydesk.people.flows.attempts import TooManyTries
from dutydesk.people.models import Account
from dutydesk.people.rules import email_address
from dutydesk.people.web import sessions
from dutydesk.people.web.passwords import check_password, remember, take_a_try
from dutydesk.web.proxies import client_address
from dutydesk.web.screens import DeskRequest, rule
from dutydesk.wiring import clock

_WAIT = "dutydesk.wait"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class ClosedSignUp(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is not typed
    """Nobody makes an account without an invitation, and nobody guesses passwords for long."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no."""
        return False

    def authenticate(self, request: DeskRequest, **credentials: Any) -> Any:
        """Give whose password that is, or None; refuse once there were too many wrong ones."""
        typed = credentials.get("email", "")
        try:
            credentials["email"] = email_address(typed)
        except ValueError:
            credentials["email"] = typed.strip()
        try:
            tries = take_a_try(request, credentials["email"])
        except TooManyTries as refusal:
            request.META[_WAIT] = str(refusal.seconds)
            raise ValidationError(str(refusal)) from refusal
        found = super().authenticate(request, **credentials)
        if found is not None:
            attempts.give_back(tries)
        return found


@receiver(user_logged_in)
def _note_start(request: HttpRequest, **_: Any) -> None:
    sessions.note_start(
        request.session,
        at=clock().now(),
        address=client_address(request.META),
        agent=request.META.get("HTTP_USER_AGENT", ""),
    )


class SignInView(LoginView):  # type: ignore[misc]  # allauth is not typed
    """The sign-in page: 429 with the time to wait once there were too many wrong tries."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Sign in, and let this browser be known again."""
        response: HttpResponse = super().form_valid(form)
        if isinstance(self.request.user, Account):
            remember(response, self.request.user)
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the form again with what is wrong."""
        response: HttpResponse = super().form_invalid(form)
        if _WAIT in self.request.META:
            response.status_code = 429
            response.headers["Retry-After"] = self.request.META[_WAIT]
        return response


login = rule("public")(SignInView.as_view())


@rule("public")
def welcome(request: DeskRequest, token: str) -> HttpResponse:
    """Let somebody who was invited make their account, or set a new password, once."""
    try:
        invitation = invitations.invitation(token=token, at=request.at)
    except Refused as gone:
        return _never_kept(render(request, "welcome.html", {"refusal": gone}, status=410))
    account, first = invitation.account, not invitation.email
    known = account is not None and account.has_usable_password()
    engineer = invitation.engineer
    name = (engineer or account or invitation).name
    email, refusal = invitation.email, None
    if request.method == "POST":
        name = name if known or engineer else request.POST.get("name", "").strip()
        email = request.POST.get("email", "").strip() if first else email
        try:
            return _let_in(request, token, name, email)
        except Refused as refused:
            refusal = refused
    shown = {"invitation": invitation, "first": first, "known": known, "name": name}
    shown |= {"email": email, "refusal": refusal}
    return _never_kept(render(request, "welcome.html", shown, status=422 if refusal else 200))


def _let_in(request: DeskRequest, token: str, name: str, email: str) -> HttpResponse:
    if not name or len(name) > 100:
        raise Refused("Your name is missing or too long.", "Give the name people know you by.")
    password = request.POST.get("password", "")
    check_password(password)
    account = invitations.accept(
        token=token, name=name, email=email, password=password, at=request.at
    )
    sign_in(request, account, backend=BACKEND)
    response = redirect("now")
    remember(response, account)
    return response


def _never_kept(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response
