"""By which methods an address is asked: others are told so before any view is called."""

from types import SimpleNamespace

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from dutydesk.kernel.actions import Person
from dutydesk.site import middleware
from dutydesk.site.urls import urlpatterns
from testing.routes import routes

MAX = Person(1, "Max", "max@example.org", 1, administrator=True)
ASKED_BY = ("GET", "HEAD", "POST")


@pytest.mark.parametrize(
    "method", [*ASKED_BY, "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "MOVE"]
)
def test_every_address_is_asked_by_the_methods_of_browsers_alone(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(middleware, "_note_seen", lambda request: None)
    access = middleware.Access(lambda request: HttpResponse())
    for route, view in routes(urlpatterns):
        request = RequestFactory().generic(method, "/")
        vars(request).update(user=SimpleNamespace(is_authenticated=True), person=MAX)
        answer = access.process_view(request, view, (), {})
        public = getattr(view, "access", "public") == "public"
        # A load balancer looks at what needs no sign-in by OPTIONS.
        if method in ASKED_BY or (public and method == "OPTIONS"):
            assert answer is None, route
            continue
        assert answer is not None, route
        assert (answer.status_code, answer.headers["Allow"][:15]) == (405, "GET, HEAD, POST"), route
