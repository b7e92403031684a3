"""Every route says who may open it, and every model's change has its migration."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver

from dutydesk.site.urls import urlpatterns

PUBLIC = {
    "welcome",
    "closed",
    "inactive",
    "feed",
    "public_feed",
    "healthz",
    "published_picture",
    "metrics",
    "github",
    "pagerduty",
    "answer",
    "answer_help_request",
    "accept_by_link",
    "runbook",
    "runbook_picture",
    "published_list",
    "published",
    "as_markdown",
    "as_json",
    "ping",
    "deploy",
    "confirm",
    "subscribe",
    "end",
    "signin",
    "logout",
}


def routes(patterns: list[Any], before: str = "/") -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, before + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield before + str(pattern.pattern), pattern.callback


def named_routes(patterns: list[Any]) -> Iterator[tuple[str, str | None]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from named_routes(pattern.url_patterns)
        else:
            yield str(pattern.pattern), pattern.name


def test_every_route_has_its_rule_and_few_are_public() -> None:
    for route, view in routes(urlpatterns):
        access = getattr(view, "access", None)
        if access is None:
            assert view.__module__.startswith("allauth.account."), route
            access = "public"
        name = getattr(view, "__name__", "")
        if access == "public":
            name = view.view_class.__name__ if hasattr(view, "view_class") else name
            assert name.lower().removesuffix("view") in PUBLIC, f"{route} is public"


def test_every_route_has_a_name_of_its_own() -> None:
    names = [name for _, name in named_routes(urlpatterns)]
    assert all(names)
    assert len(names) == len(set(names)) > 50


@pytest.mark.django_db
def test_nobody_sees_a_screen_without_signing_in(client: Client) -> None:
    for route, view in routes(urlpatterns):
        if getattr(view, "access", "public") != "public":
            path = re.sub("<int:[a-z]+>", "1", route).replace("<str:action>", "incident.show")
            answer = client.get(path.replace("<str:about>", "incident:1"))
            assert answer.status_code == 302, route
            assert answer.headers["Location"].startswith("/account/login/"), route


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
