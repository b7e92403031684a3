"""Subscribing to the status page by e-mail, for whoever reads it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from dutydesk.kernel.refusals import Refused
from dutydesk.people.flows.attempts import TooManyTries
from dutydesk.status.flows import record, subscriptions
from dutydesk.web.proxies import client_address
from dutydesk.web.screens import DeskRequest, rule


@rule("public")
def subscribe(request: DeskRequest) -> HttpResponse:
    """Take an address and the services that it wants to hear of; what follows, it is mailed."""
    page = record.read(at=request.at)
    if not page.by_mail:
        return render(request, "404.html", status=404)
    told: dict[str, object] = {"page": page, "what": "ask", "chosen": [], "email": ""}
    if request.method != "POST":
        return _never_kept(render(request, "status/subscription.html", told))
    email, services = request.POST.get("email", ""), request.POST.getlist("services")
    try:
        subscriptions.ask(
            email=email,
            services=services,
            title=page.title,
            address=client_address(request.META),
            at=request.at,
        )
    except Refused as refusal:
        told |= {"refusal": refusal, "email": email, "chosen": services}
        status = 429 if isinstance(refusal, TooManyTries) else 422
        return _never_kept(render(request, "status/subscription.html", told, status=status))
    return _never_kept(render(request, "status/subscription.html", told | {"what": "asked"}))


@rule("public")
def confirm(request: DeskRequest, token: str) -> HttpResponse:
    """Let an address say yes, by a press: programs that only look at links confirm nothing."""
    told: dict[str, object] = {"page": record.read(at=request.at), "what": "confirm"}
    try:
        if request.method == "POST":
            subscriptions.confirm(token=token, at=request.at)
            told["what"] = "confirmed"
        else:
            subscriptions.asked(token=token, at=request.at)
    except Refused as refusal:
        return _gone(request, refusal, told)
    return _never_kept(render(request, "status/subscription.html", told))


@csrf_exempt  # A mail program posts here by itself, with the secret in the address (RFC 8058).
@rule("public")
def end(request: DeskRequest, token: str) -> HttpResponse:
    """End a subscription with one press; wherever the page is shown by now."""
    told: dict[str, object] = {"page": record.read(at=request.at), "what": "end"}
    try:
        if request.method == "POST":
            subscriptions.end(token=token)
            told["what"] = "ended"
        else:
            subscriptions.check_end(token=token)
    except Refused as refusal:
        return _gone(request, refusal, told)
    return _never_kept(render(request, "status/subscription.html", told))


def _gone(request: DeskRequest, refusal: Refused, told: dict[str, object]) -> HttpResponse:
    told |= {"what": "refused", "refusal": refusal}
    return _never_kept(render(request, "status/subscription.html", told, status=410))


def _never_kept(response: HttpResponse) -> HttpResponse:
    """Keep an address with a secret in it out of every cache, and of what other pages are told."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "same-origin"
    return response
