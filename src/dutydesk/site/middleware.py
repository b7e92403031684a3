"""What holds for every request: its time, its person, and who may open what."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject

from dutydesk.kernel import bounds
from dutydesk.kernel.actions import Person
from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows.people import person
from dutydesk.people.models import Account
from dutydesk.people.web import sessions
from dutydesk.process.flows import process
from dutydesk.site.faults import not_here
from dutydesk.web.proxies import client_address
from dutydesk.web.screens import ScreenAccess
from dutydesk.wiring import clock

_PUBLIC_MODULES = ("allauth.account.",)
_METHODS = ("GET", "HEAD", "POST")  # What browsers and those who tell us something ask by.
_BALANCER = "OPTIONS"  # What HAProxy asks a health page by unless it is told otherwise.


def set_request(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """Give every request its moment `at`, and `person`, who is None if nobody signed in."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.at = clock().now()  # type: ignore[attr-defined]
        request.person = SimpleLazyObject(lambda: _person(request))  # type: ignore[attr-defined]
        with process.held():
            response = get_response(request)
        response.headers.setdefault(
            "Content-Security-Policy",
            "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'",
        )
        # What one person saw stays with them, and not in what lies behind their "back" button.
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


def _person(request: HttpRequest) -> Person | None:
    account = request.user
    return person(account) if isinstance(account, Account) else None


def _note_seen(request: HttpRequest) -> None:
    """Keep that somebody was here; a stream that their screen listens to by itself is no visit."""
    if "text/event-stream" not in request.headers.get("Accept", ""):
        at = request.at  # type: ignore[attr-defined]
        sessions.note_seen(request.session, at=at, address=client_address(request.META))


def _check(request: HttpRequest, *, form: bool) -> None:
    """Refuse an address or a form that holds what can't be stored, or more than a file may."""
    bounds.check_text(request.path, longest=bounds.LONGEST_LINE, what="The address")
    for name, values in (*request.GET.lists(), *(request.POST.lists() if form else ())):
        bounds.check_text(name, longest=bounds.LONGEST_LINE, what="The name of a field")
        for value in values:
            bounds.check_text(value, longest=bounds.LONGEST_FILE, what=f"“{name}”")


def _turned_away(request: HttpRequest, access: ScreenAccess) -> HttpResponse | None:
    """Give what somebody sees instead, if what they ask for is not for them."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    _note_seen(request)
    if not request.person.may(access):  # type: ignore[attr-defined]
        context = {"who": "engineers of the team" if access == "engineer" else "administrators"}
        return render(request, "not_yours.html", context, status=403)
    return None


class Access:
    """Lets nobody open a view that its rule doesn't allow them, nor one without a rule."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Stand before the views."""
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Show a refusal that a view let pass, and say so if what it is about isn't there.

        Whatever else it is remains a fault.
        """
        if isinstance(exception, ObjectDoesNotExist):
            return not_here(request)
        if isinstance(exception, Refused):
            return render(request, "refused.html", {"refusal": exception}, status=422)
        return None

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Refuse before the view is called; a number that no row can have is no address.

        Whoever may open it is told so if they ask by a method by which nothing is asked here.
        """
        if any(isinstance(each, int) and each > bounds.LARGEST for each in kwargs.values()):
            return render(request, "404.html", status=404)
        try:
            _check(request, form=getattr(view, "form", True))
        except bounds.OutOfBounds as refusal:
            return render(request, "refused.html", {"refusal": refusal}, status=400)
        access = getattr(view, "access", None)
        if access is None and view.__module__.startswith(_PUBLIC_MODULES):
            access = "public"
        if access is None:
            raise LookupError(f"The view {view.__module__}.{view.__name__} has no access rule.")
        away = None if access == "public" else _turned_away(request, access)
        asked_by = (*_METHODS, _BALANCER) if access == "public" else _METHODS
        if away is None and request.method not in asked_by:
            return HttpResponseNotAllowed(asked_by)
        return away
