"""Screens that belong to no one room: Now and health."""

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from dutydesk.site import now_cards
from dutydesk.site.health import health, told, well
from dutydesk.web.screens import DeskRequest, rule


@rule("anyone")
def now(request: DeskRequest) -> HttpResponse:
    """Answer: is anything wrong, who is on, what is owed next? All cards, or those asked for."""
    asked, person, at = request.GET.get("cards"), request.person, request.at
    if asked is not None:
        some = now_cards.shown(asked.split(","), person=person, at=at)
        return render(request, "cards.html", some)
    every = now_cards.whole(person=person, at=at)
    return render(request, "now.html", {**every, "touched": now_cards.TOUCHED})


@rule("public")
def closed(request: HttpRequest) -> HttpResponse:
    """Say how one gets an account or a new password."""
    return render(request, "account/closed.html")


@rule("public")
def inactive(request: HttpRequest) -> HttpResponse:
    """Say that an account was closed, and who can open it."""
    return render(request, "account/inactive.html", status=403)


@rule("public")
def healthz(request: DeskRequest) -> JsonResponse:
    """Say what is well and what isn't: 200 if all that is vital is, else 503.

    Nothing secret; and what is the team's own is told to the team alone.
    """
    checks = health(request.at)
    body = {"well": well(checks), "checks": told(checks, strangers=not _of_the_team(request))}
    if body["well"]:
        return JsonResponse(body)
    return JsonResponse(body, status=503, headers={"Retry-After": "1"})


def _of_the_team(request: DeskRequest) -> bool:
    try:
        return bool(request.person) and request.person.may("engineer")
    except DatabaseError:
        return False
